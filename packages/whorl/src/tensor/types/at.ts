// Indexing: x.at(0, slice(1, 3), null, '...', indices).
// in:  a shape and the index arguments     out: a shape or a mistake. Slices are not counted.

import type { Broadcast } from './broadcast.js';
import type { Known, Shape, ShapeError, Show, Wrong } from './shape.js';

/** start:stop:step, each null when left out. */
export interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}
/** Anything with sizes and a dtype: a Tensor, without importing it. */
interface Sized {
  readonly sizes: Shape;
  readonly dtype: string;
}

export type Index =
  | number
  | null
  | '...'
  | Slice
  | boolean
  | Sized
  | readonly number[]
  | readonly boolean[];

/** Whether a mask is among the indices: the result's shape depends on its values then. */
export type HasMask<Ix extends readonly unknown[]> = true extends {
  [I in keyof Ix]: IsMask<Ix[I]>;
}[number]
  ? true
  : false;
type IsMask<I> = 0 extends 1 & I
  ? false
  : [I] extends [boolean]
    ? true
    : [I] extends [{ readonly dtype: infer D }]
      ? [D] extends ['bool' | 'uint8']
        ? true
        : false
      : [I] extends [readonly boolean[]]
        ? [I] extends [readonly []]
          ? false
          : true
        : false;

export type At<S extends Shape, Ix extends readonly unknown[]> = number extends Ix['length']
  ? Shape
  : Known<S> extends false
    ? Shape
    : HasMask<Ix> extends true
      ? Shape
      : true extends { [I in keyof Ix]: 0 extends 1 & Ix[I] ? true : false }[number]
        ? Shape
        : Walk<S, Spread<S, Ix>, S>;

/** '...' written out as as many whole slices as the other indices leave dims. */
type Whole = 'whole';
type Spread<
  S extends Shape,
  Ix extends readonly unknown[],
  Seen extends readonly unknown[] = [],
> = Ix extends readonly [infer H, ...infer T]
  ? [H] extends ['...']
    ? [...Seen, ...Wholes<S, [...Taken<Seen>, ...Taken<T>]>, ...T]
    : Spread<S, T, [...Seen, H]>
  : Seen;
/** One element for each dim that the indices use up. */
type Taken<Ix extends readonly unknown[], R extends 0[] = []> = Ix extends readonly [
  infer H,
  ...infer T,
]
  ? Taken<T, [H] extends [null] ? R : [...R, 0]>
  : R;
type Wholes<S extends Shape, Used extends 0[], R extends Whole[] = []> = S extends [
  unknown,
  ...infer T extends Shape,
]
  ? Used extends [0, ...infer U extends 0[]]
    ? Wholes<T, U, R>
    : Wholes<T, [], [...R, Whole]>
  : R;

/**
 * R: the dims so far. Adv: what index tensors broadcast to, false before the first one. They
 * stand where the first one stood (Front: the dims before it), or in front of all dims when
 * others lie between.
 */
type Walk<
  S extends Shape,
  Ix extends readonly unknown[],
  All extends Shape,
  R extends Shape = [],
  Adv extends Shape | false = false,
  Front extends Shape = [],
  Apart extends 'no' | 'after' | 'yes' = 'no',
> = Ix extends readonly [infer H, ...infer T]
  ? [H] extends [null]
    ? Walk<S, T, All, [...R, 1], Adv, Front, After<Adv, Apart>>
    : S extends [infer Size extends number, ...infer Rest extends Shape]
      ? [H] extends [number]
        ? Walk<Rest, T, All, R, Adv, Front, Apart>
        : [H] extends [Whole]
          ? Walk<Rest, T, All, [...R, Size], Adv, Front, After<Adv, Apart>>
          : [H] extends [Slice]
            ? Walk<Rest, T, All, [...R, number], Adv, Front, After<Adv, Apart>>
            : Indices<H> extends infer I extends Shape
              ? Adv extends Shape
                ? Meet<Adv, I> extends infer M extends Shape
                  ? M extends Wrong
                    ? M
                    : Walk<Rest, T, All, R, M, Front, Apart extends 'no' ? 'no' : 'yes'>
                  : never
                : Walk<Rest, T, All, [], I, R>
              : Shape
      : ShapeError<`at: too many indices for ${Show<All>}`>
  : Adv extends Shape
    ? Known<Adv> extends false
      ? Shape
      : Apart extends 'yes'
        ? [...Adv, ...Front, ...R, ...S]
        : [...Front, ...Adv, ...R, ...S]
    : [...R, ...S];
type After<Adv, Apart> = Adv extends false ? 'no' : Apart extends 'yes' ? 'yes' : 'after';
type Meet<A extends Shape, B extends Shape> =
  Known<A> extends false ? Shape : Known<B> extends false ? Shape : Broadcast<A, B, 'at'>;
/** The shape of an index tensor or array. */
type Indices<I> = I extends { readonly sizes: infer S extends Shape }
  ? S
  : I extends readonly unknown[]
    ? [I['length']]
    : false;
