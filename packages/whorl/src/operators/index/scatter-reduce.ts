// Writes at indices that combine what meets at one place: scatterReduce, indexReduce.
// in:  a tensor, a dim, indices, values, how to combine     out: a tensor of the input's shape

import { differentiated } from '../../autograd/custom.js';
import {
  alias,
  binary,
  cast,
  constant,
  div,
  eq,
  gather,
  mul,
  scatter,
  where,
  withNumber,
  constantLike,
} from '../../graph/build.js';
import { reshape } from '../../graph/movement.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { wrapDim } from '../../tensor/dims.js';
import { checkIndex, checkRanks, checkValues, covered, lifted } from './indexed.js';
import { vectorPlan } from './slices.js';
import { assertWritable } from '../../tensor/assign.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { withTwin } from '../twins.js';

export type Combination = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';
export interface CombineOptions {
  /** whether what stood at the place takes part, default true */
  includeSelf?: boolean;
}

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * src combined into the places of x that index names, as in scatter. Source:
     * torch.scatter_reduce.
     */
    scatterReduce<T extends Tensor>(
      this: T,
      dim: number,
      index: Tensor,
      src: Tensor,
      reduce: Combination,
      options?: CombineOptions,
    ): Tensor<T['sizes'], T['dtype']>;
    scatterReduce_<T extends Tensor>(
      this: T,
      dim: number,
      index: Tensor,
      src: Tensor,
      reduce: Combination,
      options?: CombineOptions,
    ): T;
    /**
     * Slices of source combined into the slices of x at the indices. Source: torch.index_reduce.
     */
    indexReduce<T extends Tensor>(
      this: T,
      dim: number,
      index: Tensor,
      source: Tensor,
      reduce: Exclude<Combination, 'sum'>,
      options?: CombineOptions,
    ): Tensor<T['sizes'], T['dtype']>;
    indexReduce_<T extends Tensor>(
      this: T,
      dim: number,
      index: Tensor,
      source: Tensor,
      reduce: Exclude<Combination, 'sum'>,
      options?: CombineOptions,
    ): T;
  }
}

/** Values that meet at places of a base: value[p] goes to p with `axis` replaced by index[p]. */
interface Meeting {
  readonly base: Node;
  readonly index: Node;
  readonly value: Node;
  readonly axis: number;
  readonly own: boolean;
}

const kinds = { sum: 'sum', mean: 'sum', prod: 'prod', amax: 'max', amin: 'min' } as const;

