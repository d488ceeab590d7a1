// The oracle's reductions: the order of the additions, told once more.
// in:  the values to reduce, in row-major order, and their sizes     out: one value

import type { DType } from '../../src/graph/dtype.js';
import type { Args, ReduceKind } from '../../src/graph/op.js';
import { fit, isNaNValue, larger, multiply, smaller, type Value } from './values.js';

export function combine(kind: ReduceKind, dtype: DType, a: Value, b: Value): Value {
  if (isNaNValue(a) || isNaNValue(b)) return Number.NaN;
  switch (kind) {
    case 'sum':
      return fit(dtype, dtype === 'bool' ? Number(a) | Number(b) : (a as never) + (b as never));
    case 'prod':
      return fit(dtype, multiply(dtype, a, b));
    case 'max':
      return larger(a, b);
    case 'min':
      return smaller(a, b);
  }
}

const limits: Record<DType, readonly [Value, Value]> = {
  bool: [0, 1],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  float32: [-Infinity, Infinity],
  float64: [-Infinity, Infinity],
};

export function identity(kind: ReduceKind, dtype: DType): Value {
  if (kind === 'max') return limits[dtype][0];
  if (kind === 'min') return limits[dtype][1];
  return fit(dtype, dtype === 'int64' ? BigInt(kind === 'prod' ? 1 : 0) : kind === 'prod' ? 1 : 0);
}

type Add = (a: Value, b: Value) => Value;

function inOrder(
  values: readonly Value[],
  sizes: readonly number[],
  start: Value,
  add: Add,
): Value {
  const count = values.length;
  const least = 16 * Math.max(4, Math.ceil(count / 1024));
  if (count <= least) return values.reduce(add, start);
  let row = 1;
  for (let i = sizes.length - 1; i >= 0 && row * sizes[i]! <= least; i--) row *= sizes[i]!;
  const block = Math.ceil(least / row) * row;
  let total = start;
  for (let i = 0; i < count; i += block)
    total = add(total, values.slice(i, i + block).reduce(add, start));
  return total;
}

function inLanes(
  values: readonly Value[],
  sizes: readonly number[],
  start: Value,
  add: Add,
): Value {
  let run = 1;
  let inner = sizes.length;
  while (inner > 0 && (inner === sizes.length || run % 16 !== 0)) run *= sizes[--inner]!;
  const steps = [...sizes.slice(0, inner), Math.floor(run / 16)];
  const whole = steps.reduce((a, b) => a * b, 1) * 16;
  const lanes = Array.from({ length: 16 }, (_, lane) =>
    inOrder(
      values.slice(0, whole).filter((_value, i) => i % 16 === lane),
      steps,
      start,
      add,
    ),
  );
  values.slice(whole).forEach((value, i) => {
    lanes[i] = add(lanes[i]!, value);
  });
  for (let half = 8; half >= 1; half /= 2)
    for (let i = 0; i < half; i++) lanes[i] = add(lanes[i]!, lanes[i + half]!);
  return lanes[0]!;
}

export function reduced(
  values: readonly Value[],
  sizes: readonly number[],
  { kind, order }: Pick<Args['REDUCE'], 'kind' | 'order'>,
  dtype: DType,
): Value {
  const start = identity(kind, dtype);
  if (values.length === 0) return start;
  const real = sizes.filter((size) => size !== 1);
  const sum = order === 'lanes' && values.length >= 64 ? inLanes : inOrder;
  // long sums of float32 are kept in float64 and rounded once
  const isLong =
    kind === 'sum' && dtype === 'float32' && values.length > (order === 'lanes' ? 65_536 : 262_144);
  const within = isLong ? 'float64' : dtype;
  return fit(
    dtype,
    sum(values, real, start, (a, b) => combine(kind, within, a, b)),
  );
}
