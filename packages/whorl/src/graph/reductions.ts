// Makes one element of many: nodes that sum up, or take the largest, along axes.
// in:  a node, the axes     out: a node with those axes gone, kept, or as running totals

import { sameShape } from './build.js';
import { reshape } from './movement/reshape.js';
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

/** The axes that take a loop to go through. */
export const summedAxes = (node: Node): number[] =>
  argOf<'REDUCE'>(node).axes.filter((axis) => node.sources[0]!.shape[axis] !== 1);

/** Where the terms of a REDUCE lie. `inner`: an index along each summed axis. */
export function termIndex<A>(zero: A, node: Node, index: readonly A[], inner: readonly A[]): A[] {
  const { axes } = argOf<'REDUCE'>(node);
  let [outer, summed] = [0, 0];
  return node.sources[0]!.shape.map((size, axis) => {
    if (!axes.includes(axis)) return index[outer++]!;
    return size === 1 ? zero : inner[summed++]!;
  });
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

export const scan = (a: Node, kind: ReduceKind, axis: number): Node =>
  new Node('SCAN', a.dtype, a.shape, [a], { kind, axis });
