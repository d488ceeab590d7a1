// What statements cost, run one turn after the other or as lanes.
// in:  statements, the range of the lanes     out: about how many instructions
//
// Good enough to choose between two ways of running one loop, which share most of their errors;
// no time is predicted by it.

import { isFloating } from '../graph/dtype.js';
import { laneStride, type Lanes } from '../ir/lane-stride.js';
import type { Expr, Index, Loop, Stmt } from '../ir/loop.js';
import { partsIn, someOperand } from '../ir/walk.js';

/** Where the lanes disagree: names of locals. */
type Varying = Set<string>;

/** Four lanes from four addresses: as many loads, and what puts them together. */
const gathered = 6;
/** Counting and asking. */
const loopOverhead = 2;

const isWide = (expr: Expr): boolean => expr.dtype === 'int64' || expr.dtype === 'float64';
const isInteger = ({ dtype }: Expr): boolean =>
  dtype === 'int32' || dtype === 'int64' || dtype === 'uint8';

function operationCost(expr: Expr): number {
  if (expr.kind === 'binary' && (expr.fn === 'div' || expr.fn === 'rem')) {
    return isInteger(expr) ? 12 : 4;
  }
  return expr.kind === 'unary' && expr.fn === 'sqrt' ? 5 : 1;
}

/** The instructions of an operation on all lanes; some only exist for scalars. */
function lanesCost(expr: Expr, { count }: Lanes): number {
  const single = operationCost(expr);
  const byLanes = count * (single + 2);
  if (expr.kind === 'binary' && isInteger(expr) && (expr.fn === 'div' || expr.fn === 'rem')) {
    return byLanes;
  }
  if (
    expr.kind === 'cast' &&
    (expr.dtype === 'int64') !== (expr.a.dtype === 'int64') &&
    (isFloating(expr.dtype) || isFloating(expr.a.dtype))
  )
    return byLanes;
  if (expr.kind === 'binary' && expr.fn === 'mul' && expr.dtype === 'int64') return 8;
  return isWide(expr) ? 2 * single : single;
}

interface Counted {
  readonly cost: number;
  readonly varies: boolean;
}

const steady: Counted = { cost: 0, varies: false };
const never = (): boolean => false;
const noNames: Varying = new Set();

function expressionCost(root: Expr, lanes: Lanes | null, varying: Varying): Counted {
  if (lanes === null) return { cost: serialCost(root), varies: false };
  const found = new Set<Expr>();
  let cost = 0;
  const differs = (value: Expr): boolean => found.has(value);
  for (const expr of partsIn(root)) {
    const part = partCost(expr, lanes, varying, differs);
    if (part.varies) found.add(expr);
    cost += part.cost;
  }
  return { cost, varies: found.has(root) };
}

/** Without lanes nothing disagrees, and every pass
 *  asks again about what the one before left alone. */
const serialCosts = new WeakMap<Expr | Stmt, number>();

function serialCost(root: Expr): number {
  let cost = serialCosts.get(root);
  if (cost !== undefined) return cost;
  cost = 0;
  const parts = partsIn(root);
  for (let i = 0; i < parts.length; i++) cost += partCost(parts[i]!, null, noNames, never).cost;
  serialCosts.set(root, cost);
  return cost;
}

function partCost(
  expr: Expr,
  lanes: Lanes | null,
  varying: Varying,
  differs: (value: Expr) => boolean,
): Counted {
  switch (expr.kind) {
    case 'local':
      return { cost: 0, varies: varying.has(expr.name) };
    case 'const':
    case 'param':
      return steady;
    case 'load':
    case 'peek':
    case 'index':
    case 'inside': {
      const stride = strideOf(expr.index, lanes, differs);
      const moves = expr.kind === 'load' || expr.kind === 'peek';
      const cost = moves ? memoryCost(stride, isWide(expr)) : 1;
      return { cost, varies: stride !== 0 };
    }
    default:
      return operated(expr, lanes, someOperand(expr, differs));
  }
}

const operated = (expr: Expr, lanes: Lanes | null, varies: boolean): Counted => ({
  varies,
  cost: varies && lanes !== null ? lanesCost(expr, lanes) : operationCost(expr),
});

export const strideOf = (
  index: Index,
  lanes: Lanes | null,
  varies: (value: Expr) => boolean,
): number | null => (lanes === null ? 0 : laneStride(index, lanes, varies));

const memoryCost = (stride: number | null, wide: boolean): number =>
  stride === 0 ? 1 : stride === 1 ? (wide ? 2 : 1) : gathered;

/** All loops run one turn after the other; with lanes, everything is computed for all of them. */
export function statementsCost(
  stmts: readonly Stmt[],
  lanes: Lanes | null,
  varying: Varying = new Set(),
): number {
  let total = 0;
  for (const stmt of stmts) total += statementCost(stmt, lanes, varying);
  return total;
}

export function statementCost(stmt: Stmt, lanes: Lanes | null, varying: Varying): number {
  switch (stmt.kind) {
    case 'loop':
      return lanes === null ? serialLoopCost(stmt) : loopCost(stmt, lanes, varying);
    case 'let': {
      const { cost, varies } = expressionCost(stmt.value, lanes, varying);
      if (varies) varying.add(stmt.local.name);
      return cost;
    }
    case 'var':
      if (lanes !== null) varying.add(stmt.local.name);
      return expressionCost(stmt.value, lanes, varying).cost;
    case 'assign':
      return expressionCost(stmt.value, lanes, varying).cost;
    case 'store':
    case 'poke': {
      const { cost } = expressionCost(stmt.value, lanes, varying);
      const stride = strideOf(
        stmt.index,
        lanes,
        (value) => expressionCost(value, lanes, varying).varies,
      );
      return cost + memoryCost(stride, isWide(stmt.value));
    }
    case 'if': {
      const { cost, varies } = expressionCost(stmt.condition, lanes, varying);
      if (stmt.rare) return cost + 1;
      if (!varies || lanes === null) return cost + statementsCost(stmt.body, lanes, varying);
      return cost + lanes.count * (statementsCost(stmt.body, null) + loopOverhead);
    }
    case 'check':
      return expressionCost(stmt.ok, lanes, varying).cost + 1;
  }
}

const loopCost = (loop: Loop, lanes: Lanes | null, varying: Varying): number =>
  loop.range.extent * (statementsCost(loop.body, lanes, varying) + loopOverhead);

function serialLoopCost(loop: Loop): number {
  let cost = serialCosts.get(loop);
  if (cost === undefined) {
    cost = loopCost(loop, null, noNames);
    serialCosts.set(loop, cost);
  }
  return cost;
}
