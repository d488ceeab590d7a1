// The losses: whether a target goes with an input.
// in:  the shapes and dtypes of both     out: the target's shape, or a mistake

import type { DType } from '../../graph/dtype.js';
import type { FloatDType } from './dtype.js';
import type { Fits, Shape, ShapeError, Show } from './shape.js';

/** Class indices for an input [N, C, ...] or [C]. */
export type Labels<S extends Shape> = S extends [
  infer N extends number,
  number,
  ...infer R extends Shape,
]
  ? [N, ...R]
  : S extends [number]
    ? []
    : Shape;

/** CrossEntropyLoss: class indices, or probabilities of the input's own shape. */
export type Target<
  S extends Shape,
  T extends Shape,
  D extends DType,
  Op extends string = 'CrossEntropyLoss',
> = DType extends D
  ? T
  : number extends S['length'] | T['length']
    ? T
    : D extends 'int64'
      ? ClassIndices<S, T, Op>
      : D extends FloatDType
        ? Fits<T, S> extends true
          ? T
          : Fits<T, Labels<S>> extends true
            ? NotIndices<D, Op>
            : NotProbabilities<S, T, Op>
        : NotTarget<D, Op>;

/** NLLLoss: class indices only. */
export type Classes<
  S extends Shape,
  T extends Shape,
  D extends DType,
  Op extends string = 'NLLLoss',
> = DType extends D
  ? T
  : D extends 'int64'
    ? number extends S['length'] | T['length']
      ? T
      : ClassIndices<S, T, Op>
    : NotIndices<D, Op>;

type ClassIndices<S extends Shape, T extends Shape, Op extends string> =
  Fits<T, Labels<S>> extends true ? T : IndicesError<S, T, Op>;
type IndicesError<
  S extends Shape,
  T extends Shape,
  Op extends string,
> = ShapeError<`${Op}: class indices ${Wanted<S>}, got ${Show<T>}`>;
type Wanted<S extends Shape> = `for input ${Show<S>} must have shape ${Show<Labels<S>>}`;
type NotProbabilities<
  S extends Shape,
  T extends Shape,
  Op extends string,
> = ShapeError<`${Op}: probabilities must have the input's shape ${Show<S>}, got ${Show<T>}`>;
type NotIndices<
  D extends DType,
  Op extends string,
> = ShapeError<`${Op}: class indices must be 'int64', got '${D}'`>;
type NotTarget<
  D extends DType,
  Op extends string,
> = ShapeError<`${Op}: the target must be ${AnyTarget}, got '${D}'`>;
type AnyTarget = "'int64' class indices or float probabilities";

/** MSELoss, L1Loss and their kin: the shapes must be the same. */
export type SameShape<S extends Shape, T extends Shape, Op extends string> =
  Fits<T, S> extends true
    ? T
    : ShapeError<`${Op}: input ${Show<S>} and target ${Show<T>} must have the same shape`>;

/** What reduction 'none' leaves; anything else leaves one value. */
export type Reduced<Unreduced extends Shape, R extends string> = 'none' extends R
  ? [R] extends ['none']
    ? Unreduced
    : Shape
  : [];
