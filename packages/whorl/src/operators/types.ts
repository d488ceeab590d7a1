// Signatures of Tensor's methods, as types that the family files put on the class by merging:
//   declare module './tensor.js' {
//     interface Tensor<out S extends Shape, out D extends DType> { add: Sum<'add'>; relu: Unary }
//   }
// Here those that move, index, convert and read; pointwise.ts and reductions.ts have the others.
// in:  the receiver as a type parameter (this: T), so that S and D stay in data properties only
// out: a Tensor whose shape the rules compute; a mistake stands in the parameter as a sentence

import type { DType } from '../graph/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { At, HasMask, Index } from '../tensor/types/at.js';
import type { Expand } from '../tensor/types/broadcast.js';
import type { AlongDim } from '../tensor/types/dim.js';
import type { ArrayOf, Asked, Item, Promote, ToFloat, ToSum } from '../tensor/types/dtype.js';
import type { Permute, Squeeze, Transpose, Turned, Unsqueeze } from '../tensor/types/movement.js';
import type { Flatten, Reshape, Unflatten } from '../tensor/types/reshape.js';
import type {
  Accept,
  AcceptAll,
  Closed,
  Flat,
  Known,
  Shape,
  SizeArgs,
  Sizes,
} from '../tensor/types/shape.js';

// ---- along a dim, the shape stays

/** softmax, logSoftmax. */
export type AlongFloat<Op extends string> = <
  T extends Tensor,
  const Dim extends number,
  const E extends DType = never,
>(
  this: T,
  dim: Accept<AlongDim<T['sizes'], Dim, Op>, Dim>,
  options?: { dtype?: E },
) => Tensor<T['sizes'], Asked<E, ToFloat<T['dtype']>>>;
/** cumsum, cumprod. */
export type AlongTotal<Op extends string> = <
  T extends Tensor,
  const Dim extends number,
  const E extends DType = never,
>(
  this: T,
  dim: Accept<AlongDim<T['sizes'], Dim, Op>, Dim>,
  options?: { dtype?: E },
) => Tensor<T['sizes'], Asked<E, ToSum<T['dtype']>>>;

// ---- movement

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
export type Expanding = <T extends Tensor, const N extends SizeArgs>(
  this: T,
  ...sizes: AcceptAll<Expand<T['sizes'], Flat<N>>, N>
) => Tensor<Expand<T['sizes'], Flat<N>>, T['dtype']>;
export type BroadcastingTo = <T extends Tensor, const N extends number[]>(
  this: T,
  size: Accept<Expand<T['sizes'], N>, readonly [...N]>,
) => Tensor<Expand<T['sizes'], N>, T['dtype']>;
export type ExpandingAs = <T extends Tensor, B extends Shape>(
  this: T,
  other: Accept<Expand<T['sizes'], B>, Tensor<B>>,
) => Tensor<Expand<T['sizes'], B>, T['dtype']>;
export type Flattening = <
  T extends Tensor,
  const From extends number = 0,
  const To extends number = -1,
>(
  this: T,
  startDim?: Accept<Flatten<T['sizes'], From, To>, From>,
  endDim?: To,
) => Tensor<Flatten<T['sizes'], From, To>, T['dtype']>;
export type Raveling = <T extends Tensor>(
  this: T,
) => Tensor<Flatten<T['sizes'], 0, -1>, T['dtype']>;
export type Unflattening = <T extends Tensor, const Dim extends number, const N extends number[]>(
  this: T,
  dim: Accept<Unflatten<T['sizes'], Dim, N>, Dim>,
  sizes: readonly [...N],
) => Tensor<Unflatten<T['sizes'], Dim, N>, T['dtype']>;
export type Transposing = <T extends Tensor, const A extends number, const B extends number>(
  this: T,
  dim0: A,
  dim1: Accept<Transpose<T['sizes'], A, B>, B>,
) => Tensor<Transpose<T['sizes'], A, B>, T['dtype']>;
/** t() */
export type Turning = <T extends Tensor>(this: T) => Tensor<Turned<T['sizes']>, T['dtype']>;
export type Permuting = <T extends Tensor, const P extends SizeArgs>(
  this: T,
  ...dims: AcceptAll<Permute<T['sizes'], Flat<P>>, P>
) => Tensor<Permute<T['sizes'], Flat<P>>, T['dtype']>;
export type Squeezing = <
  T extends Tensor,
  const Dim extends number | readonly number[] | undefined = undefined,
