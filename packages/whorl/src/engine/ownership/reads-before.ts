// Whether a kernel reads each element of a buffer before it writes the same element of another one.
// in:  a kernel, two of its buffers     out: true only where that is plain to see
//
// Then both may be one buffer: what was read by an earlier nest of loops, or in this turn. x[1:] += x[:-1] is the counterexample: it reads what an earlier turn wrote.

import { keyOf } from '../../ir/index-algebra.js';
import type { Expr, Index, Kernel, Range, Stmt } from '../../ir/loop.js';
import { partsIn, valueOfStmt, valuesIn } from '../../ir/parts.js';

interface Seen {
  /** Places in the order of the text, and the addresses read there. */
  readonly reads: { readonly at: number; readonly key: string; readonly nest: number }[];
  readonly writes: {
    readonly at: number;
    readonly index: Index;
    readonly isSure: boolean;
    readonly nest: number;
  }[];
  at: number;
  /** Which statement of the kernel. */
  nest: number;
}

export function readsBeforeItWrites(kernel: Kernel, from: number, to: number): boolean {
  const seen: Seen = { reads: [], writes: [], at: 0, nest: 0 };
  for (const stmt of kernel.body) {
    collect([stmt], [], true, from, to, seen);
    seen.nest++;
  }
  const [write] = seen.writes;
  if (seen.writes.length !== 1 || !write!.isSure) return false;
  const key = keyOf(write!.index);
  return seen.reads.every(
    // an earlier nest is over before this one begins
    ({ nest, key: own, at }) => nest < write!.nest || (own === key && at <= write!.at),
  );
}

/** `ranges`: of the loops around; `always`: no condition stands around. */
function collect(
  body: readonly Stmt[],
  ranges: readonly Range[],
  always: boolean,
  from: number,
  to: number,
  seen: Seen,
): void {
  for (const stmt of body) {
    seen.at++;
    if (stmt.kind === 'loop') {
      collect(stmt.body, [...ranges, stmt.range], always, from, to, seen);
      continue;
    }
    noteReads(valueOfStmt(stmt), from, seen);
    if (stmt.kind === 'if') collect(stmt.body, ranges, false, from, to, seen);
    if (stmt.kind === 'store' || stmt.kind === 'poke')
      for (const value of valuesIn(stmt.index)) noteReads(value, from, seen);
    if (stmt.kind === 'store' && stmt.buffer === to) {
      const isSure = always && ranges.every((range) => moves(stmt.index, range));
      seen.writes.push({ at: seen.at, index: stmt.index, isSure, nest: seen.nest });
    }
  }
}

/** Another turn of the loop writes another element: a store's address tells its loops apart. */
const moves = ({ terms }: Index, range: Range): boolean =>
  terms.some(({ atom }) => atom.kind === 'range' && atom.name === range.name);

function noteReads(value: Expr, from: number, seen: Seen): void {
  for (const part of partsIn(value)) {
    if (part.kind === 'load' && part.buffer === from)
      seen.reads.push({ at: seen.at, key: keyOf(part.index), nest: seen.nest });
  }
}