/** What changes nothing. Integers: beyond all that a float64 holds exactly is beyond them, too. */
function neutral(kind: Combination, dtype: DType): number {
  if (kind === 'sum' || kind === 'mean') return 0;
  if (kind === 'prod') return 1;
  if (isFloating(dtype)) return kind === 'amax' ? -Infinity : Infinity;
  const [low, high] =
    dtype === 'uint8'
      ? [0, 255]
      : dtype === 'int32'
        ? [-(2 ** 31), 2 ** 31 - 1]
        : [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  return kind === 'amax' ? low : high;
}

/** `value` put where something arrives. */
const replaced = ({ index, axis }: Meeting, base: Node, value: number): Node =>
  scatter(base, index, constant(value, base.dtype, index.shape), axis, 'set');

/** How many take part at each place, at least 1. */
function participants(m: Meeting, dtype: DType): Node {
  const ones = constant(1, dtype, m.base.shape);
  const start = m.own ? ones : replaced(m, ones, 0);
  const total = scatter(start, m.index, constant(1, dtype, m.index.shape), m.axis, 'sum');
  return binary('MAX', total, ones);
}

const started = (m: Meeting, kind: Combination): Node =>
  m.own ? m.base : replaced(m, m.base, neutral(kind, m.base.dtype));

function combined(m: Meeting, kind: Combination): Node {
  if (m.base.dtype === 'bool') return combinedBool(m, kind);
  const total = scatter(started(m, kind), m.index, m.value, m.axis, kinds[kind]);
  if (kind !== 'mean') return total;
  const count = participants(m, total.dtype);
  return isFloating(total.dtype) ? div(total, count) : binary('IDIV', total, count);
}

/** On truth values sum is or, prod is and. */
function combinedBool(m: Meeting, kind: Combination): Node {
  if (kind === 'mean')
    throw new TypeError('scatterReduce: mean is not implemented for bool tensors');
  const byte = { ...m, base: cast(m.base, 'uint8'), value: cast(m.value, 'uint8') };
  return cast(combined(byte, kind === 'sum' ? 'amax' : kind === 'prod' ? 'amin' : kind), 'bool');
}

/** The gradients of base and value. */
function backwards(m: Meeting, kind: Combination, g: Node, y: Node): [Node, Node] {
  const at = (node: Node) => gather(node, m.index, m.axis);
  let [own, arriving]: [Node, Node] = [g, g];
  if (kind === 'sum') arriving = at(g);
  else if (kind === 'mean') {
    own = div(g, participants(m, g.dtype));
    arriving = at(own);
  } else if (kind === 'prod') {
    [own, arriving] = productGradients(m, g, y);
  } else {
    const [ours, theirs] = [cast(eq(m.base, y), g.dtype), cast(eq(m.value, at(y)), g.dtype)];
    const shared = div(g, scatter(ours, m.index, theirs, m.axis, 'sum'));
    own = mul(ours, shared);
    arriving = mul(theirs, at(shared));
  }
  return [m.own ? own : replaced(m, own, 0), arriving];
}

/** The product of the others: by division, and where one factor is 0, by the product without it. */
function productGradients(m: Meeting, g: Node, y: Node): [Node, Node] {
  const at = (node: Node) => gather(node, m.index, m.axis);
  const zeroBase = eq(m.base, constantLike(m.base, 0));
  const safeBase = where(zeroBase, constantLike(m.base, 1), m.base);
  const withoutBase = meet({ ...m, base: safeBase }, 'prod');
  const own = div(mul(g, withoutBase), safeBase);
  const zero = eq(m.value, constantLike(m.value, 0));
  const zeros = at(
    scatter(constant(0, g.dtype, m.base.shape), m.index, cast(zero, g.dtype), m.axis, 'sum'),
  );
  const single = binary('AND', zero, withNumber('EQ', zeros, 1));
  const others = meet({ ...m, value: where(single, constantLike(m.value, 1), m.value) }, 'prod');
  const divided = div(at(mul(g, y)), where(zero, constantLike(m.value, 1), m.value));
  return [own, where(single, at(mul(g, others)), divided)];
}

function meet(m: Meeting, kind: Combination): Node {
  const node = combined(m, kind);
  return differentiated(kind, node, [m.base, m.value], (g, y) => backwards(m, kind, g, y));
}

function checkKind(name: string, kind: string, allowed: readonly string[]): void {
  if (allowed.includes(kind)) return;
  throw new Error(`${name}: reduce argument must be one of ${allowed.join(', ')}, got "${kind}"`);
}

function scatterReduce(
  x: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor,
  kind: Combination,
  { includeSelf = true }: CombineOptions = {},
): Tensor {
  const name = 'scatterReduce';
  checkKind(name, kind, ['sum', 'prod', 'mean', 'amax', 'amin']);
  checkIndex(name, index);
  const axis = wrapDim(name, dim, x.ndim);
  checkRanks(name, x, index, axis);
  checkValues(name, index, x.shape, axis);
  if (src.dtype !== x.dtype) {
    throw new TypeError(
      `${name}: expected self.dtype to be equal to src.dtype, got ${x.dtype} and ${src.dtype}`,
    );
  }
  if (index.numel() === 0) return fromNode(alias(x.node));
  const m: Meeting = {
    base: lifted(x.node),
    index: cast(lifted(index.node), 'int64'),
    value: covered(name, src, index),
    axis,
    own: includeSelf,
  };
  return fromNode(reshape(meet(m, kind), x.shape));
}

function indexReduce(
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  kind: Combination,
  { includeSelf = true }: CombineOptions = {},
): Tensor {
  checkKind('indexReduce', kind, ['prod', 'mean', 'amax', 'amin']);
  const { base, axis, at, shape } = vectorPlan('indexReduce', x, dim, index, source);
  if (sizeOf(shape) === 0) return fromNode(alias(x.node));
  const m: Meeting = { base, index: at, value: lifted(source.node), axis, own: includeSelf };
  return fromNode(reshape(meet(m, kind), x.shape));
}

/**
 * x with src combined into the places that index names: x[index[i][j]][j] for dim 0.
 * index, src: of x's rank. Errors: shapes that do not fit, unequal dtypes. Source:
 * torch.scatter_reduce.
 */
withTwin(
  'scatterReduce',
  'dim index src:tensor reduce | * include_self',
  scatterReduce as never,
  assertWritable,
);
/**
 * x with the slices of source combined into those that index names along dim. Source:
 * torch.index_reduce.
 */
withTwin(
  'indexReduce',
  'dim index source reduce | * include_self',
  indexReduce as never,
  assertWritable,
);
