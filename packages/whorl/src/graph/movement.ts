// Moves elements about: nodes that hold their source's elements elsewhere, more or less often, or beside a value.
// in:  a node and where its elements go     out: a node, an old one where nothing moves

import { constant, iota, sameShape } from './build.js';
import type { DType } from './dtype.js';
import { demandGrows, demandInside, demandOrder, demandShape, demandSize } from './fits.js';
import { liveOf } from './live.js';
import { argOf, Node, type Shape, sizeOf } from './node.js';

/** The value of a CONST node in another shape; a live one stays live. */
const reshaped = (a: Node, shape: Shape): Node =>
  constant(liveOf(a) ?? a.scalars[0]!, a.dtype, shape);

export function reshape(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  demandSize('RESHAPE', a, shape, sizeOf(shape));
  if (a.op === 'CONST') return reshaped(a, shape);
  const inner = a.op === 'RESHAPE' && a.buffer === null && a.history?.kind !== 'custom';
  const source = inner ? a.sources[0]! : a;
  if (inner && sameShape(source.shape, shape)) return source;
  return new Node('RESHAPE', a.dtype, shape, [source], null);
}

export function permute(a: Node, order: readonly number[]): Node {
  demandOrder('PERMUTE', a.shape, order);
  if (order.every((axis, i) => axis === i)) return a;
  // turned twice, as the gradient of a transposed weight is; where a gradient passes, each step is its own
  if (a.op === 'PERMUTE' && a.history === null && a.sources.length > 0) {
    const first = argOf<'PERMUTE'>(a).order;
    return permute(
      a.sources[0]!,
      order.map((axis) => first[axis]!),
    );
  }
  const shape = order.map((axis) => a.shape[axis]!);
  if (a.op === 'CONST') return reshaped(a, shape);
  return new Node('PERMUTE', a.dtype, shape, [a], { order });
}

/** Axes of size 1 grow to `shape`, which has the same rank. */
export function expand(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  if (a.shape.length !== shape.length) demandShape('EXPAND', a.shape, shape);
  demandGrows('EXPAND', a.shape, shape);
  if (a.op === 'CONST') return reshaped(a, shape);
  return new Node('EXPAND', a.dtype, shape, [a], null);
}

/** Broadcasts as PyTorch does: new axes in front, axes of size 1 grow. */
export function broadcastTo(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  demandGrows('EXPAND', a.shape, shape);
  if (a.op === 'CONST') return reshaped(a, shape);
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

export function pad(a: Node, before: readonly number[], after: readonly number[], value = 0): Node {
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return a;
  const shape = a.shape.map((n, i) => before[i]! + n + after[i]!);
  return new Node('PAD', a.dtype, shape, [a], { before }, [value]);
}

/** out[i] = a[start + step * i] per axis, `shape` long. */
export function shrink(
  a: Node,
  starts: readonly number[],
  steps: readonly number[],
  shape: Shape,
): Node {
  if (sameShape(a.shape, shape) && steps.every((s) => s === 1)) return a;
  demandInside('SHRINK', a.shape, starts, steps, shape);
  if (a.op === 'CONST') return reshaped(a, shape);
  return new Node('SHRINK', a.dtype, shape, [a], { steps }, starts);
}

/** `count` elements of one axis from `start`. */
export const narrow = (a: Node, axis: number, start: number, count: number): Node =>
  shrink(
    a,
    a.shape.map((_, i) => (i === axis ? start : 0)),
    a.shape.map(() => 1),
    a.shape.map((n, i) => (i === axis ? count : n)),
  );

export const flip = (a: Node, axes: readonly number[]): Node =>
  axes.length === 0 || a.op === 'CONST' ? a : new Node('FLIP', a.dtype, a.shape, [a], { axes });

export function diagonal(
  a: Node,
  x: number,
  y: number,
  starts: readonly number[],
  length: number,
): Node {
  const shape = [...a.shape.filter((_, i) => i !== x && i !== y), length];
  return new Node('DIAGONAL', a.dtype, shape, [a], { a: x, b: y }, starts);
}

export function window(a: Node, axis: number, size: number, step: number): Node {
  const count = Math.floor((a.shape[axis]! - size) / step) + 1;
  const shape = [...a.shape.map((n, i) => (i === axis ? count : n)), size];
  return new Node('WINDOW', a.dtype, shape, [a], { axis, size, step });
}

/** The transpose of window(): adds the last axis back into an axis of length `length`. */
export function fold(a: Node, axis: number, size: number, step: number, length: number): Node {
  const shape = a.shape.slice(0, -1).map((n, i) => (i === axis ? length : n));
  return new Node('FOLD', a.dtype, shape, [a], { axis, size, step });
}
