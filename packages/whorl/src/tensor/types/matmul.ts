// matmul for 1-d, 2-d and batched operands; mm, bmm, mv, dot, outer, which insist on ranks.
// in:  two shapes     out: a shape, or a mistake that names the inner sizes

import type { Broadcast } from './broadcast.js';
import type { Differ, Known, Shape, ShapeError, Show, Wrong } from './shape.js';

export type MatMul<A extends Shape, B extends Shape, Op extends string = 'matmul'> =
  Known<A> extends false
    ? Shape
    : Known<B> extends false
      ? Shape
      : A extends [...infer P extends Shape, infer M extends number, infer K extends number]
        ? B extends [...infer Q extends Shape, infer L extends number, infer N extends number]
          ? Inner<A, B, K, L, Batch<P, Q, M, N, Op>, Op>
          : B extends [infer L extends number]
            ? Inner<A, B, K, L, [...P, M], Op>
            : NoDims<Op>
        : A extends [infer K extends number]
          ? B extends [...infer Q extends Shape, infer L extends number, infer N extends number]
            ? Inner<A, B, K, L, [...Q, N], Op>
            : B extends [infer L extends number]
              ? Inner<A, B, K, L, [], Op>
              : NoDims<Op>
          : NoDims<Op>;

type Inner<
  A extends Shape,
  B extends Shape,
  K extends number,
  L extends number,
  R extends Shape,
  Op extends string,
> = Differ<K, L> extends true ? InnerError<A, B, K, L, Op> : R;
type InnerError<
  A extends Shape,
  B extends Shape,
  K extends number,
  L extends number,
  Op extends string,
> = ShapeError<`${Op}: cannot multiply ${Show<A>} by ${Show<B>}: ${Differing<K, L>}`>;
type Differing<K extends number, L extends number> = `the inner sizes ${K} and ${L} differ`;
type NoDims<Op extends string> = ShapeError<`${Op}: both tensors need a dim`>;

/** The batch dims broadcast; the common case, none on the left, is decided at once. */
type Batch<
  P extends Shape,
  Q extends Shape,
  M extends number,
  N extends number,
  Op extends string,
> = P['length'] extends 0 ? [...Q, M, N] : Append<Broadcast<P, Q, Op>, M, N>;
type Append<P extends Shape, M extends number, N extends number> = P extends Wrong
  ? P
  : [...P, M, N];

/** mm: matrices only. */
export type Mm<A extends Shape, B extends Shape> = OfRank<
  A,
  B,
  2,
  'mm',
  'matrices',
  [number, number]
>;
/** bmm: one batch dim, the same on both sides, without broadcasting. */
export type Bmm<A extends Shape, B extends Shape> = [
  A['length'],
  B['length'],
  Differ<A[0], B[0]>,
] extends [3, 3, true]
  ? ShapeError<`bmm: ${Show<A>} and ${Show<B>} have different batch sizes`>
  : OfRank<A, B, 3, 'bmm', '3-d tensors', [number, number, number]>;

/** dot: two vectors. */
export type Dot<A extends Shape, B extends Shape, Op extends string> = OfRank<
  A,
  B,
  1,
  Op,
  'vectors',
  []
>;
/** mv: a matrix and a vector. */
export type Mv<A extends Shape, B extends Shape, Op extends string = 'mv'> =
  Known<A> extends false
    ? [number]
    : Known<B> extends false
      ? [number]
      : [A['length'], B['length']] extends [2, 1]
        ? MatMul<A, B, Op>
        : ShapeError<`${Op}: expected a matrix and a vector, got ${Show<A>} and ${Show<B>}`>;
/** outer: every element of one vector times every element of another. */
export type Outer<A extends Shape, B extends Shape, Op extends string = 'outer'> =
  Known<A> extends false
    ? [number, number]
    : Known<B> extends false
      ? [number, number]
      : A extends [infer M extends number]
        ? B extends [infer N extends number]
          ? [M, N]
          : RankError<A, B, Op, 'vectors'>
        : RankError<A, B, Op, 'vectors'>;

type OfRank<
  A extends Shape,
  B extends Shape,
  Rank extends number,
  Op extends string,
  Name extends string,
  Open extends Shape,
> =
  Known<A> extends false
    ? Open
    : Known<B> extends false
      ? Open
      : A['length'] extends Rank
        ? B['length'] extends Rank
          ? MatMul<A, B, Op>
          : RankError<A, B, Op, Name>
        : RankError<A, B, Op, Name>;
type RankError<
  A extends Shape,
  B extends Shape,
  Op extends string,
  Name extends string,
> = ShapeError<`${Op}: expected two ${Name}, got ${Show<A>} and ${Show<B>}`>;
