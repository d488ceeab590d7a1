// The order in which a sum adds up. It is a fact of the node, from its shape alone, so that a sum
// has the same bits wherever it is fused, whoever plans it and whoever writes its loops:
//   serial   blocks of about K / 64 elements, at least 64, by sixteens; each in order, then the
//            blocks in order
//   lanes    element i goes to lane i mod 16; each lane as above; what is left over goes to the
//            first lanes; then the upper half is added to the lower half, four times
// Blocks grow with the sum: very long ones of float32 are added up in float64 and rounded once.
// in:  how many elements each summed axis has     out: where blocks and lanes begin and end

import type { DType } from './dtype.js';
import { type Shape, sizeOf } from './node.js';
import type { ReduceKind, SumOrder } from './op.js';

/** Which order a sum takes: 16 lanes where the last axis is summed, else in sequence. */
export function sumOrder(shape: Shape, axes: readonly number[]): SumOrder {
  let last = shape.length - 1;
  while (last >= 0 && shape[last] === 1) last--;
  return axes.includes(last) ? 'lanes' : 'serial';
}

// ---- in sequence

export interface Blocks {
  /** The axes from here on lie whole inside a block; those before are counted as one, in rows. */
  readonly inner: number;
  readonly rowsPerBlock: number;
  readonly rows: number;
}

/** Where the blocks of a serial sum end: always at the end of a row of its innermost axes. */
export function blocksOf(sizes: Shape): Blocks {
  const count = sizeOf(sizes);
  const least = 16 * Math.max(4, Math.ceil(count / 1024));
  if (count <= least) return { inner: 0, rowsPerBlock: 1, rows: 1 };
  let inner = sizes.length;
  let row = 1;
  while (inner > 0 && row * sizes[inner - 1]! <= least) row *= sizes[--inner]!;
  return { inner, rowsPerBlock: Math.ceil(least / row), rows: count / row };
}

/** Steps along the first axis that make a block; null where blocks end elsewhere, or are wider. */
export function rowsPerBlock(sizes: Shape, dtype: DType): number | null {
  if (runsWide('sum', dtype, 'serial', sizes)) return null;
  const { inner, rowsPerBlock: count, rows } = blocksOf(sizes);
  return inner === 1 && rows === sizes[0] ? count : null;
}

// ---- in lanes

export const sumLanes = 16;

export interface Lanes {
  /** The axes from here on are counted as one, in steps of 16. */
  readonly inner: number;
  readonly steps: number;
  /** Elements behind the last whole step; they exist only where inner is 0. */
  readonly rest: number;
}

/** The fewest innermost axes that hold a multiple of 16 elements; all where none do. */
export function lanesOf(sizes: Shape): Lanes {
  let run = 1;
  for (let inner = sizes.length - 1; inner >= 0; inner--) {
    run *= sizes[inner]!;
    if (run % sumLanes === 0) return { inner, steps: run / sumLanes, rest: 0 };
  }
  return { inner: 0, steps: Math.floor(run / sumLanes), rest: run % sumLanes };
}

/** Whether a reduction of so many elements runs in 16 lanes: shorter ones would not fill them. */
export const runsInLanes = (order: SumOrder, count: number): boolean =>
  order === 'lanes' && count >= 4 * sumLanes;

// ---- in float64

/** Longer sums of equal numbers would be off by more than 1e-6. In sequence float64 costs more, as
 *  products are summed so, and the bound is higher. */
const mostInFloat32 = { lanes: 65_536, serial: 262_144 };

/** Whether a sum of so many elements is kept in float64 on its way. */
export const runsWide = (kind: ReduceKind, dtype: DType, order: SumOrder, sizes: Shape): boolean =>
  kind === 'sum' && dtype === 'float32' && sizeOf(sizes) > mostInFloat32[order];
