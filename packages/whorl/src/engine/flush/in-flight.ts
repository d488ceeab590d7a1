// A flush whose last blocks other threads still compute, while the page goes on.
// in:  a run that came to such a place     out: a promise of what was to be read afterwards
//
// Only a page's main thread, which may not sleep, has flushes in flight, and one at a time: whatever
// asks for the next one finishes the first. What was asked for is read in the moment in which the
// flush is done, before anything can write over it.

import type { Rest } from '../../runtime/index.js';

/** Steps that go on where they stopped. */
export interface Running {
  /** Goes on; null: it is done. `soon`: it may stop again. */
  resume(soon: boolean): Rest | null;
}

class InFlight<T> {
  private outcome: { readonly value: T } | { readonly error: unknown } | null = null;

  constructor(
    private readonly running: Running,
    private rest: Rest,
    private readonly read: () => T,
  ) {}

  /** Now, in this thread. An error belongs to who waits for the value. */
  finish(): void {
    this.attempt(() => {
      let rest: Rest | null = this.rest;
      while (rest !== null) {
        rest.finish();
        rest = this.running.resume(false);
      }
      return null;
    });
  }

  async wait(): Promise<T> {
    while (this.outcome === null) {
      const failure = await this.rest.wait().then(
        () => null,
        (error: unknown) => ({ error }),
      );
      if (this.outcome !== null) break;
      this.attempt(() => {
        if (failure !== null) throw failure.error;
        return this.running.resume(true);
      });
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

  private settle(outcome: { readonly value: T } | { readonly error: unknown }): void {
    this.outcome = outcome;
    current = null;
  }
}

let current: InFlight<unknown> | null = null;

/** What other threads still compute for an earlier flush is computed after this. */
export function finishInFlight(): void {
  current?.finish();
}

/** `rest`: what the run waits for first. */
export function fly<T>(running: Running, rest: Rest, read: () => T): Promise<T> {
  const flight = new InFlight(running, rest, read);
  current = flight as InFlight<unknown>;
  return flight.wait();
}
