// Panels that are the same for every tile of rows are filled once, in front of the loop over tiles.
// in:  statements with panels     out: the same, copies that do not depend on a parallel loop in front of it

import type { BufferSpec, Index, Stmt } from '../ir/loop.js';
import { partsIn, valueOfStmt, valuesIn } from '../ir/parts.js';
import { filledIn } from './accesses.js';
import type { Loop } from './unroll.js';

export function hoistPanels(stmts: readonly Stmt[], buffers: readonly BufferSpec[]): Stmt[] {
  return stmts.flatMap((stmt): Stmt[] => {
    if (stmt.kind !== 'loop' || stmt.mode !== 'parallel') return [stmt];
    const filled = stmt.body.map((inner) => filledIn([inner]));
    const panels = stmt.body.filter(
      (inner, i) =>
        isSame(inner, stmt, buffers) &&
        // nothing else of a turn uses the same scratch memory
        filled.every((names, j) => i === j || !names.some((name) => filled[i]!.includes(name))),
    );
    const body = stmt.body.filter((inner) => !panels.includes(inner));
    return [...panels, { ...stmt, body }];
  });
}

/** Copies from what the kernel does not write, at places that the loop does not move. */
function isSame(stmt: Stmt, around: Loop, buffers: readonly BufferSpec[]): boolean {
  if (stmt.kind === 'loop') return stmt.body.every((inner) => isSame(inner, around, buffers));
  if (stmt.kind !== 'poke' || mentions(stmt.index, around)) return false;
  return partsIn(valueOfStmt(stmt)).every((expr) => {
    if (expr.kind !== 'load') return expr.kind === 'const' || expr.kind === 'param';
    return !buffers[expr.buffer]!.written && !mentions(expr.index, around);
  });
}

/** An address that is more than a sum of ranges is taken to depend on everything. */
function mentions(index: Index, { range }: Loop): boolean {
  if (valuesIn(index).length > 0) return true;
  return index.terms.some(({ atom }) => atom.kind !== 'range' || atom.name === range.name);
}
