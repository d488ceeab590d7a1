// Functions around gamma: polygamma, mvlgamma.
// in:  a tensor, an order     out: a floating tensor of the same shape

import { polygammaNode } from '../../autograd/polygamma.js';
import { add, unary, withNumber, constantLike } from '../../graph/build.js';
import type { DType } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { toFloat } from '../../tensor/promotion.js';
import type { Tensor } from '../../tensor/tensor.js';
import { withTwin } from '../twins.js';
import { apply } from '../pointwise/unary.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    polygamma<T extends Tensor>(this: T, n: number): Tensor<T['sizes'], DType>;
    polygamma_<T extends Tensor>(this: T, n: number): T;
    mvlgamma<T extends Tensor>(this: T, p: number): Tensor<T['sizes'], DType>;
    mvlgamma_<T extends Tensor>(this: T, p: number): T;
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
