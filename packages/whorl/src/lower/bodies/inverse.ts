// The inverse trigonometric functions: ASIN, ACOS, ATAN, ATAN2.
// Identities bring the argument into a small range, where one polynomial serves.

import type { Expr } from '../../ir/loop.js';
import { asin as arcsines, atan as arctangents } from './coefficients.js';
import {
  abs,
  add,
  choose,
  constant,
  div,
  eq,
  lt,
  max,
  min,
  mul,
  or,
  polynomial,
  select,
  sqrt,
  sub,
} from './expressions.js';
import type { FloatType } from './format.js';
import { floatType, timesSign, toBits, withSign } from './format.js';

/** pi / 2 as a number of the format and what is missing from it. */
const halfPi: Record<FloatType, readonly [number, number]> = {
  float32: [1.5707963705062866, -4.371138828673793e-8],
  float64: [1.5707963267948966, 6.123233995736766e-17],
};

/** asin(t) = t + t z p(z) with z = t^2: the second part, for |t| <= 1/2. */
const asinRest = (t: Expr, z: Expr): Expr =>
  mul(mul(t, z), polynomial(z, arcsines[floatType(t.dtype)]));

/** For |x| > 1/2: asin(|x|) = pi / 2 - 2 asin(sqrt((1 - |x|) / 2)). */
function halves(x: Expr): { readonly isFar: Expr; readonly t: Expr; readonly rest: Expr } {
  const ax = abs(x);
  const isFar = lt(0.5, ax);
  const half = mul(sub(1, ax), 0.5);
  const z = select(isFar, half, mul(x, x));
  const t = select(isFar, sqrt(half), ax);
  return { isFar, t, rest: asinRest(t, z) };
}

export function asin(x: Expr): Expr {
  const [high, low] = halfPi[floatType(x.dtype)];
  const { isFar, t, rest } = halves(x);
  const far = sub(sub(high, mul(t, 2)), sub(mul(rest, 2), low));
  return timesSign(select(isFar, far, add(t, rest)), x);
}

export function acos(x: Expr): Expr {
  const [high, low] = halfPi[floatType(x.dtype)];
  const { isFar, t, rest } = halves(x);
  const twice = mul(add(t, rest), 2);
  const far = select(lt(x, 0), sub(2 * high, sub(twice, 2 * low)), twice);
  const near = sub(high, sub(timesSign(add(t, rest), x), low));
  return select(isFar, far, near);
}

const eighth = Math.SQRT2 - 1;

/** atan of a / b for 0 <= a <= b: beyond tan(pi / 8) as pi / 4 + atan((a - b) / (a + b)). */
function atanOfRatio(a: Expr, b: Expr): Expr {
  const [high, low] = halfPi[floatType(a.dtype)];
  const isFar = lt(mul(b, eighth), a);
  const t = div(select(isFar, sub(a, b), a), select(isFar, add(a, b), b));
  const z = mul(t, t);
  const rest = mul(mul(t, z), polynomial(z, arctangents[floatType(a.dtype)]));
  const start = choose(isFar, a.dtype, high / 2, 0);
  const startLow = choose(isFar, a.dtype, low / 2, 0);
  return add(add(t, start), add(rest, startLow));
}

export function atan(x: Expr): Expr {
  const [high, low] = halfPi[floatType(x.dtype)];
  const ax = abs(x);
  const isLarge = lt(1, ax);
  const one = constant(x.dtype, 1);
  const inside = min(ax, 2 ** 60);
  const y = atanOfRatio(select(isLarge, one, inside), select(isLarge, inside, one));
  return withSign(select(isLarge, sub(high, sub(y, low)), y), x);
}

/** The angle of (x, y): the smaller over the larger, then folded out by the signs. */
export function atan2(y: Expr, x: Expr): Expr {
  const [high, low] = halfPi[floatType(x.dtype)];
  const [ax, ay] = [abs(x), abs(y)];
  const [least, most] = [min(ax, ay), max(ax, ay)];
  // inf / inf counts as 1 and 0 / 0 as 0
  const isEven = eq(least, Infinity);
  const isZero = eq(most, 0);
  // a quarter of both, where their sum might overflow
  const scale = choose(lt(2 ** 100, most), x.dtype, 0.25, 1);
  const a = select(isEven, 1, mul(least, scale));
  const b = select(or(isEven, isZero), 1, mul(most, scale));
  const first = atanOfRatio(a, b);
  const steep = select(lt(ax, ay), sub(high, sub(first, low)), first);
  const isLeft = lt(toBits(x), 0);
  return withSign(select(isLeft, sub(2 * high, sub(steep, 2 * low)), steep), y);
}
