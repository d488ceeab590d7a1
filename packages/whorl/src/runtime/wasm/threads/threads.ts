// The threads of a device: how many, started when the first large kernel needs them.
// in:  how many are wanted; modules and blocks to run     out: blocks run, by one thread or several

import type { Memory, ThreadsRest } from '../../driver.js';
import { scratchBytes } from '../../memory/pooled.js';
import { controlWords, mostThreads } from './control.js';
import { findStart } from './platform.js';
import type { Job } from './team.js';
import { LostWorkerError, Team } from './team.js';
import { isBlockingAllowed } from './waiting.js';

/** The device's memory, as far as threads need it. */
export interface Room {
  allocate(bytes: number): Memory;
  free(memory: Memory): void;
  locate(memory: Memory): { readonly buffer: ArrayBufferLike; readonly offset: number };
}

/** What a thread must load before it can take part. */
export interface SharedModule {
  readonly id: number;
  readonly code: Uint8Array;
}

/** Blocks of one function of a module. */
export interface Work {
  readonly module: SharedModule;
  /** see entryName() */
  readonly entry: number;
  /** The address of the argument block, which stays as it is until the work is done. */
  readonly args: number;
  readonly blocks: number;
}

/** Runs blocks of the same function in this thread. */
export type Own = (from: number, to: number) => void;

const firstStage = 65_536;

export class Threads {
  private wanted = 1;
  private mayBlock = true;
  private hasWarned = false;
  private current: Team | null = null;
  private scratches: readonly Memory[] = [];
  /** Where workers find the module that runs now. */
  private stage: { readonly memory: Memory; module: number } | null = null;
  /** For tests: how long nothing may happen. */
  patience = 30_000;

  constructor(
    private readonly room: Room,
    private readonly memory: WebAssembly.Memory,
    private readonly isShared: boolean,
  ) {}

  get count(): number {
    return this.wanted;
  }

  /** The team at work, once there was a kernel large enough. */
  get team(): Team | null {
    return this.current;
  }

  /** false: this platform has no threads that share memory, and one goes on computing. */
  set(count: number): boolean {
    if (count === this.wanted) return true;
    this.close();
    const isPossible = count === 1 || (this.isShared && findStart() !== null);
    if (isPossible && count > 1) this.mayBlock = isBlockingAllowed();
    this.wanted = isPossible ? Math.min(count, mostThreads) : 1;
    return isPossible;
  }

  /** Runs all blocks before it returns. */
  run(work: Work, own: Own): void {
    const team = this.teamFor(work);
    if (team === null || !this.mayBlock) own(0, work.blocks);
    else this.guarded(() => team.run(this.job(work), own));
  }

  /** Where this thread may not sleep: what others still have to do is handed back. */
  share(work: Work, own: Own): ThreadsRest | null {
    const team = this.teamFor(work);
    if (team !== null && !this.mayBlock) {
      return this.guarded(() => this.watched(team.share(this.job(work), own)));
    }
    this.run(work, own);
    return null;
  }

  /** Whether share() hands anything back: only in a page, whose main thread may not sleep. */
  get mustAwait(): boolean {
    return this.wanted > 1 && !this.mayBlock;
  }

  private teamFor({ blocks }: Work): Team | null {
    return this.wanted === 1 || blocks === 1 ? null : (this.current ?? this.startTeam());
  }

  private startTeam(): Team {
    const { room, memory, patience, mayBlock } = this;
    // what a former team slept on is never used again: its workers may take a moment to end
    const control = room.locate(room.allocate(4 * controlWords)).offset;
    this.scratches = Array.from({ length: this.wanted - 1 }, () => room.allocate(scratchBytes));
    const scratches = this.scratches.map((scratch) => room.locate(scratch).offset);
    const start = findStart()!;
    const missing = (reason: string): void => this.noteMissing(reason);
    this.current = new Team({ memory, control, scratches, start, patience, mayBlock, missing });
    return this.current;
  }

  /** A page's Content-Security-Policy, say: it is one thread fewer, and nothing is lost. */
  private noteMissing(reason: string): void {
    this.wanted = Math.max(1, this.wanted - 1);
    if (this.hasWarned) return;
    this.hasWarned = true;
    console.warn(
      `threads: a worker could not start (${reason}), so fewer threads compute; getNumThreads() ` +
        "says how many. A page's Content-Security-Policy must allow them: worker-src blob:.",
    );
  }

  private close(): void {
    if (this.current === null) return;
    this.current.close();
    for (const scratch of this.scratches) this.room.free(scratch);
    this.scratches = [];
    this.current = null;
  }

  private job({ module, ...rest }: Work): Job {
    const length = module.code.length;
    return { ...rest, module: module.id, address: this.staged(module), length };
  }

  /** The bytes lie there while the job lasts. */
  private staged({ id, code }: SharedModule): number {
    const { room } = this;
    if (this.stage === null || this.stage.memory.bytes < code.length) {
      if (this.stage !== null) room.free(this.stage.memory);
      this.stage = { memory: room.allocate(Math.max(firstStage, 2 * code.length)), module: -1 };
    }
    const { buffer, offset } = room.locate(this.stage.memory);
    if (this.stage.module !== id) new Uint8Array(buffer, offset, code.length).set(code);
    this.stage.module = id;
    return offset;
  }

  /** A team that lost a worker is gone; its memory with it, for a worker may still write there. */
  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.noteLoss(error);
      throw error;
    }
  }

  private watched(rest: ThreadsRest | null): ThreadsRest | null {
    if (rest === null) return null;
    return {
      finish: () => this.guarded(() => rest.finish()),
      wait: () =>
        rest.wait().catch((error: unknown) => {
          this.noteLoss(error);
          throw error;
        }),
    };
  }

  private noteLoss(error: unknown): void {
    if (!(error instanceof LostWorkerError)) return;
    this.current = null;
    this.scratches = [];
    this.wanted = 1;
  }
}
