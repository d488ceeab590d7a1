// Indices in all the forms in which users have them: lists, typed arrays, tensors, Sets,
// generators.
// in:  any of these     out: a list of whole numbers; how many indices a sampler has

import { isIterable, isOnce } from '../tensor/arguments/iterable.js';
import { shown } from '../tensor/arguments/show.js';
import { Tensor } from '../tensor/tensor.js';

/** Numbers of one dimension. */
export type Numbers = Iterable<number | bigint> | ArrayLike<number | bigint> | Tensor;

/**
 * The numbers one by one. Errors: what is no list, a tensor of another number of dimensions, what
 * is no number.
 */
export function numbersOf(what: string, given: unknown): number[] {
  if (given instanceof Tensor && given.ndim !== 1)
    throw new TypeError(`${what} must have one dimension, got ${shown(given)}`);
  const list = given instanceof Tensor ? given.toArraySync() : Array.from(listed(what, given));
  return (list as unknown[]).map((value) => {
    const one = value instanceof Tensor && value.numel() === 1 ? value.itemSync() : value;
    if (typeof one === 'number' || typeof one === 'bigint') return Number(one);
    throw new TypeError(`${what} must be numbers, but one of them is ${shown(value)}`);
  });
}

/** The same of whole numbers; a list of them is itself, and may still be changed. */
export function indicesOf(what: string, given: unknown): readonly number[] {
  if (Array.isArray(given) && given.every(Number.isInteger) && !given.includes(undefined))
    return given as readonly number[];
  const indices = numbersOf(what, given);
  const wrong = indices.find((index) => !Number.isInteger(index));
  if (wrong === undefined) return indices;
  throw new TypeError(`${what} must be whole numbers, but one of them is ${wrong}`);
}

function listed(what: string, given: unknown): Iterable<unknown> | ArrayLike<unknown> {
  const { length } = (given ?? {}) as { length?: unknown };
  if (isIterable(given) || (typeof given === 'object' && typeof length === 'number'))
    return given as Iterable<unknown>;
  throw new TypeError(`${what} must be a list of numbers, got ${shown(given)}`);
}

/**
 * How many items there are: a length, the size of a Set or Map, a tensor's rows; null where nobody
 * knows.
 */
export function lengthOf(source: unknown): number | null {
  if (source instanceof Tensor) return source.shape[0] ?? null;
  if (source instanceof Set || source instanceof Map) return source.size;
  const { length } = (source ?? {}) as { length?: unknown };
  const isLength = typeof length === 'number' && (length === Infinity || Number.isInteger(length));
  return isLength && length >= 0 ? length : null;
}

/** Errors: what has no length, as a generator. */
export function demandLength(what: string, source: unknown): number {
  const length = lengthOf(source);
  if (length !== null) return length;
  throw new TypeError(`${what} has no length that could be told: it is a generator, or no list`);
}

/** An order of indices; how many it has, where it can tell. */
export type Order<T = number> = Iterable<T> & { readonly length?: number };

/**
 * What a sampler gives, epoch by epoch: its own order, or that of a list, a tensor or a Set. A
 * generator can be gone through once. Errors: what cannot be iterated; a generator in its second
 * epoch, in which it would be empty.
 */
export function orderOf(what: string, given: unknown): Order {
  if (given instanceof Tensor || ArrayBuffer.isView(given)) return indicesOf(what, given);
  if (!isIterable(given)) throw new TypeError(`${what} must give indices, got ${shown(given)}`);
  if (given instanceof Set) return { length: given.size, [Symbol.iterator]: () => given.values() };
  return (isOnce(given) ? once(what, given) : given) as Order;
}

/** The same of groups of indices. */
export function groupsOf(what: string, given: unknown): Order<readonly number[]> {
  if (!isIterable(given))
    throw new TypeError(`${what} must give lists of indices, got ${shown(given)}`);
  const groups = isOnce(given) ? once(what, given) : given;
  return {
    get length() {
      return demandLength(what, given);
    },
    *[Symbol.iterator]() {
      for (const group of groups) yield indicesOf(`${what}: a batch`, group);
    },
  };
}

/** Errors: a second epoch. */
function once<T>(what: string, given: Iterable<T>): Iterable<T> {
  let isSpent = false;
  return {
    [Symbol.iterator]() {
      if (isSpent)
        throw new Error(`${what} is a generator, which can be gone through once: give a list`);
      isSpent = true;
      return given[Symbol.iterator]();
    },
  };
}
