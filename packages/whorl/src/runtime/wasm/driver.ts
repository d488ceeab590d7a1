// The CPU device: WebAssembly kernels over one linear memory, shared where that is possible.
// in:  module bytes     out: a Driver; one memory holds at most 4 GiB

import { ArgumentWriter } from './arguments.js';
import type {
  Call,
  Executable,
  LoadedProgram,
  Memory,
  ProgramCode,
  Rest,
  Scalar,
} from '../driver.js';
import type { HostOptions, Space } from '../memory/pooled.js';
import { argumentOffset, PooledDriver, scratchOffset, statusOffset } from '../memory/pooled.js';
import { WasmProgram } from './program.js';
import { onlyEntry } from './threads/control.js';
import type { SharedModule, Work } from './threads/threads.js';
import { Threads } from './threads/threads.js';
import { compileModule } from './module.js';

const pageBytes = 65_536;
const firstPages = 16;
/** The whole address space first; where the system refuses to reserve it, less. */
const maxima = [65_536, 32_768, 16_384, 8_192, 4_096, 1_024];

/** The addresses of the argument block and of scratch memory, the first block and the end. */
type Run = (args: number, scratch: number, from: number, to: number) => void;

const workOf = (module: WasmExecutable): Work => ({
  module,
  entry: onlyEntry,
  args: argumentOffset,
  blocks: module.call.blocks,
});

const partOf =
  ({ run }: WasmExecutable) =>
  (from: number, to: number): void =>
    run(argumentOffset, scratchOffset, from, to);

let loadedModules = 0;

class WasmExecutable implements Executable, SharedModule {
  readonly id = ++loadedModules;

  constructor(
    readonly name: string,
    readonly run: Run,
    readonly call: Call,
    /** Workers make an instance of their own. */
    readonly code: Uint8Array,
  ) {}
}

class WasmSpace implements Space {
  buffer: ArrayBufferLike;
  readonly limit: number;

  constructor(
    readonly memory: WebAssembly.Memory,
    maximumPages: number,
    readonly isShared: boolean,
  ) {
    this.buffer = memory.buffer;
    this.limit = maximumPages * pageBytes;
  }

  get bytes(): number {
    return this.buffer.byteLength;
  }

  growTo(bytes: number): boolean {
    const pages = Math.ceil((bytes - this.bytes) / pageBytes);
    if (pages <= 0) return true;
    if (this.bytes + pages * pageBytes > this.limit) return false;
    try {
      this.memory.grow(pages);
    } catch {
      return false;
    }
    this.buffer = this.memory.buffer;
    return true;
  }
}

/** An unshared memory in browsers whose page is not isolated: they hide SharedArrayBuffer. */
function createSpace(shared: boolean): WasmSpace {
  for (const maximum of maxima) {
    try {
      const memory = new WebAssembly.Memory({ initial: firstPages, maximum, shared });
      return new WasmSpace(memory, maximum, shared);
    } catch {
      // the next smaller maximum
    }
  }
  if (shared) return createSpace(false);
  throw new Error('wasm: the system reserves no memory for WebAssembly.');
}

export class WasmDriver extends PooledDriver {
  override readonly name = 'wasm';
  /** A kernel must import its memory the same way. */
  readonly isShared: boolean;
  /** Where kernels report what failed. */
  readonly statusAddress = statusOffset;
  private readonly imports: WebAssembly.Imports;
  private readonly args: ArgumentWriter;
  /** Who shares the blocks of large kernels. */
  readonly team: Threads;

  constructor(
    private readonly wasmSpace: WasmSpace,
    options: HostOptions,
  ) {
    super(wasmSpace, options);
    this.isShared = wasmSpace.isShared;
    this.imports = { env: { memory: wasmSpace.memory } };
    this.args = new ArgumentWriter(wasmSpace, argumentOffset, scratchOffset - argumentOffset);
    this.team = new Threads(this, wasmSpace.memory, wasmSpace.isShared);
  }

  /** The memory itself, for workers: only a shared one can be sent. */
  get linearMemory(): WebAssembly.Memory {
    return this.wasmSpace.memory;
  }

  load(name: string, code: string | Uint8Array, call: Call): Executable {
    if (typeof code === 'string') throw new Error(`wasm: kernel ${name} is text, not bytes.`);
    const module = compileModule(code);
    const { run } = new WebAssembly.Instance(module, this.imports).exports;
    if (typeof run !== 'function') throw new Error(`wasm: kernel ${name} exports no function run.`);
    return new WasmExecutable(name, run as Run, call, code);
  }

  loadProgram(program: ProgramCode, owner: object): LoadedProgram {
    const args = this.allocate(program.bytes);
    this.freeWith(owner, args);
    const { wasmSpace: space, team } = this;
    const takeStatus = (): number => this.takeStatus();
    const ground = { space, memory: space.memory, team, takeStatus };
    return new WasmProgram(++loadedModules, program, args, ground);
  }

  launch(executable: Executable, memories: readonly Memory[], scalars: readonly Scalar[]): void {
    const own = executable as WasmExecutable;
    this.args.write(own.name, own.call, memories, scalars);
    if (own.call.blocks > 1) this.team.run(workOf(own), partOf(own));
    else own.run(argumentOffset, scratchOffset, 0, 1);
  }

  override launchSoon(
    executable: Executable,
    memories: readonly Memory[],
    scalars: readonly Scalar[],
  ): Rest | null {
    const own = executable as WasmExecutable;
    if (own.call.blocks === 1) {
      this.launch(executable, memories, scalars);
      return null;
    }
    this.args.write(own.name, own.call, memories, scalars);
    return this.team.share(workOf(own), partOf(own));
  }

  override get threads(): number {
    return this.team.count;
  }

  override setThreads(count: number): boolean {
    return this.team.set(count);
  }

  override get mustAwait(): boolean {
    return this.team.mustAwait;
  }
}

export interface WasmOptions extends HostOptions {
  /** Left out: shared where the platform allows. */
  readonly shared?: boolean;
}

export function createWasmDriver(options: WasmOptions = {}): WasmDriver {
  const shared = options.shared ?? typeof SharedArrayBuffer !== 'undefined';
  return new WasmDriver(createSpace(shared), options);
}
