// REDUCE as loops, in the order that is a fact of the node
// (graph/sum-order.ts), or as trees where a device keeps none.
// in:  how many elements each axis has, and each of them     out: their sum (product, extremum)

import type { DType } from '../graph/dtype.js';
import { sizeOf } from '../graph/node.js';
import type { ReduceKind, SumOrder } from '../graph/op.js';
import { blocksOf, sumLanes, lanesOf, runsInLanes, runsWide } from '../graph/sum-order.js';
import { add, and, cast, max, min, mul, or } from './bodies/expressions.js';
import { fixed, scale, shift, unflatten } from '../ir/index-algebra.js';
import * as address from '../ir/index-algebra.js';
import type { Expr, Index } from '../ir/loop.js';
import type { Target } from '../target/target.js';
import type { Nest } from './nest.js';
import { conditionOf } from './places.js';

export interface Combiner {
  readonly identity: Expr;
  readonly combine: (a: Expr, b: Expr) => Expr;
}

/** Max begins with it: no element is below. */
const lowest: Record<DType, number | bigint> = {
  bool: 0,
  uint8: 0,
  int32: -(2 ** 31),
  int64: -(2n ** 63n),
  float32: -Infinity,
  float64: -Infinity,
};
/** Min begins with it: no element is above. */
const highest: Record<DType, number | bigint> = {
  bool: 1,
  uint8: 255,
  int32: 2 ** 31 - 1,
  int64: 2n ** 63n - 1n,
  float32: Infinity,
  float64: Infinity,
};

export function combinerOf(kind: ReduceKind, dtype: DType): Combiner {
  const value = (v: number | bigint): Expr => ({
    kind: 'const',
    dtype,
    value: dtype === 'int64' ? BigInt(v) : v,
  });
  const isBool = dtype === 'bool';
  switch (kind) {
    case 'sum':
      return { identity: value(0), combine: isBool ? or : add };
    case 'prod':
      return { identity: value(1), combine: isBool ? and : mul };
    case 'max':
      return { identity: value(lowest[dtype]), combine: isBool ? or : max };
    case 'min':
      return { identity: value(highest[dtype]), combine: isBool ? and : min };
  }
}

type Element = (index: readonly Index[]) => Expr;

/** `total` takes in every element, in row-major order. */
function accumulate(
  nest: Nest,
  total: Expr & { kind: 'local' },
  { combine }: Combiner,
  sizes: readonly number[],
  element: Element,
): void {
  const { level } = nest;
  const index = sizes.map((size) => nest.open('k', size));
  nest.emit({ kind: 'assign', local: total, value: combine(total, element(index)) });
  nest.close(level);
}

/**
 * Blocks, each summed up in order, and the blocks in order; a single block needs no part:
 *     var sum = 0
 *     for b < blocks
 *       var part = 0
 *       for k < rowsPerBlock
 *         part := part + element[b * rowsPerBlock + k]
 *       sum := sum + part
 * What is left over is a shorter block at the end.
 */
function serial(nest: Nest, combiner: Combiner, sizes: readonly number[], element: Element): Expr {
  const { identity, combine } = combiner;
  const { inner, rowsPerBlock, rows } = blocksOf(sizes);
  const total = nest.variable('sum', identity.dtype, identity);
  if (rows <= rowsPerBlock) {
    accumulate(nest, total, combiner, sizes, element);
    return total;
  }
  const outer = sizes.slice(0, inner);
  const block = (first: Index, count: number): void => {
    const part = nest.variable('part', identity.dtype, identity);
    accumulate(nest, part, combiner, [count, ...sizes.slice(inner)], ([row, ...rest]) =>
      element([...unflatten(address.add(first, row!), outer), ...rest]),
    );
    nest.emit({ kind: 'assign', local: total, value: combine(total, part) });
  };
  const whole = Math.floor(rows / rowsPerBlock);
  nest.loop('b', whole, (b) => block(scale(b, rowsPerBlock), rowsPerBlock));
  const rest = rows - whole * rowsPerBlock;
  if (rest > 0) block(fixed(whole * rowsPerBlock), rest);
  return total;
}

