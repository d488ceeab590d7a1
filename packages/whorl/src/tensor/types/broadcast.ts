// Broadcasting: the shape of two operands together, and whether one expands to another.
// in:  two shapes and the operation's name     out: a shape or a mistake

import type { Accept, Known, Shape, ShapeError, Show } from './shape.js';

export type Broadcast<A extends Shape, B extends Shape, Op extends string> = B['length'] extends 0
  ? A
  : Known<A> extends false
    ? Shape
    : Known<B> extends false
      ? Shape
      : Zip<A, B, A, B, Op>;

/**
 * An operand of shape B beside A, or the sentence that says why not. What has no dims, as numbers,
 * is asked nothing, so that functions which are generic in a shape may use it.
 */
export type Beside<A extends Shape, B extends Shape, Op extends string, Operand> = {
  b: B;
} extends { b: [] }
  ? Operand
  : Accept<Broadcast<A, B, Op>, Operand>;
/** The same for what is written into A. */
export type Inside<A extends Shape, B extends Shape, Op extends string, Operand> = {
  b: B;
} extends { b: [] }
  ? Operand
  : Accept<BroadcastInto<A, B, Op>, Operand>;

/** From the last dim to the first; AllA and AllB are for the sentence. */
type Zip<
  A extends Shape,
  B extends Shape,
  AllA extends Shape,
  AllB extends Shape,
  Op extends string,
  R extends Shape = [],
> = A extends [...infer AT extends Shape, infer X extends number]
  ? B extends [...infer BT extends Shape, infer Y extends number]
    ? Clash<X, Y> extends true
      ? BroadcastError<AllA, AllB, X, Y, Op>
      : Zip<AT, BT, AllA, AllB, Op, [Wider<X, Y>, ...R]>
    : [...A, ...R]
  : [...B, ...R];

type BroadcastError<
  A extends Shape,
  B extends Shape,
  X extends number,
  Y extends number,
  Op extends string,
> = ShapeError<`${Op}: the shapes ${Show<A>} and ${Show<B>} do not broadcast: ${X} against ${Y}`>;

/** Different, known and neither 1. One test with a union on the right (see Differ). */
type Clash<A, B> = { a: A; b: B; n: number } extends
  | { a: B }
  | { b: A }
  | { a: 1 }
  | { b: 1 }
  | { n: A }
  | { n: B }
  ? false
  : true;

type Wider<A extends number, B extends number> = { a: A; b: B } extends { b: 1 } | { a: B; b: A }
  ? A
  : { a: A; n: number } extends { a: 1 } | { n: A }
    ? B
    : number extends B
      ? A
      : A & B;

/** What an in-place operation keeps: A, unless B would make it larger. */
export type BroadcastInto<A extends Shape, B extends Shape, Op extends string> =
  Broadcast<A, B, Op> extends infer R extends Shape
    ? R extends { readonly shapeError: string }
      ? R
      : Known<R> extends false
        ? A
        : R['length'] extends A['length']
          ? Grown<A, R> extends true
            ? IntoError<A, B, Op>
            : A
          : Known<A> extends false
            ? A
            : IntoError<A, B, Op>
    : never;
type IntoError<
  A extends Shape,
  B extends Shape,
  Op extends string,
> = ShapeError<`${Op}: ${Show<B>} does not broadcast into ${Show<A>}, which is written in place`>;
/** Whether a 1 of A became more. */
type Grown<A extends Shape, R extends Shape> = true extends {
  [I in keyof A]: Grows<A[I], R[I & keyof R]>;
}[number]
  ? true
  : false;
type Grows<From, To> = { from: From; to: To; n: number } extends
  | { to: From }
  | { n: To }
  | { n: From }
  ? false
  : true;

/** expand(...sizes): -1 keeps a size, new dims stand in front. */
export type Expand<S extends Shape, To extends Shape> =
  Known<To> extends false
    ? Shape
    : Known<S> extends false
      ? ExpandUnknown<To>
      : ExpandZip<S, To, S, To>;
type ExpandUnknown<To extends Shape, R extends Shape = []> = To extends [
  infer H extends number,
  ...infer T extends Shape,
]
  ? ExpandUnknown<T, [...R, { box: H } extends { box: -1 } ? number : H]>
  : R;
type ExpandZip<
  S extends Shape,
  To extends Shape,
  AllS extends Shape,
  AllTo extends Shape,
  R extends Shape = [],
> = S extends [...infer ST extends Shape, infer X extends number]
  ? To extends [...infer TT extends Shape, infer Y extends number]
    ? { y: Y } extends { y: -1 }
      ? ExpandZip<ST, TT, AllS, AllTo, [X, ...R]>
      : CannotGrow<X, Y> extends true
        ? ExpandError<AllS, AllTo, X, Y>
        : ExpandZip<ST, TT, AllS, AllTo, [Y, ...R]>
    : ShapeError<`expand: ${Show<AllTo>} has fewer dims than the tensor ${Show<AllS>}`>
  : -1 extends To[number]
    ? ShapeError<`expand: -1 cannot stand for a new dim in ${Show<AllTo>}`>
    : [...To, ...R];
type ExpandError<
  S extends Shape,
  To extends Shape,
  X extends number,
  Y extends number,
> = ShapeError<`expand: ${Show<S>} does not expand to ${Show<To>}: ${X} cannot become ${Y}`>;
type CannotGrow<X, Y> = { x: X; y: Y; n: number } extends { x: Y } | { x: 1 } | { n: X } | { n: Y }
  ? false
  : true;
