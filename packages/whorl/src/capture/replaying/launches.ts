// A program's launches, ready to run: as one module where the device has such, else one by one.
// in:  what happens in order     out: segments between the routines in JavaScript, loaded

import type { Kernel } from '../../ir/loop.js';
import type { Executable, Failure, LoadedProgram, Memory, Scalar } from '../../runtime/index.js';
import type { DeviceContext } from '../../engine/devices/context.js';
import { journalOf } from '../../engine/flush/journal.js';
import type { Action, HostAction, LaunchAction } from './program.js';

/** Launches without anything in between, or a routine. */
export type Part = { readonly kind: 'segment'; readonly number: number } | HostAction;

export interface Launches {
  readonly parts: readonly Part[];
  /** In order, through all segments. */
  readonly launches: readonly LaunchAction[];
  readonly loaded: LoadedProgram;
  /** Launches of the last run that may have failed, by ticket, on a device that tells later. */
  readonly tickets: ReadonlyMap<number, number>;
  /** How often a run calls the device. */
  readonly calls: number;
}

let whole = true;

/** Whether programs loaded from here on run as one module where they can: tests compare both. */
export function setWholePrograms(enabled: boolean): void {
  whole = enabled;
}

/** `owner`: the device's memory for it goes back when that was collected. */
export function loadLaunches(
  actions: readonly Action[],
  context: DeviceContext,
  owner: object,
): Launches {
  const parts: Part[] = [];
  const segments: LaunchAction[][] = [];
  for (const action of actions) {
    if (action.kind === 'host') parts.push(action);
    else if (parts.at(-1)?.kind === 'segment') segments.at(-1)!.push(action);
    else {
      parts.push({ kind: 'segment', number: segments.length });
      segments.push([action]);
    }
  }
  const launches = segments.flat();
  const { driver, opened } = context;
  const { renderProgram } = opened;
  const asOne = whole && renderProgram !== null && driver.now !== null && launches.length > 0;
  const oneByOne = asOne ? null : new OneByOne(context, segments);
  const loaded = oneByOne ?? driver.now!.loadProgram(renderProgram!(specOf(segments)), owner);
  const tickets = oneByOne?.tickets ?? none;
  launches.forEach(({ scalars }, launch) => {
    scalars.forEach((x, param) => {
      loaded.set(launch, param, x);
    });
  });
  return { parts, launches, loaded, tickets, calls: asOne ? segments.length : launches.length };
}

/** A kernel that is launched several times is one function. */
function specOf(segments: readonly (readonly LaunchAction[])[]) {
  const numbers = new Map<Kernel, number>();
  const launchOf = ({ loaded: { kernel }, errors }: LaunchAction) => {
    const number = numbers.get(kernel) ?? numbers.size;
    numbers.set(kernel, number);
    return { kernel: number, canFail: errors.length > 0 };
  };
  const launched = segments.map((segment) => segment.map(launchOf));
  return { kernels: [...numbers.keys()], segments: launched };
}

interface Prepared {
  readonly executable: Executable;
  readonly memories: Memory[];
  readonly scalars: Scalar[];
  readonly canFail: boolean;
}

const none: ReadonlyMap<number, number> = new Map();

/** Each launch is a call. */
class OneByOne implements LoadedProgram {
  private readonly launches: Prepared[] = [];
  /** The first launch of each segment, and the end. */
  private readonly starts: number[] = [0];
  readonly tickets = new Map<number, number>();

  constructor(
    private readonly context: DeviceContext,
    segments: readonly (readonly LaunchAction[])[],
  ) {
    for (const segment of segments) {
      for (const { loaded, errors } of segment) {
        const canFail = errors.length > 0;
        this.launches.push({ executable: loaded.executable, memories: [], scalars: [], canFail });
      }
      this.starts.push(this.launches.length);
    }
  }

  bind(launch: number, buffer: number, memory: Memory): void {
    this.launches[launch]!.memories[buffer] = memory;
  }

  set(launch: number, param: number, x: Scalar): void {
    this.launches[launch]!.scalars[param] = x;
  }

  private ticketOf(launch: number): number {
    const ticket = journalOf(this.context).ticket();
    this.tickets.set(ticket, launch);
    return ticket;
  }

  run(segment: number): Failure | null {
    const { driver } = this.context;
    const { now } = driver;
    this.tickets.clear();
    for (let launch = this.starts[segment]!; launch < this.starts[segment + 1]!; launch++) {
      const { executable, memories, scalars, canFail } = this.launches[launch]!;
      const ticket = canFail && now === null ? this.ticketOf(launch) : 0;
      driver.launch(executable, [...memories], [...scalars], ticket);
      const code = canFail && now !== null ? now.takeStatus() : 0;
      if (code > 0) return { launch, code };
    }
    return null;
  }
}
