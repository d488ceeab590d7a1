// Numbers as the arithmetic with which graph/ says where elements lie.
// in:  nothing     out: an algebra of axes, and every index of a shape

import type { AxisAlgebra } from '../../src/graph/axes.js';
import type { Shape } from '../../src/graph/node.js';

export const numbers: AxisAlgebra<number> = {
  zero: 0,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  shift: (a, by) => a + by,
  scale: (a, by) => a * by,
  divide: (a, by) => Math.floor(a / by),
  modulo: (a, by) => a - by * Math.floor(a / by),
  mirror: (a, last) => last - a,
  unflatten(flat, sizes) {
    const result = new Array<number>(sizes.length);
    let left = flat;
    for (let i = sizes.length - 1; i >= 0; i--) {
      result[i] = left % sizes[i]!;
      left = Math.floor(left / sizes[i]!);
    }
    return result;
  },
  start: ({ scalars }, slot) => scalars[slot]!,
};

/** In row-major order. */
export const indicesOf = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (found, n) => found.flatMap((own) => Array.from({ length: n }, (_, i) => [...own, i])),
    [[]],
  );
