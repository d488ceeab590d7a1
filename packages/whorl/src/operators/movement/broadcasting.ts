// Shapes that grow to one shape, and back: broadcastTensors, broadcastShapes, meshgrid, sumToSize.
// in:  tensors or shapes     out: views of the common shape, or sums over what was broadcast

import { cast, withNumber } from '../../graph/build.js';
import { sumTo } from '../../graph/reductions.js';
import { isFloating } from '../../graph/dtype.js';
import { define, method } from '../../tensor/define.js';
import { showShape, sizesOf } from '../../tensor/dims.js';
import { expandTo, reshapeTo } from './movement.js';
import { broadcastShapes } from '../../tensor/promotion.js';
import { fromNode, Tensor, viewOf } from '../../tensor/tensor.js';
import type { Shape } from '../../tensor/types/shape.js';
import type { SizesGiven } from '../../tensor/dims.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * The transpose of expand: sums over what broadcasting `size` to x's shape repeats. Source:
     * Tensor.sum_to_size.
     */
    sumToSize<T extends Tensor>(this: T, ...size: SizesGiven): Tensor<Shape, T['dtype']>;
  }
}

/** Tensors given one by one or as a list. */
export const listed = (tensors: readonly (Tensor | readonly Tensor[])[]): Tensor[] =>
  tensors.flat() as Tensor[];

/**
 * The shape that shapes broadcast to. Errors: shapes that do not. Source: torch.broadcast_shapes.
 */
export const broadcastShapesOf = define(
  'broadcastShapes',
  '...shapes',
  (...shapes: (number | readonly number[])[]): number[] => {
    const lists = shapes.map((s) => [s].flat() as number[]);
    for (const size of lists.flat()) {
      if (Number.isInteger(size) && size >= 0) continue;
      throw new RangeError(`broadcastShapes: sizes are whole numbers from 0 up, got ${size}`);
    }
    return [...broadcastShapes('broadcastShapes', ...lists)];
  },
);

/** Views of the common shape. Source: torch.broadcast_tensors. */
export const broadcastTensors = define(
  'broadcastTensors',
  '...tensors:tensor/tensors',
  (...tensors: (Tensor | readonly Tensor[])[]): Tensor[] => {
    const list = listed(tensors);
    const shape = broadcastShapes('broadcastTensors', ...list.map((t) => t.shape));
    return list.map((t) => expandTo(t, shape));
  },
);

export interface MeshOptions {
  indexing?: 'ij' | 'xy';
}

/**
 * Coordinates of a grid: each 1-d tensor along its own dimension, repeated along the others.
 * indexing 'ij' (default): dim i is tensor i's; 'xy': the first two dims are swapped.
 * Errors: tensors of more than one dimension, or of different dtypes. Source: torch.meshgrid.
 */
export const meshgrid = define(
  'meshgrid',
  '...tensors:tensor/tensors | * indexing',
  (...args: (Tensor | readonly Tensor[] | MeshOptions | undefined)[]): Tensor[] => {
    const isTensors = (a: unknown) => a instanceof Tensor || Array.isArray(a);
    const options = args.find((a) => a !== undefined && !isTensors(a)) as MeshOptions | undefined;
    const { indexing = 'ij' } = options ?? {};
    const list = listed(args.filter(isTensors) as Tensor[]);
    checkMesh(list, indexing);
    const swap = indexing === 'xy' && list.length >= 2;
    const shape = list.map((t) => t.numel());
    const grids = list.map((t, i) => {
      const own = shape.map((n, j) => (i === j ? n : 1));
      return expandTo(reshapeTo(t, own), shape);
    });
    if (!swap) return grids;
    const order = [1, 0, ...shape.keys()].filter((axis, i) => i < 2 || axis > 1);
    return grids.map((grid) => viewOf(grid, { op: 'PERMUTE', order }));
  },
);

function checkMesh(list: readonly Tensor[], indexing: string): void {
  if (list.length === 0) throw new Error('meshgrid: expects a non-empty list of tensors');
  if (indexing !== 'ij' && indexing !== 'xy') {
    throw new Error(`meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`);
  }
  for (const t of list) {
    if (!(t instanceof Tensor)) throw new TypeError(`meshgrid: expected tensors, got ${typeof t}`);
    if (t.ndim > 1) {
      throw new Error(`meshgrid: expected 0D or 1D tensors but got ${showShape(t.shape)}`);
    }
    if (t.dtype !== list[0]!.dtype) {
      throw new TypeError('meshgrid: expects all tensors to have the same dtype');
    }
  }
}

method('sumToSize', '...size', (x: Tensor, ...sizes: SizesGiven) => {
  const size = sizesOf(sizes);
  const missing = x.ndim - size.length;
  const fits = missing >= 0 && size.every((n, i) => n === 1 || n === x.shape[missing + i]);
  if (!fits) {
    throw new Error(
      `sumToSize: size ${showShape(size)} is not expandable to ${showShape(x.shape)}`,
    );
  }
  if (size.length > 0 && missing === 0 && size.every((n, i) => n === x.shape[i])) {
    return x;
  }
  return fromNode(sumTo(isFloating(x.dtype) ? x.node : cast(x.node, 'int64'), size));
});

/**
 * Coordinates of flat positions in a shape: an index tensor per dimension. Source:
 * torch.unravel_index.
 */
export const unravelIndex = define(
  'unravelIndex',
  'indices:tensor shape',
  (indices: Tensor, shape: number | readonly number[]): Tensor[] => {
    if (isFloating(indices.dtype) || indices.dtype === 'bool') {
      throw new TypeError(`unravelIndex: expected 'indices' to be integer, got ${indices.dtype}`);
    }
    const sizes = [shape].flat() as number[];
    for (const n of sizes) {
      if (n < 0) throw new RangeError("unravelIndex: 'shape' cannot have negative values");
    }
    let below = 1;
    const columns = [...sizes].reverse().map((n) => {
      const column = withNumber('MOD', withNumber('IDIV', indices.node, below), n);
      below *= n;
      return fromNode(column);
    });
    return columns.reverse();
  },
);
