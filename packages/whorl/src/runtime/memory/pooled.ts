// The part of a CPU device that is about memory: a pool over one growing linear memory.
// in:  a space that can grow     out: every method of Driver but load and launch

import type {
  Call,
  Driver,
  Executable,
  Immediate,
  Late,
  LoadedProgram,
  Memory,
  MemoryUse,
  ProgramCode,
  Rest,
  Scalar,
} from '../driver.js';
import { OutOfMemoryError } from '../errors.js';
import { checkGuard, guardBytes, layGuard, spoil } from './guards.js';
import type { Piece } from './pool.js';
import { Pool } from './pool.js';
import type { ReclaimOptions } from './reclaim.js';
import { Reclaimer } from './reclaim.js';

const MiB = 2 ** 20;

/** The first bytes are not for buffers: the status word, arguments of the kernel that is launched,
 *  then scratch memory of kernels. */
export const statusOffset = 0;
export const argumentOffset = 64;
export const scratchOffset = 65_536;
export const reservedBytes = 8 * 65_536;
/** What a kernel may use from its scratch address; each thread has as much. */
export const scratchBytes = reservedBytes - scratchOffset;

/** Linear memory. `buffer` may be another object after growTo(). */
export interface Space {
  readonly buffer: ArrayBufferLike;
  readonly bytes: number;
  readonly limit: number;
  /** At least `bytes` in all, keeping the contents; false where the system refuses. */
  growTo(bytes: number): boolean;
}

export interface HostOptions extends Pick<ReclaimOptions<Piece>, 'collect' | 'quiet' | 'budget'> {
  /** Whether writes behind a piece of memory are to be found: checkMemory(). Default false. */
  readonly guarded?: boolean | undefined;
}

/** Where a live piece starts. A kernel must never see memory that was given back. */
export function addressOf(memory: Memory): number {
  const { block, offset } = memory as Piece;
  if (block === null) throw new Error(`memory at ${offset} is used after it was given back`);
  return offset;
}

export abstract class PooledDriver implements Driver, Immediate {
  /** What is launched has run when the call returns. */
  readonly now = this;
  abstract readonly name: string;
  private readonly pool: Pool;
  private readonly isGuarded: boolean;
  private readonly reclaimer: Reclaimer<Piece>;
  private status: Int32Array;

  constructor(
    protected readonly space: Space,
    options: HostOptions,
  ) {
    this.isGuarded = options.guarded ?? false;
    this.pool = new Pool(reservedBytes, this.isGuarded ? guardBytes : 0);
    this.reclaimer = new Reclaimer<Piece>({
      ...options,
      used: () => this.pool.used,
      giveBack: (piece) => this.giveBack(piece),
    });
    this.pool.extend(space.bytes);
    this.status = this.viewStatus();
  }

  abstract load(name: string, code: string | Uint8Array, call: Call): Executable;
  abstract launch(
    executable: Executable,
    memories: readonly Memory[],
    scalars: readonly Scalar[],
  ): void;

  abstract loadProgram(program: ProgramCode, owner: object): LoadedProgram;

  /** By itself a device has one thread, and what it launches is done. */
  launchSoon(
    executable: Executable,
    memories: readonly Memory[],
    scalars: readonly Scalar[],
  ): Rest | null {
    this.launch(executable, memories, scalars);
    return null;
  }

  get threads(): number {
    return 1;
  }

  setThreads(count: number): boolean {
    return count === 1;
  }

  get mustAwait(): boolean {
    return false;
  }

  allocate(bytes: number): Memory {
    if (this.reclaimer.isDue(bytes)) this.reclaimer.sweep();
    // what cannot fit at all is no case for the pool's size classes
    const isPossible = bytes <= this.space.limit;
    const piece = isPossible
      ? (this.pool.take(bytes) ?? this.takeGrown(bytes) ?? this.takeSwept(bytes))
      : null;
    if (piece !== null) {
      if (this.isGuarded) layGuard(this.space.buffer, piece.block!);
      return piece;
    }
    const { used, reserved } = this.memory();
    throw new OutOfMemoryError(bytes, used, reserved, this.space.limit, this.advice());
  }

  free(memory: Memory): void {
    const piece = memory as Piece;
    if (this.isGuarded && piece.block !== null) checkGuard(this.space.buffer, piece.block);
    this.pool.give(piece);
  }

  checkMemory(): void {
    if (!this.isGuarded) return;
    for (const block of this.pool.taken()) checkGuard(this.space.buffer, block);
    spoil(this.space.buffer, scratchOffset, scratchBytes);
  }

  freeWith(owner: object, memory: Memory): void {
    this.reclaimer.watch(owner, memory as Piece, memory.bytes);
  }

  locate(memory: Memory): { readonly buffer: ArrayBufferLike; readonly offset: number } {
    return { buffer: this.space.buffer, offset: addressOf(memory) };
  }

  write(memory: Memory, offset: number, bytes: Uint8Array): void {
    this.bytes(memory, offset, bytes.length).set(bytes);
  }

  copy(from: Memory, to: Memory, bytes: number): void {
    if (from !== to) this.bytes(to, 0, bytes).set(this.bytes(from, 0, bytes));
  }

  async read(memory: Memory, offset: number, bytes: number): Promise<Uint8Array> {
    return this.bytes(memory, offset, bytes).slice();
  }

  private bytes(memory: Memory, offset: number, count: number): Uint8Array {
    return new Uint8Array(this.space.buffer, addressOf(memory) + offset, count);
  }

  /** Failures are told at once: takeStatus(). */
  async settle(): Promise<readonly Late[]> {
    return [];
  }

  takeStatus(): number {
    const code = this.status[0]!;
    this.status[0] = 0;
    return code;
  }

  memory(): MemoryUse {
    const { used, peak, buffers } = this.pool;
    return { used, reserved: this.space.bytes, peak, buffers };
  }

  reclaim(): number {
    return this.reclaimer.sweep();
  }

  /** Memory can only come back between turns of the event loop, and it is due: await relieve(). */
  pressure(): boolean {
    return this.reclaimer.wantsRelief();
  }

  /** Waits until the platform has collected; bounded, and only useful under pressure(). */
  relieve(): Promise<void> {
    return this.reclaimer.relieve();
  }

  /** By a quarter of what there is, so that programs grow rarely; exactly where that is refused. */
  private takeGrown(bytes: number): Piece | null {
    const { space } = this;
    const needed = space.bytes + this.pool.missing(bytes);
    if (needed > space.limit) return null;
    const roomy = Math.max(needed, space.bytes + Math.min(space.bytes / 4, 64 * MiB));
    if (!space.growTo(Math.min(roomy, space.limit)) && !space.growTo(needed)) return null;
    this.pool.extend(space.bytes);
    this.status = this.viewStatus();
    return this.pool.take(bytes);
  }

  private takeSwept(bytes: number): Piece | null {
    this.reclaimer.sweep();
    return this.pool.take(bytes, true) ?? this.takeGrown(bytes);
  }

  private giveBack(piece: Piece): number {
    const { block } = piece;
    if (block === null) return 0;
    const before = this.pool.used;
    this.pool.give(piece);
    return before - this.pool.used;
  }

  private advice(): string {
    return this.reclaimer.wantsRelief()
      ? 'Unused tensors are found only between turns of the event loop: an `await` may help.'
      : 'Tensors that are still referred to (kept losses, lists of results) keep their memory.';
  }

  private viewStatus(): Int32Array {
    return new Int32Array(this.space.buffer, statusOffset, 1);
  }
}
