// Finds the first elements of a row's stable order without sorting the row.
// in:  a row of any dtype, how many or which     out: places in the row

import type { TypedArray } from '../../graph/dtype.js';
import { keysOf, radix, sortRow } from './sort-row.js';

/** So few are kept in order while the row goes by. */
const FEW = 64;
/** From the highest bits down: how far they are shifted, and how many they are. */
const DIGITS = [
  [21, 11],
  [10, 11],
  [0, 10],
] as const;

/** Fills `first` with the places that stand first in the stable order of `row`. */
export function firstOfRow(row: TypedArray, first: BigInt64Array, descending: boolean): void {
  const count = first.length;
  if (count === 0) return;
  const places = leastOf(row, count, descending);
  for (let i = 0; i < count; i++) first[i] = BigInt(places[i]!);
}

/** The place that stands at `rank` in the ascending stable order of `row`. */
export function placeOfRank(row: TypedArray, rank: number): number {
  const keys = wordsOf(row, false);
  if (keys === null || rank < FEW) return Number(leastOf(row, rank + 1, false)[rank]!);
  let { key, before } = keyOfRank(keys, rank);
  for (let i = 0; ; i++) if (keys[i] === key && before-- === 0) return i;
}

/** One word an element, or null where an element takes two. */
function wordsOf(row: TypedArray, descending: boolean): Uint32Array | null {
  if (row instanceof Float64Array || row instanceof BigInt64Array) return null;
  const keys = keysOf(row, 1);
  if (descending) for (let i = 0; i < keys.length; i++) keys[i] = ~keys[i]!;
  return keys;
}

function leastOf(row: TypedArray, count: number, descending: boolean): ArrayLike<number | bigint> {
  const keys = wordsOf(row, descending);
  if (keys !== null) return count <= FEW ? leastFew(keys, count) : leastMany(keys, count);
  const order = new BigInt64Array(row.length);
  sortRow(row, order, descending);
  return order;
}

/** Equal keys do not pass each other. */
function leastFew(keys: Uint32Array, most: number): Int32Array {
  const places = new Int32Array(most);
  const least = new Uint32Array(most);
  let count = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (count === most && key >= least[most - 1]!) continue;
    let j = count < most ? count++ : most - 1;
    for (; j > 0 && least[j - 1]! > key; j--) {
      least[j] = least[j - 1]!;
      places[j] = places[j - 1]!;
    }
    least[j] = key;
    places[j] = i;
  }
  return places;
}

/** What is below the last key, and the first of those that equal it; these alone are sorted. */
function leastMany(keys: Uint32Array, count: number): Int32Array {
  const { key: last, before } = keyOfRank(keys, count - 1);
  const places = new Int32Array(count);
  let equal = before + 1;
  let found = 0;
  for (let i = 0; i < keys.length; i++) {
    if (keys[i]! < last || (keys[i] === last && equal-- > 0)) places[found++] = i;
  }
  const chosen = Uint32Array.from(places, (place) => keys[place]!);
  return radix(chosen, count, 1).map((i) => places[i]!);
}

/** The key at a rank of the sorted row, and how many that equal it stand before: by its digits. */
function keyOfRank(keys: Uint32Array, rank: number): { key: number; before: number } {
  let before = rank;
  let key = 0;
  for (const [shift, bits] of DIGITS) {
    const counts = new Int32Array(1 << bits);
    const above = shift + bits;
    const prefix = above === 32 ? 0 : key >>> above;
    for (let i = 0; i < keys.length; i++) {
      const own = keys[i]!;
      if (above === 32 || own >>> above === prefix) counts[(own >>> shift) & ((1 << bits) - 1)]!++;
    }
    let digit = 0;
    for (; before >= counts[digit]!; digit++) before -= counts[digit]!;
    key = (key | (digit << shift)) >>> 0;
  }
  return { key, before };
}
