// Computes several rows and several vectors of a nest at once, so that they share what they load.
// in:  statements with loops marked 'vector'     out: statements with tiles; every sum in its order

import type { Stmt } from '../ir/loop.js';
import type { Machine } from '../target/target.js';
import type { Names } from '../ir/names.js';
import { vectorsOf } from './repeatable.js';
import type { Factors } from './tile.js';
import { chooseTile } from './tile.js';
import type { Loop } from './unroll.js';
import { unrollAndJam, unrollLanes } from './unroll.js';

export function tileNests(stmts: readonly Stmt[], names: Names, machine: Machine): Stmt[] {
  const factors: Factors = new Map();
  for (const nest of nestsIn(stmts)) chooseTile(nest, factors, machine);
  return apply(stmts, factors, names, machine.lanes);
}

/** The outermost loops; inside of blocks for threads each nest is looked at by itself. */
function* nestsIn(stmts: readonly Stmt[]): Iterable<Loop> {
  for (const stmt of stmts) {
    if (stmt.kind === 'if' || (stmt.kind === 'loop' && stmt.mode === 'parallel')) {
      yield* nestsIn(stmt.body);
    } else if (stmt.kind === 'loop') yield stmt;
  }
}

function apply(stmts: readonly Stmt[], factors: Factors, names: Names, lanes: number): Stmt[] {
  return stmts.flatMap((stmt): Stmt[] => {
    if (stmt.kind === 'if') return [{ ...stmt, body: apply(stmt.body, factors, names, lanes) }];
    if (stmt.kind !== 'loop') return [stmt];
    const loop = { ...stmt, body: apply(stmt.body, factors, names, lanes) };
    const factor = factors.get(stmt) ?? 1;
    const overlaps = loop.mode === 'vector' && loop.range.extent % lanes > 0;
    if (factor === 1 && !(overlaps && vectorsOf(loop, lanes).isAll)) return [loop];
    return loop.mode === 'vector'
      ? unrollLanes(loop, factor, lanes, names)
      : unrollAndJam(loop, factor, names);
  });
}
