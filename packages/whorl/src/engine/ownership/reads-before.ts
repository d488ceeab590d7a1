// Whether a kernel reads each element of a buffer before it writes the same element of another one.
// in:  a kernel, two of its buffers     out: true only where that is plain to see
//
// Then both may be one buffer: what was read by an earlier nest of loops, or in this turn. x[1:] +=
// x[:-1] is the counterexample: it reads what an earlier turn wrote.

import { keyOf } from '../../ir/index-algebra.js';
import type { Index, Kernel, Range } from '../../ir/loop.js';
import { partsOf, visit } from '../../ir/walk.js';

/** A read or a write: where in the text, in which statement of the kernel. */
interface Access {
  readonly at: number;
  readonly nest: number;
}
interface Read extends Access {
  readonly key: string;
}
interface Write extends Access {
  readonly index: Index;
  /** It happens in every turn, to another element. */
  readonly isSure: boolean;
}

export function readsBeforeItWrites(kernel: Kernel, from: number, to: number): boolean {
  const [reads, writes]: [Read[], Write[]] = [[], []];
  let at = 0;
  let nest = 0;
  visit(kernel.body, (stmt, around) => {
    if (around.length === 0) nest++;
    at++;
    for (const part of partsOf(stmt)) {
      if (part.kind === 'load' && part.buffer === from) {
        reads.push({ at, nest, key: keyOf(part.index) });
      }
    }
    if (stmt.kind !== 'store' || stmt.buffer !== to) return;
    const { index } = stmt;
    const isSure = around.every((block) => block.kind === 'loop' && moves(index, block.range));
    writes.push({ at, nest, index, isSure });
  });
  const [write] = writes;
  if (writes.length !== 1 || !write!.isSure) return false;
  const key = keyOf(write!.index);
  return reads.every(
    // an earlier nest is over before this one begins
    (read) => read.nest < write!.nest || (read.key === key && read.at <= write!.at),
  );
}

/** Another turn of the loop writes another element: a store's address tells its loops apart. */
const moves = ({ terms }: Index, range: Range): boolean =>
  terms.some(({ atom }) => atom.kind === 'range' && atom.name === range.name);
