// What a compiled function does on the host, in order: looks at
// state, changes it, draws, computes numbers.
// in:  the events of a trace
// out: the same events run again before a replay; the program they lead to
//
// Programs of one function form a tree: they share their events up to the look whose outcome
// differed. Events that led nowhere are taken back, so that a trace begins where the call began.

import type { TypedArray } from '../../graph/dtype.js';
import type { Live } from '../../graph/live.js';
import type { Rewindable } from '../looking/capturing.js';

export type HostEvent =
  | {
      readonly kind: 'look';
      readonly look: () => unknown;
      /** What is looked at. */
      readonly of: unknown;
      /** Where the look draws, what it draws from. */
      readonly source?: Rewindable;
    }
  | {
      readonly kind: 'step';
      readonly run: () => unknown;
      readonly undo: () => void;
      readonly of: unknown;
      readonly source?: Rewindable;
    }
  | { readonly kind: 'live'; readonly live: Live; readonly of: unknown }
  | {
      readonly kind: 'draw';
      readonly what: string;
      readonly out: TypedArray;
      readonly fill: (out: TypedArray) => void;
      readonly source: Rewindable;
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

export const sourceOf = (event: HostEvent): Rewindable | undefined =>
  event.kind === 'live' ? undefined : event.source;

/** What steps did is taken back, the last one first; generators are the caller's. */
export function takeBack(events: readonly HostEvent[]): void {
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i]!;
    if (event.kind === 'step') event.undo();
  }
}

/** Whether a function that does the same thing again has both at one place. */
export function isSameEvent(a: HostEvent, b: HostEvent): boolean {
  if (a.kind !== 'draw') return a.kind === b.kind && Object.is(a.of, b.of);
  return b.kind === 'draw' && a.what === b.what && a.out.length === b.out.length;
}

/** The event of a recording gets what came of the same one in a trace. */
export function takeOver(recorded: HostEvent, traced: HostEvent): void {
  if (recorded === traced) return;
  if (recorded.kind === 'live') recorded.live.value = (traced as typeof recorded).live.value;
  else if (recorded.kind === 'draw') recorded.out.set((traced as typeof recorded).out as never);
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
  private readonly root = new Branch<P>();
  /** The way that run() went last: kept from call to call, so that a replay makes no objects. */
  private readonly way: HostEvent[] = [];
  /** The look whose outcome was new in the last run, by number; -1 where there was none. */
  private changed = -1;
  /** Generators that some event draws from, as they were before the last run. */
  private readonly marks = new Map<Rewindable, object>();

  /** Runs the events on the way; null where no trace went this way so far. */
  run(): P | null {
    const { way, marks } = this;
    for (const [source, mark] of marks) source.mark(mark);
    way.length = 0;
    this.changed = -1;
    let at = this.root;
    while (at.event !== null) {
      const { event } = at;
      const outcome = happen(event);
      way.push(event);
      const next = at.follow(outcome);
      if (next === undefined) {
        this.changed = way.length - 1;
        return null;
      }
      at = next;
    }
    return at.program;
  }

  /** As if the last run had not been. */
  undo(): void {
    this.takeBack();
    for (const [source, mark] of this.marks) source.rewind(mark);
  }

  /** The steps of the last run are taken back; what it drew stays drawn. */
  takeBack(): void {
    takeBack(this.way);
    this.way.length = 0;
  }

  /**
   * Whether a trace went another way than all before because of what the last run found changed.
   */
  explains(events: readonly Happened[]): boolean {
    let at: Branch<P> | undefined = this.root;
    for (let i = 0; i < this.changed; i++) {
      const { event, outcome } = events[i] ?? {};
      if (event === undefined || at?.event == null || !isSameEvent(at.event, event)) return false;
      at = at.follow(outcome);
    }
    const event = events[this.changed]?.event;
    return this.changed >= 0 && (event === undefined || !isSameEvent(at!.event!, event));
  }

  /**
   * Where a trace ends that did what another one did before: its program, and the events of that.
   */
  find(events: readonly Happened[]): { program: P | null; known: readonly HostEvent[] } {
    let at: Branch<P> | undefined = this.root;
    const known: HostEvent[] = [];
    for (const { event, outcome } of events) {
      if (at.event === null) {
        // another trace ended here
        if (at.program !== null) throw divergence();
        break;
      }
      if (!isSameEvent(at.event, event)) throw difference(at.event, event);
      known.push(at.event);
      const next: Branch<P> | undefined = at.follow(outcome);
      if (next === undefined) return { program: null, known };
      at = next;
    }
    if (at.event !== null) throw divergence();
    return { program: at.program, known };
  }

  add(events: readonly Happened[], program: P): void {
    let at = this.root;
    for (const { event, outcome } of events) {
      at.event ??= event;
      const source = sourceOf(event);
      if (source !== undefined && !this.marks.has(source)) {
        this.marks.set(source, source.mark(null));
      }
      at = at.follow(outcome) ?? at.add(outcome);
    }
    at.program = program;
  }
}

/** Two events at one place that are not the same. */
function difference(was: HostEvent, is: HostEvent): Error {
  const isOther = was.kind === 'look' && is.kind === 'look' && is.of instanceof Object;
  if (!isOther) return divergence();
  const { shape, dtype } = is.of as { readonly shape?: readonly number[]; readonly dtype?: string };
  const what =
    dtype === undefined || shape === undefined
      ? `a ${is.of.constructor.name}`
      : `a tensor of shape [${shape.join(', ')}] and dtype ${dtype}`;
  return new DivergenceError(
    `compile: ${what} that the function closes over is another one than when it was captured. A ` +
      'recording would go on with the old one: pass it as an argument, or call compile() again.',
  );
}

/** `where`: what shows it, as a sentence. */
export const divergence = (where = ''): Error =>
  new DivergenceError(
    'compile: the function did something else than before with the same arguments and the same ' +
      'state, so its recording cannot be replayed: what it does depends on something that ' +
      'compile() does not see (a counter, a random choice, a variable outside). Pass that as an ' +
      `argument.${where}`,
  );

/** A function did something else than its recording. */
export class DivergenceError extends Error {}
