// Signatures of what makes one element of many. See methods.ts.
// in:  the receiver as a type parameter, a dim, keepdim
// out: a Tensor without those dims; a mistake stands in the dim

import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Broadcast } from '../../tensor/types/broadcast.js';
import type { Asked, ToBool, ToFloat, ToSum, With } from '../../tensor/types/dtype.js';
import type { DimArg, Reduce } from '../../tensor/types/reduce.js';
import type { Accept, Shape } from '../../tensor/types/shape.js';
import type { AlongDim } from '../../tensor/types/dim.js';

/** keepdim, and the dtype to compute in. */
interface KeepAndDType<K extends boolean, E extends DType> {
  keepdim?: K;
  dtype?: E;
}
interface Keep<K extends boolean> {
  keepdim?: K;
}

/** Where dim may stand the options may, too: `x.sum({ keepdim: true })` is all of x. */
type Reduced<S extends Shape, Dim, K extends boolean, Op extends string> = Reduce<
  S,
  [Dim] extends [DimArg] ? Dim : undefined,
  [Dim] extends [{ readonly keepdim: infer In extends boolean }] ? In : K,
  Op
>;
type DTypeIn<Dim, E extends DType> = [Dim] extends [{ readonly dtype: infer In extends DType }]
  ? In
  : E;

/** The dtype of a result, by that of what is reduced. */
interface Results<D extends DType> {
  /** integers give int64 */
  total: ToSum<D>;
  float: ToFloat<D>;
  same: D;
  bool: ToBool<D>;
}

/** sum, prod, mean: computed in another dtype where asked. */
export type Total<Op extends string, R extends keyof Results<DType> = 'total'> = <
  T extends Tensor,
  const Dim extends DimArg | KeepAndDType<boolean, DType> = undefined,
  const K extends boolean = false,
  const E extends DType = never,
>(
  this: T,
  dim?: Accept<Reduced<T['sizes'], Dim, K, Op>, Dim>,
  options?: KeepAndDType<K, E>,
) => Tensor<Reduced<T['sizes'], Dim, K, Op>, Asked<DTypeIn<Dim, E>, Results<T['dtype']>[R]>>;
/** amax, amin; any, all. */
export type Chosen<Op extends string, R extends keyof Results<DType> = 'same'> = <
  T extends Tensor,
  const Dim extends DimArg | Keep<boolean> = undefined,
  const K extends boolean = false,
>(
  this: T,
  dim?: Accept<Reduced<T['sizes'], Dim, K, Op>, Dim>,
  options?: Keep<K>,
) => Tensor<Reduced<T['sizes'], Dim, K, Op>, Results<T['dtype']>[R]>;
/** logsumexp: a dim must be given. */
export type ReduceFloat<Op extends string> = <
  T extends Tensor,
  const Dim extends DimArg,
  const K extends boolean = false,
>(
  this: T,
  dim: Accept<Reduce<T['sizes'], Dim, K, Op>, Dim>,
  options?: Keep<K>,
) => Tensor<Reduce<T['sizes'], Dim, K, Op>, ToFloat<T['dtype']>>;
/** countNonzero */
export type Counting<Op extends string> = <T extends Tensor, const Dim extends DimArg = undefined>(
  this: T,
  dim?: Accept<Reduce<T['sizes'], Dim, false, Op>, Dim>,
) => Tensor<Reduce<T['sizes'], Dim, false, Op>, 'int64'>;
/** argmax, argmin. */
export type ReduceIndex<Op extends string> = <
  T extends Tensor,
  const Dim extends number | null | undefined | Keep<boolean> = undefined,
  const K extends boolean = false,
>(
  this: T,
  dim?: Accept<Reduced<T['sizes'], Dim, K, Op>, Dim>,
  options?: Keep<K>,
) => Tensor<Reduced<T['sizes'], Dim, K, Op>, 'int64'>;
/** var, std: a boolean in the place of dim is unbiased, as in PyTorch. */
export type Spread<Op extends string> = <
  T extends Tensor,
  const Dim extends DimArg | boolean | SpreadOptions<boolean> = undefined,
  const K extends boolean = false,
>(
  this: T,
  dim?: Accept<Reduced<T['sizes'], Dim, K, Op>, Dim>,
  ...rest: SpreadRest<K>
) => Tensor<Reduced<T['sizes'], Dim, K, Op>, T['dtype']>;
type SpreadRest<K extends boolean> =
  | [options?: SpreadOptions<K>]
  | [unbiased?: boolean, options?: SpreadOptions<K>];
interface SpreadOptions<K extends boolean> extends Keep<K> {
  correction?: number;
  unbiased?: boolean;
}

/**
 * Values and where they stood: `const [values, indices] = x.max(1)`, or by name. A tuple first of
 * all: only an array's elements have types of their own when it is taken apart.
 */
export type ValuesIndices<S extends Shape = Shape, D extends DType = DType> = {
  readonly values: Tensor<S, D>;
  readonly indices: Tensor<S, 'int64'>;
} & readonly [values: Tensor<S, D>, indices: Tensor<S, 'int64'>];

/** max, min: one value, or per row its value and its index, or the larger of each two. */
export type Extremum<Op extends string> = <
  T extends Tensor,
  const Dim extends number | Tensor | undefined = undefined,
  const K extends boolean = false,
>(
  this: T,
  dim?: Accept<Outcome<T['sizes'], Dim, K, Op>, Dim>,
  options?: Keep<K>,
) => Extreme<Outcome<T['sizes'], Dim, K, Op>, T['sizes'], T['dtype'], Dim>;
type Outcome<S extends Shape, Dim, K extends boolean, Op extends string> =
  Dim extends Tensor<infer B extends Shape> ? Broadcast<S, B, Op> : Reduce<S, Dim, K, Op>;
type Extreme<R extends Shape, S extends Shape, D extends DType, Dim> = [Dim] extends [undefined]
  ? Tensor<[], D>
  : [Dim] extends [Tensor<infer B extends Shape, infer E extends DType>]
    ? Tensor<R, With<S, D, B, E, never>>
    : ValuesIndices<R, D>;

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
