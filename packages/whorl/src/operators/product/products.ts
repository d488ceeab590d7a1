// Products beyond matmul: inner, tensordot, kron, cross, trace; and what is laid out from several
// tensors.
// in:  tensors     out: tensors

import { placesNode } from '../index/places.js';
import { cast, constant, gather, mul, sub } from '../../graph/build.js';
import { broadcastTo, diagonal, permute, reshape } from '../../graph/movement.js';
import { reduce } from '../../graph/reductions.js';
import { type DType, isFloating, promote } from '../../graph/dtype.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { reaching } from '../../autograd/paths.js';
import { define, method } from '../../tensor/define.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { demandNumbers } from '../../tensor/floating.js';
import { listed, meshgrid } from '../movement/broadcasting.js';
import { stack } from '../movement/join.js';
import { matmulNode } from './matmul.js';
import { broadcastShapes, pointwise } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type { Shape } from '../../tensor/types/shape.js';
import { put } from '../../tensor/put.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** Products of vectors along the last dimension: [*, K] by [*, K]. Source: torch.inner. */
    inner<T extends Tensor>(this: T, other: Tensor): Tensor<Shape, T['dtype']>;
    cross<T extends Tensor>(this: T, other: Tensor, dim?: number | null): Tensor<Shape, T['dtype']>;
    /** The sum of a matrix's diagonal. Errors: not a matrix. Source: torch.trace. */
    trace(): Tensor<[], DType>;
    kron(other: Tensor): Tensor;
  }
}

function demandPair(name: string, a: Tensor, b: Tensor): void {
  if (!(b instanceof Tensor)) throw new TypeError(`${name}: expected a tensor, got ${typeof b}`);
  if (a.dtype === b.dtype) return;
  throw new TypeError(`${name}: both tensors must have one dtype, got ${a.dtype} and ${b.dtype}`);
}

/** The axes of both sides that are summed over. */
function sharedAxes(a: Tensor, b: Tensor, dims: number | readonly unknown[]): [number[], number[]] {
  if (typeof dims === 'number') {
    if (!Number.isInteger(dims) || dims < 0 || dims > Math.min(a.ndim, b.ndim)) {
      throw new RangeError(
        `tensordot: expects dims between 0 and ${Math.min(a.ndim, b.ndim)}, got ${dims}`,
      );
    }
    const range = [...Array(dims).keys()];
    return [range.map((i) => a.ndim - dims + i), range];
  }
  const [first, second] = dims as [number | number[], number | number[]];
  const left = [first].flat().map((d) => wrapDim('tensordot', d, a.ndim));
  const right = [second].flat().map((d) => wrapDim('tensordot', d, b.ndim));
  if (left.length !== right.length) {
    throw new Error(
      `tensordot: both dimension lists should have same length, got ${left.length} ` +
        `and ${right.length}`,
    );
  }
  return [left, right];
}

/**
 * Sums over pairs of dimensions: the last `dims` of a with the first `dims` of b, or two lists of
 * dims.
 * A dimension of size 1 goes with any other. Errors: sizes that differ. Source: torch.tensordot.
 */
export const tensordot = define(
  'tensordot',
  'a:tensor b:tensor dims:int/list?',
  (a: Tensor, b: Tensor, dims: number | readonly unknown[] = 2): Tensor => {
    demandPair('tensordot', a, b);
    const [left, right] = sharedAxes(a, b, dims);
    if (a.dtype === 'bool' && left.length > 0) {
      throw new TypeError('tensordot: not implemented for bool tensors');
    }
    let [x, y] = [a.node, b.node];
    left.forEach((axis, i) => {
      const other = right[i]!;
      const [m, n] = [a.shape[axis]!, b.shape[other]!];
      if (m === n) return;
      if (m !== 1 && n !== 1) {
        throw new Error(
          `tensordot: contracted dimensions need to match, but first has size ${m} in dim ` +
            `${axis} and second has size ${n} in dim ${other}`,
        );
      }
      // what meets a single number may be summed up before
      if (n === 1) x = reshapeLike(reduce(x, 'sum', [axis]), x.shape, axis);
      else y = reshapeLike(reduce(y, 'sum', [other]), y.shape, other);
    });
    const freeA = [...x.shape.keys()].filter((i) => !left.includes(i));
    const freeB = [...y.shape.keys()].filter((i) => !right.includes(i));
    const sizes = (node: Node, axes: readonly number[]) => axes.map((i) => node.shape[i]!);
    const k = sizeOf(sizes(x, left));
    const rows = reshape(permute(x, [...freeA, ...left]), [sizeOf(sizes(x, freeA)), k]);
    const columns = reshape(permute(y, [...right, ...freeB]), [k, sizeOf(sizes(y, freeB))]);
    const product = matmulNode('tensordot', rows, columns);
    return fromNode(reshape(product, [...sizes(x, freeA), ...sizes(y, freeB)]));
  },
);

