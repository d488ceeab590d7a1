// Order: sort, argsort, topk, kthvalue, median, mode, unique. The permutation is computed on the
// host.
// in:  a tensor and a dim     out: values and int64 indices; the gradient goes through the indices

import { alias, constant, gather, host } from '../../graph/build.js';
import { permute, reshape } from '../../graph/movement.js';
import type { TypedArray } from '../../graph/dtype.js';
import { type Node, sizeOf } from '../../graph/node.js';
import type { HostRoutine } from '../../graph/op.js';
import { method } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { firstOfRow, placeOfRank } from './select-row.js';
import { sortRow } from './sort-row.js';
import { untracked, valuesIndices } from '../reduce/reduce.js';
import { copyLayout } from '../../tensor/promotion.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import type { Unary } from '../pointwise/types.js';
import type { ValuesIndices } from '../reduce/types.js';
import type { Accept } from '../../tensor/types/shape.js';
import type { Narrow } from '../../tensor/types/movement.js';
import type { Reduce } from '../../tensor/types/reduce.js';
import type { AlongDim } from '../../tensor/types/dim.js';

interface Stable {
  stable?: boolean;
}
type Along<Dim> = Dim extends number ? Dim : -1;
export type Sorting = <T extends Tensor, const Dim extends number | Stable = -1>(
  this: T,
  dim?: Accept<AlongDim<T['sizes'], Along<Dim>, 'sort'>, Dim>,
  descending?: boolean,
  options?: Stable,
) => ValuesIndices<T['sizes'], T['dtype']>;
export type ArgSorting = <T extends Tensor, const Dim extends number | Stable = -1>(
  this: T,
  dim?: Accept<AlongDim<T['sizes'], Along<Dim>, 'argsort'>, Dim>,
  descending?: boolean,
  options?: Stable,
) => Tensor<T['sizes'], 'int64'>;
export type TopK = <T extends Tensor, const K extends number, const Dim extends number = -1>(
  this: T,
  k: K,
  dim?: Accept<Narrow<T['sizes'], Dim, K, 'topk'>, Dim>,
  largest?: boolean,
  sorted?: boolean,
) => ValuesIndices<Narrow<T['sizes'], Dim, K, 'topk'>, T['dtype']>;
export type KthValue = <
  T extends Tensor,
  const Dim extends number = -1,
  const Keep extends boolean = false,
>(
  this: T,
  k: number,
  dim?: Accept<Reduce<T['sizes'], Dim, Keep, 'kthvalue'>, Dim>,
  options?: { keepdim?: Keep },
) => ValuesIndices<Reduce<T['sizes'], Dim, Keep, 'kthvalue'>, T['dtype']>;

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * Values and int64 indices along dim (-1), ascending by default. Always stable; NaN is the
     * largest. Source: torch.sort.
     */
    sort: Sorting;
    /** The indices of sort. Source: torch.argsort. */
    argsort: ArgSorting;
    /** The values of sort along dim 0. Source: torch.msort. */
    msort: Unary;
    /**
     * The k largest (largest: false, smallest) along dim (-1), in order whatever `sorted` says. NaN
     * is the largest; of equal elements the first are taken. Errors: bool, k out of range. Source:
     * torch.topk.
     */
    topk: TopK;
    /**
     * The k-th smallest along dim (-1), counted from 1, and its index. Errors: bool, k out of
     * range. Source: torch.kthvalue.
     */
    kthvalue: KthValue;
  }
}

const routine = (descending: boolean): HostRoutine => ({
  key: `sort ${descending}`,
  run(output, inputs, shapes) {
    const n = shapes[0]![shapes[0]!.length - 1]!;
    const order = output as BigInt64Array;
    for (let row = 0; row < order.length; row += n) {
      sortRow(
        inputs[0]!.subarray(row, row + n) as TypedArray,
        order.subarray(row, row + n),
        descending,
      );
    }
  },
});
const ascending = routine(false);
const descendingFirst = routine(true);

/** The first of each row's stable order. */
const firstRoutine = (descending: boolean): HostRoutine => ({
  key: `first ${descending}`,
  run(output, inputs, shapes, shape) {
    const [n, k] = [shapes[0]!.at(-1)!, shape.at(-1)!];
    const row = (i: number) => inputs[0]!.subarray(i * n, (i + 1) * n) as TypedArray;
    for (let i = 0; i * k < output.length; i++) {
      firstOfRow(row(i), (output as BigInt64Array).subarray(i * k, (i + 1) * k), descending);
    }
  },
});

