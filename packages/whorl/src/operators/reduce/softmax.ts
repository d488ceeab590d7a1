// Functions of whole rows: logsumexp, softmax, logSoftmax, safe for large values.
// in:  a tensor and a dim
// out: one number a row, or a row for a row; the row's maximum is not differentiated

import { differentiated } from '../../autograd/custom.js';
import { binary, cast, constant, div, mul, sub, unary, where } from '../../graph/build.js';
import { reshape } from '../../graph/movement.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import { alias } from '../../graph/build.js';
import { expand } from '../../graph/movement.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { type Dims, wrapDim, wrapDims } from '../../tensor/dims.js';
import { toFloat } from '../../tensor/promotion.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { type KeepDim, reduceNode, spread, untracked } from './reduce.js';
import type { AlongFloat, ReduceFloat } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * log of the sum of exp(x) over dim, without overflow; -Infinity of nothing. Integers become
     * float32. Source: torch.logsumexp.
     */
    logsumexp: ReduceFloat<'logsumexp'>;
    /**
     * exp(x) over its sum along dim: rows that add up to 1. dtype: converted before. Errors:
     * integers. Source: torch.softmax.
     */
    softmax: AlongFloat<'softmax'>;
    /**
     * log of softmax, as x minus logsumexp, so that small shares do not become log(0). Errors:
     * integers. Source: torch.log_softmax.
     */
    logSoftmax: AlongFloat<'logSoftmax'>;
  }
}

/** log(sum(exp(x))), safe for large x. Its slope is exp(x - result), as PyTorch rounds it. */
export function logSumExpNode(a: Node, axes: readonly number[], keepdim: boolean): Node {
  const top = untracked(reduceNode(untracked(a), 'max', axes, true));
  const finite = where(
    binary('LT', unary('ABS', top), constant(Infinity, a.dtype, top.shape)),
    top,
    constant(0, a.dtype, top.shape),
  );
  const shifted = sub(a, expand(finite, a.shape));
  const total = reduceNode(unary('EXP', shifted), 'sum', axes, true);
  const node = binary('ADD', unary('LOG', total), finite);
  const dropped = a.shape.filter((_, i) => !axes.includes(i));
  const grown = (b: Node): Node => expand(reshape(b, top.shape), a.shape);
  return differentiated('logsumexp', keepdim ? node : reshape(node, dropped), [a], (g, y) => [
    mul(grown(g), unary('EXP', sub(a, grown(y)))),
  ]);
}

method(
  'logsumexp',
  'dim:sizes | keepdim',
  (x: Tensor, dim: Dims, { keepdim = false }: KeepDim = {}) =>
    fromNode(
      logSumExpNode(cast(x.node, toFloat(x.dtype)), wrapDims('logsumexp', dim, x.ndim), keepdim),
    ),
);

/** exp(x - max) / sum, the row's maximum detached. */
export function softmaxNode(a: Node, axis: number): Node {
  const powers = unary('EXP', sub(a, untracked(spread(untracked(a), 'max', [axis]))));
  return div(powers, spread(powers, 'sum', [axis]));
}

export function logSoftmaxNode(a: Node, axis: number): Node {
  const shifted = sub(a, untracked(spread(untracked(a), 'max', [axis])));
  return sub(
    shifted,
    expand(unary('LOG', reduceNode(unary('EXP', shifted), 'sum', [axis], true)), a.shape),
  );
}

function rowwise(name: string, make: (a: Node, axis: number) => Node) {
  return (x: Tensor, dim: number, options: { dtype?: DType | null } = {}): Tensor => {
    const dtype = options.dtype ?? x.dtype;
    if (!isFloating(dtype) && x.numel() > 0) {
      throw new TypeError(
        `${name}: not implemented for ${dtype} tensors; convert it with float() or give { dtype }`,
      );
    }
    const axis = wrapDim(name, dim, x.ndim);
    const a = cast(x.node, dtype);
    if (x.ndim === 0) return fromNode(reshape(make(reshape(a, [1]), 0), []));
    return fromNode(sizeOf(a.shape) === 0 ? alias(a) : make(a, axis));
  };
}

export const softmax = method('softmax', 'dim | dtype', rowwise('softmax', softmaxNode));
export const logSoftmax = method(
  'logSoftmax',
  'dim | dtype',
  rowwise('logSoftmax', logSoftmaxNode),
);