/** So many sums become one. */
const fan = 16;

/**
 * A tree of sums of 16, as little rounded as a sum of a few numbers: for
 * a device that promises no order. What is missing from its last branches
 * is left out by a condition, so that the element is written once.
 */
function tree(nest: Nest, combiner: Combiner, sizes: readonly number[], element: Element): Expr {
  const { identity, combine } = combiner;
  const count = sizeOf(sizes);
  const branch = (first: Index, size: number): Expr => {
    const total = nest.variable('sum', identity.dtype, identity);
    const below = size > fan ? size / fan : 1;
    nest.loop('k', Math.ceil(Math.min(size, count) / below), (k) => {
      const start = address.add(first, scale(k, below));
      const value = () => (below > 1 ? branch(start, below) : element(unflatten(start, sizes)));
      const take = () =>
        nest.emit({ kind: 'assign', local: total, value: combine(total, value()) });
      const exists = conditionOf([{ index: start, lo: 0, hi: count }]);
      if (exists === true) take();
      else if (exists !== false) nest.guard(exists, take);
    });
    return total;
  };
  let size = fan;
  while (size < count) size *= fan;
  return branch(fixed(0), size);
}

/**
 * Sixteen sums side by side, then halves of them added: a loop that any vector unit can run, with
 * the same pairs on each. Elements of the rest, fewer than 16, go to the first lanes.
 *     for lane < 16: part[lane] = serial sum of element[16 * k + lane]
 *     for lane < rest: part[lane] += element[16 * steps + lane]
 *     for h < 8: part[h] += part[h + 8]; the same with 4, 2, 1
 */
function lanes(
  nest: Nest,
  combiner: Combiner,
  sizes: readonly number[],
  element: Element,
  inOrder: typeof serial,
): Expr {
  const { identity, combine } = combiner;
  const { inner, steps, rest } = lanesOf(sizes);
  const [outer, run] = [sizes.slice(0, inner), sizes.slice(inner)];
  const scratch = nest.scratch(identity.dtype, sumLanes);
  const peek = (index: Index): Expr => ({ kind: 'peek', dtype: identity.dtype, scratch, index });
  const at = (before: readonly Index[], position: Index): Expr =>
    element([...before, ...unflatten(position, run)]);
  nest.loop('lane', sumLanes, (lane) => {
    const value = inOrder(nest, combiner, [...outer, steps], (index) =>
      at(index.slice(0, -1), address.add(scale(index[inner]!, sumLanes), lane)),
    );
    nest.emit({ kind: 'poke', scratch, index: lane, value });
  });
  nest.loop('rest', rest, (lane) => {
    const value = combine(peek(lane), at([], shift(lane, steps * sumLanes)));
    nest.emit({ kind: 'poke', scratch, index: lane, value });
  });
  for (let half = sumLanes / 2; half > 1; half /= 2) {
    nest.loop('h', half, (h) => {
      const value = combine(peek(h), peek(shift(h, half)));
      nest.emit({ kind: 'poke', scratch, index: h, value });
    });
  }
  return nest.name(combine(peek(fixed(0)), peek(fixed(1))));
}

/**
 * The reduced value, in the innermost open scope. Long sums of float32 run in float64 and are
 * rounded once, at the end.
 */
export function reduceLoops(
  nest: Nest,
  { sums }: Target,
  kind: ReduceKind,
  dtype: DType,
  order: SumOrder,
  sizes: readonly number[],
  element: Element,
): Expr {
  if (sizeOf(sizes) === 0) return combinerOf(kind, dtype).identity;
  const inOrder = sums === 'trees' ? tree : serial;
  const run = runsInLanes(order, sizeOf(sizes)) ? lanes : inOrder;
  if (sums === 'trees' || !runsWide(kind, dtype, order, sizes))
    return run(nest, combinerOf(kind, dtype), sizes, element, inOrder);
  const wide: Element = (index) => cast(element(index), 'float64');
  const sum = run(nest, combinerOf(kind, 'float64'), sizes, wide, inOrder);
  return nest.name(cast(sum, 'float32'));
}
