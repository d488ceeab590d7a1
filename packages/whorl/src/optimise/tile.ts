// Chooses how many rows and how many vectors of a loop nest are computed together in registers.
// in:  a nest with a loop that runs as lanes     out: how many turns of which of its loops to jam

import { keyOf } from '../ir/index-algebra.js';
import { laneStride, type Lanes } from '../ir/lane-stride.js';
import type { Expr, Index, Loop, Stmt } from '../ir/loop.js';
import { declaredIn, partsIn, partsOf, someAtom, visit } from '../ir/walk.js';
import { statementsCost } from './cost.js';
import type { Machine } from '../target/target.js';
import { vectorsOf } from './repeatable.js';

/** How many turns of each loop run at once. */
export type Factors = Map<Stmt, number>;

/** Of one loop: beyond that registers run out, whatever the body is. */
const mostCopies = 8;
const mostOperations = 120;
/** What a turn of the innermost loop costs beside its work. */
const loopCost = 3;
/** Additions into one variable wait for each other: fewer copies than this leave the adder idle. */
const leastWork = 12;

interface Load {
  readonly onRow: boolean;
  readonly onLanes: boolean;
  readonly cost: number;
}

/** What the innermost loop does for one row and one vector. */
interface Work {
  readonly operations: number;
  readonly loads: readonly Load[];
  readonly accumulators: number;
}

/** The loops from `loop` down to where the most is computed. */
export function hotPath(loop: Loop): Loop[] {
  const path: Loop[] = [];
  for (let next: Loop | null = loop; next !== null; next = hottest(next.body)) path.push(next);
  return path;
}

function hottest(body: readonly Stmt[]): Loop | null {
  let found: Loop | null = null;
  let most = 0;
  for (const stmt of body) {
    if (stmt.kind !== 'loop') continue;
    const cost = stmt.range.extent * (statementsCost(stmt.body, null) + 1);
    if (cost > most) [found, most] = [stmt, cost];
  }
  return found;
}

export function chooseTile(loop: Loop, factors: Factors, machine: Machine): void {
  const path = hotPath(loop);
  const lanes = path.find(({ mode }) => mode === 'vector');
  if (lanes === undefined) return;
  const inner = path[path.length - 1];
  let best = { time: Infinity, row: null as Loop | null, rows: 1, vectors: 1 };
  const rows = path.filter(
    (other) => other !== lanes && other.mode === 'serial' && other.independent === true,
  );
  const { count: vectors, isAll } = vectorsOf(lanes, machine.lanes);
  for (const row of [null, ...rows]) {
    const work = workOf(inner, lanes, row, machine.lanes);
    const { vectorRegisters } = machine;
    for (const { r, v } of shapes(work, row?.range.extent ?? 1, vectors, vectorRegisters)) {
      const time = timeOf(work, row?.range.extent ?? 1, vectors, r, v, isAll);
      // of two that take as long the one with more rows: what runs along the lanes is packed
      if (time <= best.time) best = { time, row, rows: r, vectors: v };
    }
  }
  factors.set(lanes, best.vectors);
  if (best.row !== null) factors.set(best.row, best.rows);
}

/** What fits into registers. An engine loads everything that a turn needs before it computes. */
function* shapes(
  work: Work,
  extent: number,
  vectors: number,
  registers: number,
): Iterable<{ r: number; v: number }> {
  const { accumulators, loads, operations } = work;
  const isShared = loads.some((load) => load.onRow !== load.onLanes);
  for (let r = 1; r <= Math.min(extent, mostCopies); r++) {
    for (let v = 1; v <= Math.min(vectors, mostCopies); v++) {
      const fits =
        accumulators > 0
          ? operations * r * v <= mostOperations &&
            accumulators * r * v + loadsOf(work, r, v) + 1 <= registers
          : v === 1 && r <= 2 && isShared && operations * r <= mostOperations;
      if (fits || (r === 1 && v === 1)) yield { r, v };
    }
  }
}

const copiesOf = ({ onRow, onLanes }: Load, r: number, v: number): number =>
  (onRow ? r : 1) * (onLanes ? v : 1);

function loadsOf({ loads }: Work, r: number, v: number): number {
  let count = 0;
  for (let i = 0; i < loads.length; i++) count += copiesOf(loads[i]!, r, v);
  return count;
}

