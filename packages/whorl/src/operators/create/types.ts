// Signatures of the free functions: creation from sizes or from data, cat and stack.
// in:  sizes one by one or as a list, nested arrays, options     out: a Tensor of shape and dtype
// NoInfer: else `const y: Tensor<[3], 'int64'> = zeros([3])` would infer D from the left side.

import type { DeviceLike } from '../../engine/devices/default.js';
import type { DType } from '../../graph/dtype.js';
import type { Generator } from '../../random/generator.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Promote } from '../../tensor/types/dtype.js';
import type { Cat, Stack } from '../../tensor/types/join.js';
import type { Accept, Closed, Shape } from '../../tensor/types/shape.js';

export interface Options<D extends DType = DType> {
  dtype?: D;
  /** Where the tensor lies: 'cpu', or what device() gives. */
  device?: DeviceLike;
  requiresGrad?: boolean;
}

/** zeros, ones, rand, randn, empty. */
export interface Create {
  <const S extends number[], const D extends DType = 'float32'>(
    shape: readonly [...S],
    options?: Options<D>,
  ): Tensor<Closed<S>, NoInfer<D>>;
  <const S extends number[]>(...sizes: S): Tensor<Closed<S>, 'float32'>;
  <const S extends number[], const D extends DType = 'float32'>(
    ...args: [...sizes: S, options: Options<D>]
  ): Tensor<Closed<S>, NoInfer<D>>;
}

/** rand, randn: with a generator. */
export interface Draw {
  <const S extends number[], const D extends DType = 'float32'>(
    shape: readonly [...S],
    options?: DrawOptions<D>,
  ): Tensor<Closed<S>, NoInfer<D>>;
  <const S extends number[]>(...sizes: S): Tensor<Closed<S>, 'float32'>;
  <const S extends number[], const D extends DType = 'float32'>(
    ...args: [...sizes: S, options: DrawOptions<D>]
  ): Tensor<Closed<S>, NoInfer<D>>;
}
export interface DrawOptions<D extends DType = DType> extends Options<D> {
  generator?: Generator;
}

/** full(shape, value): a number makes float32, a bigint int64, a boolean bool. */
export interface Full {
  <
    const S extends number[],
    const N extends number | bigint | boolean,
    const D extends DType = OfValue<N>,
  >(
    shape: readonly [...S],
    value: N,
    options?: Options<D>,
  ): Tensor<Closed<S>, NoInfer<D>>;
}
export type OfValue<N> = 0 extends 1 & N
  ? DType
  : [N] extends [number]
    ? 'float32'
    : [N] extends [bigint]
      ? 'int64'
      : [N] extends [boolean]
        ? 'bool'
        : DType;

/** zerosLike, onesLike, emptyLike. */
export interface Like {
  <T extends Tensor, const D extends DType = T['dtype']>(
    input: T,
    options?: Options<D>,
  ): Tensor<T['sizes'], NoInfer<D>>;
}
/** randLike, randnLike. */
export interface DrawLike {
  <T extends Tensor, const D extends DType = T['dtype']>(
    input: T,
    options?: DrawOptions<D>,
  ): Tensor<T['sizes'], NoInfer<D>>;
}
/** fullLike */
export interface FullLike {
  <T extends Tensor, const D extends DType = T['dtype']>(
    input: T,
    value: number | bigint | boolean,
    options?: Options<D>,
  ): Tensor<T['sizes'], NoInfer<D>>;
}

/** randint(low, high, shape), randint(high, shape). */
export interface RandInt {
  <const S extends number[], const D extends DType = 'int64'>(
    low: Whole,
    high: Whole,
    size: readonly [...S],
    options?: DrawOptions<D>,
  ): Tensor<Closed<S>, NoInfer<D>>;
  <const S extends number[], const D extends DType = 'int64'>(
    high: Whole,
    size: readonly [...S],
    options?: DrawOptions<D>,
  ): Tensor<Closed<S>, NoInfer<D>>;
}
type Whole = number | bigint;

/** arange(end): whole numbers make int64, a fraction float32. The size is known for arange(N). */
export interface Arange {
  <const N extends number, const D extends DType = Counted<N>>(
    end: N,
    options?: Options<D>,
  ): Tensor<[CountTo<N>], NoInfer<D>>;
  <
    const A extends number,
    const N extends number,
    const Step extends number = 1,
    const D extends DType = Counted<A | N | Step>,
  >(
    start: A,
    end: N,
    step?: Step,
    options?: Options<D>,
  ): Tensor<[Between<A, N, Step>], NoInfer<D>>;
  <const A extends number, const N extends number, const D extends DType = Counted<A | N>>(
    start: A,
    end: N,
    options: Options<D>,
  ): Tensor<[Between<A, N, 1>], NoInfer<D>>;
}
type Counted<N extends number> = true extends (N extends unknown ? IsFraction<N> : never)
  ? 'float32'
  : 'int64';
type IsFraction<N extends number> = number extends N
  ? false
  : `${N}` extends `${string}.${string}` | `${string}e-${string}`
    ? true
    : false;
type CountTo<N extends number> =
  IsFraction<N> extends true ? number : `${N}` extends `-${string}` ? number : N;
type Between<A extends number, N extends number, Step extends number> = [A, Step] extends [0, 1]
  ? number extends A | Step
    ? number
    : CountTo<N>
  : number;

