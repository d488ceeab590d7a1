// Shapes, mistakes and how sizes are compared: what every rule is made of.
// in:  shapes as types     out: shapes, sentences, yes or no

/** Mutable on purpose: a Tensor<readonly [4, 2]> that fits nothing cannot even be written. */
export type Shape = number[];

/**
 * What a tensor's `shape` is. Not Readonly<S>, which makes no array of any: what passed
 * `instanceof Parameter` is a Parameter<any, any>, and it must fit Tensor.
 */
export type Fixed<S extends Shape> = { readonly [I in keyof S]: S[I] };

/** A mistake, told in words. Also a shape of unknown rank, so nothing after it fails again. */
export interface ShapeError<Message extends string> extends Array<number> {
  readonly shapeError: Message;
}
/** Asked negatively: a question that decides on [N, 64] in generic functions too. */
export type Wrong = { readonly shapeError: string };

/** A parameter's type: T, or the sentence that says what is wrong, which no argument fits. */
export type Accept<Answer, T> = Answer extends { readonly shapeError: infer Message extends string }
  ? Message
  : T;
/** The same for a list of arguments. */
export type AcceptAll<Answer, T extends readonly unknown[]> = Answer extends {
  readonly shapeError: infer Message extends string;
}
  ? { [I in keyof T]: Message }
  : T;

/** Whether the rank is known. */
export type Known<S extends Shape> = number extends S['length'] ? false : true;
/** Whether every size is a literal. */
export type Literal<S extends Shape> = number extends S[number] ? false : true;

/**
 * Two sizes clash only if neither is number and they do not overlap. One test with a union on the
 * right, so that [N] against [N] and [N] against number are decided inside generic functions.
 */
export type Differ<A, B> = { a: A; b: B; n: number } extends
  | { a: B }
  | { b: A }
  | { n: A }
  | { n: B }
  ? false
  : true;
/** The boxed comparison does not distribute and does not wait for type parameters. */
export type Is<A, Value> = { box: A } extends { box: Value } ? true : false;

/** Whether a tensor of shape S may stand where shape I is asked for. */
export type Fits<S extends Shape, I extends Shape> = number extends S['length'] | I['length']
  ? true
  : S['length'] extends I['length']
    ? true extends { [K in keyof S]: Differ<S[K], I[K & keyof I]> }[number]
      ? false
      : true
    : false;

/** '[4000, 2]', with ? for what is not known. */
export type Show<S extends Shape, R extends string = ''> = number extends S['length']
  ? '[?]'
  : S extends [infer H extends number, ...infer T extends Shape]
    ? Show<T, R extends '' ? Size<H> : `${R}, ${Size<H>}`>
    : `[${R}]`;
export type Size<N extends number> = number extends N ? '?' : `${N}`;

/** A shape of the same rank with no known size. */
export type Sizes<S extends Shape, R extends Shape = []> = S extends [
  unknown,
  ...infer T extends Shape,
]
  ? Sizes<T, [...R, number]>
  : R;

/** `reshape(2, 3)` and `reshape([2, 3])`: the arguments, and the shape that they name. */
export type SizeArgs = readonly number[] | readonly [readonly number[]];
export type Flat<N extends SizeArgs> = N extends readonly [readonly [...infer S extends number[]]]
  ? S
  : N extends readonly [...infer S extends number[]]
    ? S
    : Shape;
/** What a caller sees of an open tuple such as [...number[], 100]: a shape of unknown rank. */
export type Closed<S extends Shape> = number extends S['length'] ? Shape : S;
