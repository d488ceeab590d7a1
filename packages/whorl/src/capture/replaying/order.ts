// In which order a program's steps run, when some of them write over what others read.
// in:  steps with what they read and store     out: an order; further demands are met or refused

import type { HostCall, Launch } from '../../engine/flush/plan.js';

export type Step = Launch | HostCall;

export const readsOf = (step: Step): readonly number[] =>
  step.kind === 'host'
    ? step.inputs
    : step.buffers.filter((number) => !step.outputs.includes(number));

export class Order {
  /** For each step those that must come later. */
  private readonly later: Set<number>[];
  /** The last step that stores a value. */
  readonly producer = new Map<number, number>();
  readonly readers = new Map<number, number[]>();

  constructor(readonly steps: readonly Step[]) {
    this.later = steps.map(() => new Set());
    steps.forEach((step, i) => {
      for (const number of step.outputs) {
        const before = this.producer.get(number);
        // a base, and what is written over it
        if (before !== undefined) this.later[before]!.add(i);
        this.producer.set(number, i);
      }
      for (const number of readsOf(step)) {
        const readers = this.readers.get(number);
        if (readers === undefined) this.readers.set(number, [i]);
        else readers.push(i);
      }
    });
    for (const [number, readers] of this.readers) {
      const from = this.producer.get(number);
      if (from !== undefined) for (const to of readers) if (to !== from) this.later[from]!.add(to);
    }
  }

  /**
   * All of `before` run before `after` from now on; false
   * where that cannot be, and nothing changed.
   */
  demand(before: readonly number[], after: number): boolean {
    const reached = this.reachedFrom(after);
    if (before.some((step) => reached.has(step))) return false;
    for (const step of before) this.later[step]!.add(after);
    return true;
  }

  private reachedFrom(start: number): Set<number> {
    const reached = new Set([start]);
    for (const step of reached) for (const next of this.later[step]!) reached.add(next);
    return reached;
  }

  /** The steps in an order that meets every demand, else as they came. */
  sorted(): Step[] {
    const waits = new Array<number>(this.steps.length).fill(0);
    for (const later of this.later) for (const step of later) waits[step]!++;
    const isDone = new Array<boolean>(this.steps.length).fill(false);
    const result: Step[] = [];
    for (let at = 0; at < this.steps.length; ) {
      if (isDone[at] || waits[at]! > 0) {
        at++;
        continue;
      }
      isDone[at] = true;
      result.push(this.steps[at]!);
      let earliest = at + 1;
      for (const step of this.later[at]!)
        if (--waits[step]! === 0 && step < earliest) earliest = step;
      at = earliest;
    }
    return result;
  }
}
