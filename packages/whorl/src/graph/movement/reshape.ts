// RESHAPE: the same elements in row-major order, along other axes.
// in:  a node, a shape     out: a node of that shape, an old one where the shape is what it was

import { constant, sameShape } from '../build.js';
import { demandSize } from '../fits.js';
import { cpu } from '../device.js';
import { liveOf } from '../live.js';
import { contiguousStrides, Node, type Shape, sizeOf } from '../node.js';
import { segments } from '../segments.js';
import { type AxisAlgebra, everywhere } from '../axes.js';
import type { ViewRow } from './row.js';

export function reshape(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  demandSize('RESHAPE', a, shape, sizeOf(shape));
  if (a.op === 'CONST') return constantAs(a, shape);
  const inner = a.op === 'RESHAPE' && a.buffer === null && a.history?.kind !== 'custom';
  const source = inner ? a.sources[0]! : a;
  if (inner && sameShape(source.shape, shape)) return source;
  return new Node('RESHAPE', a.dtype, shape, [source], null);
}

/** A number in another shape; a live one stays live, a 0-d one is welcome on any device. */
export function constantAs(a: Node, shape: Shape): Node {
  const device = a.shape.length === 0 && a.device === cpu ? null : a.device;
  return constant(liveOf(a) ?? a.scalars[0]!, a.dtype, shape, device);
}

/** Axes are matched where their products are equal, so that only what really mixes is divided. */
export function reshaped<A>(
  axes: AxisAlgebra<A>,
  index: readonly A[],
  shape: Shape,
  to: Shape,
): A[] {
  const result: A[] = [];
  for (const segment of segments(shape, to)) {
    let flat = axes.zero;
    for (let i = segment.from[0]; i < segment.from[1]; i++) {
      flat = axes.add(axes.scale(flat, shape[i]!), shape[i] === 1 ? axes.zero : index[i]!);
    }
    result.push(...axes.unflatten(flat, to.slice(...segment.to)));
  }
  return result;
}

export const RESHAPE: ViewRow<'RESHAPE'> = {
  source: (axes, { from, to }, index) => everywhere(reshaped(axes, index, to, from)),
  transpose: (g, y) => reshape(g, y.sources[0]!.shape),
  show: (node, { shape }) => reshape(node, shape),
  geometry({ shape, strides, offset }, step) {
    const result = step.strides ?? viewStrides(shape, strides, step.shape);
    if (result === null) throw new Error(`no view of [${shape}] has the shape [${step.shape}]`);
    return { shape: step.shape, strides: result, offset };
  },
  put: (base, _, value) => reshape(value, base.shape),
  repeats: () => false,
  merged: (_, second) => second,
};

/** The strides with which `shape` shows the same memory, or null: the rule of Tensor.view. */
export function viewStrides(
  from: Shape,
  strides: readonly number[],
  shape: Shape,
): number[] | null {
  if (sizeOf(from) === 0) return contiguousStrides(shape);
  const result = new Array<number>(shape.length).fill(1);
  let target = shape.length - 1;
  let chunkBase = from.length > 0 ? strides[from.length - 1]! : 1;
  let source = 1;
  let placed = 1;
  for (let i = from.length - 1; i >= 0; i--) {
    source *= from[i]!;
    const ends = i === 0 || (from[i - 1] !== 1 && strides[i - 1] !== source * chunkBase);
    if (!ends) continue;
    while (target >= 0 && (placed < source || shape[target] === 1)) {
      result[target] = placed * chunkBase;
      placed *= shape[target]!;
      target--;
    }
    if (placed !== source) return null;
    if (i > 0) {
      chunkBase = strides[i - 1]!;
      source = 1;
      placed = 1;
    }
  }
  if (from.length === 0) return contiguousStrides(shape);
  return target < 0 ? result : null;
}
