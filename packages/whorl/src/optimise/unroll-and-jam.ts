// Computes several rows and several vectors of a nest at once, so that they share what they load.
// in:  statements with loops marked 'vector'     out: statements with tiles; every sum in its order

import type { Loop, Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';
import type { Machine } from '../target/target.js';
import type { Names } from '../ir/names.js';
import { visit } from '../ir/walk.js';
import { vectorsOf } from './repeatable.js';
import type { Factors } from './tile.js';
import { chooseTile } from './tile.js';
import { unrollAndJam, unrollLanes } from './unroll.js';

export function tileNests(stmts: readonly Stmt[], names: Names, machine: Machine): readonly Stmt[] {
  const factors: Factors = new Map();
  for (const nest of nestsIn(stmts)) chooseTile(nest, factors, machine);
  return apply(stmts, factors, names, machine.lanes);
}

/** The outermost loops; inside of blocks for threads each nest is looked at by itself. */
function nestsIn(stmts: readonly Stmt[]): Loop[] {
  const nests: Loop[] = [];
  visit(stmts, (stmt) => {
    const isNest = stmt.kind === 'loop' && stmt.mode !== 'parallel';
    if (isNest) nests.push(stmt);
    return !isNest;
  });
  return nests;
}

const apply = (
  stmts: readonly Stmt[],
  factors: Factors,
  names: Names,
  lanes: number,
): readonly Stmt[] =>
  mapStmts(stmts, (stmt) => {
    const own = mapBody(stmt, (body) => apply(body, factors, names, lanes));
    return own.kind === 'loop' ? unrolled(own, factors.get(stmt) ?? 1, names, lanes) : own;
  });

function unrolled(loop: Loop, factor: number, names: Names, lanes: number): readonly Stmt[] {
  const overlaps = loop.mode === 'vector' && loop.range.extent % lanes > 0;
  if (factor === 1 && !(overlaps && vectorsOf(loop, lanes).isAll)) return [loop];
  return loop.mode === 'vector'
    ? unrollLanes(loop, factor, lanes, names)
    : unrollAndJam(loop, factor, names);
}
