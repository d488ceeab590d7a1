// Running sums, products and extrema along a dimension.
// in:  a tensor and a dim     out: a tensor of the same shape (cummax, cummin: values and indices)

import { alias, binary, cast, constant, gather, sub, unary, where } from '../../graph/build.js';
import { broadcastTo, narrow, permute, reshape, coordinate } from '../../graph/movement.js';
import { scan } from '../../graph/reductions.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { wrapDim } from '../../tensor/dims.js';
import { cat } from '../movement/join.js';
import { untracked, valuesIndices } from './reduce.js';
import { logSumExpNode } from './softmax.js';
import { pointwiseStrides } from '../../tensor/strides.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { assignResult } from '../../tensor/assign.js';
import type { AlongTotal } from './types.js';
import type { ValuesIndices } from './types.js';
import type { AlongDim } from '../../tensor/types/dim.js';
import type { Accept, Sizes } from '../../tensor/types/shape.js';
import type { ToFloat } from '../../tensor/types/dtype.js';

/** cummax, cummin. */
export type Cumulating<Op extends string> = <T extends Tensor, const Dim extends number>(
  this: T,
  dim: Accept<AlongDim<T['sizes'], Dim, Op>, Dim>,
) => ValuesIndices<T['sizes'], T['dtype']>;
export type CumulatingInPlace = <T extends Tensor>(
  this: T,
  dim: number,
  options?: { dtype?: DType },
) => T;
export type Differences = <T extends Tensor>(
  this: T,
  n?: number,
  dim?: number,
  prepend?: Tensor | null,
  append?: Tensor | null,
) => Tensor<Sizes<T['sizes']>, T['dtype']>;

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * out[i] = x[0] + .. + x[i] along dim; int64 for integers, or `dtype`. Source: torch.cumsum.
     */
    cumsum: AlongTotal<'cumsum'>;
    /**
     * out[i] = x[0] * .. * x[i] along dim; int64 for integers, or `dtype`. Source: torch.cumprod.
     */
    cumprod: AlongTotal<'cumprod'>;
    /** log of the running sum of exp(x) along dim. Errors: integers. Source: torch.logcumsumexp. */
    logcumsumexp<T extends Tensor, const Dim extends number>(
      this: T,
      dim: Accept<AlongDim<T['sizes'], Dim, 'logcumsumexp'>, Dim>,
    ): Tensor<T['sizes'], ToFloat<T['dtype']>>;
    /**
     * The largest so far along dim and the last index at which it stood; NaN stays from where it
     * comes. Source: torch.cummax.
     */
    cummax: Cumulating<'cummax'>;
    /** The smallest so far, as cummax. Source: torch.cummin. */
    cummin: Cumulating<'cummin'>;
    /**
     * x[i + 1] - x[i] along dim (-1), n times (1); each time one element less. Of bool whether they
     * differ. Source: torch.diff.
     */
    diff: Differences;
    cumsum_: CumulatingInPlace;
    cumprod_: CumulatingInPlace;
  }
}

interface Typed {
  dtype?: DType;
}

/** 0-d tensors run as [1]. */
function along(
  name: string,
  x: Tensor,
  dim: number,
  a: Node,
  make: (a: Node, axis: number) => Node,
): Node {
  const axis = wrapDim(name, dim, x.ndim);
  return x.ndim === 0 ? reshape(make(reshape(a, [1]), 0), []) : make(a, axis);
}

function running(name: 'cumsum' | 'cumprod', kind: 'sum' | 'prod'): void {
  const fn = method(name, 'dim | * dtype', (x: Tensor, dim: number, { dtype }: Typed = {}) => {
    const type = dtype ?? (isFloating(x.dtype) ? x.dtype : 'int64');
    if (type === 'bool') throw new TypeError(`${name}: not implemented for bool tensors`);
    return fromNode(along(name, x, dim, cast(x.node, type), (a, axis) => scan(a, kind, axis)));
  });
  method(`${name}_`, 'dim | * dtype', (x: Tensor, dim: number, o: Typed = {}) =>
    assignResult(`${name}_`, x, fn(x, dim, { dtype: x.dtype, ...o })),
  );
}
running('cumsum', 'sum');
running('cumprod', 'prod');

