// Reading and writing at index tensors along one dimension: gather, scatter, indexSelect, indexAdd,
// masked writes.
// in:  a tensor, a dim, int64 indices
// out: a tensor; twins with an underscore write into their input

import { reaching } from '../../autograd/paths.js';
import { alias, cast, constant, gather, scatter, where, withNumber } from '../../graph/build.js';
import { broadcastTo, reshape, shrink } from '../../graph/movement.js';
import { type Node, named, sizeOf } from '../../graph/node.js';
import type { ScatterKind } from '../../graph/op.js';
import { method } from '../../tensor/define.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { wrapIndex } from './index-tensor.js';
import { withTwin } from '../twins.js';
import { fillWhere } from './masks.js';
import { showsTwice } from '../../tensor/overlap.js';
import {
  copyLayout,
  numberOf,
  type Operand,
  operandNode,
  type Scalar,
} from '../../tensor/promotion.js';
import { areKnown, dataSync } from '../../tensor/read.js';
import { assertOwnHistory } from '../../tensor/assign.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import { assignResult } from '../../tensor/assign.js';
import type { Changing, Shuffling } from '../types.js';
import type {
  Gather,
  IndexAddArgs,
  IndexCopyArgs,
  IndexFillArgs,
  IndexSelect,
  ScatterAddArgs,
  ScatterArgs,
} from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    gather: Gather;
    indexSelect: IndexSelect;
    scatter: Shuffling<ScatterArgs>;
    scatterAdd: Shuffling<ScatterAddArgs>;
    indexAdd: Shuffling<IndexAddArgs>;
    indexCopy: Shuffling<IndexCopyArgs>;
    indexFill: Shuffling<IndexFillArgs>;
    scatter_: Changing<ScatterArgs>;
    scatterAdd_: Changing<ScatterAddArgs>;
    indexAdd_: Changing<IndexAddArgs>;
    indexCopy_: Changing<IndexCopyArgs>;
    indexFill_: Changing<IndexFillArgs>;
  }
}

export function checkIndex(name: string, index: Tensor): void {
  if (!(index instanceof Tensor)) throw new TypeError(`${name}: expected an index tensor`);
  if (index.dtype !== 'int64' && index.dtype !== 'int32') {
    throw new TypeError(`${name}: expected dtype int64 or int32 for index, got ${index.dtype}`);
  }
}

/** Stored indices are checked now; what is still pending is checked when it is read. */
export function checkValues(
  name: string,
  index: Tensor,
  shape: readonly number[],
  axis: number,
): void {
  const n = shape[axis] ?? 1;
  if (n === 0 && index.numel() > 0) {
    throw new RangeError(
      `${name}: no index is within bounds for dimension ${axis} with size 0 of the tensor ` +
        showShape(shape),
    );
  }
  if (!areKnown(index)) return;
  for (const value of dataSync(index)) {
    if (value < 0 || value >= n) {
      throw new RangeError(outside(name, value, shape, axis));
    }
  }
}

const outside = (
  name: string,
  value: number | bigint,
  shape: readonly number[],
  axis: number,
): string =>
  `${name}: index ${value} is out of bounds for dimension ${axis} with size ${shape[axis] ?? 1} of the tensor ` +
  showShape(shape);

export const lifted = (node: Node): Node => (node.shape.length === 0 ? reshape(node, [1]) : node);

/**
 * out[i][j] = x[index[i][j]][j] for dim 0. index: rank of x, sizes at most x's elsewhere. Source:
 * torch.gather.
 */
method('gather', 'dim index | * sparse_grad', (x: Tensor, dim: number, index: Tensor) => {
  const axis = wrapDim('gather', dim, x.ndim);
  if (index instanceof Tensor && index.numel() === 0) {
    return fromNode(reaching(constant(0, x.dtype, index.shape), [x.node]));
  }
  checkIndex('gather', index);
  checkRanks('gather', x, index, axis);
  checkValues('gather', index, x.shape, axis);
  return fromNode(
    reshape(gather(lifted(x.node), cast(lifted(index.node), 'int64'), axis), index.shape),
  );
});

