// What a compiled function does on the host, in order: looks at state, changes it, draws, computes numbers.
// in:  the events of a trace     out: the same events run again before a replay; the program they lead to
//
// Programs of one function form a tree: they share their events up to the look whose outcome differed.

import type { TypedArray } from '../../graph/dtype.js';
import type { Live } from '../../graph/live.js';

export type HostEvent =
  /** refusal: the error where the outcome is another one than ever; null: that is another program. */
  | { readonly kind: 'look'; readonly look: () => unknown; readonly refusal: string | null }
  | { readonly kind: 'step'; readonly run: () => unknown }
  | { readonly kind: 'live'; readonly live: Live }
  | {
      readonly kind: 'draw';
      readonly what: string;
      readonly out: TypedArray;
      readonly fill: (out: TypedArray) => void;
    };

export type Draw = Extract<HostEvent, { kind: 'draw' }>;

/** An event with what came of it: a look's outcome. */
export interface Happened {
  readonly event: HostEvent;
  readonly outcome: unknown;
}

export function happen(event: HostEvent): unknown {
  switch (event.kind) {
    case 'look':
      return event.look();
    case 'step':
      return event.run();
    case 'live':
      event.live.value = event.live.read();
      return undefined;
    case 'draw':
      return event.fill(event.out);
  }
}

class Branch<P> {
  event: HostEvent | null = null;
  /** The outcome met last, and where it leads: most calls are like the one before. */
  usual: unknown = undefined;
  next: Branch<P> | null = null;
  readonly others = new Map<unknown, Branch<P>>();
  program: P | null = null;

  follow(outcome: unknown): Branch<P> | undefined {
    if (this.next !== null && Object.is(this.usual, outcome)) return this.next;
    const other = this.others.get(outcome);
    if (other !== undefined) this.turn(outcome, other);
    return other;
  }

  add(outcome: unknown): Branch<P> {
    const branch = new Branch<P>();
    this.others.set(outcome, branch);
    this.turn(outcome, branch);
    return branch;
  }

  private turn(outcome: unknown, branch: Branch<P>): void {
    this.usual = outcome;
    this.next = branch;
  }
}

/** The programs of one signature. */
export class EventTree<P> {
  private root = new Branch<P>();
  /** The way that run() went last: kept from call to call, so that a replay makes no objects. */
  private readonly way: HostEvent[] = [];
  private readonly outcomes: unknown[] = [];

  /** Runs the events on the way; null where no trace went this way so far. */
  run(): P | null {
    const { way, outcomes } = this;
    way.length = 0;
    outcomes.length = 0;
    let at = this.root;
    while (at.event !== null) {
      const { event } = at;
      const outcome = happen(event);
      way.push(event);
      outcomes.push(outcome);
      const next = at.follow(outcome);
      if (next === undefined) {
        if (event.kind === 'look' && event.refusal !== null) throw new Error(event.refusal);
        return null;
      }
      at = next;
    }
    return at.program;
  }

  /** What happened in the last run. */
  past(): Happened[] {
    return this.way.map((event, i) => ({ event, outcome: this.outcomes[i] }));
  }

  add(events: readonly Happened[], program: P): void {
    let at = this.root;
    for (const { event, outcome } of events) {
      at.event ??= event;
      at = at.follow(outcome) ?? at.add(outcome);
    }
    at.program = program;
  }
}

/** `where`: what shows it, as a sentence. */
export const divergence = (where = ''): Error =>
  new Error(
    'compile: the function did something else than before with the same arguments and the same state, so ' +
      'its recording cannot be replayed: what it does depends on something that compile() does not see ' +
      `(a counter, a random choice, a variable outside). Pass that as an argument.${where}`,
  );
