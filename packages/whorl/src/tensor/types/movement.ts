// transpose, t, permute, squeeze, unsqueeze, narrow, select: dims in another order, gone or added.
// in:  a shape and the dims     out: a shape or a mistake

import type { AtLeast1, DimError, Insert, Key, SizeAt } from './dim.js';
import type { Drop } from './reduce.js';
import type { Is, Known, Literal, Shape, ShapeError, Show, Sizes } from './shape.js';

export type Transpose<S extends Shape, A extends number, B extends number> =
  Known<S> extends false
    ? Shape
    : [Key<AtLeast1<S>, A>] extends [never]
      ? DimError<S, A, 'transpose'>
      : [Key<AtLeast1<S>, B>] extends [never]
        ? DimError<S, B, 'transpose'>
        : S['length'] extends 0
          ? S
          : 'unknown' extends Key<S, A> | Key<S, B>
            ? Sizes<S>
            : Swap<S, S, Key<S, A>, Key<S, B>>;
type Swap<S extends Shape, All extends Shape, A, B, R extends Shape = []> = S extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Swap<
      T,
      All,
      A,
      B,
      [
        ...R,
        `${R['length']}` extends A
          ? SizeAt<All, B>
          : `${R['length']}` extends B
            ? SizeAt<All, A>
            : H,
      ]
    >
  : R;

// T, mT and the iterator are no methods with a receiver of their own: these three stand in the
// class itself and must not spoil its variance. Plain patterns on S, no question about its length.
/** t() and T of at most two dims. */
export type Turned<S extends Shape> = S extends [infer M extends number, infer N extends number]
  ? [N, M]
  : S extends [] | [number]
    ? S
    : Shape;
/** mT: the last two dims swapped. */
export type MatrixTurned<S extends Shape> = S extends [
  ...infer P extends Shape,
  infer M extends number,
  infer N extends number,
]
  ? [...P, N, M]
  : Shape;

/** A row: what iterating gives. */
export type Row<S extends Shape> = S extends [unknown, ...infer R extends Shape] ? R : Shape;

/** narrow(dim, start, length), indexSelect, topk: one size is another. */
export type Narrow<
  S extends Shape,
  Dim extends number,
  N extends number,
  Op extends string = 'narrow',
> =
  Known<S> extends false
    ? Shape
    : [Key<S, Dim>] extends [never]
      ? DimError<S, Dim, Op>
      : Key<S, Dim> extends 'unknown'
        ? Sizes<S>
        : Resize<S, Key<S, Dim>, N>;
type Resize<S extends Shape, K, N extends number, R extends Shape = []> = S extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Resize<T, K, N, [...R, `${R['length']}` extends K ? N : H]>
  : R;

/** select(dim, index), unbind: one dim less. */
export type Select<S extends Shape, Dim extends number, Op extends string = 'select'> =
  Known<S> extends false
    ? Shape
    : [Key<S, Dim>] extends [never]
      ? DimError<S, Dim, Op>
      : Key<S, Dim> extends 'unknown'
        ? Sizes<Row<S>>
        : Drop<S, Key<S, Dim>>;

export type Permute<S extends Shape, P extends Shape> =
  Known<S> extends false
    ? Shape
    : Known<P> extends false
      ? Sizes<S>
      : P['length'] extends S['length']
        ? Pick<S, P, P>
        : PermuteError<S, P>;
type PermuteError<
  S extends Shape,
  P extends Shape,
> = ShapeError<`permute: ${Show<P>} names ${P['length']} dims and ${Has<S>}`>;
type Has<S extends Shape> = `the tensor ${Show<S>} has ${S['length']}`;
type Pick<
  S extends Shape,
  P extends Shape,
  All extends Shape,
  Seen = never,
  R extends Shape = [],
> = P extends [infer H extends number, ...infer T extends Shape]
  ? [Key<S, H>] extends [never]
    ? DimError<S, H, 'permute'>
    : Key<S, H> extends 'unknown'
      ? Sizes<S>
      : Key<S, H> extends Seen
        ? ShapeError<`permute: ${Show<All>} names dim ${H} twice`>
        : Pick<S, T, All, Seen | Key<S, H>, [...R, SizeAt<S, Key<S, H>>]>
  : R;

/** A size that is only number may be 1: the rank is not known then. */
export type Squeeze<S extends Shape, Dim> = 0 extends 1 & Dim
  ? Shape
  : Known<S> extends false
    ? Shape
    : [Dim] extends [undefined]
      ? Literal<S> extends false
        ? Shape
        : NotOnes<S>
      : Dim extends number
        ? [Key<AtLeast1<S>, Dim>] extends [never]
          ? DimError<S, Dim, 'squeeze'>
          : S['length'] extends 0
            ? S
            : Key<S, Dim> extends 'unknown'
              ? Shape
              : SqueezeAt<S, Key<S, Dim>>
        : Shape;
type SqueezeAt<S extends Shape, K> =
  Is<SizeAt<S, K>, 1> extends true ? Drop<S, K> : number extends SizeAt<S, K> ? Shape : S;
type NotOnes<S extends Shape, R extends Shape = []> = S extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? NotOnes<T, Is<H, 1> extends true ? R : [...R, H]>
  : R;

export type Unsqueeze<S extends Shape, Dim extends number> =
  Known<S> extends false
    ? Shape
    : [Key<[...S, 1], Dim>] extends [never]
      ? DimError<S, Dim, 'unsqueeze', [...S, 1]>
      : Key<[...S, 1], Dim> extends 'unknown'
        ? Sizes<[...S, 1]>
        : Insert<S, Key<[...S, 1], Dim>, 1>;
