// Unrolls the innermost loops of few turns, so that what the turns have in common is computed once.
// in:  statements     out: statements in the same order of computation, with fewer loops

import type { Expr, Stmt } from '../ir/loop.js';
import { assignsOuter, partsIn, valueOfStmt } from '../ir/parts.js';
import type { Names } from '../ir/names.js';
import { unrollFully } from './unroll.js';

const mostTurns = 8;
const mostOperations = 240;

/** Loops that run as lanes stay; a loop whose inner loops all went may go too. A part of a longer
 *  sum stays a loop: in registers there is more room for several sums than for one's many loads.
 *  `turns`: of the loops around that add up. */
export function unrollSmallLoops(stmts: readonly Stmt[], names: Names, turns = 1): Stmt[] {
  return stmts.flatMap((stmt): Stmt[] => {
    if (stmt.kind === 'if') return [{ ...stmt, body: unrollSmallLoops(stmt.body, names, turns) }];
    if (stmt.kind !== 'loop') return [stmt];
    const own = assignsOuter(stmt.body) ? turns * stmt.range.extent : 1;
    const small = { ...stmt, body: unrollSmallLoops(stmt.body, names, own) };
    if (small.mode !== 'serial' || Math.max(small.range.extent, own) > mostTurns) return [small];
    const operations = operationsIn(small.body);
    const fits = operations !== null && operations * small.range.extent <= mostOperations;
    return fits ? unrollFully(small, names) : [small];
  });
}

/** Null where there is a loop. */
function operationsIn(stmts: readonly Stmt[]): number | null {
  let total = 0;
  for (const stmt of stmts) {
    if (stmt.kind === 'loop') return null;
    total += 1 + operationsOf(valueOfStmt(stmt));
    if (stmt.kind !== 'if') continue;
    const inside = operationsIn(stmt.body);
    if (inside === null) return null;
    total += inside;
  }
  return total;
}

const operationsOf = (expr: Expr): number =>
  partsIn(expr).filter((part) => part.kind !== 'local' && part.kind !== 'const').length;
