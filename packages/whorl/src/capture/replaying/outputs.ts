// Where a program's results go: into memory of their own, or over the value that they replace.
// in:  the values to deliver, the plan
// out: for each result a way; the steps in an order that allows it
//
// A parameter is updated in place where every step that reads its old value can run before it is
// overwritten, and the kernel that does both reads an element no later than it writes it.

import type { History, Node } from '../../graph/node.js';
import { parallelLoop } from '../../ir/parallel.js';
import { baseOf, isLeaf } from '../../schedule/walk.js';
import { readsBeforeItWrites } from '../../engine/ownership/reads-before.js';
import { Order, type Step } from './order.js';

/**
 * What is to be delivered: `old` is the leaf that it replaces in its cell, null for a new value.
 */
export interface Wanted {
  readonly node: Node;
  /** What the new value's history is. */
  readonly history: History | null;
  readonly old: Node | null;
}

export interface Output {
  /** The value, by number. */
  readonly number: number;
  /**
   * Whether it is copied from where that value lies when all
   * steps are done; else stored there itself.
   */
  readonly isCopy: boolean;
  /** Whether it may lie in the memory of the value that it replaces. */
  readonly mayOverwrite: boolean;
  /** The value that it is written over by the very kernel that reads it; -1: by none. */
  readonly over: number;
}

export interface Placed {
  readonly outputs: readonly Output[];
  readonly steps: readonly Step[];
}

export function placeOutputs(
  wanted: readonly Wanted[],
  nodes: readonly Node[],
  steps: readonly Step[],
): Placed {
  const placing = new Placing(wanted, nodes, new Order(steps));
  const outputs = placing.outputs();
  return { outputs, steps: placing.order.sorted() };
}

class Placing {
  /** Values that an output has stored for itself. */
  private readonly taken = new Set<number>();
  /** Leaves that are copied at the end: they must still be there then. */
  private readonly lasting: ReadonlySet<number>;
  private readonly checks: readonly number[];

  constructor(
    private readonly wanted: readonly Wanted[],
    private readonly nodes: readonly Node[],
    readonly order: Order,
  ) {
    const bases = wanted.map(({ node }) => baseOf(node));
    this.lasting = new Set(bases.filter(isLeaf).map((base) => base.index));
    this.checks = order.steps.flatMap((step, i) =>
      step.kind === 'host' || step.checks.length > 0 ? [i] : [],
    );
  }

  outputs(): Output[] {
    const result = new Array<Output>(this.wanted.length);
    // what replaces a value goes first: it gains most from having the value to itself
    for (const isUpdate of [true, false]) {
      this.wanted.forEach((want, i) => {
        if ((want.old !== null) === isUpdate) result[i] = this.place(want);
      });
    }
    return result;
  }

  private place({ node, old }: Wanted): Output {
    const base = baseOf(node);
    const number = base.index;
    const isKept = old !== null && this.lasting.has(this.numberOf(old));
    if (isLeaf(base) || this.taken.has(number)) {
      return { number, isCopy: true, mayOverwrite: old !== null && !isKept, over: -1 };
    }
    const mayOverwrite = old !== null && !isKept;
    if (mayOverwrite && !this.canOverwrite(number, old)) {
      return { number, isCopy: true, mayOverwrite: true, over: -1 };
    }
    this.taken.add(number);
    const over = mayOverwrite && this.isReadWhereWritten(number, old) ? old.index : -1;
    return { number, isCopy: false, mayOverwrite, over };
  }

  /** The number of a leaf, -1 where the program does not read it. */
  private numberOf(leaf: Node): number {
    return this.nodes[leaf.index] === leaf ? leaf.index : -1;
  }

  private isReadWhereWritten(number: number, old: Node): boolean {
    const { producer, readers } = this.order;
    const before = this.numberOf(old);
    return before >= 0 && (readers.get(before) ?? []).includes(producer.get(number)!);
  }

  private canOverwrite(number: number, old: Node): boolean {
    const { order } = this;
    const from = order.producer.get(number)!;
    const before = this.numberOf(old);
    const readers = before < 0 ? [] : (order.readers.get(before) ?? []);
    if (readers.includes(from) && !mayWriteOver(order.steps[from]!, before, number)) return false;
    // an error in values leaves what was there
    const first = [...readers, ...this.checks].filter((step) => step !== from);
    if (this.checks.includes(from)) return false;
    return order.demand(first, from);
  }
}

/** Groups of tiles write what they read nowhere: nothing of theirs is written over. */
function mayWriteOver(step: Step, old: number, value: number): boolean {
  if (step.kind === 'host' || parallelLoop(step.loaded.kernel) !== null) return false;
  const { buffers, loaded } = step;
  return readsBeforeItWrites(loaded.kernel, buffers.indexOf(old), buffers.indexOf(value));
}
