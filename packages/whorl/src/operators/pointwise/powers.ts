// Powers whose exponent is a plain number: the few that products and roots make, as PyTorch makes
// them.
// in:  a floating node, an exponent     out: its power, or null where POW itself is to compute it

import { differentiated } from '../../autograd/custom.js';
import { binary, constantLike, mul, unary, withNumber } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';

const shortcuts: ReadonlyMap<number, (a: Node) => Node> = new Map([
  [2, (a: Node) => mul(a, a)],
  [3, (a: Node) => mul(mul(a, a), a)],
  [0.5, (a: Node) => unary('SQRT', a)],
  [-0.5, (a: Node) => unary('RECIP', unary('SQRT', a))],
  [-1, (a: Node) => unary('RECIP', a)],
  [-2, (a: Node) => unary('RECIP', mul(a, a))],
]);

/**
 * The derivative is PyTorch's, exponent * a ** (exponent - 1), a power again. Source:
 * pow_tensor_scalar.
 */
export function power(a: Node, exponent: number): Node | null {
  const make = shortcuts.get(exponent);
  if (make === undefined) return null;
  return differentiated('pow', make(a), [a], (g) => [
    mul(g, withNumber('MUL', lowered(a, exponent - 1), exponent)),
  ]);
}

const lowered = (a: Node, exponent: number): Node =>
  exponent === 1 ? a : (power(a, exponent) ?? binary('POW', a, constantLike(a, exponent)));
