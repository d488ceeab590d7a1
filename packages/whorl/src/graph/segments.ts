// Which axes of two shapes of equal size belong together.
// in:  two shapes     out: runs of neighbouring axes, as short as can be, whose products are equal

import type { Shape } from './node.js';

/** Axes first..last-1 of each shape. */
export interface Segment {
  readonly from: readonly [first: number, last: number];
  readonly to: readonly [first: number, last: number];
}

/**
 * For shapes without zeros. Errors: shapes of unequal size. Axes of size 1 left over at the end are
 * alone in their segment.
 */
export function segments(from: Shape, to: Shape): Segment[] {
  const result: Segment[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [first, start] = [i, j];
    let a = i < from.length ? from[i++]! : 1;
    let b = j < to.length ? to[j++]! : 1;
    while (a !== b) {
      // what does not end in a common product never would
      if (i >= from.length && j >= to.length) throw unequal(from, to);
      if (a < b) a *= from[i++] ?? Number.NaN;
      else b *= to[j++] ?? Number.NaN;
    }
    result.push({ from: [first, i], to: [start, j] });
  }
  return result;
}

const unequal = (from: Shape, to: Shape): Error =>
  new Error(
    `the shapes [${from.join(', ')}] and [${to.join(', ')}] have different numbers of elements`,
  );
