// REDUCE as loops. The order of the additions is a function of the node's shape alone, so that a sum
// has the same bits wherever it is fused:
//   serial   blocks of about K / 64 elements, at least 64, by sixteens; each in order, then the blocks in order
//   lanes    element i goes to lane i mod 16; each lane as above; what is left over goes to the
//            first lanes; then the upper half is added to the lower half, four times
// Blocks grow with the sum: very long ones of float32 are added up in float64 and rounded once.
// in:  how many elements each axis has, and each of them     out: their sum (product, extremum)

import type { DType } from '../graph/dtype.js';
import { sizeOf } from '../graph/node.js';
import type { ReduceKind, SumOrder } from '../graph/op.js';
import { add, and, cast, max, min, mul, or } from './bodies/expressions.js';
import { fixed, scale, shift, unflatten } from '../ir/index-algebra.js';
import * as address from '../ir/index-algebra.js';
import type { Expr, Index } from '../ir/loop.js';
import type { Nest } from './nest.js';

export interface Combiner {
  readonly identity: Expr;
  readonly combine: (a: Expr, b: Expr) => Expr;
}

const lowest: Record<DType, number | bigint> = {
  bool: 0,
  uint8: 0,
  int32: -(2 ** 31),
  int64: -(2n ** 63n),
  float32: -Infinity,
  float64: -Infinity,
};
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

export interface Blocks {
  /** The axes from here on lie whole inside a block; those before are counted as one, in rows. */
  readonly inner: number;
  readonly rowsPerBlock: number;
  readonly rows: number;
}

/** Where the blocks of a serial sum end: always at the end of a row of its innermost axes. */
export function blocksOf(sizes: readonly number[]): Blocks {
  const count = sizeOf(sizes);
  const least = 16 * Math.max(4, Math.ceil(count / 1024));
  if (count <= least) return { inner: 0, rowsPerBlock: 1, rows: 1 };
  let inner = sizes.length;
  let row = 1;
  while (inner > 0 && row * sizes[inner - 1]! <= least) row *= sizes[--inner]!;
  return { inner, rowsPerBlock: Math.ceil(least / row), rows: count / row };
}

/** How many steps along the first axis make a block of a serial sum; null where blocks end elsewhere, or are wider. */
export function rowsPerBlock(sizes: readonly number[], dtype: DType): number | null {
  if (runsWide('sum', dtype, 'serial', sizes)) return null;
  const { inner, rowsPerBlock: count, rows } = blocksOf(sizes);
  return inner === 1 && rows === sizes[0] ? count : null;
}

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

export const laneCount = 16;

export interface Lanes {
  /** The axes from here on are counted as one, in steps of 16. */
  readonly inner: number;
  readonly steps: number;
  /** Elements behind the last whole step; they exist only where inner is 0. */
  readonly rest: number;
}

/** The fewest innermost axes that hold a multiple of 16 elements; all where none do. */
export function lanesOf(sizes: readonly number[]): Lanes {
  let run = 1;
  for (let inner = sizes.length - 1; inner >= 0; inner--) {
    run *= sizes[inner]!;
    if (run % laneCount === 0) return { inner, steps: run / laneCount, rest: 0 };
  }
  return { inner: 0, steps: Math.floor(run / laneCount), rest: run % laneCount };
}

function lanes(nest: Nest, combiner: Combiner, sizes: readonly number[], element: Element): Expr {
  const { identity, combine } = combiner;
  const { inner, steps, rest } = lanesOf(sizes);
  const [outer, run] = [sizes.slice(0, inner), sizes.slice(inner)];
  const scratch = nest.scratch(identity.dtype, laneCount);
  const peek = (index: Index): Expr => ({ kind: 'peek', dtype: identity.dtype, scratch, index });
  const at = (before: readonly Index[], position: Index): Expr =>
    element([...before, ...unflatten(position, run)]);
  nest.loop('lane', laneCount, (lane) => {
    const value = serial(nest, combiner, [...outer, steps], (index) =>
      at(index.slice(0, -1), address.add(scale(index[inner]!, laneCount), lane)),
    );
    nest.emit({ kind: 'poke', scratch, index: lane, value });
  });
  nest.loop('rest', rest, (lane) => {
    const value = combine(peek(lane), at([], shift(lane, steps * laneCount)));
    nest.emit({ kind: 'poke', scratch, index: lane, value });
  });
  for (let half = laneCount / 2; half > 1; half /= 2) {
    nest.loop('h', half, (h) => {
      const value = combine(peek(h), peek(shift(h, half)));
      nest.emit({ kind: 'poke', scratch, index: h, value });
    });
  }
  return nest.name(combine(peek(fixed(0)), peek(fixed(1))));
}

/** Whether a reduction of so many elements runs in 16 lanes. */
export const runsInLanes = (order: SumOrder, sizes: readonly number[]): boolean =>
  order === 'lanes' && sizeOf(sizes) >= 64;

/** Longer sums of equal numbers would be off by more than 1e-6. In sequence float64 costs more, as
 *  products are summed so, and the bound is higher. */
const mostInFloat32 = { lanes: 65_536, serial: 262_144 };

/** Whether a sum of so many elements is kept in float64 on its way. */
export const runsWide = (
  kind: ReduceKind,
  dtype: DType,
  order: SumOrder,
  sizes: readonly number[],
): boolean => kind === 'sum' && dtype === 'float32' && sizeOf(sizes) > mostInFloat32[order];

/** The reduced value, in the innermost open scope. */
export function reduceLoops(
  nest: Nest,
  kind: ReduceKind,
  dtype: DType,
  order: SumOrder,
  sizes: readonly number[],
  element: Element,
): Expr {
  if (sizeOf(sizes) === 0) return combinerOf(kind, dtype).identity;
  const run = runsInLanes(order, sizes) ? lanes : serial;
  if (!runsWide(kind, dtype, order, sizes))
    return run(nest, combinerOf(kind, dtype), sizes, element);
  const wide: Element = (index) => cast(element(index), 'float64');
  return nest.name(cast(run(nest, combinerOf(kind, 'float64'), sizes, wide), 'float32'));
}
