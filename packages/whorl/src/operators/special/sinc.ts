// sin(pi x) / (pi x).
// in:  a tensor     out: a floating tensor of the same shape

import { differentiated } from '../../autograd/custom.js';
import { div, eq, mul, sub, unary, where, withNumber, constantLike } from '../../graph/build.js';
import { toFloat } from '../../tensor/promotion.js';
import type { Tensor } from '../../tensor/tensor.js';
import { withTwin } from '../twins.js';
import type * as Pointwise from '../pointwise/types.js';
import { apply } from '../pointwise/unary.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** sin(pi x) / (pi x), 1 at 0. Source: torch.sinc. */
    sinc: Pointwise.UnaryFloat;
    sinc_: Pointwise.UnaryInPlace;
  }
}

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
