// Reductions: sums, extrema, statistics over all elements or over some dimensions.
// in:  a tensor and dimensions     out: a tensor without them (or with size 1, keepdim)

import { binary, cast, constant, eq, gather, unary, where, withNumber } from '../../graph/build.js';
import { reshape, coordinate } from '../../graph/movement.js';
import { reduce } from '../../graph/reductions.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import { alias } from '../../graph/build.js';
import { expand } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import type { ReduceKind } from '../../graph/op.js';
import { differentiated } from '../../autograd/custom.js';
import { method } from '../../tensor/define.js';
import { type Dims, showShape, wrapDim, wrapDims } from '../../tensor/dims.js';
import { evenly } from './evenly.js';
import type { Operand } from '../../tensor/promotion.js';
import { namedResults } from '../../tensor/named-results.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type { Counting, Extremum, ReduceIndex, Total } from './types.js';
import type { ValuesIndices } from './types.js';
import { rows } from '../../tensor/define.js';
import type { Chosen } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * Over dim (all by default). Integers and bool are added up in int64; `dtype` converts before.
     * Of nothing 0. Source: torch.sum.
     */
    sum: Total<'sum'>;
    /**
     * The product over one dim (all by default), in int64 for integers. Of nothing 1. Source:
     * torch.prod.
     */
    prod: Total<'prod'>;
    /**
     * sum / count; NaN of nothing. bool gives float32, the share that is true: a convenience,
     * PyTorch refuses it. Errors: integers without a floating dtype. Source: torch.mean.
     */
    mean: Total<'mean', 'float'>;
    /**
     * The largest over dims (all by default); all that equal it share the gradient. Errors: an
     * empty dim. Source: torch.amax.
     */
    amax: Chosen<'amax'>;
    /** The smallest, as amax. Source: torch.amin. */
    amin: Chosen<'amin'>;
    /**
     * Without dim the largest of all; with dim values and the first index of each, to which the
     * gradient goes alone; with a tensor, maximum. NaN is the largest. Errors: an empty dim.
     * Source: torch.max.
     */
    max: Extremum<'max'>;
    /** The smallest, as max; NaN is the smallest, too. Source: torch.min. */
    min: Extremum<'min'>;
    /**
     * The first index of the largest (NaN before all) along dim, or without dim in the flattened
     * tensor. Errors: bool, an empty dim. Source: torch.argmax.
     */
    argmax: ReduceIndex<'argmax'>;
    /** The first index of the smallest, as argmax. Source: torch.argmin. */
    argmin: ReduceIndex<'argmin'>;
    /**
     * Whether any element is nonzero; NaN is. Of nothing false. uint8 stays uint8. Source:
     * torch.any.
     */
    any: Chosen<'any', 'bool'>;
    /** Whether all elements are nonzero. Of nothing true. uint8 stays uint8. Source: torch.all. */
    all: Chosen<'all', 'bool'>;
    /** How many are nonzero, int64; NaN is. Source: torch.count_nonzero. */
    countNonzero: Counting<'countNonzero'>;
  }
}

export interface KeepDim {
  keepdim?: boolean;
}
export interface SumOptions extends KeepDim {
  dtype?: DType;
}

export const keptShape = (a: Node, axes: readonly number[]): number[] =>
  a.shape.map((n, i) => (axes.includes(i) ? 1 : n));

/** Reduces axes of a node, keeping them as 1 where asked. */
export function reduceNode(
  a: Node,
  kind: ReduceKind,
  axes: readonly number[],
  keepdim = false,
): Node {
  const result = reduce(a, kind, axes);
  return keepdim ? reshape(result, keptShape(a, axes)) : result;
}

/** Reduces and grows back: what row-wise functions subtract or divide by. */
export const spread = (a: Node, kind: ReduceKind, axes: readonly number[]): Node =>
  expand(reduceNode(a, kind, axes, true), a.shape);

/** The sum as PyTorch begins it, at 0: of one element, too, it is never -0. */
export function sumNode(a: Node, axes: readonly number[], keepdim = false): Node {
  const total = reduceNode(a, 'sum', axes, keepdim);
  if (!isFloating(a.dtype) || axes.some((axis) => a.shape[axis] !== 1)) return total;
  return differentiated('sum', withNumber('ADD', total, 0), [total], (g) => [g], false);
}

