// The two float formats: their layout, and what is done with the bits of a number.
// in:  expressions of dtype float32 or float64     out: expressions

import type { DType } from '../../graph/dtype.js';
import type { Expr } from '../../ir/loop.js';
import { add, and, bits, constant, or, shl, sub, xor } from './expressions.js';

export type FloatType = 'float32' | 'float64';

export interface Format {
  readonly int: 'int32' | 'int64';
  readonly mantissaBits: number;
  readonly bias: number;
  /** The least normal number. */
  readonly least: number;
  /** 1.5 * 2^mantissaBits: adding it rounds to an integer, which then stands in the lowest bits. */
  readonly rounder: number;
  readonly rounderBits: number;
  readonly signBit: number;
}

const formats: Record<FloatType, Format> = {
  float32: {
    int: 'int32',
    mantissaBits: 23,
    bias: 127,
    least: 2 ** -126,
    rounder: 1.5 * 2 ** 23,
    rounderBits: 0x4b400000,
    signBit: -(2 ** 31),
  },
  float64: {
    int: 'int64',
    mantissaBits: 52,
    bias: 1023,
    least: 2 ** -1022,
    rounder: 1.5 * 2 ** 52,
    rounderBits: 0x433 * 2 ** 52 + 2 ** 51,
    signBit: -(2 ** 63),
  },
};

export function floatType(dtype: DType): FloatType {
  if (dtype === 'float32' || dtype === 'float64') return dtype;
  throw new Error(`an elementary function of dtype ${dtype}: it is cast to a float first`);
}

export const formatOf = (value: Expr): Format => formats[floatType(value.dtype)];

/** The bits of a float as an integer, and back. */
export const toBits = (value: Expr): Expr => bits(value, formatOf(value).int);
export const fromBits = (value: Expr): Expr =>
  bits(value, value.dtype === 'int32' ? 'float32' : 'float64');

/** The nearest integer of a value small against 2^mantissaBits: as a float, and, plus a small whole
 *  offset, in the low bits. */
export function roundSmall(value: Expr, offset = 0): { readonly float: Expr; readonly low: Expr } {
  const rounder = formatOf(value).rounder + offset;
  const raised = add(value, rounder);
  return { float: sub(raised, rounder), low: toBits(raised) };
}

/** 2^(n + offset) where the lowest bits of `low` hold n; the result must be a normal number. */
export function powerOfTwo(low: Expr, offset: Expr | number): Expr {
  const { mantissaBits, bias } = low.dtype === 'int32' ? formats.float32 : formats.float64;
  const exponent =
    typeof offset === 'number' ? constant(low.dtype, (bias + offset) * 2 ** mantissaBits) : offset;
  return fromBits(add(shl(low, mantissaBits), exponent));
}

/** A small integer as a float: an addition in the mantissa, as there is no vector instruction. */
export function fromSmallInt(value: Expr): Expr {
  const { rounder, rounderBits } = value.dtype === 'int32' ? formats.float32 : formats.float64;
  return sub(fromBits(add(value, rounderBits)), rounder);
}

/** The upper bits of a number: the product of two such halves is exact. */
export function upperHalf(value: Expr): Expr {
  const { int } = formatOf(value);
  return fromBits(and(toBits(value), int === 'int32' ? -(2 ** 12) : -(2 ** 32)));
}

const signOf = (value: Expr): Expr => and(toBits(value), formatOf(value).signBit);

/** A magnitude (no sign bit set) with the sign of `sign`, -0 included. */
export const withSign = (magnitude: Expr, sign: Expr): Expr =>
  fromBits(or(toBits(magnitude), signOf(sign)));

/** `value`, negated where the sign bit of `sign` is set. */
export const timesSign = (value: Expr, sign: Expr): Expr =>
  fromBits(xor(toBits(value), signOf(sign)));

/** `value`, negated where bit 1 of `low` is set. */
export function negateByBit1(value: Expr, low: Expr): Expr {
  const top = low.dtype === 'int32' ? 30 : 62;
  return fromBits(xor(toBits(value), shl(and(low, 2), top)));
}
