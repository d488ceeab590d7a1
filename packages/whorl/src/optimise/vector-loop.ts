// Chooses which loops run as lanes: at most one on the way from the outside to any statement.
// in:  statements     out: the same statements with loops marked 'vector', about what they cost

import { vectorLanes } from '../ir/lane-stride.js';
import type { Stmt } from '../ir/loop.js';
import { statementCost, statementsCost } from './cost.js';
import type { Independent } from './independent.js';
import { vectorsOf } from './repeatable.js';
import type { Loop } from './unroll.js';

export interface Choice {
  readonly cost: number;
  readonly stmts: readonly Stmt[];
}

/** The cheapest way: every loop either as lanes, or serial with the best inside. */
export function chooseVectorLoops(stmts: readonly Stmt[], independent: Independent): Choice {
  let cost = 0;
  const chosen: Stmt[] = [];
  for (const stmt of stmts) {
    const one = bestOf(stmt, independent);
    cost += one.cost;
    chosen.push(...one.stmts);
  }
  return { cost, stmts: chosen };
}

function bestOf(stmt: Stmt, independent: Independent): Choice {
  if (stmt.kind === 'if') {
    const inside = chooseVectorLoops(stmt.body, independent);
    return { cost: stmt.rare ? 1 : inside.cost + 1, stmts: [{ ...stmt, body: inside.stmts }] };
  }
  if (stmt.kind !== 'loop') return { cost: statementCost(stmt, null, new Set()), stmts: [stmt] };
  const { range, body } = stmt;
  const isParallel = stmt.mode === 'parallel';
  const inside = chooseVectorLoops(body, independent);
  const serial: Choice = {
    cost: range.extent * (inside.cost + 1),
    stmts: [{ ...stmt, mode: isParallel ? 'parallel' : 'serial', body: inside.stmts }],
  };
  if (isParallel || range.extent < vectorLanes || !independent.has(range.name)) return serial;
  const { count, isAll } = vectorsOf(stmt);
  const rest = isAll ? 0 : range.extent % vectorLanes;
  const cost = count * (statementsCost(body, range.name) + 1) + rest * statementsCost(body, null);
  return cost < serial.cost
    ? { cost, stmts: [innermost({ ...stmt, mode: 'vector' }, independent)] }
    : serial;
}

/** Lanes inside of the loops that they hold, where those may run in any order, too: panels are
 *  made in front of loops, and lanes share what does not depend on them. */
function innermost(lanes: Loop, independent: Independent): Loop {
  const [inside] = lanes.body;
  if (lanes.body.length !== 1 || inside.kind !== 'loop') return lanes;
  if (!independent.has(inside.range.name)) return lanes;
  return { ...inside, body: [innermost({ ...lanes, body: inside.body }, independent)] };
}
