// The error function and its relatives: ERF, ERFC, ERFINV. The last two in float64 wherever there
// is one; in float32 right to 6 and 4 ulp.

import type { Expr } from '../../ir/loop.js';
import {
  erfcx,
  erfFar,
  erfinvFar,
  erfinvFar32,
  erfinvNear,
  erfinvNear32,
  erfMiddle,
  erfNear,
  erfSmall as small,
} from './coefficients.js';
import {
  abs,
  add,
  choose,
  constant,
  div,
  eq,
  lt,
  min,
  mul,
  neg,
  polynomial,
  select,
  sqrt,
  sub,
} from './expressions.js';
import { exp } from './exponential.js';
import { floatType, timesSign, upperHalf } from './format.js';
import { log, log1p } from './logarithm.js';

const split32 = 1.515,
  end32 = 3.93,
  farMiddle = 2.72265625;
/** 2 / sqrt(pi) - 1/2 */
const nearStart = 0.6283791670955126;

/** b / 2 + b v. Up to 1.515 b is |x| and v = erf(x) / x - 1/2; beyond b is 1, v = erf(x) - 1/2.
 *  Both are one polynomial whose coefficients are chosen: start + m p(t). */
function erf32(x: Expr): Expr {
  const [farStart, ...far] = erfFar.float32.map((c) => -c);
  const ax = min(abs(x), end32);
  const isNear = lt(ax, split32);
  const z = mul(ax, ax);
  const t = select(isNear, sub(z, erfMiddle), sub(ax, farMiddle));
  const near = erfNear.float32;
  const c = far.map((f, i) => choose(isNear, 'float32', near[i] ?? 0, f));
  const start = choose(isNear, 'float32', nearStart, farStart! + 0.5);
  const v = add(mul(select(isNear, z, t), polynomial(t, c)), start);
  const b = select(isNear, ax, 1);
  return timesSign(add(mul(b, 0.5), mul(b, v)), x);
}

const erfSmall = (x: Expr): Expr => mul(x, polynomial(sub(mul(x, x), 0.5), small.float64));

/** For x >= 0. x^2 is split so that its rounding does not spoil e^(-x^2). */
function erfcOfPositive(x: Expr): Expr {
  const inside = min(x, 28);
  const high = upperHalf(inside);
  const low = mul(sub(inside, high), add(inside, high));
  const gauss = mul(exp(neg(mul(high, high))), exp(neg(low)));
  const t = div(sub(inside, 3), add(inside, 3));
  return div(mul(gauss, polynomial(t, erfcx.float64)), add(add(inside, inside), 1));
}

function erf64(x: Expr): Expr {
  const ax = abs(x);
  const far = sub(1, erfcOfPositive(ax));
  return timesSign(select(lt(ax, 1), erfSmall(min(ax, 1)), far), x);
}

export const erf = (x: Expr): Expr => (x.dtype === 'float32' ? erf32(x) : erf64(x));

export function erfc(x: Expr): Expr {
  const positive = erfcOfPositive(abs(x));
  return select(lt(x, 0), sub(2, positive), positive);
}

/** -log(1 - x^2): in float32 x^2 would be rounded too much near 1. */
const distance = (ax: Expr): Expr =>
  neg(ax.dtype === 'float64' ? log1p(neg(mul(ax, ax))) : log(mul(sub(1, ax), add(1, ax))));

/** A guess good to 1e-6. */
function guess(ax: Expr): Expr {
  const w = distance(ax);
  const near = mul(ax, polynomial(sub(min(w, 6), 3), erfinvNear.float64));
  const far = polynomial(sub(sqrt(min(w, 37)), 4.25), erfinvFar.float64);
  return select(lt(w, 6), near, far);
}

/** The largest number below 1. */
const belowOne = { float32: 1 - 2 ** -24, float64: 1 - 2 ** -53 };

/** The guess and one step of Halley's method on erf(y) - x, taken from erfc near 1. */
export function erfinv(x: Expr): Expr {
  const ax = abs(x);
  const y = guess(min(ax, belowOne[floatType(x.dtype)]));
  const miss = select(
    lt(ax, 0.5),
    sub(erfSmall(min(y, 1)), ax),
    sub(sub(1, ax), erfcOfPositive(y)),
  );
  const u = div(mul(miss, Math.sqrt(Math.PI) / 2), exp(neg(mul(y, y))));
  const better = sub(y, div(u, add(mul(y, u), 1)));
  const inside = timesSign(better, x);
  const atOne = timesSign(constant(x.dtype, Infinity), x);
  return select(lt(ax, 1), inside, select(eq(ax, 1), atOne, NaN));
}

/** Of a float32, in float64: as far from 1 as x is, polynomials have all digits that it needs. */
export function erfinv32(x: Expr): Expr {
  const ax = abs(x);
  const w = neg(log(sub(1, mul(x, x))));
  const near = polynomial(sub(min(w, 6), 3), erfinvNear32.float64);
  const far = polynomial(sub(sqrt(min(w, 16)), 3.25), erfinvFar32.float64);
  const inside = mul(x, select(lt(w, 6), near, far));
  const atOne = timesSign(constant(x.dtype, Infinity), x);
  return select(lt(ax, 1), inside, select(eq(ax, 1), atOne, NaN));
}
