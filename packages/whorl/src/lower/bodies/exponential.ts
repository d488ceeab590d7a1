// exp and what is made of it: EXP, EXPM1, SIGMOID, SINH, COSH, TANH.
// x = n log(2) + r with |r| <= log(2) / 2; e^r - 1 is a polynomial, 2^n a pattern of bits.

import type { Expr } from '../../ir/loop.js';
import { exp as coefficients, ln2 } from './coefficients.js';
import { abs, add, and, div, lt, max, min, mul, pairs, select, shl, sub } from './expressions.js';
import type { FloatType } from './format.js';
import { floatType, formatOf, fromBits, roundSmall, timesSign, withSign } from './format.js';

interface Reduced {
  /** 2^(n + shift) */
  readonly power: Expr;
  readonly r: Expr;
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
/** Of the exponents that e^-x / 2 and 1 have: e^-x times 2^-this stays normal. */
const lowering: Record<FloatType, number> = { float32: 64, float64: 512 };

/** x = n log(2) + r, with n rounded so that the lowest bits hold n + offset. */
function split(x: Expr, times: number, offset: number) {
  const [high, low] = ln2[floatType(x.dtype)];
  const n = roundSmall(mul(x, times * Math.LOG2E), offset);
  const whole = Math.abs(times) === 1 ? x : mul(x, times);
  const minus = times === -1 ? add : sub;
  const r = minus(minus(whole, mul(n.float, high!)), mul(n.float, low!));
  return { low: n.low, r };
}

/**
 * `times` x = n log(2) + r; for `times` -1 the opposite of r. 2^(n + shift) must be a normal
 * number: n + shift + bias then is its exponent, without an addition.
 */
function reduce(x: Expr, times = 1, shift = 0): Reduced {
  const { bias, mantissaBits } = formatOf(x);
  const { low, r } = split(x, times, bias + shift);
  return { power: fromBits(shl(low, mantissaBits)), r };
}

/** e^r - 1 */
function expm1OfSmall(r: Expr): Expr {
  const square = mul(r, r);
  return add(r, mul(square, pairs(r, square, coefficients[floatType(r.dtype)])));
}

/**
 * (e^r) 2^n in two factors: neither 2^-149 nor 2^128 can be written as one normal power of two.
 * Both get half of n; twice the bias in n + offset makes their exponents without an addition.
 */
export function exp(x: Expr): Expr {
  const [least, most] = range[floatType(x.dtype)];
  const { bias, mantissaBits } = formatOf(x);
  const { low, r } = split(min(max(x, least), most), 1, 2 * bias);
  const half = and(shl(low, mantissaBits - 1), -(2 ** mantissaBits));
  const other = sub(shl(low, mantissaBits), half);
  return mul(mul(add(expm1OfSmall(r), 1), fromBits(half)), fromBits(other));
}

/** (e^x - 1) 2^shift, for shift < 0 and x within the range of exp. */
function scaledExpm1(x: Expr, shift: number): Expr {
  const { power, r } = reduce(x, 1, shift);
  return add(mul(power, expm1OfSmall(r)), sub(power, 2 ** shift));
}

/** So small that a quarter of it would lose bits; -0 too. */
const isTiny = (x: Expr): Expr => lt(abs(x), 8 * formatOf(x).least);

export function expm1(x: Expr): Expr {
  const type = floatType(x.dtype);
  const inside = min(max(x, -2 * vanishing[type]), range[type][1]);
  const y = mul(scaledExpm1(inside, -1), 2);
  return select(isTiny(x), x, y);
}

/**
 * e^-r, in two parts, as the first does not have to wait for r^4: one rounding more, which a
 * fraction with 1 beside it bears.
 */
function expOfSmallNegated(r: Expr): Expr {
  const [c0, c1, ...more] = coefficients[floatType(r.dtype)].map((c, i) => (i % 2 === 1 ? -c : c));
  const square = mul(r, r);
  const first = sub(mul(square, add(mul(r, c1!), c0!)), r);
  return add(add(first, mul(mul(square, square), pairs(r, square, more))), 1);
}

/** 1 / (1 + e^-x), both parts of the fraction lowered so far that e^-x does not overflow where the
 *  result is subnormal. */
export function sigmoid(x: Expr): Expr {
  const type = floatType(x.dtype);
  const unit = 2 ** -lowering[type];
  const { power, r } = reduce(min(max(x, range[type][0]), vanishing[type]), -1, -lowering[type]);
  return div(unit, add(mul(expOfSmallNegated(r), power), unit));
}

/**
 * With h = (e^(2 |x|) - 1) / 2: y = h / (h + 1). What rounding h + 1 lost is put right for small h,
 * where it weighs most: there -y is near enough to the derivative.
 */
export function tanh(x: Expr): Expr {
  const inside = min(abs(x), vanishing[floatType(x.dtype)] / 2 + 1);
  const { power, r } = reduce(inside, 2, -1);
  const h = add(mul(power, expm1OfSmall(r)), sub(power, 0.5));
  const sum = add(h, 1);
  const lost = select(lt(h, 0.5), sub(h, sub(sum, 1)), 0);
  const y = div(h, sum);
  return withSign(sub(y, mul(y, lost)), x);
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
  const { power, r } = reduce(min(abs(x), most), 1, -2);
  const e = mul(mul(add(expm1OfSmall(r), 1), power), 2);
  return add(e, div(0.25, e));
}
