// A team of threads that runs the blocks of one kernel at a
// time: the one that launches, and workers.
// in:  a shared memory, jobs     out: jobs done, or an error where a worker was lost
//
// One fork and one join for a launch. Whoever is free claims the next part by one atomic exchange,
// so a slow thread takes fewer; nobody spins for long, a thread without work sleeps.

import type { ThreadsRest } from '../../driver.js';
import {
  begunWord,
  boundsWord,
  claimBits,
  claimMask,
  claimWord,
  controlWords,
  doneWord,
  job as words,
  takenWord,
} from './control.js';
import { partsOf } from './parts.js';
import type { Member, Start } from './platform.js';
import { type Change, changeOf } from './waiting.js';

/** Everything that a worker must know: integers. */
export interface Job {
  readonly module: number;
  readonly address: number;
  readonly length: number;
  readonly entry: number;
  readonly args: number;
  readonly blocks: number;
}

export interface TeamOptions {
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  /** The scratch memory of each worker. */
  readonly scratches: readonly number[];
  readonly start: Start;
  /** Milliseconds without any progress after which a worker is taken to be lost. */
  readonly patience: number;
  /** Whether the launching thread may sleep. */
  readonly mayBlock: boolean;
  /** A worker that the platform did not let begin: the others do its part. */
  readonly missing: (reason: string) => void;
}

/** Milliseconds: shorter than going to sleep and being woken takes. */
const spinning = 0.05;

export class Team {
  private readonly words: Int32Array;
  readonly members: readonly Member[];
  /** Why it can work no longer. */
  private lost: string | null = null;
  private isClosed = false;
  private jobs = 0;
  /** Milliseconds of the longest part that this thread did of the job. */
  private longest = 0;

  constructor(private readonly options: TeamOptions) {
    const { memory, control, scratches, start } = options;
    this.words = new Int32Array(memory.buffer, control, controlWords);
    this.words.fill(0);
    this.members = scratches.flatMap((scratch, i) => {
      const data = { memory, control, scratch, index: i + 1 };
      try {
        return [start(data, (reason) => this.noteEnd(i + 1, reason))];
      } catch (error) {
        options.missing(String(error));
        return [];
      }
    });
  }

  get size(): number {
    return this.members.length + 1;
  }

  /** Blocks that each thread ran so far, the launching one first. */
  get taken(): readonly number[] {
    return [...this.words.subarray(takenWord, takenWord + this.size)];
  }

  /** Runs all blocks of a job; `own` runs some of them in this thread. */
  run(job: Job, own: (from: number, to: number) => void): void {
    this.share(job, own)?.finish();
  }

  /** The same, but what others still have to do is left to the caller; null: nothing. */
  share(job: Job, own: (from: number, to: number) => void): ThreadsRest | null {
    this.demandWorkers();
    const number = this.post(job);
    try {
      this.takePart(own);
    } catch (error) {
      this.finish(number);
      throw error;
    }
    const until = performance.now() + spinning;
    while (!this.isDone(number) && performance.now() < until);
    if (!this.isDone(number)) {
      return { wait: () => this.wait(number), finish: () => this.finish(number) };
    }
    this.demandSuccess();
    return null;
  }

  /** Ends all workers. */
  close(): void {
    this.isClosed = true;
    for (const member of this.members) member.end();
  }

  /** Everything about the job first, the claims last: they are what workers look at. */
  private post({ module, address, length, entry, args, blocks }: Job): number {
    const { words: w } = this;
    const bounds = partsOf(blocks, this.size);
    const parts = bounds.length - 1;
    w[words.module] = module;
    w[words.address] = address;
    w[words.length] = length;
    w[words.entry] = entry;
    w[words.args] = args;
    w[words.parts] = parts;
    w[words.failed] = 0;
    w.set(bounds, boundsWord);
    Atomics.store(w, doneWord, 0);
    this.jobs++;
    this.longest = 0;
    Atomics.store(w, claimWord, (this.jobs << claimBits) | parts);
    Atomics.notify(w, claimWord, Math.min(parts - 1, this.members.length));
    return this.jobs;
  }

  private takePart(own: (from: number, to: number) => void): void {
    const { words: w } = this;
    const parts = w[words.parts]!;
    for (;;) {
      const word = Atomics.load(w, claimWord);
      const left = word & claimMask;
      if (left === 0) return;
      if (Atomics.compareExchange(w, claimWord, word, word - 1) !== word) continue;
      const part = boundsWord + parts - left;
      const [from, to] = [w[part]!, w[part + 1]!];
      const began = performance.now();
      try {
        own(from, to);
        w[takenWord] += to - from;
      } finally {
        Atomics.add(w, doneWord, 1);
        this.longest = Math.max(this.longest, performance.now() - began);
      }
    }
  }

  /** A job is done before the next one begins. */
  private isDone(number: number): boolean {
    const done = Atomics.load(this.words, doneWord);
    return this.jobs !== number || done === this.words[words.parts];
  }

  /** Sleeps, or where that is not allowed looks again and again. */
  private finish(number: number): void {
    const change = this.change();
    while (!this.isDone(number)) change.block(this.options.mayBlock);
    this.demandSuccess();
  }

  private async wait(number: number): Promise<void> {
    const change = this.change();
    while (!this.isDone(number)) await change.soon();
    this.demandSuccess();
  }

  private change(): Change {
    // a part that takes this thread minutes may take another one many
    const patience = Math.max(this.options.patience, 10 * this.longest);
    return changeOf(this.words, doneWord, patience, (done) => {
      const parts = this.words[words.parts]!;
      this.lose(
        `${parts - done} of ${parts} parts did not end in ${(patience / 1000).toFixed(1)} seconds`,
      );
      this.demandWorkers();
    });
  }

  private noteEnd(index: number, reason: string): void {
    if (this.isClosed) return;
    if (Atomics.load(this.words, begunWord + index) === 0) this.options.missing(reason);
    else this.lose(`worker ${index} of ${this.members.length} ended (${reason})`);
  }

  private lose(reason: string): void {
    this.lost ??= reason;
    this.close();
  }

  private demandSuccess(): void {
    const failed = this.words[words.failed]!;
    if (failed > 0) this.lose(`worker ${failed} could not run a kernel; its error stands above`);
    this.demandWorkers();
  }

  private demandWorkers(): void {
    if (this.lost !== null) throw new LostWorkerError(this.lost);
  }
}

/** A worker was killed or hangs. What it was to compute is not there; the rest is as it was. */
export class LostWorkerError extends Error {
  override readonly name = 'LostWorkerError';

  constructor(reason: string) {
    super(
      `threads: ${reason}. The values that were being computed are lost; from here on one thread ` +
        'computes, until setNumThreads() starts new ones.',
    );
  }
}