const reshapeLike = (node: Node, shape: readonly number[], axis: number): Node =>
  reshape(
    node,
    shape.map((n, i) => (i === axis ? 1 : n)),
  );

method('inner', 'other', (x: Tensor, other: Tensor) => {
  if (other instanceof Tensor && (x.ndim === 0 || other.ndim === 0))
    return pointwise('inner', [x, other], mul);
  demandPair('inner', x, other);
  demandNumbers('inner', x);
  if (x.shape[x.ndim - 1] !== other.shape[other.ndim - 1]) {
    throw new Error(
      `inner: the last dimensions must match, got ${showShape(x.shape)} and ` +
        showShape(other.shape),
    );
  }
  return tensordot(x, other, [[-1], [-1]]);
});

/**
 * The cross product of 3-vectors along an axis. (a x b)[i] = a[i + 1] b[i + 2] - a[i + 2] b[i + 1],
 * indices modulo 3.
 */
export function crossAlong(name: string, x: Tensor, other: Tensor, dim: number): Tensor {
  demandPair(name, x, other);
  demandNumbers(name, x);
  if (x.ndim !== other.ndim) {
    throw new Error(
      `${name}: inputs must have the same number of dimensions, got ${x.ndim} and ${other.ndim}`,
    );
  }
  const axis = wrapDim(name, dim, x.ndim);
  if (x.shape[axis] !== 3 || other.shape[axis] !== 3) {
    throw new Error(
      `${name}: inputs dimension ${axis} must have length 3, got ${showShape(x.shape)} and ` +
        showShape(other.shape),
    );
  }
  const shape = broadcastShapes(name, x.shape, other.shape);
  const index = (order: readonly number[]) => {
    const row = placesNode(order, x);
    return broadcastTo(
      reshape(
        row,
        shape.map((_, i) => (i === axis ? 3 : 1)),
      ),
      shape,
    );
  };
  const [a, b] = [broadcastTo(x.node, shape), broadcastTo(other.node, shape)];
  const [next, last] = [index([1, 2, 0]), index([2, 0, 1])];
  const at = (node: Node, order: Node) => gather(node, order, axis);
  return fromNode(sub(mul(at(a, next), at(b, last)), mul(at(a, last), at(b, next))));
}

/** Cross products along dim, by default the first of size 3. Source: torch.cross. */
export const cross = method(
  'cross',
  'other dim?',
  (x: Tensor, other: Tensor, dim?: number | null) => {
    const first = x.shape.indexOf(3);
    if ((dim === undefined || dim === null) && first < 0) {
      throw new Error(`cross: no dimension of size 3 in input ${showShape(x.shape)}`);
    }
    return crossAlong('cross', x, other, dim ?? first);
  },
);

method('trace', '', (x: Tensor) => {
  demandNumbers('trace', x);
  if (x.ndim !== 2) throw new Error(`trace: expected a matrix, but got ${showShape(x.shape)}`);
  const a = isFloating(x.dtype) ? x.node : cast(x.node, 'int64');
  return fromNode(reduce(diagonal(a, 0, 1, [0, 0], Math.min(...x.shape)), 'sum', [0]));
});

