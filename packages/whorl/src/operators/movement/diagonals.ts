// Diagonals as matrices, and values put into a part of a tensor's copy: diag, diagEmbed,
// selectScatter.
// in:  tensors     out: new tensors; the input is never written

import { reaching } from '../../autograd/paths.js';
import { constant } from '../../graph/build.js';
import { diagonal } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { permuteTo } from './movement.js';
import { diagonalStep, selectSteps } from './subviews.js';
import { showsTwice } from '../../tensor/overlap.js';
import { copyLayout } from '../../tensor/promotion.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import type { Shape } from '../../tensor/types/shape.js';
import { put, write } from '../../tensor/put.js';
import { show, type ViewStep } from '../../tensor/view.js';
import { slice, sliceRange } from '../index/slice.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** A vector as the diagonal of a matrix, or a matrix's diagonal. Source: torch.diag. */
    diag<T extends Tensor>(this: T, diagonal?: number): Tensor<Shape, T['dtype']>;
    /**
     * Matrices whose diagonals are x's last dimension; dim1 and dim2 are where the new dims go.
     * Errors: identical dims. Source: torch.diag_embed.
     */
    diagEmbed<T extends Tensor>(
      this: T,
      offset?: number,
      dim1?: number,
      dim2?: number,
    ): Tensor<Shape, T['dtype']>;
    /** x flattened on the diagonal of a matrix. Source: torch.diagflat. */
    diagflat<T extends Tensor>(this: T, offset?: number): Tensor<[number, number], T['dtype']>;
    /**
     * x with `src` on its diagonal. Errors: a src of another shape. Source: torch.diagonal_scatter.
     */
    diagonalScatter<T extends Tensor>(
      this: T,
      src: Tensor,
      offset?: number,
      dim1?: number,
      dim2?: number,
    ): Tensor<T['sizes'], T['dtype']>;
    /** x with `src` in place of x.select(dim, index). Source: torch.select_scatter. */
    selectScatter<T extends Tensor>(
      this: T,
      src: Tensor,
      dim: number,
      index: number,
    ): Tensor<T['sizes'], T['dtype']>;
    /** x with `src` in place of a slice of one dimension. Source: torch.slice_scatter. */
    sliceScatter<T extends Tensor>(
      this: T,
      src: Tensor,
      dim?: number,
      start?: number | null,
      end?: number | null,
      step?: number,
    ): Tensor<T['sizes'], T['dtype']>;
  }
}

/** The last axis on the diagonal of two new axes, the last ones. */
function embedded(a: Node, offset: number): Node {
  const axis = a.shape.length - 1;
  const n = a.shape[axis]! + Math.abs(offset);
  const zeros = constant(0, a.dtype, [...a.shape.slice(0, -1), n, n]);
  if (a.shape[axis] === 0) return reaching(zeros, [a]);
  const starts = [Math.max(-offset, 0), Math.max(offset, 0)];
  return put(zeros, { op: 'DIAGONAL', a: axis, b: axis + 1, starts, length: a.shape[axis]! }, a);
}

method('diag', 'diagonal?', (x: Tensor, offset = 0) => {
  if (x.ndim !== 1 && x.ndim !== 2) {
    throw new Error(`diag: supports 1D or 2D tensors, got ${showShape(x.shape)}`);
  }
  if (x.ndim === 1) return fromNode(embedded(x.node, offset));
  const step = diagonalStep('diag', x, offset, 0, 1);
  return fromNode(diagonal(x.node, 0, 1, step.starts, step.length));
});

method('diagflat', 'offset?', (x: Tensor, offset = 0) =>
  fromNode(embedded((x.reshape(-1) as Tensor).node, offset)),
);

method('diagEmbed', 'offset? dim1? dim2?', (x: Tensor, offset = 0, dim1 = -2, dim2 = -1) => {
  const rank = x.ndim + 1;
  const [a, b] = [wrapDim('diagEmbed', dim1, rank), wrapDim('diagEmbed', dim2, rank)];
  if (a === b) {
    throw new Error(`diagEmbed: diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  }
  const matrices = fromNode(embedded(x.node, a < b ? offset : -offset));
  const order = [...Array(rank).keys()].filter((i) => i < rank - 2);
  for (const axis of [Math.min(a, b), Math.max(a, b)]) {
    order.splice(axis, 0, axis === Math.min(a, b) ? rank - 2 : rank - 1);
  }
  return fromNode(permuteTo('diagEmbed', matrices, order).node);
});

/** x's value with `source` in the place that the steps show. */
function scattered(name: string, x: Tensor, steps: readonly ViewStep[], source: Tensor): Tensor {
  const place = show(x.node, steps).shape;
  if (showShape(place) !== showShape(source.shape)) {
    throw new Error(
      `${name}: expected src to have a size equal to the slice of self: ` +
        `${showShape(place)}, got ${showShape(source.shape)}`,
    );
  }
  if (source.dtype !== x.dtype) {
    throw new TypeError(`${name}: expected src of dtype ${x.dtype}, got ${source.dtype}`);
  }
  const node = write(x.node, steps, source.node);
  // a copy keeps even the gaps of what it was made of
  const layout = x.layout === null || showsTwice(x) ? copyLayout(x) : x.layout;
  return fromNode(node === source.node ? reaching(node, [x.node]) : node, layout);
}

method(
  'diagonalScatter',
  'src:tensor offset? dim1? dim2?',
  (x: Tensor, source: Tensor, offset = 0, dim1 = 0, dim2 = 1) =>
    scattered(
      'diagonalScatter',
      x,
      [diagonalStep('diagonalScatter', x, offset, dim1, dim2)],
      source,
    ),
);

method(
  'selectScatter',
  'src:tensor dim index:int',
  (x: Tensor, source: Tensor, dim: number, index: number) =>
    scattered('selectScatter', x, selectSteps('selectScatter', x, dim, index), source),
);

method(
  'sliceScatter',
  'src:tensor dim? start:int? end:int? step:int?',
  (x: Tensor, source: Tensor, dim = 0, start?: number | null, end?: number | null, step = 1) => {
    const axis = wrapDim('sliceScatter', dim, x.ndim);
    const range = sliceRange(slice(start ?? null, end ?? null, step), x.shape[axis]!);
    const along = (own: number, other: readonly number[] | number) =>
      x.shape.map((_, i) => (i === axis ? own : typeof other === 'number' ? other : other[i]!));
    return scattered(
      'sliceScatter',
      x,
      [
        {
          op: 'SHRINK',
          starts: along(range.start, 0),
          steps: along(range.step, 1),
          shape: along(range.length, x.shape),
        },
      ],
      source,
    );
  },
);