const sumType = (dtype: DType): DType => (isFloating(dtype) ? dtype : 'int64');

const result = (node: Node): Tensor => fromNode(node);

export const sum = method(
  'sum',
  'dim:sizes? | keepdim * dtype',
  (x: Tensor, dim?: Dims, { keepdim = false, dtype = sumType(x.dtype) }: SumOptions = {}) =>
    result(sumNode(cast(x.node, dtype), wrapDims('sum', dim, x.ndim), keepdim)),
);

/** The mean of a floating node over axes. */
export function meanNode(a: Node, axes: readonly number[], keepdim = false): Node {
  const n = axes.reduce((size, axis) => size * a.shape[axis]!, 1);
  return divideBy(sumNode(a, axes, keepdim), n);
}

/** Division by a count saves nothing: a second backward passes through it, as in PyTorch. */
function divideBy(a: Node, n: number): Node {
  const quotient = withNumber('DIV', a, n);
  if (quotient.history !== null) {
    quotient.history = {
      kind: 'custom',
      name: 'mean',
      inputs: [a],
      saves: false,
      backward: (g) => [withNumber('DIV', g, n)],
    };
  }
  return quotient;
}

export const mean = method(
  'mean',
  'dim:sizes? | keepdim * dtype',
  (x: Tensor, dim?: Dims, { keepdim = false, dtype }: SumOptions = {}) => {
    // the share of true elements is asked for so often (an accuracy) that bool is allowed here
    const type = dtype ?? (x.dtype === 'bool' ? 'float32' : x.dtype);
    if (dtype && !isFloating(dtype)) {
      throw new TypeError(`mean: expected a floating point dtype, got ${dtype}`);
    }
    if (!isFloating(type)) {
      throw new Error(
        `mean: could not infer output dtype. Input dtype must be a floating point ` +
          `dtype or bool. Got: ${x.dtype}; convert it with float() or give { dtype }`,
      );
    }
    return result(meanNode(cast(x.node, type), wrapDims('mean', dim, x.ndim), keepdim));
  },
);

export const prod = method(
  'prod',
  'dim? | keepdim * dtype',
  (x: Tensor, dim?: number, { keepdim = false, dtype = sumType(x.dtype) }: SumOptions = {}) => {
    const axes =
      dim === undefined || dim === null
        ? wrapDims('prod', null, x.ndim)
        : wrapDims('prod', wrapDim('prod', dim, x.ndim), x.ndim);
    return result(saved('prod', reduceNode(cast(x.node, dtype), 'prod', axes, keepdim), axes, x));
  },
);

/**
 * Where there is one element to reduce, nothing is computed, but PyTorch saves it: a second
 * backward is refused.
 */
function saved(name: string, node: Node, axes: readonly number[], { shape }: Tensor): Node {
  if (node.history === null || axes.some((axis) => shape[axis] !== 1)) return node;
  const own = alias(node);
  const backward = (g: Node) => [g];
  own.history = { kind: 'custom', name, inputs: [node], saves: true, backward };
  return own;
}

function refuseEmpty(name: string, x: Tensor, axes: readonly number[]): void {
  if (axes.every((axis) => x.shape[axis] !== 0)) return;
  throw new RangeError(
    `${name}: Expected reduction dim to have non-zero size, the input has shape ` +
      `${showShape(x.shape)}: there is no element to choose`,
  );
}

for (const [name, kind] of rows({ amax: 'max', amin: 'min' } as const)) {
  method(
    name,
    'dim:sizes? | keepdim',
    (x: Tensor, dim?: Dims, { keepdim = false }: KeepDim = {}) => {
      const axes = wrapDims(name, dim, x.ndim);
      refuseEmpty(name, x, axes);
      return result(saved(name, reduceNode(x.node, kind, axes, keepdim), axes, x));
    },
  );
}

/**
 * The first index of the extremum along an axis, kept as size 1: int64. NaN counts as the extremum.
 */
