// A flush that others still compute for, while the program goes on.
// in:  a run that came to such a place     out: a promise of what was to be read afterwards
//
// Two kinds of program have flushes in flight, one at a time. In a page's main thread, which may
// not sleep, threads compute the last blocks: whatever asks for the next flush finishes this one.
// On a device that is only read by waiting, a routine of the host waits for its sources: the next
// flush begins when this one is over. What was asked for is read in the moment in which the flush
// is done, before anything can write over it.

import type { Rest } from '../../runtime/index.js';

export interface Failed {
  readonly error: unknown;
}

/** Steps that go on where they stopped. */
export interface Running {
  /**
   * Goes on; null: it is done. `soon`: it may stop again.
   * `failure`: what it waited for ended with that.
   */
  resume(soon: boolean, failure?: Failed): Rest | null;
}

class InFlight<T> {
  private outcome: { readonly value: T | Promise<T> } | { readonly error: unknown } | null = null;

  constructor(
    private readonly running: Running,
    private rest: Rest,
    private readonly read: () => T | Promise<T>,
  ) {}

  get canFinish(): boolean {
    return this.rest.finish !== undefined;
  }

  /** Now, in this thread. An error belongs to who waits for the value. */
  finish(): void {
    this.attempt(() => {
      let rest: Rest | null = this.rest;
      while (rest?.finish !== undefined) {
        rest.finish();
        rest = this.running.resume(false);
      }
      return rest;
    });
  }

  async wait(): Promise<T> {
    while (this.outcome === null) {
      const failure = await this.rest.wait().then(
        () => undefined,
        (error: unknown): Failed => ({ error }),
      );
      if (this.outcome === null) this.attempt(() => this.running.resume(true, failure));
    }
    if ('error' in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }

  private attempt(go: () => Rest | null): void {
    try {
      const rest = go();
      if (rest !== null) this.rest = rest;
      else this.settle({ value: this.read() });
    } catch (error) {
      this.settle({ error });
    }
  }

  private settle(outcome: { readonly value: T | Promise<T> } | { readonly error: unknown }): void {
    this.outcome = outcome;
    if (current === this) current = null;
  }
}

let current: InFlight<unknown> | null = null;
/** Ends when what is in flight does, whatever becomes of it. */
let landing: Promise<void> | null = null;

/**
 * What other threads still compute for an earlier flush is computed
 * after this; throws where only waiting helps.
 */
export function finishInFlight(): void {
  if (current === null) return;
  if (current.canFinish) current.finish();
  if (current !== null) throw new Error(mustWait);
}

/** What is in flight and cannot be finished here: a promise of its end. */
export const waitsForLanding = (): Promise<void> | null => {
  if (current?.canFinish) current.finish();
  return current === null ? null : landing;
};

const mustWait =
  'a value that is computed on another device is still on its way: await item(), data() or ' +
  'toArray() before this is asked for at once';

/** `rest`: what the run waits for first. */
export function fly<T>(running: Running, rest: Rest, read: () => T | Promise<T>): Promise<T> {
  const flight = new InFlight(running, rest, read);
  current = flight as InFlight<unknown>;
  const outcome = flight.wait();
  landing = outcome.then(
    () => {},
    () => {},
  );
  return outcome;
}
