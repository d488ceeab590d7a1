// The methods of a Tensor, as types. Here those of the core: values read, written and converted;
// each family of operators/ merges its own into the same interface, beside the function that it
// registers:
//   declare module '../../tensor/methods.js' { interface Methods { sinc: UnaryFloat } }
// in:  the receiver as a type parameter (this: T)     out: members of class Tensor

import type { DeviceLike } from '../engine/devices/default.js';
import type { DType } from '../graph/dtype.js';
import type { Tensor } from './tensor.js';
import type { BroadcastInto } from './types/broadcast.js';
import type { ArrayOf, Item, Scalar } from './types/dtype.js';
import type { TensorJson } from './types/json.js';
import type { MatrixTurned, Row, Turned } from './types/movement.js';
import type { Accept, Known, Shape } from './types/shape.js';

/**
 * Not generic, so that all tensors share these very members: comparing a Parameter<[2, 3]> with a
 * Tensor, which is structural, passes over them.
 */
export interface Methods {
  // ---- reading
  item<T extends Tensor>(this: T): Promise<Item<T['dtype']>>;
  itemSync<T extends Tensor>(this: T): Item<T['dtype']>;
  data<T extends Tensor>(this: T): Promise<ArrayOf<T['dtype']>>;
  dataSync<T extends Tensor>(this: T): ArrayOf<T['dtype']>;
  toArray: ToArray;
  tolist: ToArray;
  toArraySync<T extends Tensor>(this: T): Nested<T['sizes'], Item<T['dtype']>>;
  /**
   * What JSON.stringify keeps: dtype, shape and values, read synchronously; loadStateDict takes it.
   */
  toJSON: () => TensorJson;

  // ---- where the elements lie
  size: Counts;
  stride: Counts;
  dim(): number;
  isContiguous(): boolean;
  storageOffset(): number;

  // ---- copies, other dtypes
  to: Casting;
  cpu<T extends Tensor>(this: T): Tensor<T['sizes'], T['dtype']>;
  float: CastingTo<'float32'>;
  double: CastingTo<'float64'>;
  long: CastingTo<'int64'>;
  int: CastingTo<'int32'>;
  bool: CastingTo<'bool'>;
  clone<T extends Tensor>(this: T): Tensor<T['sizes'], T['dtype']>;
  contiguous<T extends Tensor>(this: T): Tensor<T['sizes'], T['dtype']>;

  // ---- writing
  /** Takes the values of `src`, of any dtype, broadcast into this tensor. */
  copy_<T extends Tensor, B extends Shape>(
    this: T,
    src: Accept<BroadcastInto<T['sizes'], B, 'copy_'>, Tensor<B>>,
  ): T;
  zero_<T extends Tensor>(this: T): T;
  fill<T extends Tensor>(this: T, value: Scalar | Tensor<[]>): Tensor<T['sizes'], T['dtype']>;
  fill_<T extends Tensor>(this: T, value: Scalar | Tensor<[]>): T;

  // ---- gradients
  backward(
    gradient?: Tensor | null | { retainGraph?: boolean; createGraph?: boolean },
    options?: { retainGraph?: boolean; createGraph?: boolean },
  ): void;
}

declare module './tensor.js' {
  interface Tensor<out S extends Shape, out D extends DType> extends Methods {
    // what is no method with a receiver of its own
    [Symbol.iterator](): IterableIterator<Tensor<Row<S>, D>>;
    get T(): Tensor<Turned<S>, D>;
    get mT(): Tensor<MatrixTurned<S>, D>;
  }
}

/** to(dtype), to(device, dtype), to({ device, dtype }), to(other). */
export interface Casting {
  <T extends Tensor, const E extends DType>(this: T, dtype: E): Tensor<T['sizes'], E>;
  <T extends Tensor, const E extends DType = T['dtype']>(
    this: T,
    device: DeviceLike,
    dtype?: E,
  ): Tensor<T['sizes'], E>;
  <T extends Tensor, const E extends DType = T['dtype']>(
    this: T,
    options: { readonly device?: DeviceLike; readonly dtype?: E },
  ): Tensor<T['sizes'], E>;
  <T extends Tensor, O extends Tensor>(this: T, like: O): Tensor<T['sizes'], O['dtype']>;
}
type CastingTo<E extends DType> = <T extends Tensor>(this: T) => Tensor<T['sizes'], E>;
type ToArray = <T extends Tensor>(this: T) => Promise<Nested<T['sizes'], Item<T['dtype']>>>;
/** size, stride: all or that of one dim. */
interface Counts {
  (): number[];
  (dim: number): number;
}

/** number[][] for two dims; any depth where the rank is not known. */
export type Nested<S extends Shape, Element> =
  Known<S> extends false
    ? NestedArray<Element>
    : S extends [unknown, ...infer T extends Shape]
      ? Nested<T, Element>[]
      : Element;
export type NestedArray<Element> = Element | NestedArray<Element>[];
