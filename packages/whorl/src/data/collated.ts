// The type of a batch, from the type of an item: what collate() makes of each part.

import type { Tensor } from '../tensor/tensor.js';
import type { Shape } from '../tensor/types/shape.js';

/** A first dim of a size that is only a number. */
type Stacked<S extends Shape> = number extends S['length'] ? Shape : [number, ...S];

/**
 * Tensors get one dim more, numbers become float32, bigints int64, booleans bool; lists and records
 * by part.
 */
export type Collated<Item> = unknown extends Item
  ? Item
  : Item extends Tensor<infer S, infer D>
    ? Tensor<Stacked<S>, D>
    : Item extends number
      ? Tensor<[number], 'float32'>
      : Item extends bigint
        ? Tensor<[number], 'int64'>
        : Item extends boolean
          ? Tensor<[number], 'bool'>
          : Item extends string
            ? string[]
            : Item extends null | undefined
              ? never
              : Item extends PromiseLike<infer Value>
                ? Collated<Value>
                : Item extends ArrayBufferView
                  ? Tensor<[number, number]>
                  : Item extends ReadonlyMap<infer Key, infer Value>
                    ? Map<Key, Collated<Value>>
                    : Item extends object
                      ? { -readonly [K in keyof Item]: Collated<Item[K]> }
                      : unknown;

/** A row of each tensor of a TensorDataset. */
export type Rows<T extends readonly Tensor[]> = {
  -readonly [K in keyof T]: T[K] extends Tensor<infer S, infer D> ? Tensor<Row<S>, D> : Tensor;
};
type Row<S extends Shape> = number extends S['length']
  ? Shape
  : S extends [number, ...infer R extends Shape]
    ? R
    : Shape;
