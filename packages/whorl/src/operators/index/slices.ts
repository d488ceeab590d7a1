// Whole slices along one dim, named by a vector of indices:
// indexSelect, indexAdd, indexCopy, indexFill.
// in:  a tensor, a dim, indices, what is put there     out: slices, or the tensor with others

import { alias, cast, constant, gather, scatter, where, withNumber } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import { type Node, named, sizeOf } from '../../graph/node.js';
import type { ScatterKind } from '../../graph/op.js';
import { method } from '../../tensor/define.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { wrapIndex } from './index-tensor.js';
import { withTwin } from '../twins.js';
import { fillWhere } from './masks.js';
import { showsTwice } from '../../tensor/overlap.js';
import { copyLayout, operandNode, type Scalar } from '../../tensor/promotion.js';
import { areKnown, dataSync } from '../../tensor/read.js';
import { assertOwnHistory } from '../../tensor/assign.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import { assignResult } from '../../tensor/assign.js';
import type { Changing, Shuffling } from '../types.js';
import type { IndexAddArgs, IndexCopyArgs, IndexFillArgs, IndexSelect } from './types.js';
import { checkIndex, checkValues, lifted, outside } from './indexed.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * The slices of dim at the indices, a copy: index [k] gives k at dim. Source:
     * torch.index_select.
     */
    indexSelect: IndexSelect;
    /**
     * x with alpha (1) times slice i of source added to slice index[i] of dim; equal indices add
     * up. Source: torch.index_add.
     */
    indexAdd: Shuffling<IndexAddArgs>;
    indexAdd_: Changing<IndexAddArgs>;
    /**
     * x with slice index[i] of dim replaced by slice i of source. index: int64. Source:
     * torch.index_copy.
     */
    indexCopy: Shuffling<IndexCopyArgs>;
    indexCopy_: Changing<IndexCopyArgs>;
    /**
     * x with one value, a number or a 0-d tensor, in the slices of dim at the indices; negative
     * ones count from the end, in this function alone. index: int64. Source: torch.index_fill.
     */
    indexFill: Shuffling<IndexFillArgs>;
    indexFill_: Changing<IndexFillArgs>;
  }
}

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
        `${name}: source ${showShape(source.shape)} must have the input's shape ` +
          `${showShape(x.shape)} with ${index.numel()} at dimension ${axis}`,
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
