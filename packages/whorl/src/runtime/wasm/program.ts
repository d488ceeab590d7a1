// A program on the CPU device: one instance, one area of arguments, one call for each segment.
// in:  a module's bytes, memory for the arguments     out: a LoadedProgram
//
// Nothing but what changes is written from run to run. Kernels with blocks come back to the team by
// env.fork when there are several threads; else they are called inside of the module.

import { ArgumentWriter } from './arguments.js';
import type {
  Failure,
  LoadedProgram,
  Memory,
  PlacedLaunch,
  ProgramCode,
  Scalar,
} from '../driver.js';
import { addressOf, scratchOffset, type Space } from '../memory/pooled.js';
import { entryName } from './threads/control.js';
import type { Own, SharedModule, Threads, Work } from './threads/threads.js';
import { compileModule } from './module.js';

/**
 * The addresses of the arguments and of scratch memory, whether
 * to fork; the failed launch from 1, else 0.
 */
type Main = (args: number, scratch: number, isForked: number) => number;
type Kernel = (args: number, scratch: number, from: number, to: number) => void;

/** What threads share of a launch. */
interface Shared {
  readonly work: Work;
  readonly own: Own;
}

/** Where programs run. */
export interface Ground {
  readonly space: Space;
  readonly memory: WebAssembly.Memory;
  readonly team: Threads;
  takeStatus(): number;
}

export class WasmProgram implements LoadedProgram {
  private readonly launches: readonly PlacedLaunch[];
  private readonly mains: readonly Main[];
  private readonly address: number;
  private readonly writer: ArgumentWriter;

  /** `args`: memory that stays as long as this. */
  constructor(
    id: number,
    program: ProgramCode,
    args: Memory,
    private readonly ground: Ground,
  ) {
    const { space, memory, team } = ground;
    const { code, bytes, launches, segments } = program;
    this.launches = launches;
    this.address = addressOf(args);
    this.writer = new ArgumentWriter(space, this.address, bytes);
    const fork = (launch: number): void => {
      const { work, own } = shared[launch]!;
      team.run(work, own);
    };
    const module = compileModule(code);
    const { exports } = new WebAssembly.Instance(module, { env: { memory, fork } });
    this.mains = Array.from({ length: segments }, (_, i) => exports[`main${i}`] as Main);
    const shared = launches.map((launch) => sharedOf(launch, this.address, exports, { id, code }));
  }

  bind(launch: number, buffer: number, memory: Memory): void {
    const { offset, call } = this.launches[launch]!;
    this.writer.address(offset + call.buffers[buffer]!, memory);
  }

  set(launch: number, param: number, x: Scalar): void {
    const { offset, call } = this.launches[launch]!;
    this.writer.scalar(call.params[param]!, offset, x);
  }

  /** A page's main thread may not wait for others: there one thread runs everything. */
  run(segment: number): Failure | null {
    const { count, mustAwait } = this.ground.team;
    const isForked = count > 1 && !mustAwait ? 1 : 0;
    const failed = this.mains[segment]!(this.address, scratchOffset, isForked);
    return failed === 0 ? null : { launch: failed - 1, code: this.ground.takeStatus() };
  }
}

function sharedOf(
  { kernel, offset, call }: PlacedLaunch,
  address: number,
  exports: WebAssembly.Exports,
  module: SharedModule,
): Shared | null {
  const { blocks } = call;
  if (blocks === 1) return null;
  const args = address + offset;
  const run = exports[entryName(kernel)] as Kernel;
  return {
    work: { module, entry: kernel, args, blocks },
    own: (from, to) => run(args, scratchOffset, from, to),
  };
}
