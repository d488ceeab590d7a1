// Runs a program in one of several ways that must not be told apart.
// in:  a program, a way     out: what it showed and where it was refused, statement by statement

import '../src/engine/devices/reference.js';
import { setGuarding } from '../src/engine/observe/check.js';
import { forgetKernels } from '../src/engine/devices/context.js';
import { leaveOut, setFusion, setInPlace, type Technique } from '../src/engine/flush/options.js';
import { whorl } from '../test/loose.js';
import { collect } from './collect.js';
import { dataWith } from './data.js';
import { awaited, type DeviceName, isAwaited } from './device.js';
import { growth } from './growth.js';
import { flatLibrary } from './flat/library.js';
import { linesOf, nameOf, type Program } from './program.js';
import { show, showSoon } from './show.js';

export interface Way {
  readonly name: string;
  readonly device?: DeviceName;
  /** Tensors are made on the reference, while the default device stays the cpu. */
  readonly beside?: boolean;
  readonly fuse?: boolean;
  readonly inPlace?: boolean;
  readonly threads?: number;
  /** What plans do without. */
  readonly without?: readonly Technique[];
  /** compile() compiles; else it hands its function back. */
  readonly compiled?: boolean;
  /** Every value is read after every statement. */
  readonly eager?: boolean;
  /** No kernel of an earlier program is there. */
  readonly fresh?: boolean;
  /** The oracle of views: plain arrays, no graph. */
  readonly flat?: boolean;
  /** Loops are not run: what they may hold on to is told in words. */
  readonly idle?: boolean;
  /** Statements that fail are left out. */
  readonly sparing?: boolean;
}

/** What one statement had to say. */
export interface Entry {
  readonly at: number;
  readonly text: string;
}

type Run = (env: Record<string, unknown>, hooks: Hooks) => Promise<void>;

interface Hooks {
  /** Called before each statement. */
  readonly reach: (at: number) => void;
  readonly refuse: (error: unknown) => void;
  readonly settle: ((values: unknown[]) => Promise<void>) | null;
}

const AsyncFunction = (async () => {}).constructor as new (...text: string[]) => Run;

const library: Record<string, unknown> = { ...whorl, F: whorl.nn.functional };

const makers = [
  ...['tensor', 'zeros', 'ones', 'full', 'empty', 'eye', 'arange', 'linspace', 'scalarTensor'],
  ...['rand', 'randn', 'randint', 'randperm'],
];

/** Functions that make a tensor of nothing have one more option. */
const besideLibrary: Record<string, unknown> = {
  ...library,
  ...Object.fromEntries(
    makers.map((name) => {
      const make = library[name] as (...args: unknown[]) => unknown;
      return [name, (...args: unknown[]) => make(...withDevice(args))];
    }),
  ),
};

function withDevice(args: readonly unknown[]): unknown[] {
  const last = args.at(-1);
  const isOptions =
    typeof last === 'object' && last !== null && Object.getPrototypeOf(last) === Object.prototype;
  const given = isOptions ? last : {};
  return [...args.slice(0, isOptions ? -1 : undefined), { device: 'reference', ...given }];
}

// a kernel that writes behind its buffers may change nothing that these programs show
setGuarding(true);

/** From here on programs run in this way. */
export function enter({
  device = 'cpu',
  fuse = true,
  inPlace = true,
  threads = 1,
  without = [],
}: Way): void {
  whorl.setDefaultDevice(device);
  setFusion(fuse);
  setInPlace(inPlace);
  leaveOut(new Set(without));
  if (device === 'cpu') whorl.setNumThreads(threads);
}

/** Back to how the library begins. */
export const leave = (): void => enter({ name: 'cpu' });