export function checkRanks(name: string, x: Tensor, index: Tensor, axis: number): void {
  if (index.numel() === 0) return;
  if (Math.max(x.ndim, 1) !== Math.max(index.ndim, 1)) {
    throw new Error(
      `${name}: index tensor must have the same number of dimensions as input tensor: ` +
        `${showShape(index.shape)} for ${showShape(x.shape)}`,
    );
  }
  index.shape.forEach((n, i) => {
    if (i !== axis && n > x.shape[i]!) {
      throw new Error(
        `${name}: size does not match at dimension ${i}: expected index ${showShape(index.shape)} to be no ` +
          `larger than input ${showShape(x.shape)} apart from dimension ${axis}`,
      );
    }
  });
}

/** The part of a source that an index covers. */
export function covered(name: string, source: Tensor, index: Tensor): Node {
  if (index.numel() === 0) return constant(0, source.dtype, lifted(index.node).shape);
  const a = lifted(source.node);
  const shape = lifted(index.node).shape;
  if (a.shape.length !== shape.length || shape.some((n, i) => n > a.shape[i]!)) {
    throw new Error(
      `${name}: expected index ${showShape(index.shape)} to be no larger than src ${showShape(source.shape)}`,
    );
  }
  return shrink(
    a,
    shape.map(() => 0),
    shape.map(() => 1),
    shape,
  );
}

const reduceKinds: Record<string, ScatterKind> = {
  add: 'sum',
  multiply: 'prod',
  sum: 'sum',
  prod: 'prod',
  amax: 'max',
  amin: 'min',
};

function scattered(
  name: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Operand,
  kind: ScatterKind,
): Tensor {
  checkIndex(name, index);
  const axis = wrapDim(name, dim, x.ndim);
  checkRanks(name, x, index, axis);
  checkValues(name, index, x.shape, axis);
  const at = cast(lifted(index.node), 'int64');
  if (source instanceof Tensor && source.dtype !== x.dtype) {
    throw new Error(
      `${name}: expected self.dtype to be equal to src.dtype, got ${x.dtype} and ${source.dtype}`,
    );
  }
  const value =
    source instanceof Tensor
      ? covered(name, source, index)
      : constant(numberOf(source), x.dtype, at.shape);
  if (sizeOf(at.shape) === 0) return fromNode(alias(x.node));
  return fromNode(reshape(named(scatter(lifted(x.node), at, value, axis, kind), name), x.shape));
}

interface Reduced {
  reduce?: string;
}

withTwin('scatter', 'dim index src | * reduce', ((
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Operand,
  { reduce }: Reduced = {},
) => {
  if (reduce === undefined || reduce === null)
    return scattered('scatter', x, dim, index, source, 'set');
  if (reduce !== 'add' && reduce !== 'multiply')
    throw new Error(`scatter: reduce argument must be either add or multiply, got "${reduce}"`);
  return scattered('scatter', x, dim, index, source, reduceKinds[reduce]!);
}) as never);
withTwin('scatterAdd', 'dim index src:tensor', ((
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
) => scattered('scatterAdd', x, dim, index, source, 'sum')) as never);

/** x's elements picked along dim: [.., index.length, ..]. Source: torch.index_select. */
method('indexSelect', 'dim index', (x: Tensor, dim: number, index: Tensor) => {
  checkIndex('indexSelect', index);
  if (index.ndim > 1)
    throw new RangeError(
      `indexSelect: index is supposed to be a vector, got ${showShape(index.shape)}`,
    );
  if (x.ndim === 0 && index.numel() !== 1) {
    throw new RangeError(
      `indexSelect: index to scalar can have only 1 value, got ${index.numel()} value(s)`,
    );
  }
  const axis = wrapDim('indexSelect', dim, x.ndim);
  const source = lifted(x.node);
  checkValues('indexSelect', index, source.shape, axis);
  const k = index.numel();
  const shape = source.shape.map((n, i) => (i === axis ? k : n));
  const node = named(gather(source, spread(index, shape, axis), axis), 'indexSelect');
  return fromNode(x.ndim === 0 ? reshape(node, []) : node);
});

/** A vector of indices along one axis, the same for all others. */
const spread = (index: Tensor, shape: readonly number[], axis: number): Node =>
  broadcastTo(
    reshape(
      cast(index.node, 'int64'),
      shape.map((n, i) => (i === axis ? n : 1)),
    ),
    shape,
  );