/** The running extremum and the last index at which it was met. */
function extreme(name: 'cummax' | 'cummin', kind: 'max' | 'min'): void {
  method(name, 'dim', (x: Tensor, dim: number) => {
    const axis = wrapDim(name, dim, x.ndim);
    const source = x.ndim === 0 ? reshape(x.node, [1]) : x.node;
    const index = lastExtreme(untracked(source), kind, axis);
    const values = gather(source, index, axis);
    return valuesIndices(fromNode(reshape(values, x.shape)), fromNode(reshape(index, x.shape)));
  });
}

function lastExtreme(a: Node, kind: 'max' | 'min', axis: number): Node {
  const whole = a.dtype === 'bool' ? cast(a, 'uint8') : a;
  const best = scan(whole, kind, axis);
  let hit = binary('EQ', whole, best);
  if (isFloating(a.dtype)) hit = binary('OR', hit, unary('NOT', binary('EQ', whole, whole)));
  const counter = coordinate(a.shape, axis, 'int64');
  return scan(where(hit, counter, constant(0, 'int64', a.shape)), 'max', axis);
}
extreme('cummax', 'max');
extreme('cummin', 'min');

method('logcumsumexp', 'dim', (x: Tensor, dim: number) => {
  if (!isFloating(x.dtype)) throw new Error(`logcumsumexp: not implemented for ${x.dtype} tensors`);
  return fromNode(along('logcumsumexp', x, dim, x.node, logScan));
});

/**
 * A running sum of exp(x - m) with one m for all i would lose the early terms where a large x comes
 * late. So each i has a row of its own, x[0] .. x[i] and -Infinity behind, and the maximum of that:
 * n * n steps, and a gradient that follows by itself.
 */
function logScan(a: Node, axis: number): Node {
  const n = a.shape[axis]!;
  if (n === 0) return alias(a);
  const last = a.shape.length;
  const square = [...a.shape, n];
  const order = [...a.shape.keys()].filter((i) => i !== axis);
  // x[j] for every i: j appended as last axis, i at `axis`
  const moved = [...order, axis];
  const flat = reshape(permute(a, moved), [...order.map((i) => a.shape[i]!), 1, n]);
  const position = [...order, axis, last];
  const spread = broadcastTo(
    permute(
      flat,
      square.map((_, i) => position.indexOf(i)),
    ),
    square,
  );
  const used = where(
    binary('LE', coordinate(square, last), coordinate(square, axis)),
    spread,
    constant(-Infinity, a.dtype, square),
  );
  return logSumExpNode(used, [last], false);
}

method(
  'diff',
  'n? dim? prepend? append?',
  (x: Tensor, n = 1, dim = -1, prepend?: Tensor, append?: Tensor) => {
    if (x.ndim === 0) throw new Error('diff: expects input to be at least one-dimensional');
    if (n < 0) throw new RangeError(`diff: order must be non-negative but got ${n}`);
    const axis = wrapDim('diff', dim, x.ndim);
    const parts = [prepend, x, append].filter((t): t is Tensor => t !== undefined && t !== null);
    let a = (parts.length > 1 ? cat(parts, axis) : x).node;
    for (let i = 0; i < n; i++) a = difference(a, axis);
    const own = { shape: a.shape, strides: x.strides };
    const layout = x.layout === null || parts.length > 1 ? null : pointwiseStrides(a.shape, [own]);
    return fromNode(a === x.node ? alias(a) : a, layout);
  },
);

function difference(a: Node, axis: number): Node {
  const n = Math.max(a.shape[axis]! - 1, 0);
  if (n === 0) return narrow(a, axis, 0, 0);
  const [high, low] = [narrow(a, axis, 1, n), narrow(a, axis, 0, n)];
  return a.dtype === 'bool' ? binary('XOR', high, low) : sub(high, low);
}
