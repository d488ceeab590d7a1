// reshape, view, flatten and unflatten: the same elements under another shape.
// in:  a shape and the arguments     out: a shape or a mistake. Equal sizes cancel first;
// only what is left over is multiplied, by digits.

import type { AtLeast1, DimError, Key } from './dim.js';
import type { Differ, Is, Known, Literal, Shape, ShapeError, Show } from './shape.js';
import type { Multiply } from './size.js';

export type Reshape<A extends Shape, B extends Shape, Op extends string> =
  Known<B> extends false
    ? Shape
    : -1 extends B[number]
      ? Fill<B, Known<A> extends false ? number : Rest<A, B>>
      : Known<A> extends false
        ? B
        : Literal<A> extends false
          ? B
          : Literal<B> extends false
            ? B
            : Cancel<A, B> extends [infer L extends Shape, infer R extends Shape]
              ? Differ<Product<L>, Product<R>> extends true
                ? CountError<A, B, Op>
                : B
              : never;
type CountError<
  A extends Shape,
  B extends Shape,
  Op extends string,
> = ShapeError<`${Op}: ${Show<A>} has ${Product<A>} elements and ${Show<B>} has ${Product<B>}`>;

export type Product<S extends Shape, R extends number = 1> = S extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Product<T, Multiply<R, H>>
  : R;

/** [what is left of A, what is left of B]. */
type Cancel<A extends Shape, B extends Shape, Left extends Shape = []> = A extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Take<B, H> extends infer R extends Shape
    ? Cancel<T, R, Left>
    : Cancel<T, B, [...Left, H]>
  : [Left, B];
type Take<B extends Shape, N, Seen extends Shape = []> = B extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Is<H, N> extends true
    ? [...Seen, ...T]
    : Take<T, N, [...Seen, H]>
  : false;

/**
 * The size behind -1, where the other sizes cancel: what is left then. Ones do not count.
 * number otherwise: that would need a division.
 */
type Rest<A extends Shape, B extends Shape> =
  Cancel<A, NotOnes<B>> extends [infer L extends Shape, []]
    ? Literal<L> extends true
      ? Product<L>
      : L extends [infer N extends number]
        ? N
        : number
    : number;
type NotOnes<B extends Shape, R extends Shape = []> = B extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? NotOnes<T, Is<H, -1 | 1> extends true ? R : [...R, H]>
  : R;
type Fill<S extends Shape, N extends number, R extends Shape = []> = S extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? Fill<T, N, [...R, Is<H, -1> extends true ? N : H]>
  : R;

/** flatten(start, end): digits only where more than one size is joined. */
export type Flatten<S extends Shape, From extends number, To extends number> =
  Known<S> extends false
    ? Shape
    : [Key<AtLeast1<S>, From>] extends [never]
      ? DimError<S, From, 'flatten'>
      : [Key<AtLeast1<S>, To>] extends [never]
        ? DimError<S, To, 'flatten'>
        : S['length'] extends 0
          ? [1]
          : 'unknown' extends Key<S, From> | Key<S, To>
            ? Shape
            : Join<S, Key<S, From>, Key<S, To>>;
type Join<
  S extends Shape,
  From,
  To,
  I extends 0[] = [],
  Front extends Shape = [],
  Size extends number = 1,
  Inside = false,
> = S extends [infer H extends number, ...infer T extends Shape]
  ? `${I['length']}` extends To
    ? [...Front, Multiply<Size, H>, ...T]
    : Inside extends true
      ? Join<T, From, To, [...I, 0], Front, Multiply<Size, H>, true>
      : `${I['length']}` extends From
        ? Join<T, From, To, [...I, 0], Front, H, true>
        : Join<T, From, To, [...I, 0], [...Front, H]>
  : Shape;

/** unflatten(dim, sizes). */
export type Unflatten<S extends Shape, Dim extends number, To extends Shape> =
  Known<S> extends false
    ? Shape
    : Known<To> extends false
      ? Shape
      : [Key<S, Dim>] extends [never]
        ? DimError<S, Dim, 'unflatten'>
        : Key<S, Dim> extends 'unknown'
          ? Shape
          : Replace<S, Key<S, Dim>, To>;
type Replace<S extends Shape, K, To extends Shape, R extends Shape = []> = S extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? `${R['length']}` extends K
    ? Reshape<[H], To, 'unflatten'> extends infer N extends Shape
      ? N extends { readonly shapeError: string }
        ? N
        : [...R, ...N, ...T]
      : never
    : Replace<T, K, To, [...R, H]>
  : Shape;
