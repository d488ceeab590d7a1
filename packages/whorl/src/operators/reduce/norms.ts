// Norms of vectors: sums of powers over dimensions, and what is made of them: renorm, dist, cdist.
// in:  floating tensors, the power p     out: floating tensors; gradients are 0 where PyTorch's are

import { signOf } from '../../autograd/derivatives.js';
import { differentiated } from '../../autograd/custom.js';
import { reaching } from '../../autograd/paths.js';
import {
  binary,
  cast,
  div,
  eq,
  mul,
  sub,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../graph/build.js';
import { broadcastTo, expand, reshape } from '../../graph/movement.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import { type Node, recording } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { type Dims, showShape, wrapDim, wrapDims } from '../../tensor/dims.js';
import { broadcastShapes, operandNode, resultType } from '../../tensor/promotion.js';
import { reduceNode, untracked } from './reduce.js';
import { isNaNNode } from './evenly.js';
import { demandFloating } from '../../tensor/floating.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { withTwin } from '../twins.js';

export interface NormOptions {
  keepdim?: boolean;
  dtype?: DType;
}

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * The p-norm of the difference. A number; p: 2 by default, the shapes broadcast. Errors: no
     * floating dtype. Source: torch.dist.
     */
    dist(other: Tensor, p?: number): Tensor<[], DType>;
    /** Slices of dim whose p-norm is above maxnorm, scaled down to it. Source: torch.renorm. */
    renorm<T extends Tensor>(
      this: T,
      p: number,
      dim: number,
      maxnorm: number,
    ): Tensor<T['sizes'], T['dtype']>;
    renorm_<T extends Tensor>(this: T, p: number, dim: number, maxnorm: number): T;
  }
}

const power = (a: Node, p: number): Node => {
  if (p === 1) return a;
  if (p === 2) return mul(a, a);
  return p === 0.5 ? unary('SQRT', a) : withNumber('POW', a, p);
};

/** (sum of |a|^p)^(1/p) over axes; p = 0 counts, infinite p takes the extreme. */
export function vectorNorm(a: Node, p: number, axes: readonly number[], keepdim = false): Node {
  const kept = normKept(a, p, axes);
  return keepdim
    ? kept
    : reshape(
        kept,
        a.shape.filter((_, i) => !axes.includes(i)),
      );
}

function normKept(a: Node, p: number, axes: readonly number[]): Node {
  if (axes.length === 0 && p !== 0) return unary('ABS', a);
  const total = (node: Node) => reduceNode(node, 'sum', axes, true);
  const size = unary('ABS', a);
  if (p === 0) {
    const count = total(cast(unary('NOT', eq(a, constantLike(a, 0))), a.dtype));
    return noGradient(count, a);
  }
  if (!Number.isFinite(p)) return extremeSize(a, size, p === Infinity ? 'max' : 'min', axes);
  if (p === 1) return total(size);
  const node = power(total(power(p === 2 ? a : size, p)), 1 / p);
  return differentiated('norm', node, [a], (g, y) => [normGradient(a, p, g, y)]);
}

/**
 * The largest or smallest size: all that have it share the gradient, and NaN, which has no sign,
 * gets 0.
 */
function extremeSize(a: Node, size: Node, kind: 'max' | 'min', axes: readonly number[]): Node {
  return differentiated('norm', reduceNode(size, kind, axes, true), [a], (g, y) => {
    const hit = cast(binary('OR', eq(size, expand(y, a.shape)), isNaNNode(a)), a.dtype);
    const share = div(g, reduceNode(hit, 'sum', axes, true));
    return [mul(signOf(a), mul(expand(share, a.shape), hit))];
  });
}

/** A count still says that it was made of something that requires a gradient, as in PyTorch. */
function noGradient(count: Node, a: Node): Node {
  if (a.history !== null && recording().enabled) {
    count.history = {
      kind: 'custom',
      name: 'norm',
      inputs: [a],
      saves: false,
      backward: () => [null],
    };
  }
  return count;
}

/** g * (|a| / y)^(p - 1) with a's sign, 0 where it is not defined. */
function normGradient(a: Node, p: number, g: Node, y: Node): Node {
  const spread = (node: Node) => expand(node, a.shape);
  const zero = eq(y, constantLike(y, 0));
  if (p === 2) {
    const unit = div(a, spread(where(zero, constantLike(y, 1), y)));
    return mul(spread(g), where(spread(zero), constantLike(a, 0), unit));
  }
  const scale = mul(g, power(where(zero, constantLike(y, 1), y), 1 - p));
  const safe = where(zero, constantLike(y, 0), scale);
  const none = eq(a, constantLike(a, 0));
  const size = power(where(none, constantLike(a, 1), unary('ABS', a)), p - 1);
  const slope = mul(signOf(a), where(none, constantLike(a, 0), size));
  return mul(slope, spread(safe));
}

