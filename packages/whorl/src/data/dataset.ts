// Data sets: anything with a length and items; several tensors that share their first dimension.
// in:  tensors or a class with get()     out: items by index

import { tensor } from '../tensor/create.js';
import { stack } from '../tensor/join.js';
import { Tensor } from '../tensor/tensor.js';

/** What a DataLoader reads. Source: torch.utils.data.Dataset. */
export interface Dataset<Item = unknown> {
  readonly length: number;
  get(index: number): Item;
  /** Several items at once, already collated; a faster way where there is one. */
  batch?(indices: readonly number[]): unknown;
}

/** Rows of tensors with the same first dimension. Source: torch.utils.data.TensorDataset. */
export class TensorDataset implements Dataset<Tensor[]> {
  readonly tensors: readonly Tensor[];

  constructor(...tensors: Tensor[]) {
    const first = tensors[0];
    if (first === undefined) throw new Error('TensorDataset: expected at least one tensor');
    tensors.forEach((t, i) => {
      if (t.ndim === 0 || t.shape[0] !== first.shape[0]) {
        throw new Error(
          `TensorDataset: size mismatch between tensors: tensor 0 has shape [${first.shape.join(', ')}], ` +
            `tensor ${i} [${t.shape.join(', ')}]; the first sizes must agree`,
        );
      }
    });
    this.tensors = tensors;
  }

  get length(): number {
    return this.tensors[0]!.shape[0]!;
  }

  get(index: number): Tensor[] {
    return this.tensors.map((t) => t.select(0, index) as Tensor);
  }

  batch(indices: readonly number[]): Tensor[] {
    const index = tensor(BigInt64Array.from(indices, BigInt));
    return this.tensors.map((t) => t.indexSelect(0, index) as Tensor);
  }
}

/** Some items of a data set. Source: torch.utils.data.Subset. */
export class Subset<Item> implements Dataset<Item> {
  constructor(
    readonly dataset: Dataset<Item>,
    readonly indices: readonly number[],
  ) {}

  get length(): number {
    return this.indices.length;
  }

  get(index: number): Item {
    return this.dataset.get(this.indices[index]!);
  }

  batch(indices: readonly number[]): unknown {
    const own = indices.map((i) => this.indices[i]!);
    return this.dataset.batch?.(own) ?? collate(own.map((i) => this.dataset.get(i)));
  }
}

/** Items side by side: tensors are stacked, numbers become a tensor, lists are collated by place. */
export function collate(items: readonly unknown[]): unknown {
  const first = items[0];
  if (first instanceof Tensor) return stack(items as Tensor[]);
  if (typeof first === 'number') {
    // whole numbers are class indices in a data set of numbers
    const whole = items.every((v) => Number.isInteger(v));
    return tensor(items as number[], { dtype: whole ? 'int64' : 'float32' });
  }
  if (typeof first === 'bigint' || typeof first === 'boolean') return tensor(items as bigint[]);
  if (Array.isArray(first))
    return first.map((_, i) => collate(items.map((item) => (item as unknown[])[i])));
  if (typeof first === 'object' && first !== null) {
    return Object.fromEntries(
      Object.keys(first).map((key) => [
        key,
        collate(items.map((item) => (item as Record<string, unknown>)[key])),
      ]),
    );
  }
  return [...items];
}
