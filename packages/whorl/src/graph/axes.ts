// Indices along axes, and where elements lie.
// in:  nothing     out: the arithmetic with which every op says where its sources' elements are

import type { Node, Shape } from './node.js';

/**
 * Arithmetic on indices, in whatever form: addresses where loops are written, what an index depends
 * on where kernels are planned, numbers in tests. Where an element lies is said once for all of
 * them.
 */
export interface AxisAlgebra<A> {
  readonly zero: A;
  add(a: A, b: A): A;
  subtract(a: A, b: A): A;
  shift(a: A, by: number): A;
  scale(a: A, by: number): A;
  /** Rounded down. */
  divide(a: A, by: number): A;
  modulo(a: A, by: number): A;
  /** `last` - a */
  mirror(a: A, last: number): A;
  /** The indices along `sizes` of position `flat` in row-major order. */
  unflatten(flat: A, sizes: Shape): A[];
  /** Scalar `slot` of `node`, which lies in 0..hi. */
  start(node: Node, slot: number, hi: number): A;
}

export interface Place<A> {
  readonly index: readonly A[];
  /** lo <= index < hi for each, or there is no such element. */
  readonly inside: readonly Inside<A>[];
}

export interface Inside<A> {
  readonly index: A;
  readonly lo: number;
  readonly hi: number;
}

const always: readonly never[] = [];

export const everywhere = <A>(index: readonly A[]): Place<A> => ({ index, inside: always });

/** `index` with another one along `axis`. */
export function replaced<A>(index: readonly A[], axis: number, own: A): A[] {
  const result = [...index];
  result[axis] = own;
  return result;
}
