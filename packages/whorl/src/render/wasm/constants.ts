// Constants, and the address arithmetic that folds them.
// in:  a builder, numbers, i32 values     out: i32 values as few instructions as is easy

import { encoded, signed, signed64 } from './encoding/encoder.js';
import type { WasmType } from './encoding/opcodes.js';
import type { Builder, Value } from './value.js';

/** | 0: a number from 2^31 to 2^32 is written as the int32 of the same bits. */
export const i32 = (b: Builder, value: number): Value =>
  b.value('i32.const', [], signed(value | 0), null, value | 0);

export const i64 = (b: Builder, value: bigint): Value => {
  const wrapped = BigInt.asIntN(64, value);
  return b.value('i64.const', [], signed64(wrapped), null, wrapped);
};

export const f32 = (b: Builder, value: number): Value =>
  b.value('f32.const', [], encoded('f32', value), null, value);

export const f64 = (b: Builder, value: number): Value =>
  b.value('f64.const', [], encoded('f64', value), null, value);

/** Four or two numbers side by side. */
export const v128 = (b: Builder, type: WasmType, lanes: readonly (number | bigint)[]): Value =>
  b.value(
    'v128.const',
    [],
    lanes.flatMap((lane) => encoded(type, lane)),
  );

/** The same i32 in all lanes. */
export function i32x4(b: Builder, lane: number): Value {
  const one = encoded('i32', lane);
  return b.value('v128.const', [], one.concat(one, one, one));
}

/** Sums of constants wrap, as the instruction does. */
export function add(b: Builder, x: Value, y: Value): Value {
  if (x.constant !== null && y.constant !== null) {
    return i32(b, Number(x.constant) + Number(y.constant));
  }
  if (x.constant === 0) return y;
  if (y.constant === 0) return x;
  return b.value('i32.add', [x, y]);
}

/** Math.imul wraps, as the instruction does. */
export function times(b: Builder, x: Value, factor: number): Value {
  if (x.constant !== null) return i32(b, Math.imul(Number(x.constant), factor));
  if (factor === 1) return x;
  if (isPowerOfTwo(factor)) return b.value('i32.shl', [x, i32(b, Math.log2(factor))]);
  return b.value('i32.mul', [x, i32(b, factor)]);
}

/** x / by of an x that is not negative, rounded down. */
export function quotient(b: Builder, x: Value, by: number): Value {
  if (x.constant !== null) return i32(b, Math.floor(Number(x.constant) / by));
  if (by === 1) return x;
  if (isPowerOfTwo(by)) return b.value('i32.shr_u', [x, i32(b, Math.log2(by))]);
  return b.value('i32.div_u', [x, i32(b, by)]);
}

/** x mod by of an x that is not negative; of a power of two its low bits. */
export function remainder(b: Builder, x: Value, by: number): Value {
  if (x.constant !== null) return i32(b, Number(x.constant) % by);
  if (isPowerOfTwo(by)) return b.value('i32.and', [x, i32(b, by - 1)]);
  return b.value('i32.rem_u', [x, i32(b, by)]);
}

export const isPowerOfTwo = (n: number): boolean => n > 0 && Number.isInteger(Math.log2(n));
