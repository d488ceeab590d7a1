// Reading and writing by places of the flattened tensor: take, put and what is made of them.
// in:  a tensor, int64 indices into its elements in row-major order     out: the elements there;
// the tensor with others there

import { alias, cast, gather, scatter } from '../../graph/build.js';
import { broadcastTo, reshape } from '../../graph/movement.js';
import { method } from '../../tensor/define.js';
import { checkIndex } from './indexed.js';
import { wrapDim } from '../../tensor/dims.js';
import {
  assignAt,
  maskColumns,
  planIndex,
  resultShape,
  scatterAt,
  wrapIndex,
} from './index-tensor.js';
import { withTwin } from '../twins.js';
import { broadcastShapes, copyLayout } from '../../tensor/promotion.js';
import { dataSync, isReadable } from '../../tensor/read.js';
import { assertOwnHistory } from '../../tensor/assign.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import { assignResult } from '../../tensor/assign.js';
import { showsTwice } from '../../tensor/overlap.js';
import type { Changing, Shuffling } from '../types.js';
import type { IndexPutArgs, PutArgs, Take, TakeAlongDim } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** Elements by flat position. Source: torch.take. */
    take: Take;
    /**
     * gather with broadcasting over the other dims; without dim on the flat tensor. Source:
     * torch.take_along_dim.
     */
    takeAlongDim: TakeAlongDim;
    /**
     * x with values put (or added) where several index tensors point together. Source:
     * torch.index_put.
     */
    indexPut: Shuffling<IndexPutArgs>;
    /** Values written to flat positions. Source: Tensor.put. */
    put: Shuffling<PutArgs>;
    indexPut_: Changing<IndexPutArgs>;
    put_: Changing<PutArgs>;
  }
}

const indexPut = method(
  'indexPut',
  'indices:someTensors values:tensor accumulate?',
  (x: Tensor, indices: Indices, values: Tensor, accumulate = false) => {
    const { plan, value } = putPlan('indexPut', x, indices, values, accumulate);
    return fromNode(scatterAt(x, plan, value, accumulate ? 'sum' : 'set'), copyLayout(x));
  },
);
method(
  'indexPut_',
  'indices:someTensors values:tensor accumulate?',
  (x: Tensor, indices: Indices, values: Tensor, accumulate = false) => {
    if (!showsTwice(x))
      return assignResult('indexPut_', x, indexPut(x, indices, values, accumulate));
    assertOwnHistory('indexPut_', x);
    const { plan, value } = putPlan('indexPut_', x, indices, values, accumulate);
    assignAt(x, plan, value, accumulate ? 'sum' : 'set');
    return x;
  },
);

type Indices = readonly (Tensor | null)[];

function putPlan(name: string, x: Tensor, indices: Indices, values: Tensor, accumulate: boolean) {
  if (indices.every((index) => index === null)) {
    throw new Error(`${name}: there must be an index tensor for at least one dimension`);
  }
  const flat: (Tensor | null)[] = [];
  for (const index of indices) {
    const own = isMask(index) ? maskColumns(name, x, flat.length, index.bool()) : [index];
    flat.push(...own);
  }
  const plan = planIndex(name, x, flat);
  // one number behind one mask is a masked fill, which converts
  const isFill = values.numel() === 1 && indices.length === 1 && isMask(indices[0]);
  if (values.dtype !== x.dtype && !(isFill && !accumulate))
    throw new Error(
      `${name}: source and destination dtypes match: got ${x.dtype} and ${values.dtype}`,
    );
  return { plan, value: broadcastTo(cast(values.node, x.dtype), resultShape(x, plan)) };
}

/** uint8 is PyTorch's older kind of mask. */
const isMask = (index: unknown): index is Tensor =>
  index instanceof Tensor && (index.dtype === 'bool' || index.dtype === 'uint8');

method('take', 'index', (x: Tensor, index: Tensor) => {
  checkIndex('take', index);
  const flat = reshape(x.node, [x.numel()]);
  const at = reshape(wrapIndex(index.node, x.numel()), [index.numel()]);
  return fromNode(reshape(gather(flat, at, 0), index.shape));
});
withTwin('put', 'index source accumulate?', ((
  x: Tensor,
  index: Tensor,
  source: Tensor,
  accumulate = false,
) => {
  checkIndex('put', index);
  if (index.numel() !== source.numel()) {
    throw new Error(
      'put: expected source and index to have the same number of elements, but got ' +
        `${source.numel()} and ${index.numel()}`,
    );
  }
  if (source.dtype !== x.dtype)
    throw new Error(`put: expected source dtype ${x.dtype}, got ${source.dtype}`);
  if (index.numel() === 0) return fromNode(alias(x.node));
  const isOpen = !isReadable(index);
  for (const i of isOpen ? [] : dataSync(index, 'put'))
    if (i >= x.numel() || i < -x.numel())
      throw new RangeError(`put: index ${i} out of range for ${x.numel()} elements`);
  const at = reshape(wrapIndex(index.node, x.numel()), [index.numel()]);
  const flat = scatter(
    reshape(x.node, [x.numel()]),
    at,
    reshape(source.node, [source.numel()]),
    0,
    accumulate ? 'sum' : 'set',
  );
  return fromNode(reshape(flat, x.shape), copyLayout(x));
}) as never);

method('takeAlongDim', 'indices dim?', (x: Tensor, indices: Tensor, dim?: number | null) => {
  checkIndex('takeAlongDim', indices);
  if (indices.dtype !== 'int64')
    throw new TypeError('takeAlongDim: dtype of indices should be int64');
  if (dim === undefined || dim === null)
    return x.reshape(-1).gather(0, indices.reshape(-1) as Tensor);
  if (x.ndim !== indices.ndim) {
    throw new Error(
      'takeAlongDim: input and indices should have the same number of dimensions, but got ' +
        `${x.ndim} and ${indices.ndim}`,
    );
  }
  const axis = wrapDim('takeAlongDim', dim, x.ndim);
  const one = (shape: readonly number[]) => shape.map((n, i) => (i === axis ? 1 : n));
  const common = broadcastShapes('takeAlongDim', one(x.shape), one(indices.shape));
  const wide = (t: Tensor) =>
    t.expand(common.map((n, i) => (i === axis ? t.shape[i]! : n))) as Tensor;
  const picked = wide(indices);
  const at = fromNode(wrapIndex(picked.node, x.shape[axis]!));
  return wide(x).gather(axis, at);
});
