// Products and sums of literal sizes, on decimal digits: tuples cannot count to a million.
// in:  two number types     out: a literal where both are known whole numbers, otherwise number

/** A x B. */
export type Multiply<A extends number, B extends number> = [A] extends [1]
  ? B
  : [B] extends [1]
    ? A
    : Whole<A> extends true
      ? Whole<B> extends true
        ? ToNumber<TimesAll<ToDigits<`${A}`>, ToDigits<`${B}`>>>
        : number
      : number;

/** A + B. */
export type Plus<A extends number, B extends number> = [A] extends [0]
  ? B
  : [B] extends [0]
    ? A
    : Whole<A> extends true
      ? Whole<B> extends true
        ? ToNumber<PlusDigits<ToDigits<`${A}`>, ToDigits<`${B}`>>>
        : number
      : number;

/** One known, non-negative whole number: what the digits understand. */
type Whole<N extends number> = number extends N
  ? false
  : `${N}` extends `${string}.${string}` | `-${string}` | `${string}e${string}`
    ? false
    : IsUnion<N> extends true
      ? false
      : true;
type IsUnion<T, U = T> = [T] extends [never]
  ? false
  : T extends U
    ? [U] extends [T]
      ? false
      : true
    : false;

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
/** Least significant first. */
type Digits = readonly Digit[];

type ToDigits<
  Text extends string,
  R extends Digit[] = [],
> = Text extends `${infer H extends Digit}${infer Rest}` ? ToDigits<Rest, [H, ...R]> : R;
type ToNumber<D extends Digits, R extends string = ''> = D extends readonly [
  infer H extends Digit,
  ...infer T extends Digits,
]
  ? ToNumber<T, `${H}${R}`>
  : TrimZeros<R> extends `${infer N extends number}`
    ? N
    : number;
type TrimZeros<T extends string> = T extends '0' ? '0' : T extends `0${infer R}` ? TrimZeros<R> : T;

/** Tuples as long as the digit. */
type Count = [
  [],
  [0],
  [0, 0],
  [0, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0, 0],
];
/** A tuple of length A x B. */
type Times<A extends Digit, B extends Digit> = A extends 0
  ? []
  : B extends 0
    ? []
    : A extends 1
      ? Count[B]
      : B extends 1
        ? Count[A]
        : A extends 2
          ? [...Count[B], ...Count[B]]
          : A extends 3
            ? [...Count[B], ...Count[B], ...Count[B]]
            : A extends 4
              ? [...Times<2, B>, ...Times<2, B>]
              : A extends 5
                ? [...Times<4, B>, ...Count[B]]
                : A extends 6
                  ? [...Times<3, B>, ...Times<3, B>]
                  : A extends 7
                    ? [...Times<6, B>, ...Count[B]]
                    : A extends 8
                      ? [...Times<4, B>, ...Times<4, B>]
                      : [...Times<8, B>, ...Count[B]];

/** A column's length, at most 99, as [its digit, the carry]. */
type Split<Column extends readonly unknown[]> = Column['length'] extends infer N extends number
  ? `${N}` extends `${infer T extends Digit}${infer U extends Digit}`
    ? [U, T]
    : [N & Digit, 0]
  : never;

/** A x one digit + what stands there already. */
type TimesDigit<
  A extends Digits,
  B extends Digit,
  Sum extends Digits,
  Carry extends Digit = 0,
  R extends Digit[] = [],
> = A extends readonly [infer H extends Digit, ...infer T extends Digits]
  ? Sum extends readonly [infer X extends Digit, ...infer Y extends Digits]
    ? Split<[...Times<H, B>, ...Count[X], ...Count[Carry]]> extends [
        infer U extends Digit,
        infer C extends Digit,
      ]
      ? TimesDigit<T, B, Y, C, [...R, U]>
      : never
    : Split<[...Times<H, B>, ...Count[Carry]]> extends [
          infer U extends Digit,
          infer C extends Digit,
        ]
      ? TimesDigit<T, B, [], C, [...R, U]>
      : never
  : Carry extends 0
    ? [...R, ...Sum]
    : [...R, Carry];

type TimesAll<
  A extends Digits,
  B extends Digits,
  Sum extends Digits = [],
  R extends Digit[] = [],
> = B extends readonly [infer H extends Digit, ...infer T extends Digits]
  ? TimesDigit<A, H, Sum> extends readonly [infer U extends Digit, ...infer High extends Digits]
    ? TimesAll<A, T, High, [...R, U]>
    : never
  : [...R, ...Sum];

type PlusDigits<
  A extends Digits,
  B extends Digits,
  Carry extends Digit = 0,
  R extends Digit[] = [],
> = A extends readonly [infer X extends Digit, ...infer XT extends Digits]
  ? B extends readonly [infer Y extends Digit, ...infer YT extends Digits]
    ? Split<[...Count[X], ...Count[Y], ...Count[Carry]]> extends [
        infer U extends Digit,
        infer C extends Digit,
      ]
      ? PlusDigits<XT, YT, C, [...R, U]>
      : never
    : Carry extends 0
      ? [...R, ...A]
      : PlusDigits<A, [0], Carry, R>
  : B extends readonly [Digit, ...Digits]
    ? PlusDigits<B, A, Carry, R>
    : Carry extends 0
      ? R
      : [...R, Carry];
