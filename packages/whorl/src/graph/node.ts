// The tensor graph: immutable values, each an op applied to other values.
// in:  op, dtype, shape, sources, argument     out: a Node; nothing is computed here

import type { DType } from './dtype.js';
import type { ArgOf, Op } from './op.js';

export type Shape = readonly number[];

/** Memory on a device that holds a stored node, contiguous in row-major order. The runtime owns the rest. */
export interface Stored { readonly bytes: number }

let created = 0;
const nothing: readonly never[] = [];

export class Node<O extends Op = Op> {
  /** Sources are always made before what reads them, so ids are a topological order. */
  readonly id = created++;
  /** Where the value lies once it was computed. A stored node is a leaf to every later flush. */
  buffer: Stored | null = null;
  /** A walk's own stamp and number: valid only inside the walk that set them. */
  stamp = 0;
  index = 0;
  /** What backward() knows of this value; null where no gradient is wanted. Owned by autograd/. */
  history: unknown = null;

  constructor(
    readonly op: O,
    readonly dtype: DType,
    readonly shape: Shape,
    /** Dropped by the engine once the value is stored and nothing needs its history. */
    public sources: readonly Node[],
    readonly arg: ArgOf<O>,
    /** Numbers a kernel takes as parameters: they are no part of the structure. */
    readonly scalars: readonly number[] = nothing,
  ) {}
}

export const sizeOf = (shape: Shape): number => {
  let n = 1;
  for (const d of shape) n *= d;
  return n;
};

/** Row-major strides, in elements. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  for (let i = shape.length - 1, n = 1; i >= 0; i--) {
    strides[i] = n;
    n *= Math.max(shape[i]!, 1);
  }
  return strides;
}
