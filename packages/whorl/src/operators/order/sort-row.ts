// Sorts one row: a stable radix sort on bit patterns that order like the numbers.
// in:  a row of any dtype     out: the permutation that sorts it, int64

import type { TypedArray } from '../../graph/dtype.js';

/** Three passes for 32 bits; 2048 counters are 8 KiB and stay in the first cache. */
const BITS = 11;
const BUCKETS = 1 << BITS;
/** Below this an insertion sort is faster than clearing the buckets. */
const SMALL = 48;

/** Fills `order` with the stable order of `row`; NaN is the largest number. */
export function sortRow(row: TypedArray, order: BigInt64Array, descending: boolean): void {
  const n = row.length;
  const wide = row instanceof Float64Array || row instanceof BigInt64Array;
  const words = wide ? 2 : 1;
  const keys = keysOf(row, words);
  // complements in ascending order: equal ones keep their order, unlike in a result turned round
  if (descending) for (let i = 0; i < keys.length; i++) keys[i] = ~keys[i]!;
  const places = n <= SMALL ? insertion(keys, n, words) : radix(keys, n, words);
  for (let i = 0; i < n; i++) order[i] = BigInt(places[i]!);
}

/** Unsigned words, low word first, that compare as the values do. */
export function keysOf(row: TypedArray, words: number): Uint32Array {
  const n = row.length;
  const keys = new Uint32Array(n * words);
  if (row instanceof Float32Array) {
    const bits = new Int32Array(row.slice().buffer);
    for (let i = 0; i < n; i++) keys[i] = orderedWord(row[i]!, bits[i]!);
  } else if (row instanceof Int32Array) {
    // with the sign bit turned over negative numbers come first
    for (let i = 0; i < n; i++) keys[i] = row[i]! ^ 0x80000000;
  } else if (row instanceof Uint8Array) {
    keys.set(row);
  } else {
    wideKeys(row, keys);
  }
  return keys;
}

/** Negative floats reversed below positive ones; -0 equals 0; NaN above all. */
function orderedWord(value: number, bits: number): number {
  if (value !== value) return 0xffffffff;
  if (value === 0) return 0x80000000;
  return bits < 0 ? ~bits : bits ^ 0x80000000;
}

function wideKeys(row: Float64Array | BigInt64Array, keys: Uint32Array): void {
  const words = new Int32Array(row.slice().buffer);
  for (let i = 0; i < row.length; i++) {
    let [low, high] = [words[2 * i]!, words[2 * i + 1]!];
    const value = row[i]!;
    if (typeof value === 'bigint') high ^= 0x80000000;
    else if (value !== value) [low, high] = [-1, -1];
    else if (value === 0) [low, high] = [0, 0x80000000];
    else if (high < 0) [low, high] = [~low, ~high];
    else high ^= 0x80000000;
    keys[2 * i] = low;
    keys[2 * i + 1] = high;
  }
}

/** A place moves in front of larger keys only, so equal ones keep their order. */
function insertion(keys: Uint32Array, n: number, words: number): Int32Array {
  const places = new Int32Array(n);
  const after = (a: number, b: number): boolean => {
    for (let w = words - 1; w >= 0; w--) {
      const [x, y] = [keys[a * words + w]!, keys[b * words + w]!];
      if (x !== y) return x > y;
    }
    return false;
  };
  for (let i = 0; i < n; i++) {
    let j = i;
    while (j > 0 && after(places[j - 1]!, i)) {
      places[j] = places[j - 1]!;
      j--;
    }
    places[j] = i;
  }
  return places;
}

/** Least significant digit first, 11 bits a pass; a pass in which all digits agree is left out. */
export function radix(keys: Uint32Array, n: number, words: number): Int32Array {
  let from = new Int32Array(n);
  let to = new Int32Array(n);
  for (let i = 0; i < n; i++) from[i] = i;
  const counts = new Int32Array(BUCKETS);
  for (let word = 0; word < words; word++) {
    for (let shift = 0; shift < 32; shift += BITS) {
      counts.fill(0);
      for (let i = 0; i < n; i++) counts[(keys[i * words + word]! >>> shift) & (BUCKETS - 1)]!++;
      if (counts[(keys[word]! >>> shift) & (BUCKETS - 1)] === n) continue;
      let start = 0;
      for (let b = 0; b < BUCKETS; b++) {
        const count = counts[b]!;
        counts[b] = start;
        start += count;
      }
      for (let i = 0; i < n; i++) {
        const place = from[i]!;
        const bucket = (keys[place * words + word]! >>> shift) & (BUCKETS - 1);
        to[counts[bucket]!++] = place;
      }
      [from, to] = [to, from];
    }
  }
  return from;
}
