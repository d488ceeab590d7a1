// Signatures of what works element by element, on one tensor or on two that broadcast. See
// methods.ts.
// in:  the receiver as a type parameter
// out: a Tensor of the shape of both; a mistake stands in the parameter

import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Beside, Broadcast, Inside } from '../../tensor/types/broadcast.js';
import type { ToFloat, With } from '../../tensor/types/dtype.js';
import type { Shape } from '../../tensor/types/shape.js';
import type { Scalar, WithScalar } from '../../tensor/types/dtype.js';
import type { BroadcastInto } from '../../tensor/types/broadcast.js';
import type { Accept } from '../../tensor/types/shape.js';

// ---- one operand, element by element

/** neg, abs, relu: shape and dtype stay. Also clone, detach, contiguous. */
export type Unary = <T extends Tensor>(this: T) => Tensor<T['sizes'], T['dtype']>;
/** exp, sqrt, sigmoid: integers become float32. */
export type UnaryFloat = <T extends Tensor>(this: T) => Tensor<T['sizes'], ToFloat<T['dtype']>>;
/** isnan, logicalNot. */
export type UnaryBool = <T extends Tensor>(this: T) => Tensor<T['sizes'], 'bool'>;
/** relu_, exp_: the tensor itself comes back. */
export type UnaryInPlace = <T extends Tensor>(this: T) => T;

// ---- two operands: a tensor that broadcasts, or a plain value

/**
 * mul, pow, maximum, remainder. N is inferred from a plain value only, B and E from a tensor only.
 * The plain value stands inside Beside, so that a mistake is nothing but its sentence. Its types
 * are spelled out because the compilers print a union's alias in different places.
 */
export type Arithmetic<Op extends string> = <
  T extends Tensor,
  B extends Shape = [],
  E extends DType = never,
  const N extends number | bigint | boolean = never,
>(
  this: T,
  other: Beside<T['sizes'], B, Op, N | Tensor<B, E>>,
) => Tensor<Broadcast<T['sizes'], NoInfer<B>, Op>, With<T['sizes'], T['dtype'], B, E, N>>;
/** add, sub: other is multiplied by alpha first. */
export type Sum<Op extends string> = <
  T extends Tensor,
  B extends Shape = [],
  E extends DType = never,
  const N extends number | bigint | boolean = never,
>(
  this: T,
  other: Beside<T['sizes'], B, Op, N | Tensor<B, E>>,
  options?: { alpha?: number },
) => Tensor<Broadcast<T['sizes'], NoInfer<B>, Op>, With<T['sizes'], T['dtype'], B, E, N>>;
/** div: floating unless rounded. */
export type Divide<Op extends string> = <
  T extends Tensor,
  B extends Shape = [],
  E extends DType = never,
  const N extends number | bigint | boolean = never,
  const R extends 'floor' | 'trunc' | null = null,
>(
  this: T,
  other: Beside<T['sizes'], B, Op, N | Tensor<B, E>>,
  options?: { roundingMode?: R },
) => Tensor<
  Broadcast<T['sizes'], NoInfer<B>, Op>,
  Quotient<With<T['sizes'], T['dtype'], B, E, N>, R>
>;
type Quotient<D extends DType, R> = [R] extends [null] ? ToFloat<D> : D;
/** atan2: always floating. */
export type ArithmeticFloat<Op extends string> = <
  T extends Tensor,
  B extends Shape = [],
  E extends DType = never,
  const N extends number | bigint | boolean = never,
>(
  this: T,
  other: Beside<T['sizes'], B, Op, N | Tensor<B, E>>,
) => Tensor<Broadcast<T['sizes'], NoInfer<B>, Op>, ToFloat<With<T['sizes'], T['dtype'], B, E, N>>>;
/** eq, lt, logicalAnd. */
export type Compare<Op extends string> = <T extends Tensor, B extends Shape = []>(
  this: T,
  other: Beside<T['sizes'], B, Op, number | bigint | boolean | Tensor<B>>,
) => Tensor<Broadcast<T['sizes'], NoInfer<B>, Op>, 'bool'>;
/** add_, mul_: other must broadcast into the tensor, which comes back. */
export type ArithmeticInPlace<Op extends string> = <T extends Tensor, B extends Shape = []>(
  this: T,
  other: Inside<T['sizes'], B, Op, number | bigint | boolean | Tensor<B>>,
) => T;
/** add_, sub_ */
export type SumInPlace<Op extends string> = <T extends Tensor, B extends Shape = []>(
  this: T,
  other: Inside<T['sizes'], B, Op, number | bigint | boolean | Tensor<B>>,
  options?: { alpha?: number },
) => T;

/** div_ */
export type DivideInPlace<Op extends string> = <T extends Tensor, B extends Shape = []>(
  this: T,
  other: Inside<T['sizes'], B, Op, number | bigint | boolean | Tensor<B>>,
  options?: { roundingMode?: 'floor' | 'trunc' | null },
) => T;

// ---- three operands

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
