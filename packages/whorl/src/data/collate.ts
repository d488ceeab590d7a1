// Makes a batch of items: what a DataLoader does without a collateFn.
// in:  items that are alike
// out: the same structure, with a tensor where each had a tensor or a number

import { shown } from '../tensor/arguments/show.js';
import { tensor } from '../operators/create/create.js';
import { stack } from '../operators/movement/join.js';
import { Tensor } from '../tensor/tensor.js';
import type { Collated } from './collated.js';

type Items = readonly unknown[];
type Kind =
  | 'Tensor'
  | 'number'
  | 'bigint'
  | 'boolean'
  | 'string'
  | 'typed array'
  | 'list'
  | 'Map'
  | 'record';

function kindOf(item: unknown): Kind | null {
  if (item instanceof Tensor) return 'Tensor';
  if (Array.isArray(item)) return 'list';
  if (ArrayBuffer.isView(item)) return 'typed array';
  if (item instanceof Map) return 'Map';
  if (isPromise(item)) return null;
  const type = typeof item;
  if (type === 'number' || type === 'bigint' || type === 'boolean' || type === 'string')
    return type;
  return isRecord(item) ? 'record' : null;
}

/** An object of fields: no Set, Date, generator, whose content stands elsewhere. */
const isRecord = (item: unknown): item is object =>
  Object.prototype.toString.call(item) === '[object Object]' &&
  !(Symbol.iterator in (item as object));

export const isPromise = (item: unknown): item is PromiseLike<unknown> =>
  typeof (item as { then?: unknown } | null | undefined)?.then === 'function';

const nameOf = (item: unknown): string =>
  kindOf(item) ?? (isPromise(item) ? 'Promise' : shown(item));

/**
 * Numbers are float32, whole or not, as in tensor(): a batch's dtype is that of every other batch.
 */
const making: Record<Kind, (items: Items) => unknown> = {
  Tensor: (items) => stack(items as Tensor[]),
  number: (items) => tensor(items as number[], { dtype: 'float32' }),
  bigint: (items) => tensor(items as bigint[]),
  boolean: (items) => tensor(items as boolean[]),
  string: (items) => [...items],
  'typed array': (items) => stack(items.map((item) => tensor(item as Float32Array) as Tensor)),
  list: (items) => {
    const lists = items as Items[];
    const { length } = lists[0]!;
    if (lists.some((list) => list.length !== length)) {
      throw new Error('collate: each element in list of batch should be of equal size');
    }
    return lists[0]!.map((_, place) => collate(lists.map((list) => list[place])));
  },
  Map: (items) => {
    const maps = items as ReadonlyMap<unknown, unknown>[];
    const parts = [...maps[0]!.keys()].map((key) => [key, partOf(maps, key)] as const);
    return new Map(parts);
  },
  record: (items) => {
    const maps = items.map((item) => new Map(Object.entries(item as object)));
    const parts = [...maps[0]!.keys()].map((key) => [key, partOf(maps, key)] as const);
    return Object.fromEntries(parts);
  },
};

function partOf(maps: readonly ReadonlyMap<unknown, unknown>[], key: unknown): unknown {
  const without = maps.findIndex((map) => !map.has(key));
  if (without < 0) return collate(maps.map((map) => map.get(key)));
  throw new Error(`collate: item ${without} of the batch has no "${String(key)}", the first has`);
}

/**
 * Items side by side: tensors are stacked, numbers become float32, bigints int64, booleans bool,
 * strings a list; lists, records and Maps are collated by part. Errors: items that are not alike;
 * what is none of these.
 * Source: torch.utils.data.default_collate.
 */
export function collate<Item>(items: readonly Item[]): Collated<Item> {
  if (!Array.isArray(items)) {
    throw new TypeError(`collate: the items of a batch are a list, got ${shown(items)}`);
  }
  if (items.length === 0) throw new Error('collate: the batch is empty');
  const kind = kindOf(items[0]);
  if (kind === null) {
    throw new TypeError(
      'collate: a batch must contain tensors, numbers, strings, lists, records or Maps; found ' +
        nameOf(items[0]),
    );
  }
  const other = items.findIndex((item) => kindOf(item) !== kind);
  if (other > 0) {
    throw new TypeError(
      `collate: item ${other} of the batch is a ${nameOf(items[other])}, the first is a ${kind}`,
    );
  }
  return making[kind](items) as Collated<Item>;
}