/** Per row, over whole tiles and what is left over: `jams` tells whether as one tile, too. */
function timeOf(
  work: Work,
  rows: number,
  vectors: number,
  r: number,
  v: number,
  jams: boolean,
): number {
  const last = jams ? vectors % v : 1;
  const [restRows, restVectors] = [rows % r, vectors % v];
  const [wholeRows, wholeVectors] = [rows - restRows, vectors - restVectors];
  const time =
    pieceTime(work, wholeRows * wholeVectors, r, v) +
    pieceTime(work, restRows * wholeVectors, restRows, v) +
    pieceTime(work, wholeRows * restVectors, r, last) +
    pieceTime(work, restRows * restVectors, restRows, last);
  const isRagged = restRows > 0 && wholeRows > 0;
  const kinds = (isRagged ? 2 : 1) * (restVectors > 0 && wholeVectors > 0 ? 2 : 1);
  return (time / rows) * (1 + 0.02 * (kinds - 1));
}

const pieceTime = (work: Work, count: number, r: number, v: number): number =>
  count === 0 ? 0 : (count / (r * v)) * Math.max(turnCost(work, r, v), leastWork);

function turnCost({ operations, loads }: Work, r: number, v: number): number {
  let cost = operations * r * v + loopCost;
  for (let i = 0; i < loads.length; i++) cost += loads[i]!.cost * copiesOf(loads[i]!, r, v);
  return cost;
}

function workOf(inner: Loop, lanes: Loop, row: Loop | null, count: number): Work {
  const onRow = row === null ? new Set<string>() : dependents(row);
  const onLanes = dependents(lanes);
  const isReduction = inner !== lanes && inner !== row;
  const onInner = isReduction ? dependents(inner) : null;
  const loads = new Map<string, Load>();
  let operations = 0;
  const own = new Set(declaredIn(inner.body).map(({ name }) => name));
  const carried = new Map<string, number>();
  for (const stmt of inner.body) {
    if (stmt.kind === 'loop' || stmt.kind === 'if') continue;
    if (stmt.kind === 'assign' && !own.has(stmt.local.name)) {
      carried.set(stmt.local.name, isWide(stmt.value) ? 2 : 1);
    }
    for (const expr of partsOf(stmt)) {
      if (expr.kind === 'unary' || expr.kind === 'binary' || expr.kind === 'select') operations++;
      if (expr.kind !== 'load' && expr.kind !== 'peek') continue;
      if (onInner !== null && !moves(expr.index, onInner)) continue;
      const memory = expr.kind === 'load' ? expr.buffer : expr.scratch.name;
      loads.set(`${memory}:${keyOf(expr.index)}`, {
        onRow: moves(expr.index, onRow),
        onLanes: moves(expr.index, onLanes),
        cost: loadCost(expr.index, { range: lanes.range.name, count }, onLanes),
      });
    }
  }
  const accumulators = [...carried.values()].reduce((sum, parts) => sum + parts, 0);
  return { operations, loads: [...loads.values()], accumulators };
}

const isWide = ({ dtype }: Expr): boolean => dtype === 'int64' || dtype === 'float64';

function loadCost(index: Index, lanes: Lanes, onLanes: ReadonlySet<string>): number {
  const stride = laneStride(index, lanes, (value) => depends(value, onLanes));
  return stride === 0 || stride === 1 ? 1 : 4;
}

/** The range itself and the locals that are different in its turns. */
function dependents({ range, body }: Loop): Set<string> {
  const names = new Set([range.name]);
  visit(body, (stmt) => {
    if ('local' in stmt && depends(stmt.value, names)) names.add(stmt.local.name);
  });
  return names;
}

const depends = (value: Expr, names: ReadonlySet<string>): boolean =>
  partsIn(value).some((part) =>
    part.kind === 'local' ? names.has(part.name) : 'index' in part && moves(part.index, names),
  );

/** Whether an index is another one where one of the names is another value. */
const moves = (index: Index, names: ReadonlySet<string>): boolean =>
  someAtom(index, (atom) =>
    atom.kind === 'range'
      ? names.has(atom.name)
      : atom.kind === 'value' && names.has(atom.value.name),
  );
