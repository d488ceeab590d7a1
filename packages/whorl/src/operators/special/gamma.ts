// Functions around gamma: polygamma, mvlgamma; and entr, sinc, which stand alone.
// in:  a tensor, an order     out: a floating tensor of the same shape

import { differentiated } from '../../autograd/custom.js';
import { polygammaNode } from '../../autograd/polygamma.js';
import {
  add,
  div,
  eq,
  lt,
  mul,
  neg,
  sub,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../graph/build.js';
import type { DType } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { toFloat } from '../../tensor/promotion.js';
import type { Tensor } from '../../tensor/tensor.js';
import { withTwin } from '../twins.js';
import type * as Pointwise from '../pointwise/types.js';
import { apply } from '../pointwise/unary.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    polygamma<T extends Tensor>(this: T, n: number): Tensor<T['sizes'], DType>;
    polygamma_<T extends Tensor>(this: T, n: number): T;
    mvlgamma<T extends Tensor>(this: T, p: number): Tensor<T['sizes'], DType>;
    mvlgamma_<T extends Tensor>(this: T, p: number): T;
    sinc: Pointwise.UnaryFloat;
    sinc_: Pointwise.UnaryInPlace;
  }
}

function polygammaOf(x: Tensor, n: number): Tensor {
  if (!Number.isInteger(n) || n < 0) {
    throw new RangeError(`polygamma(n, x) does not support negative or fractional n, got ${n}`);
  }
  return apply(x, toFloat, (a) => (n === 0 ? unary('DIGAMMA', a) : polygammaNode(n, a)));
}
withTwin('polygamma', 'n', polygammaOf);
/** The nth derivative of digamma at x. Errors: negative n. Source: torch.special.polygamma. */
export const polygamma = define('special.polygamma', 'n input', (n: number, x: Tensor) =>
  polygammaOf(x, n),
);

/**
 * log of the multivariate gamma function of dimension p.
 * Errors: p < 1, an element that is not above (p - 1) / 2. Source: torch.mvlgamma.
 */
function mvlgammaOf(x: Tensor, p: number): Tensor {
  if (!Number.isInteger(p) || p < 1) {
    throw new RangeError(`mvlgamma: p has to be greater than or equal to 1, got ${p}`);
  }
  return apply(x, toFloat, (a) => {
    let sum: Node = constantLike(a, (p * (p - 1) * Math.log(Math.PI)) / 4);
    for (let j = 0; j < p; j++) sum = add(sum, unary('LGAMMA', withNumber('SUB', a, j / 2)));
    return sum;
  });
}
withTwin('mvlgamma', 'p', mvlgammaOf);
export const multigammaln = define('special.multigammaln', 'input p', mvlgammaOf);

/** -x log(x), 0 at 0, -infinity below. Source: torch.special.entr. */
export const entr = define(
  'special.entr',
  'input',
  (x: Tensor): Tensor =>
    apply(x, toFloat, (a) => {
      const zero = constantLike(a, 0);
      const inside = neg(mul(a, unary('LOG', a)));
      const rest = where(eq(a, zero), zero, where(lt(a, zero), constantLike(a, -Infinity), inside));
      return differentiated('entr', rest, [a], (g) => [
        neg(mul(g, withNumber('ADD', unary('LOG', a), 1))),
      ]);
    }),
);

/** sin(pi x) / (pi x), 1 at 0. Source: torch.sinc. */
withTwin(
  'sinc',
  '',
  (x: Tensor): Tensor =>
    apply(x, toFloat, (a) => {
      const zero = eq(a, constantLike(a, 0));
      const angle = withNumber('MUL', a, Math.PI);
      const node = where(zero, constantLike(a, 1), div(unary('SIN', angle), angle));
      return differentiated('sinc', node, [a], (g) => {
        const slope = sub(mul(angle, unary('COS', angle)), unary('SIN', angle));
        const square = mul(angle, a);
        // also where the square is too small for its format
        const none = eq(square, constantLike(square, 0));
        return [where(none, constantLike(g, 0), mul(g, div(slope, square)))];
      });
    }),
);
