// Data sets: anything with a length and items; several tensors that share their first dimension.
// in:  tensors, lists, or a class with get()     out: items by index

import { bound } from '../tensor/arguments/bound.js';
import { tensor } from '../operators/create/create.js';
import { Tensor } from '../tensor/tensor.js';
import { shown } from '../tensor/arguments/show.js';
import { collate } from './collate.js';
import type { Rows } from './collated.js';
import { indicesOf, lengthOf, type Numbers } from './indices.js';

/** What a DataLoader reads; `get` may be asynchronous. Source: torch.utils.data.Dataset. */
export interface Dataset<Item = unknown> {
  readonly length: number;
  get(index: number): Item;
  /** Several items at once, already collated; a faster way where there is one. */
  batch?(indices: readonly number[]): unknown;
}

/** A list is a data set, too. */
export type DataSource<Item> = Dataset<Item> | readonly Item[];

/** Errors: what has no length and no items. */
export function asDataset<Item>(what: string, source: DataSource<Item>): Dataset<Item> {
  if (Array.isArray(source)) {
    const list = source as readonly Item[];
    return {
      get length() {
        return list.length;
      },
      get: (index) => list[placeOf(what, index, list.length)]!,
    };
  }
  if (source instanceof Tensor && source.ndim > 0) {
    return new TensorItems(source) as unknown as Dataset<Item>;
  }
  const { get } = (source ?? {}) as Partial<Dataset>;
  if (typeof get === 'function' && !(source instanceof Map) && lengthOf(source) !== null)
    return source as Dataset<Item>;
  throw new TypeError(
    `${what}: a data set has a length and get(index), or is an array; got ${described(source)}`,
  );
}

function described(source: unknown): string {
  const { length, get } = (source ?? {}) as Partial<Dataset>;
  return typeof get === 'function' ? `one whose length is ${shown(length)}` : shown(source);
}

/** Negative indices count from the end. Errors: an index that is out of range. */
function placeOf(what: string, index: number, length: number): number {
  if (Number.isInteger(index) && index >= -length && index < length)
    return index < 0 ? index + length : index;
  throw new RangeError(
    `${what}: index ${index} is out of range for a data set of length ${length}`,
  );
}

/** The rows of one tensor. */
class TensorItems implements Dataset<Tensor> {
  constructor(private readonly rows: Tensor) {}

  get length(): number {
    return this.rows.shape[0]!;
  }

  get(index: number): Tensor {
    return this.rows.select(0, index) as Tensor;
  }

  batch(indices: readonly number[]): Tensor {
    return this.rows.indexSelect(0, indexOf(indices, this.length)) as Tensor;
  }
}

const indexOf = (indices: readonly number[], length: number) => {
  const places = indices.map((index) => placeOf('indexSelect', index, length));
  return tensor(BigInt64Array.from(places, BigInt));
};

/** Rows of tensors with the same first dimension. Source: torch.utils.data.TensorDataset. */
export class TensorDataset<const T extends readonly Tensor[] = readonly Tensor[]>
  implements Dataset<Rows<T>>
{
  readonly tensors: T;

  constructor(...tensors: T) {
    const first = tensors[0];
    if (first === undefined) throw new Error('TensorDataset: expected at least one tensor');
    tensors.forEach((t, i) => {
      if (!(t instanceof Tensor)) {
        throw new TypeError(
          `TensorDataset: argument ${i} is no Tensor: give new TensorDataset(X, Y)`,
        );
      }
      if (t.ndim === 0 || t.shape[0] !== first.shape[0]) {
        throw new Error(
          'TensorDataset: size mismatch between tensors: tensor 0 has shape ' +
            `[${first.shape.join(', ')}], tensor ${i} [${t.shape.join(', ')}]; the first sizes ` +
            'must agree',
        );
      }
    });
    this.tensors = tensors;
  }

  get length(): number {
    return this.tensors[0]!.shape[0]!;
  }

  get(index: number): Rows<T> {
    return this.tensors.map((t) => t.select(0, index)) as unknown as Rows<T>;
  }

  batch(indices: readonly number[]): Tensor[] {
    const index = indexOf(indices, this.length);
    return this.tensors.map((t) => t.indexSelect(0, index) as Tensor);
  }
}

const subsetArguments = bound<[DataSource<unknown>, Numbers]>()(
  'Subset',
  'dataset:any/object indices:object',
);

/** Some items of a data set. Source: torch.utils.data.Subset. */
export class Subset<Item> implements Dataset<Item> {
  private readonly source: Dataset<Item>;
  readonly dataset: DataSource<Item>;
  readonly indices: readonly number[];

  constructor(dataset: DataSource<Item>, indices: Numbers);
  constructor(...given: unknown[]) {
    const [dataset, indices] = subsetArguments(given);
    this.dataset = dataset as DataSource<Item>;
    this.indices = indicesOf('Subset: indices', indices);
    this.source = asDataset('Subset', this.dataset);
  }

  get length(): number {
    return this.indices.length;
  }

  get(index: number): Item {
    return this.source.get(this.indices[placeOf('Subset', index, this.length)]!);
  }

  batch(indices: readonly number[]): unknown {
    const { source } = this;
    const own = indices.map((i) => this.indices[i]!);
    return source.batch?.(own) ?? collate(own.map((i) => source.get(i)));
  }
}
