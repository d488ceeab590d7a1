// Which stores of a plan are written into memory that nothing reads after them.
// in:  the steps of a flush in order, what it stores and keeps
// out: for each step, what its stores take over
//
// A temporary may be taken over by the kernel that reads it last; so may the
// old value of a cell that nobody can ask for any more. Either only where the
// kernel reads each element before it writes it.

import type { Node } from '../../graph/node.js';
import type { Kernel } from '../../ir/loop.js';
import { isLeaf } from '../../schedule/walk.js';
import { readsBeforeItWrites } from './reads-before.js';
import { bits, bitsOf, countReaders } from './readers.js';

/** A store that is written over a value of the same size and dtype. */
export interface Taking {
  readonly output: number;
  readonly from: number;
  /** The value was stored before this flush: when something fails it must not be lost. */
  readonly isOld: boolean;
}

/** What there is to know of a step here. */
export interface Candidate {
  /** null where nothing of it may be taken over. */
  readonly kernel: Kernel | null;
  readonly outputs: readonly number[];
  /** Places in the list of nodes, by the kernel's argument. */
  readonly buffers: readonly number[];
  /** Whether what it computes may turn out to be an error. */
  readonly canFail: boolean;
}

export interface Lifetimes {
  readonly nodes: readonly Node[];
  readonly stored: ReadonlySet<Node>;
  readonly kept: ReadonlySet<Node>;
  /** Nodes that will have the memory of another. */
  readonly shared: ReadonlySet<Node>;
  /** The step that uses a node's memory last, by number. */
  readonly last: ReadonlyMap<number, number>;
}

export function takings(steps: readonly Candidate[], lifetimes: Lifetimes): Taking[][] {
  const { nodes, stored, kept, last } = lifetimes;
  const old = oldValues(lifetimes);
  const lastFailure = steps.findLastIndex((step) => step.canFail);
  return steps.map((step, i) => {
    const found: Taking[] = [];
    if (step.kernel === null) return found;
    const spare = step.buffers.filter((number) => {
      const node = nodes[number]!;
      if (step.outputs.includes(number) || last.get(number) !== i) return false;
      return stored.has(node) ? !kept.has(node) : old.has(node) && i > lastFailure;
    });
    for (const output of step.outputs) {
      const isKept = kept.has(nodes[output]!);
      const from = spare.find(
        (number) =>
          (isKept || stored.has(nodes[number]!)) &&
          found.every((taking) => taking.from !== number) &&
          isAlike(nodes[number]!, nodes[output]!) &&
          readsBeforeItWrites(
            step.kernel!,
            step.buffers.indexOf(number),
            step.buffers.indexOf(output),
          ),
      );
      if (from !== undefined) found.push({ output, from, isOld: !stored.has(nodes[from]!) });
    }
    return found;
  });
}

const isAlike = (a: Node, b: Node): boolean => a.dtype === b.dtype && a.size === b.size;

/** Leaves that only this flush reads, and that nothing it leaves pending is made of. */
function oldValues({ nodes, kept, shared }: Lifetimes): Set<Node> {
  const readers = countReaders(nodes);
  const isNeeded = new Array<boolean>(nodes.length).fill(false);
  const found = new Set<Node>();
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const known = bitsOf(node, readers[i]!);
    if (shared.has(node)) isNeeded[i] = true;
    if (isLeaf(node)) {
      if ((known & bits.free) !== 0 && !isNeeded[i] && node.size > 0) found.add(node);
    } else if (needsSources(known, kept.has(node), isNeeded[i]!)) {
      for (const source of node.sources) isNeeded[source.index] = true;
    }
  }
  return found;
}

/** Whether a node may be computed again, or a gradient may look at what it was made of. */
function needsSources(known: number, isKept: boolean, isNeeded: boolean): boolean {
  if ((known & (bits.tracked | bits.touched)) !== 0) return true;
  const isWanted = (known & bits.wanted) !== 0;
  return !isKept && (isNeeded || isWanted || (known & bits.held) !== 0);
}