function textOf(program: Program, way: Way): string {
  const names = [...new Set(program.map(nameOf).filter((name) => name !== undefined))];
  const lines = names.length === 0 ? [] : [`let ${names.join(', ')};`];
  program.forEach((statement, at) => {
    if (way.sparing === true && statement.fails === true) return;
    const own = isAwaited(way.device) ? linesOf(statement).map(awaited) : linesOf(statement);
    lines.push(`hooks.reach(${at});`, 'try {', ...own);
    lines.push('} catch (error) { hooks.refuse(error); }');
    if (way.eager === true) lines.push(`await hooks.settle([${names.join(', ')}]);`);
  });
  return lines.join('\n');
}

interface Held {
  readonly grad: unknown;
  detach(): Held;
  data(): Promise<unknown>;
  dataSync(): unknown;
}

const isTensor = (value: unknown): value is Held => value instanceof whorl.Tensor;

/** Reads until nothing fails any more: an error in values leaves what it spoils as it is. */
async function read(make: () => Held, waits: boolean): Promise<void> {
  for (let i = 0; i < 12; i++) {
    try {
      const value = make();
      if (waits) await value.data();
      else value.dataSync();
      return;
    } catch {
      // whoever reads first hears of it
    }
  }
}

async function settle(value: unknown, waits: boolean): Promise<void> {
  if (Array.isArray(value)) for (const each of value) await settle(each, waits);
  if (!isTensor(value)) return;
  await read(() => value.detach(), waits);
  await settle(value.grad, waits);
}

/** What was left pending belongs to no other program. */
const flushRest = (waits: boolean): Promise<void> => read(() => whorl.ones(1).add(1), waits);

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 200);

/** `show` and `insist` of a device that answers later. */
function awaitShows(words: Record<string, unknown>, say: (text: string) => void): void {
  words['show'] = async (x: unknown) => say(await showSoon(x));
  words['insist'] = async (x: unknown, times = 12) => {
    for (let i = 1; ; i++) {
      try {
        return say(await showSoon(x));
      } catch (error) {
        if (i === times) throw error;
      }
    }
  };
}

/** The program's log; `enter(way)` was called before. */
export async function run(program: Program, way: Way): Promise<Entry[]> {
  const log: Entry[] = [];
  let at = 0;
  const say = (text: string) => log.push({ at, text });
  const waits = isAwaited(way.device);
  const source = way.flat === true ? flatLibrary : way.beside === true ? besideLibrary : library;
  const words: Record<string, unknown> = {
    ...source,
    show: (x: unknown) => say(show(x)),
    gc: () => (way.device !== 'reference' ? collect() : undefined),
    insist: (x: unknown, times = 12) => {
      for (let i = 1; ; i++) {
        try {
          return say(show(x));
        } catch (error) {
          if (i === times) throw error;
        }
      }
    },
  };
  words['data'] = dataWith(words['tensor'] as never);
  const waiting: Promise<Entry>[] = [];
  words['late'] = (x: { data(): Promise<ArrayLike<unknown>> }) => {
    const from = at;
    const promised = x.data();
    waiting.push(
      promised.then(
        (list) => ({ at: from, text: `late ${Array.from(list).join()}` }),
        (error) => ({ at: from, text: `refused: ${messageOf(error)}` }),
      ),
    );
  };
  words['flat'] = async (turns: number, turn: (i: number) => unknown) =>
    say(way.idle === true ? 'flat' : await growth(turns, turn));
  if (waits) awaitShows(words, say);
  if (way.compiled !== true) words['compile'] = <T>(body: T): T => body;
  if (way.fresh === true) forgetKernels();
  const text = textOf(program, way);
  const keys = [...new Set(text.match(/\w+/g))].filter((word) => Object.hasOwn(words, word));
  const body = new AsyncFunction('env', 'hooks', `const { ${keys.join(', ')} } = env;\n${text}`);
  whorl.manualSeed(1);
  await body(words, {
    reach: (next) => (at = next),
    refuse: (error) => say(`refused: ${messageOf(error)}`),
    settle: (values) => settle(values, waits),
  });
  // when they arrive is nobody's business
  log.push(...(await Promise.all(waiting)));
  if (way.flat !== true) await flushRest(waits);
  return log;
}
