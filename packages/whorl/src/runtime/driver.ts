// What the engine asks of a device: it gets code, bytes and
// sizes, and knows no tensors, graphs or loops.

/** A piece of the device's memory: 16-byte aligned, from its pool. */
export interface Memory {
  readonly bytes: number;
}

/** A loaded kernel. */
export interface Executable {
  readonly name: string;
}

/** What others still have to do: threads of a launch, or a device that is only read by waiting. */
export interface Rest {
  /** Resolves when it is done, rejects where a worker was lost. */
  wait(): Promise<void>;
  /**
   * Returns when it is done: keeps this thread busy where it is not
   * allowed to sleep. Left out: only waiting helps.
   */
  finish?(): void;
}

/** A rest that can be finished here. */
export interface ThreadsRest extends Rest {
  finish(): void;
}

/** Scalars of a launch: numbers for 32-bit integers and floats, bigints for int64. */
export type Scalar = number | bigint;

/** How a kernel is called: where the addresses and parameters stand in the block of memory that it
 *  is given. Who renders a kernel says so. */
export interface Call {
  readonly bytes: number;
  readonly buffers: readonly number[];
  readonly params: readonly { readonly offset: number; readonly type: SlotType }[];
  /** Threads may share so many blocks. */
  readonly blocks: number;
}
export type SlotType = 'i32' | 'i64' | 'f32' | 'f64';

/**
 * Kernels that run one after the other as one call. Who
 * renders them says where their arguments belong.
 */
export interface ProgramCode {
  /** A module's bytes. */
  readonly code: Uint8Array;
  /** What all argument blocks take together. */
  readonly bytes: number;
  readonly launches: readonly PlacedLaunch[];
  /** It is run in so many parts. */
  readonly segments: number;
}
export interface PlacedLaunch {
  /** Several launches may be of one kernel. */
  readonly kernel: number;
  readonly offset: number;
  readonly call: Call;
}

/** Launches with their arguments, which stay from run to run. */
export interface LoadedProgram {
  /** Every buffer of every launch must be bound before the first run. */
  bind(launch: number, buffer: number, memory: Memory): void;
  set(launch: number, param: number, x: Scalar): void;
  /** null: all is well. What comes behind a failure does not run. */
  run(segment: number): Failure | null;
}
/** The first launch with a check that failed, and its code. */
export interface Failure {
  readonly launch: number;
  readonly code: number;
}

export interface MemoryUse {
  /** bytes in buffers now, bytes taken from the system, the highest `used` so far, buffers now */
  readonly used: number;
  readonly reserved: number;
  readonly peak: number;
  readonly buffers: number;
}

/**
 * A device as the engine drives it. What is submitted runs in the order in which it was submitted.
 */
export interface Driver {
  readonly name: string;
  /**
   * Uninitialised memory. Throws OutOfMemoryError, with the sizes,
   * when there is none even after reclaim().
   */
  allocate(bytes: number): Memory;
  /** Hands memory back: temporaries of a flush. What was submitted before may still use it. */
  free(memory: Memory): void;
  /** Hands memory back once `owner` was collected: what users hold. */
  freeWith(owner: object, memory: Memory): void;
  /** Throws where a guarded device finds that something was written behind a piece of memory. */
  checkMemory(): void;
  /** Memory is due back and can only come between turns of the event loop: await relieve(). */
  pressure(): boolean;
  relieve(): Promise<void>;
  memory(): MemoryUse;
  /**
   * Makes collected owners known now where the platform can do
   * so synchronously; returns the bytes won.
   */
  reclaim(): number;

  /** Loads rendered code (JavaScript text or a WebAssembly module's bytes). */
  load(name: string, code: string | Uint8Array, call: Call): Executable;
  /** `ticket`: by which settle() names the launch, where it may fail. */
  launch(
    executable: Executable,
    memories: readonly Memory[],
    scalars: readonly Scalar[],
    ticket?: number,
  ): void;
  /** Bytes of the host, which may change afterwards, into memory from `offset` on. */
  write(memory: Memory, offset: number, bytes: Uint8Array): void;
  copy(from: Memory, to: Memory, bytes: number): void;
  /** What lies there when all that was submitted before has run. */
  read(memory: Memory, offset: number, bytes: number): Promise<Uint8Array>;
  /**
   * Which of the launches with a ticket failed so far, each once; rejects where the device is lost.
   */
  settle(): Promise<readonly Late[]>;

  /**
   * What only a device can do that has done what is submitted
   * when the call returns; null: it has not.
   */
  readonly now: Immediate | null;
}

/** A launch with a check that failed, told afterwards. */
export interface Late {
  readonly ticket: number;
  readonly code: number;
}

/**
 * What a device offers whose memory the host sees, and whose launches are over when they return.
 */
export interface Immediate {
  /** Where the bytes lie on the host: valid until the next allocate(). */
  locate(memory: Memory): { readonly buffer: ArrayBufferLike; readonly offset: number };
  /** The code of the first failed check since the last call, or 0; clears it. */
  takeStatus(): number;
  /** launch(), but in a page, whose main thread may not sleep, the end is left to be awaited; null:
   *  everything is done. */
  launchSoon(
    executable: Executable,
    memories: readonly Memory[],
    scalars: readonly Scalar[],
  ): Rest | null;
  /**
   * Kernels that are to run as one call. Their arguments lie in memory that goes back with `owner`.
   */
  loadProgram(program: ProgramCode, owner: object): LoadedProgram;
  /** How many threads share a large kernel. */
  readonly threads: number;
  /** false: there can only be one, and is. */
  setThreads(count: number): boolean;
  /** Whether launch() can only use one thread where launchSoon() could use several. */
  readonly mustAwait: boolean;
}
