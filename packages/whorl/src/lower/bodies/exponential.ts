// exp and what is made of it: EXP, EXPM1, SIGMOID, SINH, COSH, TANH.
// x = n log(2) + r with |r| <= log(2) / 2; e^r - 1 is a polynomial, 2^n a pattern of bits.

import type { Expr } from '../loop.js';
import { exp as coefficients, ln2 } from './coefficients.js';
import {
  abs,
  add,
  choose,
  div,
  lt,
  max,
  min,
  mul,
  neg,
  polynomial,
  select,
  sub,
} from './expressions.js';
import type { FloatType } from './format.js';
import { floatType, formatOf, powerOfTwo, roundSmall, timesSign, withSign } from './format.js';

interface Reduced {
  /** n in the lowest bits */
  readonly low: Expr;
  /** e^r - 1 */
  readonly rest: Expr;
}

/** Beyond these, e^x is infinite or rounds to 0. */
const range: Record<FloatType, readonly [number, number]> = {
  float32: [-104, 89],
  float64: [-745.2, 709.8],
};
/** Beyond this, e^|x| / 2 is infinite. */
const halfRange: Record<FloatType, number> = { float32: 89.5, float64: 710.6 };
/** Beyond this, e^-x vanishes beside 1. */
const vanishing: Record<FloatType, number> = { float32: 18, float64: 38 };
/** Far enough from the least exponent that 2^n stays normal until the last multiplication. */
const lift = 64;

function reduce(x: Expr): Reduced {
  const type = floatType(x.dtype);
  const [high, low] = ln2[type];
  const n = roundSmall(mul(x, Math.LOG2E));
  const r = sub(sub(x, mul(n.float, high!)), mul(n.float, low!));
  const rest = add(r, mul(mul(r, r), polynomial(r, coefficients[type])));
  return { low: n.low, rest };
}

/** (e^r) 2^n in two factors: neither 2^-149 nor 2^128 can be written as one normal power of two. */
export function exp(x: Expr): Expr {
  const [least, most] = range[floatType(x.dtype)];
  const { low, rest } = reduce(min(max(x, least), most));
  const { int, bias, mantissaBits } = formatOf(x);
  const unit = 2 ** mantissaBits;
  const isNegative = lt(x, 0);
  const exponent = choose(isNegative, int, (bias + lift) * unit, (bias - 1) * unit);
  const factor = choose(isNegative, x.dtype, 2 ** -lift, 2);
  return mul(mul(add(rest, 1), powerOfTwo(low, exponent)), factor);
}

/** e^x for x <= 0. */
function expOfNegative(x: Expr): Expr {
  const { low, rest } = reduce(max(x, range[floatType(x.dtype)][0]));
  return mul(mul(add(rest, 1), powerOfTwo(low, lift)), 2 ** -lift);
}

/** (e^x - 1) 2^shift, for shift < 0 and x within the range of exp. */
function scaledExpm1(x: Expr, shift: number): Expr {
  const { low, rest } = reduce(x);
  const power = powerOfTwo(low, shift);
  return add(mul(power, rest), sub(power, 2 ** shift));
}

/** So small that a quarter of it would lose bits; -0 too. */
const isTiny = (x: Expr): Expr => lt(abs(x), 8 * formatOf(x).least);

export function expm1(x: Expr): Expr {
  const type = floatType(x.dtype);
  const inside = min(max(x, -2 * vanishing[type]), range[type][1]);
  const y = mul(scaledExpm1(inside, -1), 2);
  return select(isTiny(x), x, y);
}

/** 1 / (1 + e^-x); for negative x as e^x / (1 + e^x), which does not overflow. */
export function sigmoid(x: Expr): Expr {
  const z = expOfNegative(neg(abs(x)));
  return div(select(lt(x, 0), z, 1), add(z, 1));
}

/** With u = e^(2 |x|) - 1: y = u / (u + 2). What rounding u + 2 lost is put right for small u,
 *  where it weighs most: there -y / 2 is near enough to the derivative. */
export function tanh(x: Expr): Expr {
  const inside = min(abs(x), vanishing[floatType(x.dtype)] / 2);
  const { low, rest } = reduce(mul(inside, 2));
  const power = powerOfTwo(low, 0);
  const u = add(mul(power, rest), sub(power, 1));
  const sum = add(u, 2);
  const y = div(u, sum);
  const lost = mul(sub(u, sub(sum, 2)), mul(y, 0.5));
  return withSign(sub(y, select(lt(u, 1), lost, 0)), x);
}

/** With h = (e^|x| - 1) / 2: h + h / (1 + 2 h). */
export function sinh(x: Expr): Expr {
  const most = halfRange[floatType(x.dtype)];
  const h = mul(scaledExpm1(min(abs(x), most), -2), 2);
  const inside = min(h, 2 ** 100);
  return select(isTiny(x), x, timesSign(add(h, div(inside, add(add(inside, inside), 1))), x));
}

/** With e = e^|x| / 2: e + 1 / (4 e). */
export function cosh(x: Expr): Expr {
  const most = halfRange[floatType(x.dtype)];
  const { low, rest } = reduce(min(abs(x), most));
  const e = mul(mul(add(rest, 1), powerOfTwo(low, -2)), 2);
  return add(e, div(0.25, e));
}
