// Norms by name or power: linalg.vectorNorm, matrixNorm, norm, and Tensor.norm.
// in:  a floating tensor, which norm, dims     out: the norm without those dims (or with size 1,
// keepdim)

import { unary } from '../../graph/build.js';
import { permute, reshape } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { type Dims, showShape, wrapDim } from '../../tensor/dims.js';
import {
  computedIn,
  type NormOptions,
  vectorNorm as vectorNormNode,
  vectorNormOf,
} from '../reduce/norms.js';
import { reduceNode } from '../reduce/reduce.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import type { Shape } from '../../tensor/types/shape.js';
import { singularValues } from './decompositions.js';

export type MatrixOrder = 'fro' | 'nuc' | number;

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * The p-norm over dims, all by default; 'fro' is 2, 'nuc' that of matrices. Source: torch.norm.
     */
    norm<T extends Tensor>(
      this: T,
      p?: MatrixOrder | null | NormOptions,
      dim?: Dims | NormOptions,
      options?: NormOptions,
    ): Tensor<Shape, T['dtype']>;
  }
}

/** The p-norm over dims (all by default). Source: torch.linalg.vector_norm. */
export const vectorNorm = define(
  'linalg.vectorNorm',
  'x ord? dim:sizes? | keepdim * dtype',
  (x: Tensor, ord: number = 2, dim?: Dims, options: NormOptions = {}): Tensor =>
    vectorNormOf('vectorNorm', x, ord, dim, options),
);

/** The two axes of matrices, distinct. */
function matrixAxes(name: string, x: Tensor, dim: readonly number[]): [number, number] {
  if (dim?.length !== 2) {
    const got = Array.isArray(dim) ? showShape(dim) : String(dim);
    throw new Error(`${name}: dim must be two dimensions, got ${got}`);
  }
  if (x.ndim < 2) {
    throw new Error(
      `${name}: the input tensor must have at least 2 dimensions, got ${showShape(x.shape)}`,
    );
  }
  const [a, b] = dim.map((d) => wrapDim(name, d, x.ndim)) as [number, number];
  if (a === b) throw new Error(`${name}: dims must be different, got ${showShape(dim)}`);
  return [a, b];
}

/** Sums of |a| along one axis, then the extreme along the other. */
function sumsExtreme(a: Node, along: number, other: number, kind: 'max' | 'min'): Node {
  return extreme(reduceNode(unary('ABS', a), 'sum', [along], true), kind, other, true);
}

/** Of no sizes at all the largest is 0, and there is no smallest. */
function extreme(sizes: Node, kind: 'max' | 'min', axis: number, keepdim: boolean): Node {
  if (sizes.shape[axis] !== 0) return reduceNode(sizes, kind, [axis], keepdim);
  if (kind === 'max') return reduceNode(sizes, 'sum', [axis], keepdim);
  throw new RangeError(`matrixNorm: expected dim ${axis} to have non-zero size`);
}

/** A norm made of the singular values. */
function spectral(
  a: Node,
  row: number,
  column: number,
  finish: (values: Node, axis: number) => Node,
): Node {
  const rest = [...a.shape.keys()].filter((i) => i !== row && i !== column);
  const values = singularValues(permute(a, [...rest, row, column]));
  const single = finish(values, values.shape.length - 1);
  return reshape(
    single,
    a.shape.map((n, i) => (i === row || i === column ? 1 : n)),
  );
}

function matrixNormNode(
  name: string,
  a: Node,
  ord: MatrixOrder,
  row: number,
  column: number,
): Node {
  const axes = [row, column].sort((p, q) => p - q);
  switch (ord) {
    case 'fro':
      return vectorNormNode(a, 2, axes, true);
    case 'nuc':
      return spectral(a, row, column, (s, axis) => reduceNode(s, 'sum', [axis]));
    case 2:
      return spectral(a, row, column, (s, axis) => extreme(s, 'max', axis, false));
    case -2:
      return spectral(a, row, column, (s, axis) => extreme(s, 'min', axis, false));
    case 1:
      return sumsExtreme(a, row, column, 'max');
    case -1:
      return sumsExtreme(a, row, column, 'min');
    case Infinity:
      return sumsExtreme(a, column, row, 'max');
    case -Infinity:
      return sumsExtreme(a, column, row, 'min');
    default:
      throw new Error(
        `${name}: order ${ord} not supported; use 'fro', 'nuc', 1, -1, 2, -2, Infinity or ` +
          '-Infinity',
      );
  }
}

function matrixNormOf(
  name: string,
  x: Tensor,
  ord: MatrixOrder,
  dim: readonly number[],
  { keepdim = false, dtype }: NormOptions,
): Tensor {
  const a = computedIn(name, x, dtype);
  const [row, column] = matrixAxes(name, x, dim);
  const kept = matrixNormNode(name, a, ord, row, column);
  return fromNode(
    keepdim
      ? kept
      : reshape(
          kept,
          kept.shape.filter((_, i) => i !== row && i !== column),
        ),
  );
}

/**
 * A norm of matrices: 'fro' (default), 'nuc', 1, -1, 2, -2, Infinity, -Infinity. dim: the two dims
 * of the
 * matrices, [-2, -1] by default. Source: torch.linalg.matrix_norm.
 */
export const matrixNorm = define(
  'linalg.matrixNorm',
  'A ord? dim:ints? | keepdim * dtype',
  (
    x: Tensor,
    ord: MatrixOrder = 'fro',
    dim: readonly number[] = [-2, -1],
    options: NormOptions = {},
  ): Tensor => matrixNormOf('matrixNorm', x, ord, dim, options),
);

/**
 * The norm of a vector (one dim), of matrices (two dims), or without ord of all elements as one
 * vector.
 * Errors: an ord for more than two dims. Source: torch.linalg.norm.
 */
export const norm = define(
  'linalg.norm',
  'A ord? dim:sizes? | keepdim * dtype',
  (x: Tensor, ord?: MatrixOrder | null, dim?: Dims, options: NormOptions = {}): Tensor => {
    const none = ord === undefined || ord === null;
    const dims = dim === undefined || dim === null ? null : ([dim].flat() as number[]);
    if (dims !== null && dims.length !== 1 && dims.length !== 2) {
      throw new Error(
        `norm: if dim is specified, it must be of length 1 or 2, got ${showShape(dims)}`,
      );
    }
    if (none) return vectorNormOf('norm', x, 2, dims, options);
    if (dims === null && x.ndim !== 1 && x.ndim !== 2) {
      throw new Error(
        `norm: if dim is not specified but ord is, the input must be 1D or 2D, got ${x.ndim}D`,
      );
    }
    const axes = dims ?? [...x.shape.keys()];
    if (axes.length === 2) return matrixNormOf('norm', x, ord, axes, options);
    if (typeof ord === 'string') {
      throw new Error(
        `norm: order '${ord}' can only be used with matrices, got ${showShape(x.shape)}`,
      );
    }
    return vectorNormOf('norm', x, ord, axes, options);
  },
);

method(
  'norm',
  'p:fixed/string? dim:sizes? | keepdim dtype',
  (x: Tensor, p: MatrixOrder | null = 'fro', dim?: Dims, options: NormOptions = {}) => {
    if (p !== 'nuc')
      return vectorNormOf('norm', x, p === 'fro' || p === null ? 2 : p, dim, options);
    const dims =
      dim === undefined || dim === null ? [...x.shape.keys()] : ([dim].flat() as number[]);
    return matrixNormOf('norm', x, 'nuc', dims, options);
  },
);
