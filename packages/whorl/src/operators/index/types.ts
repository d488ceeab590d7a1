// Signatures of picking, placing, sorting and cutting: gather, scatter, topk, sort, split.
// in:  the receiver, dims and index tensors     out: Tensors whose shapes follow where they can

import type { Tensor } from '../../tensor/tensor.js';
import type { Broadcast } from '../../tensor/types/broadcast.js';
import type { AlongDim } from '../../tensor/types/dim.js';
import type { Scalar } from '../../tensor/types/dtype.js';
import type { Narrow } from '../../tensor/types/movement.js';
import type { Accept, Shape } from '../../tensor/types/shape.js';
import type { At, HasMask, Index } from '../../tensor/types/at.js';
import type { AcceptAll } from '../../tensor/types/shape.js';

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

// ---- at

/** at(0, slice(1, 3), null, '...'). A mask reads, so its result is a promise. */
export type Indexing = <T extends Tensor, const I extends readonly Index[]>(
  this: T,
  ...index: AcceptAll<At<T['sizes'], I>, I>
) => Picked<T, I>;
/** atSync: the same, masks too. */
export type IndexingSync = <T extends Tensor, const I extends readonly Index[]>(
  this: T,
  ...index: AcceptAll<At<T['sizes'], I>, I>
) => Tensor<At<T['sizes'], I>, T['dtype']>;
/** nonzero: one row for each, or one column for each dim. */
export type Nonzero = <T extends Tensor, const AsTuple extends boolean = false>(
  this: T,
  options?: { asTuple?: AsTuple },
) => Promise<
  AsTuple extends true
    ? Tensor<[number], 'int64'>[]
    : Tensor<[number, T['sizes']['length']], 'int64'>
>;
type Picked<T extends Tensor, I extends readonly Index[]> =
  HasMask<I> extends true
    ? Promise<Tensor<At<T['sizes'], I>, T['dtype']>>
    : Tensor<At<T['sizes'], I>, T['dtype']>;
