// Chooses which loops run as lanes: at most one on the way from the outside to any statement.
// in:  statements     out: the same statements with loops marked 'vector', about what they cost
//
// Which one is best depends on how every load below lies in memory: so both ways are priced, from
// the inside out, and the cheaper one is kept.

import type { Loop, Stmt } from '../ir/loop.js';
import { statementCost, statementsCost } from './cost.js';
import type { Machine } from '../target/target.js';
import { vectorsOf } from './repeatable.js';

export interface Choice {
  readonly cost: number;
  readonly stmts: readonly Stmt[];
}

/** The cheapest way: every loop either as lanes, or serial with the best inside. */
export function chooseVectorLoops(stmts: readonly Stmt[], machine: Machine): Choice {
  let cost = 0;
  const chosen: Stmt[] = [];
  for (const stmt of stmts) {
    const one = bestOf(stmt, machine);
    cost += one.cost;
    chosen.push(...one.stmts);
  }
  return { cost, stmts: chosen };
}

function bestOf(stmt: Stmt, machine: Machine): Choice {
  if (stmt.kind === 'if') {
    const inside = chooseVectorLoops(stmt.body, machine);
    return { cost: stmt.rare ? 1 : inside.cost + 1, stmts: [{ ...stmt, body: inside.stmts }] };
  }
  if (stmt.kind !== 'loop') return { cost: statementCost(stmt, null, new Set()), stmts: [stmt] };
  const { range, body } = stmt;
  const isParallel = stmt.mode === 'parallel';
  const inside = chooseVectorLoops(body, machine);
  const serial: Choice = {
    cost: range.extent * (inside.cost + 1),
    stmts: [{ ...stmt, mode: isParallel ? 'parallel' : 'serial', body: inside.stmts }],
  };
  const { lanes } = machine;
  if (isParallel || range.extent < lanes || stmt.independent !== true) return serial;
  const { count, isAll } = vectorsOf(stmt, lanes);
  const rest = isAll ? 0 : range.extent % lanes;
  const together = statementsCost(body, { range: range.name, count: lanes });
  const cost = count * (together + 1) + rest * statementsCost(body, null);
  return cost < serial.cost ? { cost, stmts: [innermost({ ...stmt, mode: 'vector' })] } : serial;
}

/** Lanes inside of the loops that they hold, where those may run in any order, too: panels are
 *  made in front of loops, and lanes share what does not depend on them. */
function innermost(lanes: Loop): Loop {
  const [inside] = lanes.body;
  if (lanes.body.length !== 1 || inside.kind !== 'loop') return lanes;
  if (inside.independent !== true) return lanes;
  return { ...inside, body: [innermost({ ...lanes, body: inside.body })] };
}
