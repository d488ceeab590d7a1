// The inverse hyperbolic functions, by log1p: ASINH, ACOSH, ATANH. In float64 wherever there is
// one; in float32 right to 2 ulp.

import type { Expr } from '../../ir/loop.js';
import { abs, add, choose, div, lt, min, mul, select, sqrt, sub } from './expressions.js';
import { timesSign } from './format.js';
import { log1p } from './logarithm.js';

/** Beyond this, x^2 + 1 and x^2 - 1 are x^2, and the logarithm of 2 x is wanted. */
const large = 2 ** 28;

/** log1p(argument) where x is moderate, log(2 x) where it is large. */
function logOf(x: Expr, argument: Expr): Expr {
  const isLarge = lt(large, x);
  const y = log1p(select(isLarge, sub(x, 1), argument));
  return add(y, choose(isLarge, x.dtype, Math.LN2, 0));
}

/** log(x + sqrt(x^2 + 1)) = log1p(x + x^2 / (1 + sqrt(x^2 + 1))) */
export function asinh(x: Expr): Expr {
  const ax = abs(x);
  const inside = min(ax, 2 * large);
  const square = mul(inside, inside);
  const argument = add(inside, div(square, add(sqrt(add(square, 1)), 1)));
  return timesSign(logOf(ax, argument), x);
}

/** With t = x - 1: log1p(t + sqrt(2 t + t^2)) */
export function acosh(x: Expr): Expr {
  const t = min(sub(x, 1), 2 * large);
  const argument = add(t, sqrt(add(add(t, t), mul(t, t))));
  return select(lt(x, 1), NaN, logOf(x, argument));
}

/** log((1 + x) / (1 - x)) / 2 */
export function atanh(x: Expr): Expr {
  const ax = abs(x);
  const y = mul(log1p(div(add(ax, ax), sub(1, ax))), 0.5);
  return timesSign(y, x);
}
