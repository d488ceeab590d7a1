// EXPAND: axes of size 1 grow, every element along them is the same.
// in:  a node, a shape     out: a node, an old one where nothing grows

import { iota, sameShape } from '../build.js';
import type { DType } from '../dtype.js';
import { demandGrows, demandShape } from '../fits.js';
import { Node, type Shape } from '../node.js';
import { sumTo } from '../reductions.js';
import { constantAs, reshape } from './reshape.js';
import { everywhere } from '../axes.js';
import type { ViewRow } from './row.js';

/** Axes of size 1 grow to `shape`, which has the same rank. */
export function expand(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  if (a.shape.length !== shape.length) demandShape('EXPAND', a.shape, shape);
  demandGrows('EXPAND', a.shape, shape);
  if (a.op === 'CONST') return constantAs(a, shape);
  return new Node('EXPAND', a.dtype, shape, [a], null);
}

/** Broadcasts as PyTorch does: new axes in front, axes of size 1 grow. */
export function broadcastTo(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  demandGrows('EXPAND', a.shape, shape);
  if (a.op === 'CONST') return constantAs(a, shape);
  const missing = shape.length - a.shape.length;
  const lifted = missing > 0 ? reshape(a, [...new Array<number>(missing).fill(1), ...a.shape]) : a;
  return sameShape(lifted.shape, shape)
    ? lifted
    : new Node('EXPAND', a.dtype, shape, [lifted], null);
}

/** Every element's place along `axis`, in `shape`. */
export const coordinate = (shape: Shape, axis: number, dtype: DType = 'int32'): Node =>
  broadcastTo(
    reshape(
      iota(shape[axis]!, dtype),
      shape.map((n, i) => (i === axis ? n : 1)),
    ),
    shape,
  );

export const EXPAND: ViewRow<'EXPAND'> = {
  source: (axes, { from }, index) =>
    everywhere(index.map((own, i) => (from[i] === 1 ? axes.zero : own))),
  transpose: (g, y) => sumTo(g, y.sources[0]!.shape),
  show: (node, { shape }) => expand(node, shape),
  geometry: ({ shape, strides, offset }, step) => ({
    shape: step.shape,
    strides: step.shape.map((n, i) => (n === shape[i] ? strides[i]! : 0)),
    offset,
  }),
  put: (_base, _step, value) => value,
  repeats: (from, { shape }) => shape.some((n, i) => n !== from[i]),
};
