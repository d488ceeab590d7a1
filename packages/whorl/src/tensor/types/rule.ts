// Layers: a rule is a function on shapes. forward is declared once, by it; Sequential folds rules.
// in:  a rule or a module's forward, and the input's shape     out: a shape or a mistake

import type { Flatten } from './reshape.js';
import type {
  Accept,
  Closed,
  Differ,
  Fits,
  Known,
  Shape,
  ShapeError,
  Show,
  Size,
  Wrong,
} from './shape.js';

/** `in` is unknown so that R & { in: S } gives exactly S. */
export interface Rule {
  readonly in: unknown;
  readonly out: Shape;
}
export type Apply<R extends Rule, S extends Shape> = (R & { readonly in: S })['out'];

/** A layer carries its rule under this key, for the types only: `declare readonly [rule]: R`. */
export declare const rule: unique symbol;

/** ReLU, Dropout, Softmax. */
export interface Same extends Rule {
  readonly out: Given<this['in']>;
}
/** The shape itself; unlike `S extends Shape ? S : ...` it decides on [N, 2]. */
type Given<S> = S extends readonly [...infer T extends Shape] ? T : Shape;

/** Any shape in, nothing known of what comes out. */
export interface AnyShape extends Rule {
  readonly out: Shape;
}

/** Linear, LayerNorm: the last dim goes from In to Out. Name is printed: 'Linear(2, 100)'. */
export interface Last<In extends number, Out extends number, Name extends string> extends Rule {
  readonly out: LastSize<this['in'], In, Out, Name>;
}
type LastSize<S, In extends number, Out extends number, Name extends string> = S extends readonly [
  ...infer P extends Shape,
  infer K extends number,
]
  ? Differ<K, In> extends true
    ? LastError<S, In, K, Name>
    : [...P, Out]
  : S extends readonly []
    ? ShapeError<`${Name}: the input has no dims`>
    : [...number[], Out];
type LastError<
  S,
  In extends number,
  K extends number,
  Name extends string,
> = ShapeError<`${Name}: expected ${In} features in the last dim, got ${K} (input ${ShowOpen<S>})`>;
/** [...number[], 100] is what a layer leaves behind an input of unknown rank. */
type ShowOpen<S> = S extends Shape
  ? number extends S['length']
    ? S extends readonly [...unknown[], infer K extends number]
      ? `[..., ${Size<K>}]`
      : '[?]'
    : Show<S>
  : '[?]';

/** nn.Flatten(from, to). */
export interface Flattened<From extends number, To extends number> extends Rule {
  readonly out: FlattenOpen<this['in'], From, To>;
}
type FlattenOpen<S, From extends number, To extends number> = S extends Shape
  ? Known<S> extends true
    ? Flatten<S, From, To>
    : [From, To] extends [1, -1]
      ? [number, number]
      : Shape
  : Shape;

/** Conv1d, Conv2d, MaxPool2d: [N, In, ...] or [In, ...]; Spatial is what comes out behind them. */
export interface Channels<
  In extends number,
  Out extends number,
  Spatial extends number[],
  Name extends string,
> extends Rule {
  readonly out: ChannelSize<this['in'], In, Out, Spatial, Name>;
}
type ChannelSize<
  S,
  In extends number,
  Out extends number,
  Spatial extends number[],
  Name extends string,
> = S extends Shape
  ? Known<S> extends false
    ? Shape
    : S extends [infer N extends number, infer C extends number, ...infer R extends Shape]
      ? R['length'] extends Spatial['length']
        ? Differ<C, In> extends true
          ? ChannelError<S, In, C, Name>
          : [N, Out, ...Spatial]
        : [C, ...R]['length'] extends Spatial['length']
          ? Differ<N, In> extends true
            ? ChannelError<S, In, N, Name>
            : [Out, ...Spatial]
          : ShapeError<`${Name}: the input ${Show<S>} has the wrong number of dims`>
      : ShapeError<`${Name}: the input ${Show<S>} has the wrong number of dims`>
  : Shape;
type ChannelError<
  S extends Shape,
  In extends number,
  C extends number,
  Name extends string,
> = ShapeError<`${Name}: expected ${In} channels, got ${C} (input ${Show<S>})`>;

/** Embedding: each index becomes a row of Dim numbers. */
export interface Rows<Dim extends number> extends Rule {
  readonly out: RowSize<this['in'], Dim>;
}
type RowSize<S, Dim extends number> = S extends readonly [...infer P extends Shape]
  ? [...P, Dim]
  : Shape;

/** What a layer makes of a shape: by its rule, else by its forward. */
export type Forwarded<L, S extends Shape> = L extends { readonly [rule]: infer R extends Rule }
  ? Apply<R, S>
  : L extends { forward(x: infer X): infer Y }
    ? ByForward<X, Y, S>
    : Shape;
type ByForward<X, Y, S extends Shape> = 0 extends 1 & X
  ? ResultOf<Y>
  : X extends { readonly sizes: infer I extends Shape }
    ? FitsOpen<S, I> extends true
      ? ResultOf<Y>
      : ShapeError<`expected ${Show<I>}, got ${ShowOpen<S>}`>
    : Shape;
/** Behind a layer whose input is not known the last size may be. */
type FitsOpen<S extends Shape, I extends Shape> = S extends [...number[], infer K extends number]
  ? I extends [...number[], infer L extends number]
    ? Differ<K, L> extends true
      ? false
      : Fits<S, I>
    : Fits<S, I>
  : Fits<S, I>;
type ResultOf<Y> = 0 extends 1 & Y
  ? Shape
  : Y extends { readonly sizes: infer O extends Shape }
    ? O
    : Shape;

/** Sequential as a rule. */
export interface Through<L extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends infer S extends Shape ? Chain<L, S> : Shape;
}
export type Chain<L extends readonly unknown[], S extends Shape> = S extends Wrong
  ? S
  : L extends readonly [infer H, ...infer T]
    ? Chain<T, Forwarded<H, S>>
    : number extends L['length']
      ? Shape
      : S;

/** The layers, the first that does not fit replaced by the sentence: the error lands on it. */
export type Check<
  L extends readonly unknown[],
  S extends Shape = Shape,
  Seen extends readonly unknown[] = [],
> = L extends readonly [infer H, ...infer T]
  ? Forwarded<H, S> extends infer O extends Shape
    ? O extends { readonly shapeError: infer Message extends string }
      ? [...Seen, `layer ${Seen['length']}: ${Message}`, ...T]
      : Check<T, O, [...Seen, H]>
    : never
  : [...Seen, ...L];

/** The base class: `forward(x: Input<R, S, Tensor<S, D>>): Tensor<Output<R, S>, D>`. */
export type Input<R extends Rule, S extends Shape, T> = Accept<Apply<R, S>, T>;
export type Output<R extends Rule, S extends Shape> = Closed<Apply<R, S>>;