/** The Kronecker product: every element of x times all of other. Source: torch.kron. */
export const kron = method('kron', 'other:tensor', (x: Tensor, other: Tensor) => {
  const rank = Math.max(x.ndim, other.ndim);
  const lifted = (t: Tensor) => [...new Array<number>(rank - t.ndim).fill(1), ...t.shape];
  const [p, q] = [lifted(x), lifted(other)];
  // sizes in turns: [p0, 1, p1, 1] times [1, q0, 1, q1] is [p0, q0, p1, q1]
  const left = x.reshape(p.flatMap((n) => [n, 1])) as Tensor;
  const right = other.reshape(q.flatMap((n) => [1, n])) as Tensor;
  const product = pointwise('kron', [left, right], mul);
  return fromNode(
    reshape(
      product.node,
      p.map((n, i) => n * q[i]!),
    ),
  );
});

/**
 * Matrices along the diagonal of one, zeros elsewhere. Vectors are rows. Source: torch.block_diag.
 */
export const blockDiag = define(
  'blockDiag',
  '...tensors:tensor/tensors',
  (...tensors: (Tensor | readonly Tensor[])[]): Tensor => {
    const list = listed(tensors);
    for (const t of list) {
      if (t.ndim <= 2) continue;
      throw new Error(
        `blockDiag: tensors must have 2 or fewer dimensions, got ${showShape(t.shape)}`,
      );
    }
    const dtype = list.map((t) => t.dtype).reduce(promote, 'bool');
    const blocks = list.map((t) =>
      reshape(cast(t.node, dtype), t.ndim === 2 ? t.shape : [1, t.numel()]),
    );
    const total = (axis: number) => blocks.reduce((n, block) => n + block.shape[axis]!, 0);
    const shape = [total(0), total(1)];
    let result: Node = constant(0, dtype, shape);
    let starts = [0, 0];
    for (const block of blocks) {
      if (sizeOf(block.shape) > 0) {
        result = put(result, { op: 'SHRINK', starts, steps: [1, 1], shape: block.shape }, block);
      }
      starts = [starts[0]! + block.shape[0]!, starts[1]! + block.shape[1]!];
    }
    return fromNode(result);
  },
);

/** All combinations of one element of each vector, a row each. Source: torch.cartesian_prod. */
export const cartesianProd = define(
  'cartesianProd',
  '...tensors:tensor/tensors',
  (...tensors: (Tensor | readonly Tensor[])[]): Tensor => {
    const list = listed(tensors);
    for (const t of list) {
      if (t.ndim !== 1)
        throw new Error(`cartesianProd: expects 1D vectors, but got ${showShape(t.shape)}`);
    }
    if (list.length === 1) return list[0]!;
    return stack(
      meshgrid(list).map((grid) => grid.reshape(-1) as Tensor),
      1,
    );
  },
);

/** The index rows of all choices of r out of n, ascending. */
function choices(n: number, r: number, withReplacement: boolean): number[][] {
  let rows: number[][] = [[]];
  for (let k = 0; k < r; k++) {
    rows = rows.flatMap((row) => {
      const from = row.length === 0 ? 0 : row[row.length - 1]! + (withReplacement ? 0 : 1);
      return Array.from({ length: Math.max(0, n - from) }, (_, i) => [...row, from + i]);
    });
  }
  return rows;
}

interface CombinationOptions {
  withReplacement?: boolean;
}

/** All choices of r elements of a vector, a row each. Source: torch.combinations. */
export const combinations = define(
  'combinations',
  'input r? | with_replacement',
  (x: Tensor, r: number = 2, { withReplacement = false }: CombinationOptions = {}): Tensor => {
    if (x.ndim !== 1)
      throw new Error(`combinations: expects a 1D vector, but got ${showShape(x.shape)}`);
    if (r < 0) throw new RangeError(`combinations: expects a non-negative number, but got ${r}`);
    if (r === 0) return fromNode(constant(0, x.dtype, [0]));
    const rows = choices(x.shape[0]!, r, withReplacement);
    const shape = [rows.length, r];
    if (rows.length === 0) return fromNode(reaching(constant(0, x.dtype, shape), [x.node]));
    const index = placesNode(rows.flat(), x);
    return fromNode(reshape(gather(x.node, index, 0), shape));
  },
);
