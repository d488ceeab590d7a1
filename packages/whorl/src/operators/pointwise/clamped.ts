// A value kept between bounds, with the subgradient of least norm that PyTorch takes at the bounds.
// in:  nodes of one shape, or no bound     out: min(max(a, low), high)

import { differentiated } from '../../autograd/custom.js';
import { binary, constantLike, eq, lt, where, withNumber } from '../../graph/build.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';

/**
 * `plain`: the bounds are numbers, and at a bound the gradient is 0. Of bounds that are tensors one
 * that is met takes half of it, and two that meet leave all to `a`.
 */
export function clamped(a: Node, low: Node | null, high: Node | null, plain: boolean): Node {
  if (a.dtype === 'bool') return binary(low === null ? 'AND' : 'OR', a, (low ?? high)!);
  // one bound that is a tensor is a maximum or minimum, whose own rule this is
  const own = plain && isFloating(a.dtype) ? bounded : binary;
  const raised = low === null ? a : own('MAX', a, low);
  const result = high === null ? raised : own('MIN', raised, high);
  if (plain) return differentiated('clamp', result, [a], (g) => [within(g, a, low, high)]);
  if (low === null || high === null) return result;
  return differentiated('clamp', result, [a, low, high], (g) => shares(g, a, low, high));
}

/** The larger or smaller of `a` and a bound; of two zeros `a`, whatever its sign. */
export const bounded = (op: 'MAX' | 'MIN', a: Node, bound: Node): Node =>
  where(eq(a, bound), a, binary(op, a, bound));

/** g strictly between the bounds, else 0. */
function within(g: Node, a: Node, low: Node | null, high: Node | null): Node {
  const above = low === null ? null : lt(low, a);
  const below = high === null ? null : lt(a, high);
  const inside = above && below ? binary('AND', above, below) : (above ?? below)!;
  return where(inside, g, constantLike(g, 0));
}

/** What of g goes to a, to low and to high. NaN is neither below nor above anything. */
function shares(g: Node, a: Node, low: Node, high: Node): Node[] {
  const [zero, half] = [constantLike(g, 0), withNumber('MUL', g, 0.5)];
  const [apart, crossed] = [lt(low, high), lt(high, low)];
  const meets = (bound: Node): Node => binary('AND', apart, eq(a, bound));
  const [under, over] = [lt(a, low), lt(high, a)];
  const ordered = binary('LE', low, high);
  const met = binary('OR', meets(low), meets(high));
  return [
    where(binary('OR', under, over), zero, where(met, half, g)),
    where(binary('AND', under, ordered), g, where(meets(low), half, zero)),
    where(binary('OR', crossed, binary('AND', over, ordered)), g, where(meets(high), half, zero)),
  ];
}