>(
  this: T,
  dim?: Accept<Squeeze<T['sizes'], Dim>, Dim>,
) => Tensor<Squeeze<T['sizes'], Dim>, T['dtype']>;
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
/** diagonal, unfold, squeeze_: the shape is not followed. */
export type Rearranging<Args extends readonly unknown[]> = <T extends Tensor>(
  this: T,
  ...args: Args
) => Tensor<Shape, T['dtype']>;

/** flip, roll, tril, scatter: other values, the same shape. */
export type Shuffling<Args extends readonly unknown[]> = <T extends Tensor>(
  this: T,
  ...args: Args
) => Tensor<T['sizes'], T['dtype']>;
/** tril_, scatter_, maskedFill_: the tensor itself comes back. */
export type Changing<Args extends readonly unknown[]> = <T extends Tensor>(
  this: T,
  ...args: Args
) => T;

// ---- indexing

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

// ---- dtypes

export type Casting = <T extends Tensor, const E extends DType>(
  this: T,
  dtype: E,
) => Tensor<T['sizes'], E>;
/** float(), long(), int(), bool(), double(): CastingTo<'float32'> and so on. */
export type CastingTo<E extends DType> = <T extends Tensor>(this: T) => Tensor<T['sizes'], E>;
/** `x.typeAs(y)`, and what two tensors make: where, lerp. */
export type PromotedWith<T extends Tensor, E extends DType> = Promote<T['dtype'], E>;

export interface MakingOptions<E extends DType> {
  dtype?: E;
  requiresGrad?: boolean;
}
/** newZeros, newOnes. */
export interface Making {
  <T extends Tensor, const N extends number[], const E extends DType = T['dtype']>(
    this: T,
    size: readonly [...N],
    options?: MakingOptions<E>,
  ): Tensor<Closed<N>, NoInfer<E>>;
  <T extends Tensor, const N extends number[]>(this: T, ...size: N): Tensor<Closed<N>, T['dtype']>;
}

// ---- reading

export type ItemMethod = <T extends Tensor>(this: T) => Promise<Item<T['dtype']>>;
export type ItemSync = <T extends Tensor>(this: T) => Item<T['dtype']>;
export type DataMethod = <T extends Tensor>(this: T) => Promise<ArrayOf<T['dtype']>>;
export type DataSync = <T extends Tensor>(this: T) => ArrayOf<T['dtype']>;
export type ToArray = <T extends Tensor>(this: T) => Promise<Nested<T['sizes'], Item<T['dtype']>>>;
export type ToArraySync = <T extends Tensor>(this: T) => Nested<T['sizes'], Item<T['dtype']>>;
/** size, stride: all or that of one dim. */
export interface SizeMethod {
  (): number[];
  (dim: number): number;
}

/** number[][] for two dims; any depth where the rank is not known. */
export type Nested<S extends Shape, Element> =
  Known<S> extends false
    ? NestedArray<Element>
    : S extends [unknown, ...infer T extends Shape]
      ? Nested<T, Element>[]
      : Element;
export type NestedArray<Element> = Element | NestedArray<Element>[];

/** expectShape([null, 2]): the run-time check that turns an unknown shape into a known one. */
export type ExpectShape = <T extends Tensor, const E extends readonly (number | null)[]>(
  this: T,
  shape: E,
) => Tensor<Expected<E>, T['dtype']>;
type Expected<E extends readonly unknown[], R extends Shape = []> = number extends E['length']
  ? Shape
  : E extends readonly [infer H, ...infer T]
    ? Expected<T, [...R, [H] extends [number] ? H : number]>
    : R;
