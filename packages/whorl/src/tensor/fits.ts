// A number that a program gives, everywhere in a shape, where the dtype can hold it.
// in:  a number, a dtype     out: a constant, or an error that says what the dtype holds
// Source: c10::checked_convert; negative numbers of a byte's size wrap, as there.

import { constant } from '../graph/build.js';
import type { DType } from '../graph/dtype.js';
import { Live } from '../graph/live.js';
import type { Node, Shape } from '../graph/node.js';
import { numberOf, type Scalar } from './promotion.js';

const largest = (2 - 2 ** -23) * 2 ** 127;

/** What is refused lies outside; null: nothing is. */
const ranges: Record<DType, readonly [least: number, most: number, says: string] | null> = {
  bool: null,
  uint8: [-255, 255, 'whole numbers from 0 to 255'],
  int32: [-(2 ** 31), 2 ** 31 - 1, 'whole numbers from -2147483648 to 2147483647'],
  // the largest number below 2 ** 63
  int64: [-(2 ** 63), 2 ** 63 - 1024, 'whole numbers from -2 ** 63 to 2 ** 63 - 1'],
  float32: [-largest, largest, 'numbers up to 3.4e38, infinities and NaN'],
  float64: null,
};

export function demandFits(name: string, value: number | bigint, dtype: DType): void {
  if (typeof value === 'bigint') return demandBits(name, value, dtype);
  const range = ranges[dtype];
  if (range === null) return;
  const [least, most, says] = range;
  if (dtype === 'float32' && !Number.isFinite(value)) return;
  // a whole number wraps into a byte, a fraction below 0 does not
  const element =
    dtype === 'uint8' && value <= -1 && value % 1 !== 0 ? -Infinity : Math.trunc(value);
  if (element >= least && element <= most) return;
  throw new RangeError(`${name}: ${value} cannot be converted to ${dtype}, which holds ${says}`);
}

/** A bigint that no number is. */
function demandBits(name: string, value: bigint, dtype: DType): void {
  if (dtype !== 'int64') return demandFits(name, Number(value), dtype);
  if (BigInt.asIntN(64, value) === value) return;
  const says = ranges.int64![2];
  throw new RangeError(`${name}: ${value} cannot be converted to ${dtype}, which holds ${says}`);
}

export function everywhere(name: string, value: Scalar, dtype: DType, shape: Shape): Node {
  const number = numberOf(value);
  if (!(number instanceof Live)) demandFits(name, number, dtype);
  return constant(number, dtype, shape);
}