/** linspace. */
export interface Linspace {
  <const N extends number, const D extends DType = 'float32'>(
    start: number | Tensor,
    end: number | Tensor,
    steps: N,
    options?: Options<D>,
  ): Tensor<[N], NoInfer<D>>;
}
export interface Logspace {
  <const N extends number, const D extends DType = 'float32'>(
    start: number | Tensor,
    end: number | Tensor,
    steps: N,
    base?: number,
    options?: Options<D>,
  ): Tensor<[N], NoInfer<D>>;
}
/** eye(n), eye(n, m) */
export interface Eye {
  <const N extends number, const M extends number = N, const D extends DType = 'float32'>(
    n: N,
    m?: M,
    options?: Options<D>,
  ): Tensor<[N, M], NoInfer<D>>;
  <const N extends number, const D extends DType = 'float32'>(
    n: N,
    options: Options<D>,
  ): Tensor<[N, N], NoInfer<D>>;
}
/** randperm */
export interface RandPerm {
  <const N extends number, const D extends DType = 'int64'>(
    n: N,
    options?: DrawOptions<D>,
  ): Tensor<[N], NoInfer<D>>;
}

// ---- from data

type Element = number | bigint | boolean;
/**
 * As TypeScript sees them: arrays of numbers without a dtype
 * of their own make int32, int64 or uint8.
 */
type AnyArray =
  | (Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array)
  | (Int8Array | Int16Array | Uint16Array | Uint32Array | BigUint64Array | Uint8ClampedArray);
export type Data = Element | AnyArray | Tensor | readonly Data[];

/**
 * tensor([[1, 2], [3, 4]]): the shape of the literal, the dtype of its elements. A typed array is
 * flat unless the options say its shape.
 */
export interface FromData {
  <const A extends Data, const D extends DType = DataDType<A>>(
    data: A,
    options?: Options<D> & { shape?: undefined },
  ): Tensor<DataShape<A>, NoInfer<D>>;
  <const A extends Data, const S extends number[], const D extends DType = DataDType<A>>(
    data: A,
    options: Options<D> & { shape: readonly [...S] },
  ): Tensor<Closed<S>, NoInfer<D>>;
}
/** Only the first row of each level is looked at; that all are alike is checked at run time. */
export type DataShape<A, R extends Shape = []> = 0 extends 1 & A
  ? Shape
  : [A] extends [Element]
    ? R
    : [A] extends [Tensor]
      ? A['sizes']
      : [A] extends [AnyArray]
        ? [...R, number]
        : [A] extends [readonly []]
          ? [...R, 0]
          : [A] extends [readonly [infer H, ...unknown[]]]
            ? DataShape<H, [...R, A['length']]>
            : [A] extends [readonly (infer H)[]]
              ? DataShape<H, [...R, number]>
              : Shape;
export type DataDType<A> = 0 extends 1 & A
  ? DType
  : [A] extends [Element]
    ? OfValue<A>
    : [A] extends [Tensor]
      ? A['dtype']
      : [A] extends [Float32Array]
        ? 'float32'
        : [A] extends [Float64Array]
          ? 'float64'
          : [A] extends [Int32Array | Int16Array | Int8Array | Uint16Array]
            ? 'int32'
            : [A] extends [BigInt64Array | Uint32Array | BigUint64Array]
              ? 'int64'
              : [A] extends [Uint8Array | Uint8ClampedArray]
                ? 'uint8'
                : [A] extends [readonly []]
                  ? 'float32'
                  : [A] extends [readonly (infer H)[]]
                    ? DataDType<H>
                    : DType;

// ---- several tensors become one

/** The shapes and the dtype of a list of tensors. */
export type ShapesOf<T extends readonly Tensor[]> = { -readonly [I in keyof T]: T[I]['sizes'] };
export type DTypeOf<T extends readonly Tensor[]> = number extends T['length']
  ? T[number]['dtype']
  : T extends readonly [infer H extends Tensor, ...infer R extends readonly Tensor[]]
    ? PromoteAll<H['dtype'], R>
    : 'float32';
type PromoteAll<D extends DType, T extends readonly Tensor[]> = T extends readonly [
  infer H extends Tensor,
  ...infer R extends readonly Tensor[],
]
  ? PromoteAll<Promote<D, H['dtype']>, R>
  : D;

/** cat, concat. */
export interface Concatenate {
  <const T extends readonly Tensor[], const Dim extends number = 0>(
    tensors: Accept<Cat<ShapesOf<T>, Dim>, T>,
    dim?: Dim,
  ): Tensor<Cat<ShapesOf<T>, Dim>, DTypeOf<T>>;
}
/** stack */
export interface Stacking {
  <const T extends readonly Tensor[], const Dim extends number = 0>(
    tensors: Accept<Stack<ShapesOf<T>, Dim>, T>,
    dim?: Dim,
  ): Tensor<Stack<ShapesOf<T>, Dim>, DTypeOf<T>>;
}

// ---- methods

export interface MakingOptions<E extends DType> {
  dtype?: E;
  device?: DeviceLike;
  requiresGrad?: boolean;
}
/** newZeros, newOnes. */
export interface Making {
  <T extends Tensor, const N extends number[], const E extends DType = T['dtype']>(
    this: T,
    size: readonly [...N],
    options?: MakingOptions<E>,
  ): Tensor<Closed<N>, NoInfer<E>>;
  <T extends Tensor, const N extends number[]>(this: T, ...size: N): Tensor<Closed<N>, T['dtype']>;
}
/** multinomial: indices drawn by weight. */
export type Choosing = (
  this: Tensor,
  numSamples: number,
  ...args:
    | [replacement?: boolean, options?: { generator?: Generator }]
    | [options: { replacement?: boolean; generator?: Generator }]
) => Tensor<Shape, 'int64'>;
/** uniform_, normal_: filled from a generator. */
export type Drawing<Args extends readonly unknown[]> = <T extends Tensor>(
  this: T,
  ...args: Args | [...Args, options: { generator?: Generator }]
) => T;
