// Whole numbers: torch.randint, Tensor.random_, torch.randperm.
// in:  a generator and bounds     out: the array of any dtype, filled in order

import { dtypeOf, fillBig, fillWhole } from './elements.js';
import type { DType, TypedArray } from '../graph/dtype.js';
import type { Generator } from './generator.js';

/** From this range on a number costs two draws (uniform_int_from_to_distribution). */
const WIDE = 1n << 28n;

/** The smallest and the largest whole number of each dtype that random_ accepts as a bound. */
const limits: Record<DType, readonly [bigint, bigint, string]> = {
  bool: [0n, 1n, 'bool'],
  uint8: [0n, 255n, 'unsigned char'],
  int32: [-(1n << 31n), (1n << 31n) - 1n, 'int'],
  int64: [-(1n << 63n), (1n << 63n) - 1n, 'long'],
  float32: [-(1n << 63n), (1n << 63n) - 1n, 'float'],
  float64: [-(1n << 63n), (1n << 63n) - 1n, 'double'],
};

/**
 * What random_(low, null) draws below: the first whole number that a dtype does not hold or tell
 * from others.
 */
export const beyond = (dtype: DType): bigint => {
  if (dtype === 'float32') return (1n << 24n) + 1n;
  return dtype === 'float64' ? (1n << 53n) + 1n : limits[dtype][1] + 1n;
};

/**
 * Fills `out` with whole numbers of [low, high), as torch.randint and Tensor.random_(low, high):
 * the remainder of 32 bits, of 64 bits when high - low >= 2^28. Pass dtype for a bool array.
 * Throws on an empty range and on bounds that the dtype cannot hold.
 */
export function fillRandint(
  out: TypedArray,
  generator: Generator,
  low: number | bigint,
  high: number | bigint,
  dtype: DType = dtypeOf(out),
): void {
  const [from, to] = checkedBounds(low, high, dtype);
  const range = BigInt.asUintN(64, to - from);
  const offset = Number(from);
  if (range < WIDE && Number.isSafeInteger(offset)) {
    const narrow = Number(range);
    fillWhole(out, () => (generator.u32() % narrow) + offset);
  } else if (range < WIDE) {
    fillBig(out, () => (BigInt(generator.u32()) % range) + from);
  } else {
    fillBig(out, () => BigInt.asIntN(64, (generator.random64() % range) + from));
  }
}

function checkedBounds(
  low: number | bigint,
  high: number | bigint,
  dtype: DType,
): [bigint, bigint] {
  const from = BigInt(low);
  const to = BigInt(high);
  if (from >= to) {
    throw new Error(
      `random_ expects 'from' to be less than 'to', but got from=${from} >= to=${to}`,
    );
  }
  const [smallest, largest, name] = limits[dtype];
  if (from < smallest || from > largest) throw new Error(`from is out of bounds for ${name}`);
  if (to - 1n > largest) throw new Error(`to - 1 is out of bounds for ${name}`);
  if (dtype === 'float32') return [representableLow(from, 24), representableHigh(to, 24)];
  if (dtype === 'float64') return [representableLow(from, 53), representableHigh(to, 53)];
  return [from, to];
}

const rounded = (x: bigint, digits: number): bigint =>
  BigInt(digits === 24 ? Math.fround(Number(x)) : Number(x));

const spacing = (x: bigint, digits: number): bigint => {
  const exponent = (x < 0n ? -x : x).toString(2).length - 1;
  return 1n << BigInt(Math.max(0, exponent - digits + 1));
};

/** A bound that a float cannot tell from a smaller one moves up by one float (update_from). */
function representableLow(from: bigint, digits: number): bigint {
  const above = rounded(from + 1n, digits);
  return above < from ? above + spacing(from + 1n, digits) : from;
}

/** A bound that a float cannot tell from a larger one moves down by one float (update_to). */
function representableHigh(to: bigint, digits: number): bigint {
  const below = rounded(to - 1n, digits);
  return below >= to ? below - spacing(to - 1n, digits) : to;
}

/**
 * Fills `out` with whole numbers from the dtype's whole range, as Tensor.random_() without bounds:
 * 0 up to the largest integer; for floats up to 2^24 or 2^53. Pass dtype for a bool array.
 */
export function fillRandom(
  out: TypedArray,
  generator: Generator,
  dtype: DType = dtypeOf(out),
): void {
  switch (dtype) {
    case 'bool':
      return fillWhole(out, () => generator.bits() & 1);
    case 'uint8':
      return fillWhole(out, () => generator.bits() & 0xff);
    case 'int32':
      return fillWhole(out, () => generator.bits() & 0x7fffffff);
    case 'int64':
      return fillBig(out, () => BigInt.asUintN(63, generator.random64()));
    case 'float32':
      return fillWhole(out, () => generator.u32() % 16777217);
    case 'float64':
      return fillBig(out, () => generator.random64() % 9007199254740993n);
  }
}

/** 0 .. n-1 in random order, n - 1 draws (randperm_cpu), as plain 32-bit numbers. */
export function permutation(n: number, generator: Generator): Int32Array {
  if (!(n >= 0)) {
    throw new Error(`randperm: Trying to create tensor with negative dimension ${n}: [${n}]`);
  }
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = 0; i < n - 1; i++) {
    const other = i + (generator.u32() % (n - i));
    const kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  return order;
}

/** Fills `out` with 0 .. n-1 in random order, as torch.randperm(n) in any dtype. */
export function fillRandperm(
  out: TypedArray,
  generator: Generator,
  dtype: DType = dtypeOf(out),
): void {
  const n = out.length;
  if ((dtype === 'uint8' && n > 255) || (dtype === 'bool' && n > 1)) {
    throw new Error(`randperm: n = ${n} cannot be converted to type ${dtype} without overflow`);
  }
  if (dtype === 'float32' && n > 16777217) {
    throw new Error('randperm: n cannot be greater than 2^24+1 for Float type.');
  }
  const order = permutation(n, generator);
  fillWhole(out, (i) => order[i]);
}
