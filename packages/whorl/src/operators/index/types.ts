// Signatures of picking, placing, sorting and cutting: gather, scatter, topk, sort, split.
// in:  the receiver, dims and index tensors     out: Tensors whose shapes follow where they can

import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Broadcast } from '../../tensor/types/broadcast.js';
import type { AlongDim } from '../../tensor/types/dim.js';
import type { Scalar } from '../../tensor/types/dtype.js';
import type { ValuesIndices } from '../reduce/types.js';
import type { Narrow, Select } from '../../tensor/types/movement.js';
import type { Reduce } from '../../tensor/types/reduce.js';
import type { Accept, Shape, Sizes } from '../../tensor/types/shape.js';

// ---- picking

/** gather(dim, index): the index's shape. */
export type Gather = <T extends Tensor, const Dim extends number, B extends Shape>(
  this: T,
  dim: Accept<AlongDim<T['sizes'], Dim, 'gather'>, Dim>,
  index: Tensor<B>,
  options?: { sparseGrad?: boolean },
) => Tensor<B, T['dtype']>;
export type Take = <T extends Tensor, B extends Shape>(
  this: T,
  index: Tensor<B>,
) => Tensor<B, T['dtype']>;
export type TakeAlongDim = <T extends Tensor>(
  this: T,
  indices: Tensor,
  dim?: number,
) => Tensor<Shape, T['dtype']>;
export type IndexSelect = <T extends Tensor, const Dim extends number, B extends Shape>(
  this: T,
  dim: Accept<Narrow<T['sizes'], Dim, Count<B>, 'indexSelect'>, Dim>,
  index: Tensor<B>,
) => Tensor<Narrow<T['sizes'], Dim, Count<B>, 'indexSelect'>, T['dtype']>;
/** How many indices: 1 for a 0-d tensor. */
type Count<B extends Shape> = B extends [infer N extends number] ? N : B extends [] ? 1 : number;
/** How many are chosen depends on the mask's values, so this reads. */
export type MaskedSelect = <T extends Tensor>(
  this: T,
  mask: Tensor,
) => Promise<Tensor<[number], T['dtype']>>;
export type MaskedFill = <T extends Tensor, B extends Shape>(
  this: T,
  mask: Accept<Broadcast<T['sizes'], B, 'maskedFill'>, Tensor<B>>,
  value: Scalar | Tensor<[]>,
) => Tensor<Broadcast<T['sizes'], B, 'maskedFill'>, T['dtype']>;

// ---- placing: the arguments, the same for the twins in place

export type ScatterArgs = [
  dim: number,
  index: Tensor,
  src: Tensor | Scalar,
  options?: { reduce?: 'add' | 'multiply' },
];
export type ScatterAddArgs = [dim: number, index: Tensor, src: Tensor];
export type IndexAddArgs = [
  dim: number,
  index: Tensor,
  source: Tensor,
  options?: { alpha?: number },
];
export type IndexCopyArgs = [dim: number, index: Tensor, source: Tensor];
export type IndexFillArgs = [dim: number, index: Tensor, value: Scalar | Tensor];
export type IndexPutArgs = [
  indices: readonly (Tensor | null)[],
  values: Tensor | Scalar,
  accumulate?: boolean,
];
export type PutArgs = [index: Tensor, source: Tensor, accumulate?: boolean];

// ---- sorting and scanning

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

// ---- cutting

/** split, chunk: the size along dim is not followed. */
export type Splitting<Op extends string, Where> = <T extends Tensor, const Dim extends number = 0>(
  this: T,
  where: Where,
  dim?: Accept<Narrow<T['sizes'], Dim, number, Op>, Dim>,
) => Tensor<Narrow<T['sizes'], Dim, number, Op>, T['dtype']>[];
/** hsplit, vsplit, dsplit. */
export type SplittingAt = <T extends Tensor>(
  this: T,
  where: number | readonly number[],
) => Tensor<Sizes<T['sizes']>, T['dtype']>[];
export type Unbinding = <T extends Tensor, const Dim extends number = 0>(
  this: T,
  dim?: Accept<Select<T['sizes'], Dim, 'unbind'>, Dim>,
) => Tensor<Select<T['sizes'], Dim, 'unbind'>, T['dtype']>[];
export type RepeatingEach = <T extends Tensor>(
  this: T,
  repeats: number | Tensor,
  dim?: number | null,
  options?: { outputSize?: number },
) => Tensor<Shape, T['dtype']>;
