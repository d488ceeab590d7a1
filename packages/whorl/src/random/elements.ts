// Whole numbers written into arrays of any dtype, without making a bigint for each int64.
// in:  a typed array and a rule for element i     out: the array, filled

import type { DType, TypedArray } from '../graph/dtype.js';

export type FloatArray = Float32Array | Float64Array;

/** Rounds a double to the array's own precision. */
export const roundingOf = (out: FloatArray): ((x: number) => number) =>
  out instanceof Float32Array ? Math.fround : (x) => x;

/** Fills `out`, in order, with whole numbers of at most 53 bits. */
export function fillWhole(out: TypedArray, value: (i: number) => number): void {
  if (!(out instanceof BigInt64Array)) {
    for (let i = 0; i < out.length; i++) out[i] = value(i);
    return;
  }
  // Typed arrays are little-endian wherever JavaScript runs today.
  const words = new Int32Array(out.buffer, out.byteOffset, 2 * out.length);
  for (let i = 0; i < out.length; i++) {
    const v = value(i);
    words[2 * i] = v;
    words[2 * i + 1] = Math.floor(v / 4294967296);
  }
}

/** Fills `out`, in order, with 64-bit numbers, wrapped or rounded to its own type. */
export function fillBig(out: TypedArray, value: (i: number) => bigint): void {
  if (out instanceof BigInt64Array) {
    for (let i = 0; i < out.length; i++) out[i] = value(i);
  } else {
    for (let i = 0; i < out.length; i++) out[i] = Number(value(i));
  }
}

/** The dtype an array most likely stands for: a byte array is uint8 unless the caller says bool. */
export function dtypeOf(out: TypedArray): DType {
  if (out instanceof Float32Array) return 'float32';
  if (out instanceof Float64Array) return 'float64';
  if (out instanceof Int32Array) return 'int32';
  return out instanceof BigInt64Array ? 'int64' : 'uint8';
}
