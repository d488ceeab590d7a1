// Powers whose exponent is a plain number: the few that products and roots make, as PyTorch makes
// them; all others by POW.
// in:  a floating node, an exponent     out: its power

import { differentiated } from '../../autograd/custom.js';
import { reaching } from '../../autograd/paths.js';
import { alias, binary, constantLike, mul, unary, withNumber } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';

const shortcuts: ReadonlyMap<number, (a: Node) => Node> = new Map([
  [0, (a: Node) => reaching(constantLike(a, 1), [a])],
  [1, alias],
  [2, (a: Node) => mul(a, a)],
  [3, (a: Node) => mul(mul(a, a), a)],
  [0.5, (a: Node) => unary('SQRT', a)],
  [-0.5, (a: Node) => unary('RECIP', unary('SQRT', a))],
  [-1, (a: Node) => unary('RECIP', a)],
  [-2, (a: Node) => unary('RECIP', mul(a, a))],
]);

/**
 * The derivative is PyTorch's, exponent * a ** (exponent - 1), a power again: the exponent is
 * lowered before it is rounded to a's dtype. Source: pow_tensor_scalar.
 */
export function power(a: Node, exponent: number): Node {
  const make = shortcuts.get(exponent);
  const made = make ? make(a) : binary('POW', a, constantLike(a, exponent));
  return differentiated('pow', made, [a], (g) => [
    exponent === 0
      ? constantLike(a, 0)
      : mul(g, withNumber('MUL', power(a, exponent - 1), exponent)),
  ]);
}
