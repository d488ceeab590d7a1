// The logarithms: LOG, LOG1P, LOG2, LOG10.
// x = m 2^k with m in [sqrt(1/2), sqrt(2)); log(m) = 2 atanh((m - 1) / (m + 1)) is a polynomial.

import type { Expr } from '../../ir/loop.js';
import { ln2, log as coefficients, log10of2 } from './coefficients.js';
import {
  add,
  constant,
  div,
  eq,
  lt,
  mul,
  polynomial,
  select,
  shl,
  shr,
  sub,
} from './expressions.js';
import { floatType, formatOf, fromBits, fromSmallInt, toBits } from './format.js';

interface Split {
  /** k as a float */
  readonly exponent: Expr;
  /** m - 1 */
  readonly f: Expr;
}

/** The bits of sqrt(1/2): a mantissa below it belongs to the next power of two. */
const rootBits = { int32: 0x3f3504f3, int64: 0x3fe6a09e667f3800 };

/** For normal x > 0. */
export function split(x: Expr): Split {
  const { int, mantissaBits } = formatOf(x);
  const above = sub(toBits(x), rootBits[int]);
  const k = shr(above, mantissaBits);
  const m = fromBits(sub(toBits(x), shl(k, mantissaBits)));
  return { exponent: fromSmallInt(k), f: sub(m, 1) };
}

/** For subnormal x too: those are raised first. */
export function splitAny(x: Expr): Split {
  const { mantissaBits, least } = formatOf(x);
  const isTiny = lt(x, least);
  const lift = mantissaBits + 2;
  const { exponent, f } = split(select(isTiny, mul(x, 2 ** lift), x));
  return { exponent: select(isTiny, sub(exponent, lift), exponent), f };
}

/** log(1 + f) = f - small, where small is at most f^2 / 2 + ..., less `extra`. */
function smallPart(f: Expr, extra: Expr | number): Expr {
  const s = div(f, add(f, 2));
  const z = mul(s, s);
  const series = mul(z, polynomial(z, coefficients[floatType(f.dtype)]));
  const half = mul(mul(f, 0.5), f);
  const t = mul(s, add(half, series));
  return sub(half, extra === 0 ? t : add(t, extra));
}

/** `inside` on (pole, inf), -inf at the pole, NaN below, and x where it is inf or NaN. */
function withEdges(x: Expr, pole: number, inside: Expr): Expr {
  const atMost = select(eq(x, pole), constant(x.dtype, -Infinity), NaN);
  return select(lt(x, Infinity), select(lt(pole, x), inside, atMost), x);
}

export function log(x: Expr): Expr {
  const [high, low] = ln2[floatType(x.dtype)];
  const { exponent, f } = splitAny(x);
  const y = sub(mul(exponent, high!), sub(smallPart(f, mul(exponent, low!)), f));
  return withEdges(x, 0, y);
}

/** u = 1 + x rounds; what was lost, divided by u, is added to log(u). */
export function log1p(x: Expr): Expr {
  const [high, low] = ln2[floatType(x.dtype)];
  const u = add(x, 1);
  const { exponent, f } = split(u);
  const back = sub(u, 1);
  const lost = div(add(sub(1, sub(u, back)), sub(x, back)), u);
  const isNear = eq(exponent, 0);
  const extra = add(mul(exponent, low!), select(isNear, 0, lost));
  const near = select(isNear, x, f);
  const y = sub(mul(exponent, high!), sub(smallPart(near, extra), near));
  return select(eq(x, 0), x, withEdges(x, -1, y));
}

export function log2(x: Expr): Expr {
  const { exponent, f } = splitAny(x);
  const y = add(mul(sub(f, smallPart(f, 0)), Math.LOG2E), exponent);
  return withEdges(x, 0, y);
}

export function log10(x: Expr): Expr {
  const [high, low] = log10of2[floatType(x.dtype)];
  const { exponent, f } = splitAny(x);
  const fraction = mul(sub(f, smallPart(f, 0)), Math.LOG10E);
  return withEdges(x, 0, add(mul(exponent, high!), add(mul(exponent, low!), fraction)));
}
