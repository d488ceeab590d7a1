// What can be gone through: lists, Sets, generators.
// in:  what a call was given     out: whether it can be iterated, and whether only once

export const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

/** A generator or another iterator: the second time it is empty. */
export const isOnce = (given: object): boolean =>
  'next' in given && typeof given.next === 'function';
