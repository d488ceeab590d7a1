// Which elements a device has: as what values of each
// dtype lie in its memory, and as what they are computed.
// in:  a dtype, a device's record     out: the dtype that takes its place there
//
// A device without int64 keeps them as int32: what is computed wraps there, what comes
// from outside and does not fit is refused, and a number in a kernel stays inside. A
// device without float64 has no tensors of it; what an operator would compute in
// float64 on its way is float32 there, by formulas of its own where the digits matter.

import { arrayOf, type DType, itemSize, type TypedArray } from '../graph/dtype.js';
import type { Target } from './target.js';

/** As what an element lies in memory. */
export const storedAs = ({ elements }: Target, dtype: DType): DType => elements[dtype] ?? 'float32';

/** As what arithmetic on it is done: what takes fewer bytes than a word is still what it is. */
export function computedAs({ elements, hasFloat64 }: Target, dtype: DType): DType {
  if (dtype === 'float64') return hasFloat64 ? 'float64' : 'float32';
  return dtype === 'int64' && elements.int64 === 'int32' ? 'int32' : dtype;
}

/** Elements as they lie in the device's memory; the very array where nothing changes. */
export function toStored(data: TypedArray, dtype: DType, target: Target): TypedArray {
  const stored = storedAs(target, dtype);
  if (stored === dtype) return data;
  const made = new arrayOf[stored](data.length);
  for (let i = 0; i < data.length; i++) {
    made[i] = Number(data[i]);
    // an int32 wraps what it is given, a float32 rounds it
    if (stored === 'int32' && made[i] !== Number(data[i])) throw new RangeError(tooLarge(data[i]!));
  }
  return made;
}

const tooLarge = (value: number | bigint): string =>
  `the value ${value} cannot be stored: this device keeps int64 in 32 bits, ` +
  `from ${-(2 ** 31)} to ${2 ** 31 - 1}`;

/** Elements that were read from the device's memory; of the very memory where nothing changes. */
export function fromStored(bytes: Uint8Array, dtype: DType, target: Target): TypedArray {
  const stored = storedAs(target, dtype);
  const own = bytes.byteOffset % itemSize[stored] === 0 ? bytes : bytes.slice();
  const count = own.byteLength / itemSize[stored];
  const data = new arrayOf[stored](own.buffer as ArrayBuffer, own.byteOffset, count);
  if (stored === dtype) return data;
  const made = new arrayOf[dtype](count);
  const isLong = dtype === 'int64';
  for (let i = 0; i < count; i++)
    made[i] = (isLong ? BigInt(Number(data[i])) : Number(data[i])) as never;
  return made;
}

/** A kernel's number of type `dtype`, given as one of its
 *  own: an int64 that does not fit is the nearest that does. */
export function toComputed(value: number | bigint, dtype: DType, target: Target): number | bigint {
  if (dtype !== 'int64' || computedAs(target, dtype) === 'int64') return value;
  return Math.min(Math.max(Number(value), -(2 ** 31)), 2 ** 31 - 1);
}
