// Unrolls the innermost loops of few turns, so that what the turns have in common is computed once.
// in:  statements     out: statements in the same order of computation, with fewer loops

import type { Loop, Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';
import { assignsOuter, partsOf, someStmt, visit } from '../ir/walk.js';
import type { Names } from '../ir/names.js';
import { unrollFully } from './unroll.js';

/** Longer loops gain less from what their turns have in common than the code costs to make. */
const mostTurns = 8;
const mostOperations = 240;

/** Loops that run as lanes stay; a loop whose inner loops all went may go too. A part of a longer
 *  sum stays a loop: in registers there is more room for several sums than for one's many loads.
 *  `turns`: of the loops around that add up. */
export const unrollSmallLoops = (
  stmts: readonly Stmt[],
  names: Names,
  turns = 1,
): readonly Stmt[] =>
  mapStmts(stmts, (stmt) => {
    const adds = stmt.kind === 'loop' && assignsOuter(stmt.body);
    const inside = adds ? turns * stmt.range.extent : stmt.kind === 'loop' ? 1 : turns;
    const own = mapBody(stmt, (body) => unrollSmallLoops(body, names, inside));
    return own.kind === 'loop' && isSmall(own, inside) ? unrollFully(own, names) : own;
  });

function isSmall({ mode, range: { extent }, body }: Loop, turns: number): boolean {
  if (mode !== 'serial' || Math.max(extent, turns) > mostTurns) return false;
  if (someStmt(body, ({ kind }) => kind === 'loop')) return false;
  let operations = 0;
  visit(body, (stmt) => {
    operations += 1 + operationsOf(stmt);
  });
  return operations * extent <= mostOperations;
}

const operationsOf = (stmt: Stmt): number =>
  partsOf(stmt).filter(({ kind }) => kind !== 'local' && kind !== 'const').length;
