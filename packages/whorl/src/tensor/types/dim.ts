// Dims, counted from either end, and the two questions asked of them: which one, and is it there?
// in:  a shape and a dim, -1 being the last     out: the tuple key '0', '1', ... or a mistake

import type { Known, Shape, ShapeError, Show } from './shape.js';

/** The tuple key of Dim: never when out of range, 'unknown' when Dim is not a literal. */
export type Key<S extends Shape, Dim extends number> = number extends Dim
  ? 'unknown'
  : `${Dim}` extends `-${infer P}`
    ? FromEnd<P, Keys<S>>
    : `${Dim}` extends Keys<S>[number]
      ? `${Dim}`
      : never;

/** ['0', '1', ...] */
export type Keys<S extends Shape, R extends string[] = []> = S extends [
  unknown,
  ...infer T extends Shape,
]
  ? Keys<T, [...R, `${R['length']}`]>
  : R;
type FromEnd<P, K extends string[], Count extends 0[] = [0]> = K extends [
  ...infer T extends string[],
  infer Last,
]
  ? `${Count['length']}` extends P
    ? Last
    : FromEnd<P, T, [...Count, 0]>
  : never;

/** S is shown; the dims counted are those of Counted: unsqueeze and stack have one more. */
export type DimError<
  S extends Shape,
  Dim extends number,
  Op extends string,
  Counted extends Shape = S,
> = ShapeError<`${Op}: dim ${Dim} is out of range for ${Show<S>} (${Range<Counted>})`>;
type Range<S extends Shape> = S extends [unknown, ...infer T extends Shape]
  ? `use -${S['length']}..${T['length']}`
  : 'it has no dims';

/** S itself if it has the dim: softmax, cumsum. A 0-d tensor takes 0 and -1, as in PyTorch. */
export type AlongDim<S extends Shape, Dim, Op extends string> =
  Known<S> extends false
    ? S
    : Dim extends number
      ? [Key<AtLeast1<S>, Dim>] extends [never]
        ? DimError<S, Dim, Op>
        : S
      : S;
export type AtLeast1<S extends Shape> = S['length'] extends 0 ? [1] : S;

/** The size at a key, always a number for the compiler. */
export type SizeAt<S extends Shape, K> = K extends keyof S
  ? S[K] extends infer N extends number
    ? N
    : number
  : number;

/** S with a dim of the given size put in before the key. */
export type Insert<
  S extends Shape,
  K,
  Size extends number,
  R extends Shape = [],
> = `${R['length']}` extends K
  ? [...R, Size, ...S]
  : S extends [infer H extends number, ...infer T extends Shape]
    ? Insert<T, K, Size, [...R, H]>
    : Shape;
