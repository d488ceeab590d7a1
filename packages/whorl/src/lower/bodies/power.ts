// POW: floats by logarithm and exponential with extra bits, integers by repeated squaring.

import type { DType } from '../../graph/dtype.js';
import type { Expr } from '../loop.js';
import { ln2, log as coefficients } from './coefficients.js';
import {
  abs, add, and, cast, constant, div, eq, floor, lt, max, min, mul, ne, or, polynomial, select, sub,
} from './expressions.js';
import { exp } from './exponential.js';
import { timesSign, withSign, fromBits, toBits } from './format.js';
import { log, splitAny } from './logarithm.js';
import { inFloat64 } from './wide.js';

/** A value in two float64: high + low, low being small. */
interface Double { readonly high: Expr; readonly low: Expr }

/** The upper 26 bits and the rest: products of such halves are exact. */
function halves(x: Expr): readonly [Expr, Expr] {
  const high = fromBits(and(toBits(x), -(2 ** 27)));
  return [high, sub(x, high)];
}

/** x y - rounded, where rounded is x y rounded. */
function productError(x: Expr, y: Expr, rounded: Expr): Expr {
  const [xh, xl] = halves(x);
  const [yh, yl] = halves(y);
  const crossed = add(add(sub(mul(xh, yh), rounded), mul(xh, yl)), mul(xl, yh));
  return add(crossed, mul(xl, yl));
}

/** log(x) to about 62 bits, for 0 < x < inf: 2 s is corrected by the remainder of the division. */
function logDouble(x: Expr): Double {
  const [ln2High, ln2Low] = ln2.float64;
  const { exponent, f } = splitAny(x);
  const sum = add(f, 2);
  const sumLow = sub(f, sub(sum, 2));
  const s = div(f, sum);
  const product = mul(s, sum);
  const remainder = sub(sub(sub(f, product), productError(s, sum, product)), mul(s, sumLow));
  const sLow = div(remainder, sum);
  const z = mul(s, s);
  const series = mul(mul(s, z), polynomial(z, coefficients.float64));
  const twice = add(s, s);
  const large = mul(exponent, ln2High!);
  const high = add(large, twice);
  const lost = add(sub(large, sub(high, twice)), sub(twice, sub(high, sub(high, twice))));
  return { high, low: add(add(add(add(sLow, sLow), series), mul(exponent, ln2Low!)), lost) };
}

/** |x|^y in float64, for 0 < |x| < inf: e^(y log|x|) with the lower half of the product. */
function powerOfPositive(x: Expr, y: Expr): Expr {
  const { high, low } = logDouble(x);
  const product = mul(y, high);
  const error = add(productError(y, high, product), mul(y, low));
  const main = exp(product);
  return select(lt(abs(product), 800), add(main, mul(main, error)), main);
}
