// Signatures of operations on three operands: where, clamp, lerp, addcmul, and filling in place.
// in:  the receiver and what it meets     out: a Tensor of the broadcast shape

import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Broadcast, BroadcastInto } from '../../tensor/types/broadcast.js';
import type { Scalar, With, WithScalar } from '../../tensor/types/dtype.js';
import type { Accept, Shape } from '../../tensor/types/shape.js';

/** x.where(condition, other): PyTorch's order. */
export type WhereMethod = <
  T extends Tensor,
  C extends Shape,
  B extends Shape = [],
  E extends DType = never,
  const N extends number | bigint | boolean = never,
>(
  this: T,
  condition: Accept<Broadcast<T['sizes'], C, 'where'>, Tensor<C>>,
  other: Accept<Both<T['sizes'], C, B, 'where'>, N | Tensor<B, E>>,
) => Tensor<Both<T['sizes'], C, B, 'where'>, With<T['sizes'], T['dtype'], B, E, N>>;
/** Three shapes together. */
export type Both<A extends Shape, B extends Shape, C extends Shape, Op extends string> =
  Broadcast<A, B, Op> extends infer R extends Shape
    ? R extends { readonly shapeError: string }
      ? Shape
      : Broadcast<R, C, Op>
    : never;

/** where(condition, input, other): plain values on either side. */
export interface Where {
  <
    C extends Shape,
    A extends Shape = [],
    D extends DType = never,
    B extends Shape = [],
    E extends DType = never,
    const M extends number | bigint | boolean = never,
    const N extends number | bigint | boolean = never,
  >(
    condition: Tensor<C>,
    input: Accept<Broadcast<C, A, 'where'>, M | Tensor<A, D>>,
    other: Accept<Both<C, A, B, 'where'>, N | Tensor<B, E>>,
  ): Tensor<Both<C, A, B, 'where'>, Chosen<A, D, M, B, E, N>>;
}
type Chosen<A extends Shape, D extends DType, M, B extends Shape, E extends DType, N> = [
  D,
] extends [never]
  ? [E] extends [never]
    ? OfScalars<M | N>
    : WithScalar<E, Extract<M, Scalar>>
  : With<A, D, B, E, Extract<N, Scalar>>;
type OfScalars<V> = [V] extends [boolean]
  ? 'bool'
  : [V] extends [bigint | boolean]
    ? 'int64'
    : 'float32' | 'int64';

/** clamp(min, max): plain bounds keep the shape; tensors broadcast, which is left to run time. */
export interface Clamp {
  <
    T extends Tensor,
    const A extends number | bigint | null | undefined = undefined,
    const B extends number | bigint | null | undefined = undefined,
  >(
    this: T,
    min?: A,
    max?: B,
  ): Tensor<T['sizes'], Clamped<T['dtype'], A | B>>;
  <T extends Tensor>(
    this: T,
    min?: Scalar | Tensor | null,
    max?: Scalar | Tensor | null,
  ): Tensor<Shape, DType>;
}
type Clamped<D extends DType, V> = [Extract<V, Scalar>] extends [never]
  ? D
  : WithScalar<D, Extract<V, Scalar>>;
/** clampMin, clampMax. */
export interface ClampSide {
  <T extends Tensor, const A extends number | bigint>(
    this: T,
    bound: A,
  ): Tensor<T['sizes'], WithScalar<T['dtype'], A>>;
  <T extends Tensor>(this: T, bound: Scalar | Tensor): Tensor<Shape, DType>;
}
/** clamp_ */
export type ClampInPlace = <T extends Tensor>(
  this: T,
  min?: Scalar | Tensor | null,
  max?: Scalar | Tensor | null,
) => T;
/** clampMin_, clampMax_ */
export type ClampSideInPlace = <T extends Tensor>(this: T, bound: Scalar | Tensor) => T;

/** lerp(end, weight). */
export interface Lerp {
  <T extends Tensor, B extends Shape>(
    this: T,
    end: Accept<Broadcast<T['sizes'], B, 'lerp'>, Tensor<B>>,
    weight: number,
  ): Tensor<Broadcast<T['sizes'], B, 'lerp'>, T['dtype']>;
  <T extends Tensor, B extends Shape, C extends Shape>(
    this: T,
    end: Accept<Broadcast<T['sizes'], B, 'lerp'>, Tensor<B>>,
    weight: Accept<Both<T['sizes'], B, C, 'lerp'>, Tensor<C>>,
  ): Tensor<Both<T['sizes'], B, C, 'lerp'>, T['dtype']>;
}
export type LerpInPlace = <T extends Tensor, B extends Shape>(
  this: T,
  end: Accept<BroadcastInto<T['sizes'], B, 'lerp_'>, Tensor<B>>,
  weight: number | Tensor,
) => T;

/** addcmul, addcdiv: self + value * tensor1 (* or /) tensor2. */
export type AddC<Op extends string> = <
  T extends Tensor,
  B extends Shape,
  C extends Shape,
  E extends DType,
>(
  this: T,
  tensor1: Accept<Broadcast<T['sizes'], B, Op>, Tensor<B, E>>,
  tensor2: Accept<Both<T['sizes'], B, C, Op>, Tensor<C>>,
  options?: { value?: number },
) => Tensor<Both<T['sizes'], B, C, Op>, With<T['sizes'], T['dtype'], B, E, never>>;
export type AddCInPlace<Op extends string> = <T extends Tensor, B extends Shape, C extends Shape>(
  this: T,
  tensor1: Accept<BroadcastInto<T['sizes'], B, Op>, Tensor<B>>,
  tensor2: Accept<BroadcastInto<T['sizes'], C, Op>, Tensor<C>>,
  options?: { value?: number },
) => T;

/** copy_(source): any dtype, broadcast into the tensor. */
export type CopyInPlace = <T extends Tensor, B extends Shape>(
  this: T,
  src: Accept<BroadcastInto<T['sizes'], B, 'copy_'>, Tensor<B>>,
) => T;
/** fill_(value) */
export type FillInPlace = <T extends Tensor>(this: T, value: Scalar | Tensor<[]>) => T;
