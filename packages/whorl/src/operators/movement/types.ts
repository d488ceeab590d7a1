// Signatures of what moves elements or cuts tensors: reshape, permute, expand, squeeze, split.
// in:  the receiver as a type parameter, sizes or dims
// out: a Tensor whose shape the rules compute

import type { Tensor } from '../../tensor/tensor.js';
import type { Flatten, Reshape, Unflatten } from '../../tensor/types/reshape.js';
import type { Expand } from '../../tensor/types/broadcast.js';
import type { Accept, AcceptAll, Flat, Shape, SizeArgs, Sizes } from '../../tensor/types/shape.js';
import type {
  Narrow,
  Permute,
  Select,
  Squeeze,
  Transpose,
  Turned,
  Unsqueeze,
} from '../../tensor/types/movement.js';

/** reshape, view: sizes one by one or as a list. */
export type Reshaping<Op extends string> = <T extends Tensor, const N extends SizeArgs>(
  this: T,
  ...shape: AcceptAll<Reshape<T['sizes'], Flat<N>, Op>, N>
) => Tensor<Reshape<T['sizes'], Flat<N>, Op>, T['dtype']>;
/** reshapeAs, viewAs. */
export type ReshapingAs<Op extends string> = <T extends Tensor, B extends Shape>(
  this: T,
  other: Accept<Reshape<T['sizes'], B, Op>, Tensor<B>>,
) => Tensor<Reshape<T['sizes'], B, Op>, T['dtype']>;
/** expand, broadcastTo. */
export type Expanding = <T extends Tensor, const N extends SizeArgs>(
  this: T,
  ...sizes: AcceptAll<Expand<T['sizes'], Flat<N>>, N>
) => Tensor<Expand<T['sizes'], Flat<N>>, T['dtype']>;
/** expandAs: the sizes are another tensor's. */
export type ExpandingAs = <T extends Tensor, B extends Shape>(
  this: T,
  other: Accept<Expand<T['sizes'], B>, Tensor<B>>,
) => Tensor<Expand<T['sizes'], B>, T['dtype']>;
/** flatten: dims from startDim (0) to endDim (-1) become one; a 0-d tensor becomes [1]. */
export type Flattening = <
  T extends Tensor,
  const From extends number = 0,
  const To extends number = -1,
>(
  this: T,
  startDim?: Accept<Flatten<T['sizes'], From, To>, From>,
  endDim?: To,
) => Tensor<Flatten<T['sizes'], From, To>, T['dtype']>;
/** ravel: all dims become one. */
export type Raveling = <T extends Tensor>(
  this: T,
) => Tensor<Flatten<T['sizes'], 0, -1>, T['dtype']>;
/** unflatten: one dim becomes several, of which one may be -1. Always a view. */
export type Unflattening = <T extends Tensor, const Dim extends number, const N extends number[]>(
  this: T,
  dim: Accept<Unflatten<T['sizes'], Dim, N>, Dim>,
  sizes: readonly [...N],
) => Tensor<Unflatten<T['sizes'], Dim, N>, T['dtype']>;
/** transpose, swapaxes, swapdims: two dims change places. */
export type Transposing = <T extends Tensor, const A extends number, const B extends number>(
  this: T,
  dim0: A,
  dim1: Accept<Transpose<T['sizes'], A, B>, B>,
) => Tensor<Transpose<T['sizes'], A, B>, T['dtype']>;
/** t() */
export type Turning = <T extends Tensor>(this: T) => Tensor<Turned<T['sizes']>, T['dtype']>;
/** permute: result dim i is x's dim dims[i]; each dim comes once. */
export type Permuting = <T extends Tensor, const P extends SizeArgs>(
  this: T,
  ...dims: AcceptAll<Permute<T['sizes'], Flat<P>>, P>
) => Tensor<Permute<T['sizes'], Flat<P>>, T['dtype']>;
/** squeeze: dims of size 1 go, all of them or the named ones; a named dim of another size stays. */
export type Squeezing = <
  T extends Tensor,
  const Dim extends number | readonly number[] | undefined = undefined,
>(
  this: T,
  dim?: Accept<Squeeze<T['sizes'], Dim>, Dim>,
) => Tensor<Squeeze<T['sizes'], Dim>, T['dtype']>;
/** unsqueeze: a dim of size 1 at `dim`; -1 puts it last, so dim may be x's rank. */
export type Unsqueezing = <T extends Tensor, const Dim extends number>(
  this: T,
  dim: Accept<Unsqueeze<T['sizes'], Dim>, Dim>,
) => Tensor<Unsqueeze<T['sizes'], Dim>, T['dtype']>;
/** movedim: the rank stays. */
export type MovingDim = <T extends Tensor>(
  this: T,
  source: number | readonly number[],
  destination: number | readonly number[],
) => Tensor<Sizes<T['sizes']>, T['dtype']>;

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
/** unbind: a view for each index of dim, without that dim. */
export type Unbinding = <T extends Tensor, const Dim extends number = 0>(
  this: T,
  dim?: Accept<Select<T['sizes'], Dim, 'unbind'>, Dim>,
) => Tensor<Select<T['sizes'], Dim, 'unbind'>, T['dtype']>[];
/** repeatInterleave: the size depends on what repeats holds, so it is not followed. */
export type RepeatingEach = <T extends Tensor>(
  this: T,
  repeats?: number | Tensor,
  dim?: number | null,
  options?: { outputSize?: number },
) => Tensor<Shape, T['dtype']>;
