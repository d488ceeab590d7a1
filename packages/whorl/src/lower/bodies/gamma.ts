// log |gamma(x)| and its derivative: LGAMMA, DIGAMMA. In float64 wherever there is one;
// in float32 right to 3e-6, and to as much of the value where that is larger.

import type { Expr } from '../../ir/loop.js';
import { lgamma as nearRoots } from './coefficients.js';
import {
  abs,
  add,
  and,
  div,
  eq,
  lt,
  min,
  mul,
  nearest,
  or,
  polynomial,
  select,
  sub,
} from './expressions.js';
import { log } from './logarithm.js';
import { reduceSmall } from './reduction.js';
import { sin, tan } from './trigonometric.js';

/** Stirling's series: B(2 k) / (2 k (2 k - 1)) */
const stirling = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
];
/** B(2 k) / (2 k) */
const bernoulli = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

const halfLogTwoPi = 0.9189385332046728;

/** x (x + 1) ... (x + count - 1) */
function rising(x: Expr, count: number): Expr {
  let product = x;
  for (let i = 1; i < count; i++) product = mul(product, add(x, i));
  return product;
}

/** For x > 0. Near the roots 1 and 2 by a polynomial, else by Stirling's series from 8 upwards. */
function lgammaOfPositive(x: Expr): Expr {
  const isSmall = lt(x, 1);
  const isNear = lt(x, 3);
  const isShifted = lt(x, 8);
  const n = min(select(isSmall, add(x, 1), x), 3);
  // both roots are +0: what is taken from 0 there is +0
  const below = mul(mul(sub(n, 1), sub(2, n)), polynomial(sub(n, 2), nearRoots.float64));
  const near = sub(0, below);
  const y = select(isShifted, add(x, 5), x);
  const inverse = div(1, y);
  const series = mul(inverse, polynomial(mul(inverse, inverse), stirling));
  const far = add(add(mul(sub(log(y), 1), sub(y, 0.5)), series), halfLogTwoPi - 0.5);
  const shifted = select(isSmall, x, select(isNear, 1, rising(min(x, 8), 5)));
  const less = log(select(isShifted, shifted, 1));
  return sub(select(isNear, near, far), less);
}

/** sin or tan of what needs no branch. */
const ofSmall = (f: typeof tan, x: Expr): Expr => f(x, reduceSmall(x), x.dtype);

/** x - nearest(x), exact; where it is 0, x is an integer. */
const fromInteger = (x: Expr): Expr => sub(x, nearest(x));

/** gamma(x) gamma(1 - x) = pi / sin(pi x) for negative x. */
export function lgamma(x: Expr): Expr {
  const isNegative = lt(x, 0);
  const positive = lgammaOfPositive(select(isNegative, sub(1, x), x));
  const wave = abs(ofSmall(sin, mul(fromInteger(x), Math.PI)));
  const reflected = sub(log(div(Math.PI, wave)), positive);
  const y = select(isNegative, reflected, positive);
  const isPole = and(isNegative, eq(fromInteger(x), 0));
  return select(or(isPole, eq(abs(x), Infinity)), Infinity, y);
}

/** For x > 0: raised above 10, then the asymptotic series. */
function digammaOfPositive(x: Expr): Expr {
  const steps = 10;
  const isShifted = lt(x, steps);
  const low = min(x, steps);
  let sum: Expr = div(1, add(low, steps - 1));
  for (let i = steps - 2; i >= 0; i--) sum = add(sum, div(1, add(low, i)));
  const y = select(isShifted, add(x, steps), x);
  const inverse = div(1, y);
  const square = mul(inverse, inverse);
  const series = mul(square, polynomial(square, bernoulli));
  const raised = sub(sub(log(y), mul(inverse, 0.5)), series);
  return sub(raised, select(isShifted, sum, 0));
}

/** psi(1 - x) - psi(x) = pi / tan(pi x) for negative x; NaN at the poles, at 0 an infinity. */
export function digamma(x: Expr): Expr {
  const isNegative = lt(x, 0);
  const positive = digammaOfPositive(select(isNegative, sub(1, x), x));
  const distance = fromInteger(x);
  const reflected = sub(positive, div(Math.PI, ofSmall(tan, mul(distance, Math.PI))));
  const isPole = eq(distance, 0);
  const y = select(isNegative, select(isPole, NaN, reflected), positive);
  return select(eq(x, 0), div(-1, x), y);
}
