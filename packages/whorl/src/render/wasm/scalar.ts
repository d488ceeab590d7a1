// The operations of the loop IR on scalars.
// in:  an operation, its dtype, scalars     out: a scalar; bool is 0 or 1, uint8 is 0 to 255

import type { DType } from '../../graph/dtype.js';
import type { BinaryFn, UnaryFn } from '../../ir/loop.js';
import { f32, f64, i32, i64 } from './constants.js';
import type { OpName } from './encoding/opcodes.js';
import { scalarType } from './registers.js';
import type { Builder, Value } from './value.js';

type IntegerType = 'i32' | 'i64';

/** Shifts take the distance modulo the width; lower/pointwise.ts lets no longer one through. */
const integerOps = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  and: 'and',
  or: 'or',
  xor: 'xor',
  shl: 'shl',
  shr: 'shr_s',
  eq: 'eq',
  ne: 'ne',
  lt: 'lt_s',
  le: 'le_s',
} as const satisfies Partial<Record<BinaryFn, string>>;

const floatOps = ['add', 'sub', 'mul', 'div', 'min', 'max', 'eq', 'ne', 'lt', 'le'] as const;
type FloatOp = (typeof floatOps)[number];

/** What arithmetic on bool means. */
export const boolFn: Partial<Record<BinaryFn, BinaryFn>> = {
  add: 'or',
  max: 'or',
  mul: 'and',
  min: 'and',
  sub: 'xor',
};

/**
 * `dtype` is that of the operands. Extrema of floats are those of Math.min and Math.max: NaN wins,
 * -0 is below 0.
 */
export function scalarBinary(b: Builder, fn: BinaryFn, dtype: DType, x: Value, y: Value): Value {
  const type = scalarType[dtype];
  if (type === 'f32' || type === 'f64') {
    if (fn === 'rem' && type === 'f64') return b.call('remainder', [x, y]);
    if (!(floatOps as readonly string[]).includes(fn)) throw new Error(`${fn} on ${dtype}`);
    return b.value(`${type}.${fn as FloatOp}`, [x, y]);
  }
  if (dtype === 'bool') return integerBinary(b, boolFn[fn] ?? fn, type as IntegerType, x, y);
  const result = integerBinary(b, fn, type as IntegerType, x, y);
  return dtype === 'uint8' && overflows.has(fn) ? wrapByte(b, result) : result;
}

/** With operands in 0 to 255 these may leave it, and nothing else does. */
const overflows: ReadonlySet<BinaryFn> = new Set(['add', 'sub', 'mul', 'shl']);

export const wrapByte = (b: Builder, value: Value): Value =>
  b.value('i32.and', [value, i32(b, 255)]);

const zero = (b: Builder, type: IntegerType): Value => (type === 'i32' ? i32(b, 0) : i64(b, 0n));
const one = (b: Builder, type: IntegerType): Value => (type === 'i32' ? i32(b, 1) : i64(b, 1n));

function integerBinary(b: Builder, fn: BinaryFn, t: IntegerType, x: Value, y: Value): Value {
  switch (fn) {
    case 'min':
      return b.value(`${t}.select`, [x, y, b.value(`${t}.lt_s`, [x, y])]);
    case 'max':
      return b.value(`${t}.select`, [x, y, b.value(`${t}.lt_s`, [y, x])]);
    case 'div':
      return divide(b, t, x, y);
    case 'rem': {
      // rem_s traps at 0 only (the smallest integer by -1 gives 0): by 1 instead, which gives 0
      const safe = b.value(`${t}.select`, [one(b, t), y, b.value(`${t}.eqz`, [y])]);
      return b.value(`${t}.rem_s`, [x, safe]);
    }
    default:
      return b.value(`${t}.${integerOps[fn]}`, [x, y]);
  }
}

/** By 0 it gives 0 and by -1 the wrapped negative: both are x * y, and div_s would trap. */
function divide(b: Builder, t: IntegerType, x: Value, y: Value): Value {
  // 0 and -1 become 1 and 0: one unsigned comparison finds both
  const shifted = b.value(`${t}.add`, [y, one(b, t)]);
  const special = b.value(`${t}.le_u`, [shifted, one(b, t)]);
  const safe = b.value(`${t}.select`, [one(b, t), y, special]);
  const product = b.value(`${t}.mul`, [x, y]);
  return b.value(`${t}.select`, [product, b.value(`${t}.div_s`, [x, safe]), special]);
}

