// Addresses as the arithmetic with which graph/ says where elements lie.
// in:  what gives a kernel's parameters; when an element exists
// out: an algebra of axes; a condition

import type { AxisAlgebra, Inside } from '../graph/axes.js';
import {
  add,
  boundsOf,
  divide,
  fixed,
  modulo,
  scale,
  shift,
  subtract,
  unflatten,
  zero,
} from '../ir/index-algebra.js';
import type { Expr, Index } from '../ir/loop.js';
import { and } from './bodies/expressions.js';

export type Addresses = AxisAlgebra<Index>;

/** `start`: a kernel parameter for a scalar of a node. */
export const addresses = (start: Addresses['start']): Addresses => ({
  zero,
  add,
  subtract,
  shift,
  scale,
  divide,
  modulo,
  mirror: (a, last) => subtract(fixed(last), a),
  unflatten,
  start,
});

/** All of `inside` as one condition; true and false where the bounds decide it. */
export function conditionOf(inside: readonly Inside<Index>[]): Expr | boolean {
  let condition: Expr | null = null;
  for (const { index, lo, hi } of inside) {
    const bounds = boundsOf(index);
    if (bounds.lo >= hi || bounds.hi < lo || lo >= hi) return false;
    if (bounds.lo >= lo && bounds.hi < hi) continue;
    const own: Expr = { kind: 'inside', dtype: 'bool', index, lo, hi };
    condition = condition === null ? own : and(condition, own);
  }
  return condition ?? true;
}
