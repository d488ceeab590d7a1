// What must hold between the sources of a node, checked where it is made: nothing wrong reaches the
// stages behind.
// in:  an op, its sources, a wanted shape
// out: nothing, or a Misfit that names op, dtypes and shapes

import type { DType } from './dtype.js';
import { Misfit } from './misfit.js';
import type { Node, Shape } from './node.js';

const shown = (shape: Shape): string => `[${shape.join(', ')}]`;

export function demandDType(op: string, a: Node, dtype: DType): void {
  if (a.dtype === dtype) return;
  throw new Misfit(op, `expected a tensor of dtype ${dtype}, but got ${a.dtype}${shown(a.shape)}`);
}

/** Two operands of one dtype and one shape. */
export function demandAlike(op: string, a: Node, b: Node): void {
  if (a.dtype !== b.dtype) {
    throw new Misfit(
      op,
      `expected both tensors to have the same dtype, but got ${a.dtype}${shown(a.shape)} and ` +
        `${b.dtype}${shown(b.shape)}; convert one of them with to()`,
    );
  }
  if (a.shape !== b.shape) demandShape(op, a.shape, b.shape);
}

export function demandShape(op: string, a: Shape, b: Shape): void {
  let same = a.length === b.length;
  for (let i = 0; same && i < a.length; i++) same = a[i] === b[i];
  if (!same) throw new Misfit(op, `the shapes ${shown(a)} and ${shown(b)} do not match`);
}

/** `size` is that of `to`. */
export function demandSize(op: string, a: Node, to: Shape, size: number): void {
  if (a.size === size) return;
  throw new Misfit(
    op,
    `a tensor of shape ${shown(a.shape)} has ${a.size} elements and does not fill the shape ` +
      shown(to),
  );
}

/** Axes of size 1 grow, others stay; `to` may have more of them in front. */
export function demandGrows(op: string, a: Shape, to: Shape): void {
  const missing = to.length - a.length;
  let fits = missing >= 0;
  for (let i = 0; fits && i < a.length; i++) {
    const size = to[missing + i]!;
    fits = a[i] === size || (a[i] === 1 && size >= 0);
  }
  if (fits) return;
  throw new Misfit(op, `the shape ${shown(a)} does not broadcast to the shape ${shown(to)}`);
}

/** start + step * (n - 1) of every axis lies inside. */
export function demandInside(
  op: string,
  a: Shape,
  starts: readonly number[],
  steps: readonly number[],
  to: Shape,
): void {
  let fits = a.length === to.length;
  for (let i = 0; fits && i < a.length; i++) {
    const [start, n] = [starts[i]!, to[i]!];
    // of nothing it does not matter where it begins
    fits = n === 0 || (n > 0 && start >= 0 && start + steps[i]! * (n - 1) < a[i]!);
  }
  if (fits) return;
  throw new Misfit(
    op,
    `no part of the shape ${shown(to)} begins at ${shown(starts)} of a tensor of shape ${shown(a)}`,
  );
}

export function demandOrder(op: string, a: Shape, order: readonly number[]): void {
  let seen = 0;
  for (const axis of order) seen |= 1 << axis;
  if (order.length === a.length && seen === (1 << a.length) - 1) return;
  throw new Misfit(op, `${shown(order)} is no order of the dimensions of the shape ${shown(a)}`);
}