export function argNode(a: Node, kind: 'max' | 'min', axis: number): Node {
  const n = a.shape[axis]!;
  const source = untracked(a.dtype === 'bool' ? cast(a, 'uint8') : a);
  const best = spread(source, kind, [axis]);
  const wanted = isFloating(source.dtype)
    ? binary('OR', eq(source, best), unary('NOT', eq(source, source)))
    : eq(source, best);
  const counter = coordinate(a.shape, axis);
  const first = reduceNode(
    where(wanted, counter, constant(n, 'int32', a.shape)),
    'min',
    [axis],
    true,
  );
  return cast(first, 'int64');
}

/** The same value without history. */
export function untracked(a: Node): Node {
  if (a.history === null) return a;
  const other = alias(a);
  other.history = null;
  return other;
}

const dropAxis = (a: Node, axis: number): Node =>
  reshape(
    a,
    a.shape.filter((_, i) => i !== axis),
  );

function argExtreme(name: string, kind: 'max' | 'min') {
  return (x: Tensor, dim?: number | null, { keepdim = false }: KeepDim = {}): Tensor => {
    if (x.dtype === 'bool') throw new Error(`${name}: does not support bool input`);
    if (dim === undefined || dim === null) {
      refuseEmpty(name, x, wrapDims(name, null, x.ndim));
      const flat = argNode(reshape(x.node, [x.numel()]), kind, 0);
      return result(reshape(flat, keepdim ? x.shape.map(() => 1) : []));
    }
    const axis = wrapDim(name, dim, x.ndim);
    if (x.ndim === 0) return result(constant(0, 'int64', []));
    refuseEmpty(name, x, [axis]);
    const index = argNode(x.node, kind, axis);
    return result(keepdim ? index : dropAxis(index, axis));
  };
}

export const argmax = method('argmax', 'dim? | keepdim', argExtreme('argmax', 'max'));
export const argmin = method('argmin', 'dim? | keepdim', argExtreme('argmin', 'min'));

/** Values and indices along one dimension, the gradient going to the index. */
export const valuesIndices = (values: Tensor, indices: Tensor): ValuesIndices =>
  namedResults({ values, indices }) as ValuesIndices;

function extreme(name: string, kind: 'max' | 'min') {
  return (x: Tensor, dim?: Operand, { keepdim = false }: KeepDim = {}): Tensor | ValuesIndices => {
    if (dim === undefined || dim === null) {
      refuseEmpty(name, x, wrapDims(name, null, x.ndim));
      const value = reduceNode(x.node, kind, wrapDims(name, null, x.ndim));
      return result(x.numel() > 1 ? evenly(name, value, x.node) : value);
    }
    if (dim instanceof Tensor) return (kind === 'max' ? x.maximum(dim) : x.minimum(dim)) as Tensor;
    const axis = wrapDim(name, Number(dim), x.ndim);
    if (x.ndim === 0) return valuesIndices(result(alias(x.node)), result(constant(0, 'int64', [])));
    refuseEmpty(name, x, [axis]);
    const index = argNode(x.node, kind, axis);
    const values = gather(x.node, index, axis);
    const finish = (node: Node) => result(keepdim ? node : dropAxis(node, axis));
    return valuesIndices(finish(values), finish(index));
  };
}

export const max = method('max', 'dim:int/tensor? | keepdim', extreme('max', 'max'));
export const min = method('min', 'dim:int/tensor? | keepdim', extreme('min', 'min'));

method('any', 'dim:sizes? | keepdim', truthReduce('any', 'max'));
method('all', 'dim:sizes? | keepdim', truthReduce('all', 'min'));

function truthReduce(name: string, kind: 'max' | 'min') {
  return (x: Tensor, dim?: Dims, { keepdim = false }: KeepDim = {}) => {
    const truth = x.dtype === 'bool' ? x.node : unary('NOT', withNumber('EQ', x.node, 0));
    // of an empty list of dims PyTorch makes none here, and all everywhere else
    const isEach = Array.isArray(dim) && dim.length === 0;
    const node = isEach
      ? alias(truth)
      : reduceNode(truth, kind, wrapDims(name, dim, x.ndim), keepdim);
    return result(x.dtype === 'uint8' ? cast(node, 'uint8') : node);
  };
}

method('countNonzero', 'dim:sizes?', (x: Tensor, dim?: Dims) => {
  const truth = unary('NOT', withNumber('EQ', x.node, 0));
  return result(reduceNode(cast(truth, 'int64'), 'sum', wrapDims('countNonzero', dim, x.ndim)));
});
