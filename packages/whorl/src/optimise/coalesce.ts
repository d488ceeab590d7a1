// Two nested loops become one where every address counts them as one.
// in:  statements     out: the same computations in the same order, with fewer loops
//
// The last axes of a value often lie side by side in all that a kernel reads and writes. One loop
// over them fills lanes that a loop over 5 or 10 elements leaves empty.

import type { Expr, Index, Range, Stmt } from '../ir/loop.js';
import { partsIn, valueOfStmt } from '../ir/parts.js';
import { Rewriter } from '../ir/rewrite.js';
import type { Loop } from './unroll.js';

export function coalesceLoops(stmts: readonly Stmt[]): Stmt[] {
  return stmts.map((stmt) => {
    if (stmt.kind === 'if') return { ...stmt, body: coalesceLoops(stmt.body) };
    if (stmt.kind !== 'loop') return stmt;
    const loop = { ...stmt, body: coalesceLoops(stmt.body) };
    return coalesced(loop) ?? loop;
  });
}

function coalesced(outer: Loop): Loop | null {
  const [inner] = outer.body;
  if (outer.body.length !== 1 || inner.kind !== 'loop') return null;
  if (outer.mode !== 'serial' || inner.mode !== 'serial') return null;
  const places = indicesIn(inner.body);
  if (!places.every((index) => countsAsOne(index, outer.range, inner.range))) return null;
  const extent = outer.range.extent * inner.range.extent;
  const range: Range = { ...inner.range, extent };
  const ranges = new Map<string, Index>([
    [outer.range.name, { constant: 0, terms: [] }],
    [inner.range.name, { constant: 0, terms: [{ coefficient: 1, atom: range }] }],
  ]);
  return { ...inner, range, body: new Rewriter({ ranges }).all(inner.body) };
}

/** Whether a step of the outer loop is as many steps of the inner one as it has turns. */
function countsAsOne({ terms }: Index, outer: Range, inner: Range): boolean {
  let [outerStep, innerStep] = [0, 0];
  for (const { coefficient, atom } of terms) {
    if (atom.kind === 'range') {
      if (atom.name === outer.name) outerStep += coefficient;
      if (atom.name === inner.name) innerStep += coefficient;
    } else if ((atom.kind === 'div' || atom.kind === 'mod') && mentions(atom.of, outer, inner)) {
      return false;
    }
  }
  return outerStep === innerStep * inner.extent;
}

const mentions = ({ terms }: Index, outer: Range, inner: Range): boolean =>
  terms.some(({ atom }) =>
    atom.kind === 'range'
      ? atom.name === outer.name || atom.name === inner.name
      : (atom.kind === 'div' || atom.kind === 'mod') && mentions(atom.of, outer, inner),
  );

/** Every address and every index that is used as a value or a question. */
function indicesIn(stmts: readonly Stmt[], found: Index[] = []): Index[] {
  for (const stmt of stmts) {
    if (stmt.kind !== 'loop') noteIndices(valueOfStmt(stmt), found);
    if (stmt.kind === 'loop' || stmt.kind === 'if') indicesIn(stmt.body, found);
    if (stmt.kind === 'store' || stmt.kind === 'poke') found.push(stmt.index);
  }
  return found;
}

function noteIndices(root: Expr, found: Index[]): void {
  for (const expr of partsIn(root)) if ('index' in expr) found.push(expr.index);
}
