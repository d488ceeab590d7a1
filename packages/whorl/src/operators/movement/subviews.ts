// Views of a part: narrow, select, diagonal, and the windows of unfold.
// in:  a tensor     out: a view of the same memory

import { isFloating } from '../../graph/dtype.js';
import { method } from '../../tensor/define.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { type Tensor, viewOf, viewThrough } from '../../tensor/tensor.js';
import type { ViewStep } from '../../tensor/view.js';
import type { Accept } from '../../tensor/types/shape.js';
import type { Narrow, Select } from '../../tensor/types/movement.js';
import type { Rearranging } from '../types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * A view of `length` elements of dim from `start`, negative from the end; start may be a 0-d
     * integer tensor, which is read. Errors: what does not lie inside. Source: torch.narrow.
     */
    narrow<T extends Tensor, const Dim extends number, const N extends number>(
      this: T,
      dim: Accept<Narrow<T['sizes'], Dim, N>, Dim>,
      start: number,
      length: N,
    ): Tensor<Narrow<T['sizes'], Dim, N>, T['dtype']>;
    /**
     * A view of one index of dim, without that dim; negative from the end. Source: torch.select.
     */
    select<T extends Tensor, const Dim extends number>(
      this: T,
      dim: Accept<Select<T['sizes'], Dim>, Dim>,
      index: number,
    ): Tensor<Select<T['sizes'], Dim>, T['dtype']>;
    /**
     * A view of the diagonals of dims dim1 (0) and dim2 (1), as last dim; offset > 0 is above the
     * main one. Errors: identical dims. Source: torch.diagonal.
     */
    diagonal: Rearranging<[offset?: number, dim1?: number, dim2?: number]>;
    /**
     * A view of all windows of `size`, `step` apart, in a new last dim; they may overlap: [n] gives
     * [floor((n - size) / step) + 1, size]. Source: Tensor.unfold.
     */
    unfold: Rearranging<[dimension: number, size: number, step: number]>;
  }
}

/** `length` elements of one axis from `start`, as a view. */
export function narrowTo(x: Tensor, axis: number, start: number, length: number): Tensor {
  return viewOf(x, {
    op: 'SHRINK',
    starts: x.shape.map((_, i) => (i === axis ? start : 0)),
    steps: x.shape.map(() => 1),
    shape: x.shape.map((n, i) => (i === axis ? length : n)),
  });
}

/** A 0-d integer tensor where a number is meant. It is read. */
function wholeNumber(name: string, parameter: string, value: Tensor): number {
  const integral = value.dtype !== 'bool' && !isFloating(value.dtype);
  if (value.ndim === 0 && integral) return Number(value.itemSync());
  throw new TypeError(
    `${name}: ${parameter} must be a number or a 0-dim integral tensor, got ` +
      `${value.dtype}${showShape(value.shape)}`,
  );
}

method(
  'narrow',
  'dim start:int/tensor length',
  (x: Tensor, dim: number, at: number | Tensor, length: number) => {
    const axis = wrapDim('narrow', dim, x.ndim);
    const start = typeof at === 'number' ? at : wholeNumber('narrow', 'start', at);
    if (x.ndim === 0) throw new Error('narrow: cannot be applied to a 0-dim tensor');
    const n = x.shape[axis]!;
    const from = start < 0 ? start + n : start;
    if (from < 0 || length < 0 || from + length > n) {
      throw new RangeError(
        `narrow: start (${start}) + length (${length}) exceeds dimension size (${n}): ` +
          `dimension ${axis} of ${showShape(x.shape)}`,
      );
    }
    return narrowTo(x, axis, from, length);
  },
);

/** The view steps to one index of an axis; the axis goes. */
export function selectSteps(name: string, x: Tensor, dim: number, index: number): ViewStep[] {
  if (x.ndim === 0) throw new RangeError(`${name}: cannot be applied to a 0-dim tensor`);
  const axis = wrapDim(name, dim, x.ndim);
  const n = x.shape[axis]!;
  if (!Number.isInteger(index) || index < -n || index >= n) {
    throw new RangeError(
      `${name}: index ${index} is out of bounds for dimension ${axis} with size ${n} of the ` +
        `tensor ${showShape(x.shape)}`,
    );
  }
  const at = index < 0 ? index + n : index;
  return [
    {
      op: 'SHRINK',
      starts: x.shape.map((_, i) => (i === axis ? at : 0)),
      steps: x.shape.map(() => 1),
      shape: x.shape.map((m, i) => (i === axis ? 1 : m)),
    },
    {
      op: 'RESHAPE',
      shape: without(x.shape, axis),
      strides: without(x.strides, axis),
    },
  ];
}

/** A loop of element writes asks for it at every turn. */
function without(values: readonly number[], axis: number): number[] {
  const left: number[] = [];
  for (let i = 0; i < values.length; i++) if (i !== axis) left.push(values[i]!);
  return left;
}

/** One index of an axis; the axis goes. */
export const selectAt = (name: string, x: Tensor, dim: number, index: number): Tensor =>
  viewThrough(x, selectSteps(name, x, dim, index));

method('select', 'dim index:int', (x: Tensor, dim: number, index: number) =>
  selectAt('select', x, dim, index),
);

/** The view step to a diagonal, above the main one where the offset is positive. */
export function diagonalStep(
  name: string,
  x: Tensor,
  offset: number,
  dim1: number,
  dim2: number,
): Extract<ViewStep, { op: 'DIAGONAL' }> {
  const [a, b] = [wrapDim(name, dim1, x.ndim), wrapDim(name, dim2, x.ndim)];
  if (x.ndim < 2 || a === b) {
    throw new Error(
      `${name}: diagonal dimensions cannot be identical (${dim1}, ${dim2}), and the input needs ` +
        `two of them; it has shape ${showShape(x.shape)}`,
    );
  }
  const starts = [Math.max(-offset, 0), Math.max(offset, 0)];
  const length = Math.max(0, Math.min(x.shape[a]! - starts[0]!, x.shape[b]! - starts[1]!));
  return { op: 'DIAGONAL', a, b, starts: length === 0 ? [0, 0] : starts, length };
}

method('diagonal', 'offset? dim1? dim2?', (x: Tensor, offset = 0, dim1 = 0, dim2 = 1) =>
  viewOf(x, diagonalStep('diagonal', x, offset, dim1, dim2)),
);

method(
  'unfold',
  'dimension size step',
  (x: Tensor, dimension: number, size: number, step: number) => {
    const axis = wrapDim('unfold', dimension, x.ndim);
    const n = x.ndim === 0 ? 1 : x.shape[axis]!;
    if (size > n || size < 0) {
      throw new Error(
        `unfold: maximum size for tensor at dimension ${axis} is ${n} but size is ${size}`,
      );
    }
    if (step <= 0) throw new Error(`unfold: step is ${step} but must be > 0`);
    const lifted = x.ndim === 0 ? viewOf(x, { op: 'RESHAPE', shape: [1] }) : x;
    const windows = viewOf(lifted, { op: 'WINDOW', axis, size, step });
    return x.ndim === 0 ? viewOf(windows, { op: 'RESHAPE', shape: [size] }) : windows;
  },
);
