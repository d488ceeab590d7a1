// Products and layouts of linear algebra: multiDot, vecdot, vander, cross, diagonal.
// in:  tensors     out: tensors

import { constant, mul } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import { reduce, scan } from '../../graph/reductions.js';
import { define } from '../../tensor/define.js';
import { wrapDim } from '../../tensor/dims.js';
import { joined } from '../movement/join.js';
import { matmul } from '../product/matmul.js';
import { diagonalStep } from '../movement/subviews.js';
import { demandFloating } from '../../tensor/floating.js';
import { crossAlong } from '../product/products.js';
import { pointwise } from '../../tensor/promotion.js';
import { fromNode, type Tensor, viewOf } from '../../tensor/tensor.js';

/** Where to split a chain of matrices so that the fewest products are made. */
function splits(sizes: readonly number[]): number[][] {
  const n = sizes.length - 1;
  const cost = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  const best = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let span = 1; span < n; span++) {
    for (let i = 0; i + span < n; i++) {
      const j = i + span;
      cost[i]![j] = Infinity;
      for (let k = i; k < j; k++) {
        const total = cost[i]![k]! + cost[k + 1]![j]! + sizes[i]! * sizes[k + 1]! * sizes[j + 1]!;
        if (total < cost[i]![j]!) [cost[i]![j], best[i]![j]] = [total, k];
      }
    }
  }
  return best;
}

/**
 * The product of a chain of matrices, in the cheapest order; the first and last may be vectors.
 * Errors: fewer than two tensors, sizes that do not fit. Source: torch.linalg.multi_dot.
 */
export const multiDot = define(
  'linalg.multiDot',
  'tensors',
  (tensors: readonly Tensor[]): Tensor => {
    if (tensors.length < 2)
      throw new Error(`multiDot: expected at least 2 tensors but got ${tensors.length}`);
    const last = tensors.length - 1;
    const chain = tensors.map((t, i) => {
      const ends = i === 0 || i === last;
      if (t.ndim !== 2 && !(ends && t.ndim === 1)) {
        throw new Error(
          `multiDot: tensor ${i} must be ${ends ? '1D or 2D' : '2D'} but got ${t.ndim}D`,
        );
      }
      return t.ndim === 2 ? t : (t.reshape(i === 0 ? [1, -1] : [-1, 1]) as Tensor);
    });
    const best = splits([chain[0]!.shape[0]!, ...chain.map((t) => t.shape[1]!)]);
    const between = (i: number, j: number): Tensor => {
      if (i === j) return chain[i]!;
      const k = best[i]![j]!;
      return matmul(between(i, k), between(k + 1, j));
    };
    const full = between(0, last);
    const keep = [tensors[0]!.ndim === 2, tensors[last]!.ndim === 2];
    return fromNode(
      reshape(
        full.node,
        full.shape.filter((_, i) => keep[i]),
      ),
    );
  },
);

/** The dot product of vectors along dim; the inputs broadcast. Source: torch.linalg.vecdot. */
export const vecdot = define(
  'linalg.vecdot',
  'x y | * dim',
  (x: Tensor, y: Tensor, { dim = -1 }: { dim?: number } = {}): Tensor => {
    if (x.dtype !== y.dtype)
      throw new TypeError(`vecdot: expected one dtype, got ${x.dtype} and ${y.dtype}`);
    demandFloating('vecdot', x);
    const product = pointwise('vecdot', [x, y], mul);
    const axis = wrapDim('vecdot', dim, product.ndim);
    return fromNode(reduce(product.node, 'sum', [axis]));
  },
);

/** Powers 0 to N - 1 of each element: [*, n] gives [*, n, N]. Source: torch.linalg.vander. */
export const vander = define(
  'linalg.vander',
  'x | * N',
  (x: Tensor, { N }: { N?: number | null } = {}): Tensor => {
    const shape = x.ndim === 0 ? [1] : x.shape;
    const n = N ?? shape[shape.length - 1]!;
    if (!(n > 1)) throw new RangeError(`vander: N must be greater than 1, got ${n}`);
    const dtype = x.dtype === 'bool' ? 'int64' : x.dtype;
    const column = reshape((x.to(dtype) as Tensor).node, [...shape, 1]);
    const powers = scan(broadcastTo(column, [...shape, n - 1]), 'prod', shape.length);
    return fromNode(joined([constant(1, dtype, [...shape, 1]), powers], shape.length));
  },
);

/** The cross product of 3-vectors along dim; the inputs broadcast. Source: torch.linalg.cross. */
export const cross = define(
  'linalg.cross',
  'input other:tensor | * dim',
  (x: Tensor, other: Tensor, { dim = -1 }: { dim?: number } = {}): Tensor =>
    crossAlong('cross', x, other, dim),
);

/** A view of the diagonals of the last two dims. Source: torch.linalg.diagonal. */
export const diagonal = define(
  'linalg.diagonal',
  'A | * offset dim1 dim2',
  (
    x: Tensor,
    { offset = 0, dim1 = -2, dim2 = -1 }: { offset?: number; dim1?: number; dim2?: number } = {},
  ): Tensor => viewOf(x, diagonalStep('diagonal', x, offset, dim1, dim2)),
);

/** torch.linalg.matmul. */
export { matmul };
