// Makes one element of many: nodes that sum up, or take the largest, along axes.
// in:  a node, the axes     out: a node with those axes gone, kept, or as running totals

import { mul, sameShape } from './build.js';
import { expand, permute, reshape } from './movement.js';
import { argOf, Node, type Shape } from './node.js';
import type { ReduceKind, SumOrder } from './op.js';
import { sumOrder } from './sum-order.js';

/** Reduces `axes` away (ascending, distinct). No axes: the node itself. */
export function reduce(
  a: Node,
  kind: ReduceKind,
  axes: readonly number[],
  order: SumOrder = sumOrder(a.shape, axes),
): Node {
  if (axes.length === 0) return a;
  const shape = a.shape.filter((_, i) => !axes.includes(i));
  if (axes.every((axis) => a.shape[axis] === 1)) return reshape(a, shape);
  return new Node('REDUCE', a.dtype, shape, [a], { kind, axes, order });
}

/** Reduces and keeps the axes as size 1. */
export const reduceKeep = (a: Node, kind: ReduceKind, axes: readonly number[]): Node =>
  reshape(
    reduce(a, kind, axes),
    a.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
  );

/** Elements that one element of a REDUCE or FOLD is made of. */
export function reducedCount(node: Node): number {
  if (node.op === 'FOLD') {
    const { size, step } = argOf<'FOLD'>(node);
    return Math.ceil(size / step);
  }
  return node.sources[0]!.size / Math.max(node.size, 1);
}

/** Whether it adds up one element after the other: a matrix product, a sum over outer axes. */
export const isInSequence = (node: Node): boolean =>
  node.op === 'REDUCE' && argOf<'REDUCE'>(node).order === 'serial';

/** The transpose of broadcastTo: sums what was broadcast back to `shape`. */
export function sumTo(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  const missing = a.shape.length - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < a.shape.length; i++) {
    if (i < missing || (shape[i - missing] === 1 && a.shape[i] !== 1)) axes.push(i);
  }
  return reshape(reduce(a, 'sum', axes), shape);
}

/** [..., M, K] by [..., K, N] with equal batch axes: the sum over K of products, in sequence. */
export function contract(a: Node, b: Node): Node {
  const rank = a.shape.length;
  const [m, k] = [a.shape[rank - 2]!, a.shape[rank - 1]!];
  const n = b.shape[rank - 1]!;
  const batch = a.shape.slice(0, -2);
  const full = [...batch, m, n, k];
  const left = expand(reshape(a, [...batch, m, 1, k]), full);
  const swapped = permute(b, [...batch.keys(), rank - 1, rank - 2]);
  const right = expand(reshape(swapped, [...batch, 1, n, k]), full);
  return reduce(mul(left, right), 'sum', [rank], 'serial');
}

export const scan = (a: Node, kind: ReduceKind, axis: number): Node =>
  new Node('SCAN', a.dtype, a.shape, [a], { kind, axis });
