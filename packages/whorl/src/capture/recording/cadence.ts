// When a recording is compared with its function again.
// in:  calls, signs of a new epoch, what a comparison cost     out: whether the next one is due
//
// A comparison computes nothing, but runs the function's JavaScript: milliseconds, where a replay
// takes microseconds. The first calls after the recording are compared, then each after twice as
// many calls as before; and more often where a fiftieth of the time pays for it, since a value that
// changes after an hour should not take another one to be found. Signs of a new epoch have a rhythm
// of their own, so that what changes with it is found before it is used.

import { signs } from '../looking/capturing.js';

/** Of the time between two comparisons, what one may take. */
const share = 1 / 50;

/**
 * So many comparisons follow one another at the start: more
 * where all of them are cheap, in milliseconds.
 */
const early = { least: 3, most: 16, budget: 50 };

class Rhythm {
  private made = 0;
  private gap = 1;
  private left = 1;
  private last = 0;
  private spent = 0;

  due(): boolean {
    this.left--;
    return this.left <= 0;
  }

  /**
   * A comparison ended at the time `now` and took `cost`, both in milliseconds. `among`: so many
   * recordings of the function share the time.
   */
  note(now: number, cost: number, among: number): void {
    const period = Math.max(now - this.last - cost, 0) / this.gap / among;
    const affordable = this.made === 0 ? Infinity : Math.ceil(cost / share / period);
    this.made++;
    this.spent += cost;
    const isEarly =
      this.made < early.least || (this.made < early.most / among && this.spent < early.budget);
    this.gap = Math.max(1, Math.min(isEarly ? 1 : this.gap * 2, affordable));
    this.left = this.gap;
    this.last = now;
  }
}

export class Cadence {
  private readonly calls = new Rhythm();
  private readonly epochs = new Rhythm();
  private seen = signs.count;
  private isNewEpoch = false;
  /** Replays since the last comparison; the one that follows it at once is none. */
  replays = -1;

  /** Once a call, before it is replayed. */
  due(): boolean {
    const isDue = this.calls.due();
    this.isNewEpoch = signs.count !== this.seen && this.epochs.due();
    return isDue || this.isNewEpoch;
  }

  /** After a call: what it did itself is no sign. */
  replayed(): void {
    this.seen = signs.count;
    this.replays++;
  }

  /** `among`: how many recordings the function has, for all of which a fiftieth is spent. */
  compared(started: number, among: number): void {
    const now = performance.now();
    this.calls.note(now, now - started, among);
    if (this.isNewEpoch) this.epochs.note(now, now - started, among);
    this.replays = -1;
  }
}
