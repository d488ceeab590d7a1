// The order in which kernels run.
// in:  drafts     out: the same, each before those that read it, else in the program's order
//
// A program's own order lets temporaries go early: a backward pass makes the gradient of a layer's
// weights right after that of its output, and needs neither again.

import type { Node } from '../graph/node.js';
import type { Draft } from './draft.js';

export type TimeOf = (node: Node) => number;

/** `timeOf`: when the program asked for a value. */
export function inOrder(drafts: readonly Draft[], timeOf: TimeOf = (node) => node.id): Draft[] {
  const waitsFor = new Map<Draft, number>(drafts.map((draft) => [draft, 0]));
  for (const draft of drafts) {
    for (const reader of draft.readers) waitsFor.set(reader, waitsFor.get(reader)! + 1);
  }
  const ready = new Earliest(({ stores }) => timeOf(stores[0]!));
  for (const draft of drafts) if (waitsFor.get(draft) === 0) ready.add(draft);
  const result: Draft[] = [];
  for (let draft = ready.take(); draft !== undefined; draft = ready.take()) {
    result.push(draft);
    for (const reader of draft.readers) {
      const left = waitsFor.get(reader)! - 1;
      waitsFor.set(reader, left);
      if (left === 0) ready.add(reader);
    }
  }
  return result;
}

/** A binary heap: the draft of the earliest time first. */
class Earliest {
  private readonly heap: Draft[] = [];

  /** When the program asked for the last of what a kernel stores. */
  constructor(private readonly timeOf: (draft: Draft) => number) {}

  add(draft: Draft): void {
    const { heap, timeOf } = this;
    let at = heap.length;
    heap.push(draft);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (timeOf(heap[above]!) <= timeOf(draft)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = draft;
  }

  take(): Draft | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length > 0 && last !== undefined) this.sink(last);
    return first;
  }

  private sink(draft: Draft): void {
    const { heap, timeOf } = this;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      const other = heap[below + 1];
      if (other !== undefined && timeOf(other) < timeOf(heap[below]!)) below++;
      if (timeOf(draft) <= timeOf(heap[below]!)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = draft;
  }
}