/** What a norm is computed in: floats, of the dtype that was asked for. */
export function computedIn(name: string, x: Tensor, dtype: DType = x.dtype): Node {
  demandFloating(name, x);
  if (isFloating(dtype)) return cast(x.node, dtype);
  throw new TypeError(`${name}: dtype should be floating point, but got ${dtype}`);
}

/** The p-norm over dims (all by default). Source: torch.linalg.vector_norm. */
export function vectorNormOf(
  name: string,
  x: Tensor,
  p: number,
  dim: Dims,
  { keepdim = false, dtype }: NormOptions = {},
): Tensor {
  const a = computedIn(name, x, dtype);
  const axes = wrapDims(name, dim, x.ndim);
  const empty = axes.some((axis) => x.shape[axis] === 0) || (x.numel() === 0 && x.ndim === 0);
  if (empty && (p < 0 || p === Infinity)) {
    throw new Error(
      `${name}: cannot compute the ${p} norm over an empty dimension, because the ` +
        'operation does not have an identity',
    );
  }
  return fromNode(vectorNorm(a, p, axes, keepdim));
}

method('dist', 'other:tensor p?', (x: Tensor, other: Tensor, p = 2) => {
  const shape = broadcastShapes('dist', x.shape, other.shape);
  const dtype = resultType([x, other]);
  if (!isFloating(dtype)) {
    throw new Error(
      `dist: input dtype should be either floating point or complex, got ${x.dtype} and ` +
        `${other.dtype}; convert one of them with float()`,
    );
  }
  const [a, b] = [operandNode(x, dtype, shape), operandNode(other, dtype, shape)];
  const gap = sub(a, b);
  return fromNode(vectorNorm(gap, p, [...shape.keys()]));
});

withTwin(
  'renorm',
  'p dim maxnorm',
  (x: Tensor, p: number, dim: number, maxnorm: number): Tensor => {
    if (x.ndim < 2)
      throw new Error(`renorm: input needs at least 2 dimensions, got ${x.ndim} dimensions`);
    if (!(p > 0)) throw new RangeError(`renorm: non-positive-norm not supported, got ${p}`);
    if (maxnorm < 0) throw new RangeError(`renorm: expected maxnorm to be >= 0 but got ${maxnorm}`);
    const axis = wrapDim('renorm', dim, x.ndim);
    const norm = vectorNorm(
      x.node,
      p,
      [...x.shape.keys()].filter((i) => i !== axis),
      true,
    );
    const over = binary('LT', constantLike(norm, maxnorm), norm);
    // PyTorch's 1e-7: what is scaled down ends a little below maxnorm
    const scale = div(constantLike(norm, maxnorm), withNumber('ADD', norm, 1e-7));
    return fromNode(mul(x.node, expand(where(over, scale, constantLike(norm, 1)), x.shape)));
  },
);

/** Norms of the last axis of a - b. Counts (p = 0) hand zeros on, as PyTorch does here. */
export function distances(a: Node, b: Node, p: number): Node {
  const gap = sub(a, b);
  const axes = [gap.shape.length - 1];
  if (p === Infinity) {
    const far = unary('ABS', gap);
    // each of several that are the farthest gets all of the gradient
    return differentiated('norm', reduceNode(far, 'max', axes), [gap], (g, y) => {
      const spread = (node: Node) => expand(reshape(node, [...node.shape, 1]), gap.shape);
      return [mul(mul(spread(g), signOf(gap)), cast(eq(far, spread(y)), gap.dtype))];
    });
  }
  return p === 0 ? reaching(vectorNorm(untracked(gap), 0, axes), [a, b]) : vectorNorm(gap, p, axes);
}

/**
 * Distances of all pairs of rows: [*, P, M] by [*, R, M] gives [*, P, R].
 * Errors: rows of unequal length, a negative p. Source: torch.cdist.
 */
export const cdist = define(
  'cdist',
  'x1 x2 p? compute_mode?',
  (a: Tensor, b: Tensor, p: number = 2, _mode?: string | null): Tensor => {
    if (a.ndim < 2 || b.ndim < 2) {
      throw new Error(
        'cdist: both tensors must have at least two dimensions, got ' +
          `${showShape(a.shape)} and ${showShape(b.shape)}`,
      );
    }
    const m = a.shape[a.ndim - 1]!;
    if (m !== b.shape[b.ndim - 1]) {
      throw new Error(
        `cdist: X1 and X2 must have the same number of columns, got ${showShape(a.shape)} and ` +
          showShape(b.shape),
      );
    }
    if (!(p >= 0)) throw new RangeError(`cdist: only supports non-negative p values, got ${p}`);
    demandFloating('cdist', a);
    demandFloating('cdist', b);
    const [rows, columns] = [a.shape[a.ndim - 2]!, b.shape[b.ndim - 2]!];
    const left = reshape(a.node, [...a.shape.slice(0, -2), rows, 1, m]);
    const right = reshape(b.node, [...b.shape.slice(0, -2), 1, columns, m]);
    const shape = broadcastShapes('cdist', left.shape, right.shape);
    return fromNode(distances(broadcastTo(left, shape), broadcastTo(right, shape), p));
  },
);
