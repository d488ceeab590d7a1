// Elements as a device stores them: where it has no dtype of that kind, as another one.
// in:  typed arrays of a dtype     out: bytes for its memory, and the way back
//
// On a device without 64-bit integers an int64 lies as an int32: what does
// not fit is refused before it goes there.

import { arrayOf, type DType, type TypedArray } from '../../graph/dtype.js';
import type { Device } from '../../graph/device.js';
import type { Target } from '../../target/target.js';

/**
 * Throws where a device has no elements of that dtype.
 * Source: the sentence of PyTorch's MPS device.
 */
export function demandDType(dtype: DType, target: Target, device: Device): void {
  if (target.elements[dtype] !== null) return;
  throw new TypeError(
    `Cannot convert a ${device} Tensor to ${dtype} dtype as the ${device} device doesn't support ` +
      `${dtype}. Please use ${dtype === 'float64' ? 'float32' : 'int32'} instead.`,
  );
}

/** The values in another dtype's array. */
export function convertedTo(values: TypedArray, from: DType, to: DType): TypedArray {
  if (from === to) return values;
  if (from === 'int64' && to === 'int32') {
    return Int32Array.from(values as BigInt64Array, narrowed);
  }
  const numbers = Array.from(values as ArrayLike<number | bigint>);
  return to === 'int64'
    ? BigInt64Array.from(numbers, BigInt)
    : new arrayOf[to as 'float64'](numbers.map(Number));
}

/** An int64 as an int32; throws where it does not fit. */
function narrowed(value: bigint): number {
  if (value === BigInt.asIntN(32, value)) return Number(value);
  throw new RangeError(
    `int64: ${value} does not fit into the 32 bits with which this device stores whole numbers`,
  );
}

export const bytesIn = (values: TypedArray): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
