// The operations of the loop IR on four lanes.
// in:  an operation, its dtype, operands of which one at least is lanes     out: lanes

import type { DType } from '../../graph/dtype.js';
import { isFloating } from '../../graph/dtype.js';
import type { BinaryFn, UnaryFn } from '../../ir/loop.js';
import { i32x4 } from './constants.js';
import { uniformExtremum } from './extremum.js';
import type { Operand } from './registers.js';
import { evenWords, laneByLane, lanes, splat, vectorShape, widen } from './registers.js';
import { boolFn, scalarBinary, scalarCast, scalarUnary } from './scalar.js';
import type { Builder, Value } from './value.js';

/**
 * `dtype` is that of the operands; comparisons give a mask. Integers have no division on lanes, so
 * they are divided one by one. Lanes of 64 bits compare to two masks of 64, whose even words are
 * the four masks of 32.
 */
export function vectorBinary(
  b: Builder,
  fn: BinaryFn,
  dtype: DType,
  x: Operand,
  y: Operand,
): Operand {
  if (fn === 'shl' || fn === 'shr') return shift(b, fn, dtype, x, y);
  const compares = fn === 'eq' || fn === 'ne' || fn === 'lt' || fn === 'le';
  if ((fn === 'div' || fn === 'rem') && vectorShape[dtype].startsWith('i')) {
    return laneByLane(b, dtype, [x, y], (p, q) => scalarBinary(b, fn, dtype, p, q));
  }
  if ((fn === 'min' || fn === 'max') && isFloating(dtype) && !(x.varying && y.varying)) {
    return uniformExtremum(b, fn, dtype, ...(x.varying ? ([x, y] as const) : ([y, x] as const)));
  }
  const xs = splat(b, x).parts,
    ys = splat(b, y).parts;
  const parts = xs.map((part, i) => binaryPart(b, fn, dtype, part, ys[i]));
  if (!compares) return lanes(dtype, dtype === 'uint8' ? [wrapByteLanes(b, fn, parts[0])] : parts);
  return lanes('bool', parts.length === 2 ? [evenWords(b, parts[0], parts[1])] : parts);
}

type LaneFn = Exclude<BinaryFn, 'shl' | 'shr'>;

function binaryPart(b: Builder, fn: LaneFn, dtype: DType, x: Value, y: Value): Value {
  if (dtype === 'bool') return maskPart(b, (boolFn[fn] ?? fn) as LaneFn, x, y);
  if (fn === 'and' || fn === 'or' || fn === 'xor') return b.value(`v128.${fn}`, [x, y]);
  const shape = vectorShape[dtype];
  if (shape === 'f32x4' || shape === 'f64x2') {
    if (fn === 'rem') throw new Error(`rem on ${dtype}`);
    return b.value(`${shape}.${fn}`, [x, y]);
  }
  switch (fn) {
    case 'lt':
      return b.value(`${shape}.lt_s`, [x, y]);
    case 'le':
      return b.value(`${shape}.le_s`, [x, y]);
    case 'min':
    case 'max': {
      if (shape === 'i32x4') return b.value(fn === 'min' ? 'i32x4.min_s' : 'i32x4.max_s', [x, y]);
      // there is no i64x2.min: each lane's bits come from one of the two
      const isLess = b.value('i64x2.lt_s', fn === 'min' ? [x, y] : [y, x]);
      return b.value('v128.bitselect', [x, y, isLess]);
    }
    case 'div':
    case 'rem':
      throw new Error(`${fn} on lanes of ${dtype}`);
    default:
      return b.value(`${shape}.${fn}`, [x, y]);
  }
}

/** All bits or none: comparisons of truth values are logic. x < y is y and not x. */
function maskPart(b: Builder, fn: LaneFn, x: Value, y: Value): Value {
  switch (fn) {
    case 'and':
      return b.value('v128.and', [x, y]);
    case 'or':
      return b.value('v128.or', [x, y]);
    case 'xor':
    case 'ne':
      return b.value('v128.xor', [x, y]);
    case 'eq':
      return b.value('v128.not', [b.value('v128.xor', [x, y])]);
    case 'lt':
      return b.value('v128.andnot', [y, x]);
    case 'le':
      return b.value('v128.or', [b.value('v128.not', [x]), y]);
    default:
      throw new Error(`${fn} on bool`);
  }
}

