// Signatures of the matrix products. Both dtypes must be the same, which is left to run time: the
// sentence is the same there.
// in:  the receiver and one or two tensors     out: a Tensor whose shape matmul.ts computes

import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Bmm, Dot, MatMul, Mm, Mv, Outer } from '../../tensor/types/matmul.js';
import type { Accept, Shape, Wrong } from '../../tensor/types/shape.js';

export type MatMulMethod = <T extends Tensor, B extends Shape, E extends DType>(
  this: T,
  other: Accept<MatMul<T['sizes'], B>, Tensor<B, E>>,
) => Tensor<MatMul<T['sizes'], B>, T['dtype']>;
export type MmMethod = <T extends Tensor, B extends Shape, E extends DType>(
  this: T,
  mat2: Accept<Mm<T['sizes'], B>, Tensor<B, E>>,
) => Tensor<Mm<T['sizes'], B>, T['dtype']>;
export type BmmMethod = <T extends Tensor, B extends Shape, E extends DType>(
  this: T,
  mat2: Accept<Bmm<T['sizes'], B>, Tensor<B, E>>,
) => Tensor<Bmm<T['sizes'], B>, T['dtype']>;
export type MvMethod = <T extends Tensor, B extends Shape, E extends DType>(
  this: T,
  vec: Accept<Mv<T['sizes'], B>, Tensor<B, E>>,
) => Tensor<Mv<T['sizes'], B>, T['dtype']>;
/** dot, vdot. */
export type DotMethod<Op extends string> = <T extends Tensor, B extends Shape, E extends DType>(
  this: T,
  other: Accept<Dot<T['sizes'], B, Op>, Tensor<B, E>>,
) => Tensor<Dot<T['sizes'], B, Op>, T['dtype']>;
/** outer, ger. */
export type OuterMethod<Op extends string> = <T extends Tensor, B extends Shape, E extends DType>(
  this: T,
  vec2: Accept<Outer<T['sizes'], B, Op>, Tensor<B, E>>,
) => Tensor<Outer<T['sizes'], B, Op>, T['dtype']>;

interface Factors {
  beta?: number;
  alpha?: number;
}

/** Which product is added to. */
interface Added<A extends Shape, B extends Shape> {
  mm: Mm<A, B>;
  mv: Mv<A, B>;
  outer: Outer<A, B>;
  bmm: Bmm<A, B>;
}

/** addmm and its kin: beta * self + alpha * (a @ b). */
export type AddProduct<Op extends keyof Added<Shape, Shape>> = <
  T extends Tensor,
  A extends Shape,
  B extends Shape,
>(
  this: T,
  a: Tensor<A>,
  b: Accept<Added<A, B>[Op], Tensor<B>>,
  options?: Factors,
) => Tensor<Added<A, B>[Op] & Shape, T['dtype']>;
/** addbmm: the batch is summed. */
export type AddBmm = <T extends Tensor, A extends Shape, B extends Shape>(
  this: T,
  batch1: Tensor<A>,
  batch2: Accept<Bmm<A, B>, Tensor<B>>,
  options?: Factors,
) => Tensor<Summed<Bmm<A, B>>, T['dtype']>;
type Summed<S extends Shape> = S extends Wrong
  ? S
  : S extends [number, ...infer R extends Shape]
    ? R
    : Shape;
