// Signatures of what works element by element, on one tensor or on two that broadcast. See methods.ts.
// in:  the receiver as a type parameter     out: a Tensor of the shape of both; a mistake stands in the parameter

import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Beside, Broadcast, Inside } from '../../tensor/types/broadcast.js';
import type { ToFloat, With } from '../../tensor/types/dtype.js';
import type { Shape } from '../../tensor/types/shape.js';

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