/** A uint8's lanes are i32: only what may leave 0 to 255 is cut. */
function wrapByteLanes(b: Builder, fn: BinaryFn, part: Value): Value {
  return fn === 'add' || fn === 'sub' || fn === 'mul' || fn === 'shl' ? byteLanes(b, part) : part;
}

const byteLanes = (b: Builder, part: Value): Value => b.value('v128.and', [part, i32x4(b, 255)]);

/** One distance for all lanes has an instruction; distances of their own do not. */
function shift(
  b: Builder,
  fn: 'shl' | 'shr',
  dtype: DType,
  x: Operand,
  distance: Operand,
): Operand {
  if (distance.varying || dtype === 'bool') {
    return laneByLane(b, dtype, [x, distance], (p, q) => scalarBinary(b, fn, dtype, p, q));
  }
  const [by] = distance.parts;
  // the distance is an i32, also of lanes of 64 bits
  const count = dtype === 'int64' ? b.value('i32.wrap_i64', [by]) : by;
  const shape = dtype === 'int64' ? 'i64x2' : 'i32x4';
  const op = fn === 'shl' ? (`${shape}.shl` as const) : (`${shape}.shr_s` as const);
  const parts = splat(b, x).parts.map((part) => b.value(op, [part, count]));
  return lanes(dtype, dtype === 'uint8' ? [wrapByteLanes(b, fn, parts[0])] : parts);
}

export function vectorUnary(b: Builder, fn: UnaryFn, dtype: DType, x: Operand): Operand {
  const shape = vectorShape[dtype];
  if (shape === 'f32x4' || shape === 'f64x2') {
    if (fn === 'not' || fn === 'largeAngle') throw new Error(`${fn} on lanes of ${dtype}`);
    return lanes(
      dtype,
      x.parts.map((part) => b.value(`${shape}.${fn}`, [part])),
    );
  }
  switch (fn) {
    case 'not': {
      const parts = x.parts.map((part) => b.value('v128.not', [part]));
      return lanes(dtype, dtype === 'uint8' ? [byteLanes(b, parts[0])] : parts);
    }
    case 'neg':
    case 'abs': {
      if (dtype === 'bool') return laneByLane(b, dtype, [x], (p) => scalarUnary(b, fn, dtype, p));
      const parts = x.parts.map((part) => b.value(`${shape}.${fn}`, [part]));
      return lanes(dtype, dtype === 'uint8' ? [byteLanes(b, parts[0])] : parts);
    }
    case 'sqrt':
      throw new Error(`sqrt on ${dtype}`);
    default:
      return x;
  }
}

/** condition ? x : y in every lane. Beside a zero the mask itself cuts the other number out. */
export function vectorSelect(
  b: Builder,
  dtype: DType,
  condition: Operand,
  x: Operand,
  y: Operand,
): Operand {
  const xs = splat(b, x).parts,
    ys = splat(b, y).parts;
  const [mask] = splat(b, condition).parts;
  // one mask of 32-bit lanes becomes two of 64-bit lanes
  const masks = xs.length === 2 ? widen(b, mask) : [mask];
  const choose = (i: number): Value => {
    if (isZero(y)) return b.value('v128.and', [xs[i]!, masks[i]!]);
    if (isZero(x)) return b.value('v128.andnot', [ys[i]!, masks[i]!]);
    return b.value('v128.bitselect', [xs[i]!, ys[i]!, masks[i]!]);
  };
  return lanes(
    dtype,
    xs.map((_, i) => choose(i)),
  );
}

/** No bit is set: not so in -0. */
function isZero({ parts: [value], varying }: Operand): boolean {
  return !varying && (Object.is(value.constant, 0) || value.constant === 0n);
}

/** Some lanes go through scalars: 64-bit integers and floats have no conversions between them. */
export const castByLanes = (b: Builder, to: DType, x: Operand): Operand =>
  laneByLane(b, to, [x], (p) => scalarCast(b, x.dtype, to, p));

export { byteLanes };