const rankRoutine = (rank: number): HostRoutine => ({
  key: `rank ${rank}`,
  run(output, inputs, shapes) {
    const n = shapes[0]!.at(-1)!;
    for (let i = 0; i < output.length; i++) {
      const row = inputs[0]!.subarray(i * n, (i + 1) * n) as TypedArray;
      output[i] = BigInt(placeOfRank(row, rank));
    }
  },
});

/** What a routine finds in each row along an axis: `count` places, the only ones. */
function placesNode(a: Node, axis: number, routine: HostRoutine, count: number): Node {
  const last = a.shape.length - 1;
  const swap = [...a.shape.keys()];
  [swap[axis], swap[last]] = [last, axis];
  const source = permute(untracked(a), swap);
  const shape = [...source.shape.slice(0, last), count];
  if (sizeOf(shape) === 0)
    return constant(
      0,
      'int64',
      shape.map((_, i) => shape[swap[i]!]!),
    );
  return permute(host(routine, 'int64', shape, [source]), swap);
}

/** The stable permutation that sorts along an axis; NaN counts as the largest. */
export const orderNode = (a: Node, axis: number, descending: boolean): Node =>
  placesNode(a, axis, descending ? descendingFirst : ascending, a.shape[axis]!);

const lifted = (x: Tensor): Node => (x.ndim === 0 ? reshape(x.node, [1]) : x.node);

/** Sorted values and where they were. */
function sorted(x: Tensor, dim: number, descending: boolean) {
  const axis = wrapDim('sort', dim, x.ndim);
  const a = lifted(x);
  const index = orderNode(a, axis, descending);
  return { axis, index, values: gather(a, index, axis) };
}

interface Order {
  stable?: boolean;
  dim?: number;
  descending?: boolean;
}

method(
  'sort',
  'dim? descending? | * stable',
  (x: Tensor, dim = -1, descending = false, _o: Order = {}) => {
    const { index, values } = sorted(x, dim, descending);
    const layout = copyLayout(x);
    return valuesIndices(
      fromNode(reshape(values, x.shape), layout),
      fromNode(reshape(index, x.shape), layout),
    );
  },
);
method(
  'argsort',
  'dim? descending? | * stable',
  (x: Tensor, dim = -1, descending = false, _o: Order = {}) =>
    fromNode(reshape(sorted(x, dim, descending).index, x.shape), copyLayout(x)),
);
method('msort', '', (x: Tensor) =>
  fromNode(reshape(sorted(x, 0, false).values, x.shape), copyLayout(x)),
);

method('topk', 'k dim? largest? sorted?', (x: Tensor, k: number, dim = -1, largest = true) => {
  if (x.dtype === 'bool') throw new Error('topk: does not support bool tensors');
  const axis = wrapDim('topk', dim, x.ndim);
  const a = lifted(x);
  if (!Number.isInteger(k) || k < 0 || k > a.shape[axis]!) {
    throw new RangeError(
      `topk: selected index k out of range: ${k} of ${showShape(x.shape)} at dimension ${axis}`,
    );
  }
  // of a number none is still that number
  const index = placesNode(a, axis, firstRoutine(largest), x.ndim === 0 ? 1 : k);
  const shape = x.ndim === 0 ? [] : index.shape;
  const values = gather(a, index, axis);
  return valuesIndices(fromNode(reshape(values, shape)), fromNode(reshape(alias(index), shape)));
});

interface KeepDim {
  keepdim?: boolean;
}

/** The element at one place of the sorted axis. */
function ranked(name: string, x: Tensor, rank: number, dim: number, keepdim: boolean) {
  const axis = wrapDim(name, dim, x.ndim);
  const a = lifted(x);
  const index = placesNode(a, axis, rankRoutine(rank), 1);
  const values = gather(a, index, axis);
  const shape =
    x.ndim === 0 ? [] : keepdim ? index.shape : index.shape.filter((_, i) => i !== axis);
  return valuesIndices(fromNode(reshape(values, shape)), fromNode(reshape(alias(index), shape)));
}

method(
  'kthvalue',
  'k dim? | keepdim',
  (x: Tensor, k: number, dim = -1, { keepdim = false }: KeepDim = {}) => {
    const axis = wrapDim('kthvalue', dim, x.ndim);
    demandNumbers('kthvalue', x);
    const n = x.ndim === 0 ? 1 : x.shape[axis]!;
    if (n === 0)
      throw new RangeError(`kthvalue: expected reduction dim ${axis} to have non-zero size`);
    if (k < 1 || k > n)
      throw new RangeError(
        `kthvalue: selected number k out of range for dimension ${axis}: ${k} of ${n}`,
      );
    return ranked('kthvalue', x, k - 1, dim, keepdim);
  },
);
