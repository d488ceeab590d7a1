// Two nested loops become one where every address counts them as one.
// in:  statements     out: the same computations in the same order, with fewer loops
//
// The last axes of a value often lie side by side in all that a kernel reads and writes. One loop
// over them fills lanes that a loop over 5 or 10 elements leaves empty.

import type { Index, Loop, Range, Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';
import { substitute } from '../ir/substitute.js';
import { partsOf, type Simple, someTerm, visit } from '../ir/walk.js';

export const coalesceLoops = (stmts: readonly Stmt[]): readonly Stmt[] =>
  mapStmts(stmts, (stmt) => {
    const own = mapBody(stmt, coalesceLoops);
    return own.kind === 'loop' ? coalesced(own) : own;
  });

function coalesced(outer: Loop): Loop {
  const [inner] = outer.body;
  if (outer.body.length !== 1 || inner.kind !== 'loop') return outer;
  if (outer.mode !== 'serial' || inner.mode !== 'serial') return outer;
  const indices = indicesIn(inner.body);
  if (!indices.every((index) => countsAsOne(index, outer.range, inner.range))) return outer;
  const extent = outer.range.extent * inner.range.extent;
  const range: Range = { ...inner.range, extent };
  const ranges = new Map<string, Index>([
    [outer.range.name, { constant: 0, terms: [] }],
    [inner.range.name, { constant: 0, terms: [{ coefficient: 1, atom: range }] }],
  ]);
  return { ...inner, range, body: substitute(inner.body, { ranges }) };
}

/** Whether a step of the outer loop is as many steps of the inner one as it has turns. */
function countsAsOne({ terms }: Index, outer: Range, inner: Range): boolean {
  let [outerStep, innerStep] = [0, 0];
  const isEither = (atom: Simple): boolean =>
    atom.kind === 'range' && (atom.name === outer.name || atom.name === inner.name);
  for (const term of terms) {
    const { coefficient, atom } = term;
    if (atom.kind === 'range') {
      if (atom.name === outer.name) outerStep += coefficient;
      if (atom.name === inner.name) innerStep += coefficient;
    } else if (someTerm(term, isEither)) {
      return false;
    }
  }
  return outerStep === innerStep * inner.extent;
}

/** Every address and every index that is used as a value or a question. */
function indicesIn(stmts: readonly Stmt[]): Index[] {
  const found: Index[] = [];
  visit(stmts, (stmt) => {
    for (const part of partsOf(stmt)) if ('index' in part) found.push(part.index);
    if ('index' in stmt) found.push(stmt.index);
  });
  return found;
}
