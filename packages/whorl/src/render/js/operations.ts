// The operations of the loop IR in JavaScript: what they mean, dtype by dtype.
// in:  an operation, its dtype, operands as text     out: text; bool is 0 or 1, int64 a bigint
//
// float32: every result is rounded with Math.fround (f32). int32 wraps by | 0, uint8 by & 255,
// int64 by BigInt.asIntN. Division and remainder of integers truncate, and by zero give 0.
// A float becomes a uint8 as an int32 does: saturated, then wrapped.

import type { DType } from '../../graph/dtype.js';
import { isFloating } from '../../graph/dtype.js';
import type { BinaryFn, UnaryFn } from '../../ir/loop.js';
import { signs } from '../../ir/print.js';

/** JavaScript compares for equality with three signs. */
const symbols = { ...signs, eq: '===', ne: '!==' };

export const isComparison = (fn: BinaryFn): boolean =>
  fn === 'eq' || fn === 'ne' || fn === 'lt' || fn === 'le';

export const comparisonText = (fn: BinaryFn, x: string, y: string): string =>
  `${x} ${symbols[fn]!} ${y}`;

/** `dtype` is that of the operands. */
export function binaryText(fn: BinaryFn, dtype: DType, x: string, y: string): string {
  if (isComparison(fn)) return `(${comparisonText(fn, x, y)} ? 1 : 0)`;
  const plain = `${x} ${symbols[fn]} ${y}`;
  switch (dtype) {
    case 'float32':
    case 'float64':
      return floatText(fn, dtype, plain, x, y);
    case 'int64':
      return int64Text(fn, plain, x, y);
    case 'int32':
    case 'uint8':
      return intText(fn, dtype, plain, x, y);
    case 'bool':
      return boolText(fn, x, y);
  }
}

/**
 * float32 by way of float64 is rounded as if at once: for + - * / and the root it takes at least 2
 * * 24 + 2 bits in between, and there are 53 (Figueroa, When is double rounding innocuous, 1995).
 * Extrema are one of the operands.
 */
function floatText(fn: BinaryFn, dtype: DType, plain: string, x: string, y: string): string {
  if (fn === 'min' || fn === 'max') return `Math.${fn}(${x}, ${y})`;
  return dtype === 'float32' ? `f32(${plain})` : `(${plain})`;
}

/**
 * A bigint has no width: what may be longer is cut to 64 bits, and distances are taken modulo 64.
 */
function int64Text(fn: BinaryFn, plain: string, x: string, y: string): string {
  switch (fn) {
    case 'min':
    case 'max':
    case 'div':
    case 'rem':
      return `${fn}64(${x}, ${y})`;
    case 'and':
    case 'or':
    case 'xor':
      return `(${plain})`;
    case 'shl':
      return `int64(${x} << (${y} & 63n))`;
    case 'shr':
      return `(${x} >> (${y} & 63n))`;
    default:
      return `int64(${plain})`;
  }
}

/**
 * Sums of two int32 are exact in a number, products are not: hence Math.imul. A quotient is near
 * enough to be cut; NaN and infinities, from a division by 0, become 0 by | 0.
 */
function intText(fn: BinaryFn, dtype: DType, plain: string, x: string, y: string): string {
  const wrap = dtype === 'uint8' ? '& 255' : '| 0';
  switch (fn) {
    case 'min':
    case 'max':
      return `Math.${fn}(${x}, ${y})`;
    case 'mul':
      return dtype === 'int32' ? `Math.imul(${x}, ${y})` : `(${plain} ${wrap})`;
    case 'add':
    case 'sub':
      return `(${plain} ${wrap})`;
    case 'div':
    case 'rem':
      return `(${plain} | 0)`;
    case 'shl':
      return dtype === 'uint8' ? `(${plain} & 255)` : `(${plain})`;
    default:
      return `(${plain})`;
  }
}

function boolText(fn: BinaryFn, x: string, y: string): string {
  switch (fn) {
    case 'and':
    case 'mul':
    case 'min':
      return `(${x} & ${y})`;
    case 'or':
    case 'add':
    case 'max':
      return `(${x} | ${y})`;
    default:
      return `(${x} ^ ${y})`;
  }
}

export function unaryText(fn: UnaryFn, dtype: DType, x: string): string {
  switch (fn) {
    case 'neg':
      // without parentheses a negative number would make it --x
      if (isFloating(dtype)) return `-(${x})`;
      return dtype === 'int64' ? `int64(-${x})` : `(-${x} ${dtype === 'uint8' ? '& 255' : '| 0'})`;
    case 'abs':
      if (isFloating(dtype)) return `Math.abs(${x})`;
      return dtype === 'int64' ? `abs64(${x})` : `(Math.abs(${x}) | 0)`;
    case 'not':
      if (dtype === 'bool') return `(${x} ^ 1)`;
      return dtype === 'uint8' ? `(~${x} & 255)` : `~${x}`;
    case 'sqrt':
      return dtype === 'float32' ? `f32(Math.sqrt(${x}))` : `Math.sqrt(${x})`;
    case 'nearest':
      return isFloating(dtype) ? `nearest(${x})` : x;
    case 'largeAngle':
      return `largeAngle(${x})`;
    default:
      return isFloating(dtype) ? `Math.${fn}(${x})` : x;
  }
}

/** toInt32 and toInt64 saturate and make NaN 0. A uint8 made of an integer is its low byte. */
export function castText(from: DType, to: DType, x: string): string {
  if (from === to) return x;
  switch (to) {
    case 'bool':
      return `(${x} !== ${from === 'int64' ? '0n' : '0'} ? 1 : 0)`;
    case 'uint8':
      if (from === 'int64') return `Number(BigInt.asUintN(8, ${x}))`;
      return from === 'bool' ? x : `(${castText(from, 'int32', x)} & 255)`;
    case 'int32':
      if (from === 'int64') return `Number(BigInt.asIntN(32, ${x}))`;
      return isFloating(from) ? `toInt32(${x})` : x;
    case 'int64':
      return isFloating(from) ? `toInt64(${x})` : `BigInt(${x})`;
    case 'float64':
      return from === 'int64' ? `Number(${x})` : x;
    case 'float32':
      if (from === 'int64') return `f32(Number(${x}))`;
      return from === 'int32' || from === 'float64' ? `f32(${x})` : x;
  }
}

const readers: Partial<Record<DType, string>> = {
  int32: 'asInt32',
  float32: 'asFloat32',
  int64: 'asInt64',
  float64: 'asFloat64',
};

export const bitsText = (from: DType, to: DType, x: string): string =>
  from === to ? x : `${readers[to]}(${x})`;

export function constantText(dtype: DType, value: number | bigint): string {
  if (dtype === 'int64') return `${BigInt.asIntN(64, BigInt(value))}n`;
  const number = dtype === 'float32' ? Math.fround(Number(value)) : Number(value);
  // String(-0) is '0'
  return Object.is(number, -0) ? '-0' : String(number);
}