/** Checks a vector of indices and a source of x's shape apart from dim. */
export function vectorPlan(
  name: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor | null,
) {
  checkIndex(name, index);
  if (/^index(Fill|Copy)/.test(name) && index.dtype !== 'int64') {
    throw new TypeError(`${name}: expected dtype int64 for index, got ${index.dtype}`);
  }
  const axis = wrapDim(name, dim, x.ndim);
  if (index.ndim > 1)
    throw new RangeError(
      `${name}: index is supposed to be a vector, got ${showShape(index.shape)}`,
    );
  const base = lifted(x.node);
  const n = base.shape[axis]!;
  // from behind counts indexFill alone; where there is nothing to write to, it does not matter
  // where
  const least = name.startsWith('indexFill') ? -n : 0;
  const isNothing = base.size === 0 && x.ndim > 1;
  if (n === 0 && index.numel() > 0 && name !== 'indexAdd') {
    throw new RangeError(`${name}: no index is within bounds for dimension ${axis} with size 0`);
  }
  for (const value of areKnown(index) && !isNothing ? dataSync(index) : []) {
    if (value >= n || value < least) throw new RangeError(outside(name, value, base.shape, axis));
  }
  const shape = base.shape.map((m, i) => (i === axis ? index.numel() : m));
  if (source !== null) {
    const own = lifted(source.node).shape;
    if (own.length !== shape.length || own.some((m, i) => m !== shape[i])) {
      throw new Error(
        `${name}: source ${showShape(source.shape)} must have the input's shape ${showShape(x.shape)} with ` +
          `${index.numel()} at dimension ${axis}`,
      );
    }
    if (source.dtype !== x.dtype)
      throw new Error(
        `${name}: self (${x.dtype}) and source (${source.dtype}) must have the same dtype`,
      );
  }
  const all = spread(index, shape, axis);
  return { base, axis, at: least < 0 ? wrapIndex(all, n) : all, shape };
}

const indexed = (
  name: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  kind: ScatterKind,
  alpha = 1,
): Tensor => {
  const { base, axis, at, shape } = vectorPlan(name, x, dim, index, source);
  const value = alpha === 1 ? lifted(source.node) : withNumber('MUL', lifted(source.node), alpha);
  if (sizeOf(shape) === 0 || base.size === 0) return fromNode(alias(x.node));
  return fromNode(reshape(named(scatter(base, at, value, axis, kind), name), x.shape));
};

interface Alpha {
  alpha?: number;
}
withTwin('indexAdd', 'dim index source | * alpha', ((
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  { alpha = 1 }: Alpha = {},
) => indexed('indexAdd', x, dim, index, source, 'sum', Number(alpha))) as never);
withTwin('indexCopy', 'dim index source', ((
  x: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
) => indexed('indexCopy', x, dim, index, source, 'set')) as never);
const indexFill = method(
  'indexFill',
  'dim index value',
  (x: Tensor, dim: number, index: Tensor, value: Scalar | Tensor) => {
    const hit = filledPlaces('indexFill', x, dim, index, value);
    if (hit === null) return fromNode(alias(x.node), copyLayout(x));
    return fromNode(where(hit, operandNode(value, x.dtype, x.shape), x.node), copyLayout(x));
  },
);
method(
  'indexFill_',
  'dim index value',
  (x: Tensor, dim: number, index: Tensor, value: Scalar | Tensor) => {
    if (!showsTwice(x)) return assignResult('indexFill_', x, indexFill(x, dim, index, value));
    assertOwnHistory('indexFill_', x);
    const hit = filledPlaces('indexFill_', x, dim, index, value);
    if (hit !== null) fillWhere(x, hit, operandNode(value, x.dtype, []));
    return x;
  },
);

/**
 * True where the index points; through a mask an index given twice hands the value's gradient on
 * once.
 */
function filledPlaces(
  name: string,
  x: Tensor,
  dim: number,
  index: Tensor,
  value: Scalar | Tensor,
): Node | null {
  const { base, axis, at, shape } = vectorPlan(name, x, dim, index, null);
  if (value instanceof Tensor && value.ndim > 0) {
    throw new Error(
      `${name}: only supports a 0-dimensional value tensor, but got ${value.ndim} dimension(s)`,
    );
  }
  if (sizeOf(shape) === 0 || base.size === 0) return null;
  const hit = scatter(constant(0, 'bool', base.shape), at, constant(1, 'bool', shape), axis, 'set');
  return reshape(named(hit, 'indexFill'), x.shape);
}
