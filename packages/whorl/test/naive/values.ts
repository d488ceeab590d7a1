// The oracle's arithmetic: one value at a time, as JavaScript has it.
// in:  an op, values     out: a value, rounded or wrapped to its dtype

import { type DType, isFloating, type TypedArray } from '../../src/graph/dtype.js';

export type Value = number | bigint;
export type Values = TypedArray & { [i: number]: Value };

export const fit = (dtype: DType, value: Value): Value => {
  switch (dtype) {
    case 'int64':
      return typeof value === 'bigint' ? BigInt.asIntN(64, value) : BigInt(value);
    case 'float32':
      return Math.fround(value as number);
    case 'int32':
      return Number(value) | 0;
    case 'uint8':
      return Number(value) & 255;
    case 'bool':
      return value ? 1 : 0;
    default:
      return value;
  }
};

export const isNaNValue = (a: Value): boolean => typeof a === 'number' && Number.isNaN(a);
export const larger = (a: Value, b: Value): Value =>
  typeof a === 'bigint' ? (a > (b as bigint) ? a : b) : Math.max(a, b as number);
export const smaller = (a: Value, b: Value): Value =>
  typeof a === 'bigint' ? (a < (b as bigint) ? a : b) : Math.min(a, b as number);

const arithmetic = {
  ADD: (a: never, b: never) => a + b,
  SUB: (a: never, b: never) => a - b,
  DIV: (a: never, b: never) => a / b,
  FMOD: (a: never, b: never) => a % b,
  AND: (a: never, b: never) => a & b,
  OR: (a: never, b: never) => a | b,
  XOR: (a: never, b: never) => a ^ b,
  SHL: (a: never, b: never) => a << b,
  SHR: (a: never, b: never) => a >> b,
};

function floorMod(a: Value, b: Value): Value {
  const rest = ((a as never) % (b as never)) as Value;
  return rest && rest < 0 !== b < 0 ? (((rest as never) + (b as never)) as Value) : rest;
}

function floorDivide(a: Value, b: Value): Value {
  if (typeof a !== 'bigint')
    return Math.floor((a - (floorMod(a, b) as number)) / (b as number) + 0.5);
  return (a - (floorMod(a, b) as bigint)) / (b as bigint);
}

export function multiply(dtype: DType, a: Value, b: Value): Value {
  return dtype === 'int32' ? Math.imul(a as number, b as number) : (a as never) * (b as never);
}

export function binary(op: string, dtype: DType, a: Value, b: Value): Value {
  switch (op) {
    case 'MUL':
      return multiply(dtype, a, b);
    case 'CHECK':
      return a;
    case 'MAX':
      return larger(a, b);
    case 'MIN':
      return smaller(a, b);
    case 'LT':
      return a < b ? 1 : 0;
    case 'LE':
      return a <= b ? 1 : 0;
    case 'EQ':
      return a === b ? 1 : 0;
    case 'POW':
      return typeof a === 'bigint' ? a ** (b as bigint) : a ** (b as number);
    case 'ATAN2':
      return Math.atan2(a as number, b as number);
    case 'IDIV':
      return floorDivide(a, b);
    case 'MOD':
      return floorMod(a, b);
    default:
      return arithmetic[op as keyof typeof arithmetic](a as never, b as never);
  }
}

const halfToEven = (x: number): number => {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
};

export function unary(op: string, dtype: DType, a: Value): Value {
  const x = a as number;
  switch (op) {
    case 'NEG':
      return -a;
    case 'ABS':
      return a < 0 ? -a : a;
    case 'RECIP':
      return 1 / x;
    case 'NOT':
      return dtype === 'bool' ? (a ? 0 : 1) : ~x;
    case 'ROUND':
      return isFloating(dtype) ? halfToEven(x) : a;
    case 'FLOOR':
    case 'CEIL':
    case 'TRUNC':
      return isFloating(dtype) ? Math[op.toLowerCase() as 'floor'](x) : a;
    case 'SIGMOID':
      return 1 / (1 + Math.exp(-x));
    default:
      return Math[op.toLowerCase() as 'exp'](x);
  }
}

export function convert(value: Value, from: DType, to: DType): Value {
  if (to === 'bool') return Number(value) !== 0 ? 1 : 0;
  if (isFloating(to)) return fit(to, Number(value));
  if (!isFloating(from))
    return fit(to, to === 'int64' ? BigInt(value) : Number(BigInt.asIntN(32, BigInt(value))));
  const x = Number.isNaN(value) ? 0 : Math.trunc(value as number);
  if (to === 'int64') return BigInt(Math.max(-(2 ** 63), Math.min(x, 2 ** 63 - 1024)));
  return fit(to, Math.max(-(2 ** 31), Math.min(x, 2 ** 31 - 1)));
}