export function scalarUnary(b: Builder, fn: UnaryFn, dtype: DType, x: Value): Value {
  const type = scalarType[dtype];
  if (type === 'f32' || type === 'f64') {
    if (fn === 'not') throw new Error(`not on ${dtype}`);
    if (fn === 'largeAngle') return b.call(fn, [x]);
    return b.value(`${type}.${fn}`, [x]);
  }
  const t = type as IntegerType;
  switch (fn) {
    case 'neg': {
      const negative = b.value(`${t}.sub`, [zero(b, t), x]);
      return dtype === 'uint8' ? wrapByte(b, negative) : negative;
    }
    // the smallest integer stays negative, as in PyTorch
    case 'abs': {
      const isNegative = b.value(`${t}.lt_s`, [x, zero(b, t)]);
      return b.value(`${t}.select`, [b.value(`${t}.sub`, [zero(b, t), x]), x, isNegative]);
    }
    case 'not':
      return invert(b, dtype, t, x);
    case 'sqrt':
      throw new Error(`sqrt on ${dtype}`);
    default:
      return x;
  }
}

function invert(b: Builder, dtype: DType, t: IntegerType, x: Value): Value {
  if (dtype === 'bool') return b.value('i32.eqz', [x]);
  const mask = dtype === 'uint8' ? i32(b, 255) : t === 'i32' ? i32(b, -1) : i64(b, -1n);
  return b.value(`${t}.xor`, [x, mask]);
}

/** Between types of numbers; from `from` to `to`. */
export function scalarCast(b: Builder, from: DType, to: DType, x: Value): Value {
  if (from === to) return x;
  if (to === 'bool') return isNotZero(b, from, x);
  if (to === 'uint8') return from === 'bool' ? x : wrapByte(b, scalarCast(b, from, 'int32', x));
  const source = scalarType[from],
    target = scalarType[to];
  if (source === target) return x;
  return b.value(conversions[source as Number][target as Number] as OpName, [x]);
}

type Number = 'i32' | 'i64' | 'f32' | 'f64';

/** Floats to integers saturate, NaN becomes 0. What is missing is no conversion, or a cut. */
const conversions: Record<Number, Partial<Record<Number, OpName>>> = {
  i32: { i64: 'i64.extend_i32_s', f32: 'f32.convert_i32_s', f64: 'f64.convert_i32_s' },
  i64: { i32: 'i32.wrap_i64', f32: 'f32.convert_i64_s', f64: 'f64.convert_i64_s' },
  f32: { i32: 'i32.trunc_sat_f32_s', i64: 'i64.trunc_sat_f32_s', f64: 'f64.promote_f32' },
  f64: { i32: 'i32.trunc_sat_f64_s', i64: 'i64.trunc_sat_f64_s', f32: 'f32.demote_f64' },
};

/** ne, so that NaN is true, as in Python and PyTorch. */
function isNotZero(b: Builder, from: DType, x: Value): Value {
  switch (scalarType[from]) {
    case 'f32':
      return b.value('f32.ne', [x, f32(b, 0)]);
    case 'f64':
      return b.value('f64.ne', [x, f64(b, 0)]);
    case 'i64':
      return b.value('i64.ne', [x, i64(b, 0n)]);
    default:
      return b.value('i32.ne', [x, i32(b, 0)]);
  }
}

const reinterpretations: Partial<Record<DType, OpName>> = {
  float32: 'f32.reinterpret_i32',
  int32: 'i32.reinterpret_f32',
  float64: 'f64.reinterpret_i64',
  int64: 'i64.reinterpret_f64',
};

/** The same bits as another type of the same size. */
export function scalarBits(b: Builder, from: DType, to: DType, x: Value): Value {
  return scalarType[from] === scalarType[to] ? x : b.value(reinterpretations[to]!, [x]);
}
