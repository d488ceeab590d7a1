// A device that keeps to the letter of what a GPU promises, and to nothing more.
// in:  kernels as JavaScript text     out: a Driver whose work is done later, where nobody sees it
//
// What is submitted waits in a queue that is emptied at odd moments. Each piece of memory is an ArrayBuffer that only
// this file can reach, and holds nonsense until it is written. Failed checks are told by settle() alone.

import type {
  Driver,
  Executable,
  Late,
  Memory,
  MemoryUse,
  Scalar,
} from '../../src/runtime/index.js';

const arrays = { int32: Int32Array, float32: Float32Array } as const;
type View = Int32Array | Float32Array;
type Run = (m: readonly View[], p: readonly Scalar[], scratch: null, status: Int32Array) => void;

/** What a caller holds: the size, and no way to the bytes. */
class Piece implements Memory {
  constructor(readonly bytes: number) {}
}

class Kernel implements Executable {
  constructor(
    readonly name: string,
    readonly run: Run,
    readonly types: readonly (keyof typeof arrays)[],
  ) {}
}

/** Memory that nobody wrote: NaN as a float, -1 as an integer. */
const nonsense = 0xff;

export class StrictDriver implements Driver {
  readonly name = 'strict';
  readonly now = null;
  private readonly buffers = new WeakMap<Memory, ArrayBuffer>();
  private readonly live = new Set<Memory>();
  private readonly queue: (() => void)[] = [];
  private readonly watched: FinalizationRegistry<Memory>;
  private failures: Late[] = [];
  private lost: Error | null = null;
  private isDraining = false;
  private used = 0;
  private peak = 0;

  /** `seed`: of the moments at which it works. */
  constructor(private seed = 1) {
    this.watched = new FinalizationRegistry((memory) => {
      if (this.live.has(memory)) this.free(memory);
    });
  }

  // ---- memory

  allocate(bytes: number): Memory {
    const piece = new Piece(bytes);
    this.buffers.set(piece, new Uint8Array(bytes).fill(nonsense).buffer);
    this.live.add(piece);
    this.used += bytes;
    this.peak = Math.max(this.peak, this.used);
    return piece;
  }

  free(memory: Memory): void {
    this.demandLive(memory);
    this.live.delete(memory);
    this.used -= memory.bytes;
    // what was submitted before may still use it
    this.submit(() => this.buffers.delete(memory));
  }

  freeWith(owner: object, memory: Memory): void {
    this.watched.register(owner, memory);
  }

  checkMemory(): void {}

  pressure(): boolean {
    return false;
  }

  async relieve(): Promise<void> {}

  memory(): MemoryUse {
    const { used, peak } = this;
    return { used, reserved: used, peak, buffers: this.live.size };
  }

  reclaim(): number {
    return 0;
  }

  private demandLive(memory: Memory): void {
    if (!this.live.has(memory)) throw new Error('strict: memory is used after it was given back');
  }

  private bytesOf(memory: Memory): Uint8Array {
    return new Uint8Array(this.buffers.get(memory)!);
  }

  // ---- work

  load(name: string, code: string | Uint8Array): Executable {
    const header = /^\/\* ([a-z0-9 ]*) \*\//.exec(code as string)![1]!;
    const run = new Function(`return (${code}\n);`)() as Run;
    return new Kernel(name, run, header.split(' ') as (keyof typeof arrays)[]);
  }

  launch(
    executable: Executable,
    memories: readonly Memory[],
    scalars: readonly Scalar[],
    ticket = 0,
  ): void {
    const { name, run, types } = executable as Kernel;
    for (const memory of memories) this.demandLive(memory);
    if (scalars.some((x) => typeof x !== 'number')) throw new Error(`strict: ${name}: no int64`);
    const own = [...scalars];
    this.submit(() => {
      const views = memories.map((memory, i) => new arrays[types[i]!](this.buffers.get(memory)!));
      const status = new Int32Array(1);
      run(views, own, null, status);
      const [code] = status as unknown as [number];
      if (code !== 0 && ticket === 0) throw new Error(`strict: ${name} failed without a ticket`);
      if (code !== 0) this.failures.push({ ticket, code });
    });
  }

  write(memory: Memory, offset: number, bytes: Uint8Array): void {
    this.demandLive(memory);
    const own = bytes.slice();
    this.submit(() => this.bytesOf(memory).set(own, offset));
  }

  copy(from: Memory, to: Memory, bytes: number): void {
    this.demandLive(from);
    this.demandLive(to);
    this.submit(() => this.bytesOf(to).set(this.bytesOf(from).subarray(0, bytes)));
  }

  read(memory: Memory, offset: number, bytes: number): Promise<Uint8Array> {
    this.demandLive(memory);
    return this.answer(() => this.bytesOf(memory).slice(offset, offset + bytes));
  }

  settle(): Promise<readonly Late[]> {
    return this.answer(() => {
      const { failures } = this;
      this.failures = [];
      return failures;
    });
  }

  /** The device is gone, as a GPU that was unplugged or whose driver restarted: every promise is broken. */
  lose(): void {
    this.lost = new Error('strict: the device was lost; its tensors are gone');
  }

  private answer<T>(read: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.submit(() => {
        if (this.lost !== null) reject(this.lost);
        else resolve(read());
      });
    });
  }

  private submit(work: () => void): void {
    this.queue.push(work);
    if (this.isDraining) return;
    this.isDraining = true;
    this.later(() => this.drain());
  }

  /** Some of the work, then a pause. */
  private drain(): void {
    for (let left = 1 + this.random(6); left > 0 && this.queue.length > 0; left--) {
      const work = this.queue.shift()!;
      work();
    }
    this.isDraining = this.queue.length > 0;
    if (this.isDraining) this.later(() => this.drain());
  }

  /** Before or after other tasks of the event loop. */
  private later(work: () => void): void {
    if (this.random(4) > 0) queueMicrotask(work);
    else setTimeout(work);
  }

  private random(below: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) | 0;
    return (this.seed >>> 16) % below;
  }
}
