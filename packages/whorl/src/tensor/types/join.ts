// cat and stack: several tensors become one.
// in:  a tuple of shapes and the dim     out: a shape, or a mistake that shows the two that differ

import type { DimError, Insert, Key, SizeAt } from './dim.js';
import type { Differ, Fits, Known, Shape, ShapeError, Show, Sizes } from './shape.js';
import type { Plus } from './size.js';

type Shapes = readonly Shape[];

export type Cat<Ts extends Shapes, Dim extends number> = number extends Ts['length']
  ? Shape
  : false extends { [I in keyof Ts]: Known<Ts[I]> }[number]
    ? Shape
    : Ts extends readonly [infer A extends Shape, ...infer T extends Shapes]
      ? [Key<A, Dim>] extends [never]
        ? DimError<A, Dim, 'cat'>
        : Key<A, Dim> extends 'unknown'
          ? Sizes<A>
          : [Other<A, T, Key<A, Dim>>] extends [never]
            ? Joined<A, Key<A, Dim>, Total<Ts, Key<A, Dim>>>
            : CatError<A, Other<A, T, Key<A, Dim>>, Dim>
      : Shape;

type CatError<
  A extends Shape,
  B extends Shape,
  Dim extends number,
> = ShapeError<`cat: ${Show<A>} and ${Show<B>} differ outside dim ${Dim}`>;
/** The first shape that does not go with A. */
type Other<A extends Shape, Ts extends Shapes, K> = Ts extends readonly [
  infer H extends Shape,
  ...infer T extends Shapes,
]
  ? Agree<A, H, K> extends true
    ? Other<A, T, K>
    : H
  : never;
type Agree<A extends Shape, B extends Shape, K> = A['length'] extends B['length']
  ? true extends { [I in keyof A]: I extends K ? false : Differ<A[I], B[I & keyof B]> }[number]
    ? false
    : true
  : false;
type Total<Ts extends Shapes, K, N extends number = 0> = Ts extends readonly [
  infer H extends Shape,
  ...infer T extends Shapes,
]
  ? Total<T, K, Plus<N, SizeAt<H, K>>>
  : N;
type Joined<A extends Shape, K, N extends number, R extends Shape = []> = A extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Joined<T, K, N, [...R, `${R['length']}` extends K ? N : H]>
  : R;

export type Stack<Ts extends Shapes, Dim extends number> = number extends Ts['length']
  ? Shape
  : Ts extends readonly [infer A extends Shape, ...infer T extends Shapes]
    ? Known<A> extends false
      ? Shape
      : [Key<[...A, 1], Dim>] extends [never]
        ? DimError<A, Dim, 'stack', [...A, 1]>
        : [Unlike<A, T>] extends [never]
          ? Key<[...A, 1], Dim> extends 'unknown'
            ? Sizes<[...A, 1]>
            : Insert<A, Key<[...A, 1], Dim>, Ts['length']>
          : ShapeError<`stack: ${Show<A>} and ${Show<Unlike<A, T>>} are not the same shape`>
    : Shape;
type Unlike<A extends Shape, Ts extends Shapes> = Ts extends readonly [
  infer H extends Shape,
  ...infer T extends Shapes,
]
  ? Fits<H, A> extends true
    ? Unlike<A, T>
    : H
  : never;
