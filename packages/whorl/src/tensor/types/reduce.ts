// Reductions: sum, mean, max and the rest, over one dim, a list of dims or all of them.
// in:  a shape, the dim argument, keepdim     out: a shape or a mistake

import type { AtLeast1, DimError, Key, Keys } from './dim.js';
import type { Known, Shape, Sizes } from './shape.js';

export type DimArg = number | readonly number[] | null | undefined;

/** `any` and a keepdim known only at run time give a shape of unknown rank. */
export type Reduce<S extends Shape, Dim, Keep extends boolean, Op extends string> = 0 extends 1 &
  Dim
  ? Shape
  : boolean extends Keep
    ? Shape
    : [Dim] extends [null | undefined]
      ? Everything<S, Keep>
      : Known<S> extends false
        ? Shape
        : Dim extends number
          ? One<S, Dim, Keep, Op>
          : Dim extends readonly number[]
            ? number extends Dim['length']
              ? Shape
              : Dim extends readonly []
                ? Everything<S, Keep>
                : Several<S, KeysOf<S, Dim>, Keep, Op>
            : Shape;

type Everything<S extends Shape, Keep> = Keep extends true
  ? Known<S> extends true
    ? Drop<S, Keys<S>[number], true>
    : Shape
  : [];

type One<S extends Shape, Dim extends number, Keep, Op extends string> = [
  Key<AtLeast1<S>, Dim>,
] extends [never]
  ? DimError<S, Dim, Op>
  : Key<S, Dim> extends 'unknown'
    ? SomeDim<S, Keep>
    : Drop<S, Key<S, Dim>, Keep>;
/** Which dim goes is not known, how many stay is. */
type SomeDim<S extends Shape, Keep> = Keep extends true
  ? Sizes<S>
  : S extends [unknown, ...infer T extends Shape]
    ? Sizes<T>
    : [];

/** [bad] stands for the first dim that is out of range. */
type KeysOf<S extends Shape, Dims extends readonly number[], R = never> = Dims extends readonly [
  infer H extends number,
  ...infer T extends readonly number[],
]
  ? [Key<AtLeast1<S>, H>] extends [never]
    ? [H]
    : KeysOf<S, T, R | Key<S, H>>
  : R;
type Several<S extends Shape, K, Keep, Op extends string> = [K] extends [[infer Bad extends number]]
  ? DimError<S, Bad, Op>
  : 'unknown' extends K
    ? Shape
    : Drop<S, K, Keep>;

/** S without the dims at the keys K, or with 1 in their place. */
export type Drop<
  S extends Shape,
  K,
  Keep = false,
  I extends 0[] = [],
  R extends Shape = [],
> = S extends [infer H extends number, ...infer T extends Shape]
  ? Drop<
      T,
      K,
      Keep,
      [...I, 0],
      `${I['length']}` extends K ? (Keep extends true ? [...R, 1] : R) : [...R, H]
    >
  : R;
