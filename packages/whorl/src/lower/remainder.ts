// The remainder of a division, with the dividend's sign: exact, as C's fmod.
// in:  two values of one dtype     out: a - trunc(a / b) * b
//
// Where the quotient is small, a product of it and the divisor is exact in float64, or in
// two. Beyond, the remainder is found as on paper, behind a branch (long-division.ts).

import {
  abs,
  add,
  and,
  cast,
  div,
  fma,
  le,
  lt,
  mul,
  neg,
  or,
  select,
  sub,
} from './bodies/expressions.js';
import { withSign } from './bodies/format.js';
import type { BinaryFn, Expr, UnaryFn } from '../ir/loop.js';
import { longDivision } from './long-division.js';
import type { Steps } from './steps.js';

const unary =
  (fn: UnaryFn) =>
  (a: Expr): Expr => ({ kind: 'unary', fn, dtype: a.dtype, a });
const binary =
  (fn: BinaryFn) =>
  (a: Expr, b: Expr): Expr => ({ kind: 'binary', fn, dtype: a.dtype, a, b });

export const ceil = unary('ceil');
export const trunc = unary('trunc');
/** Of integers; by zero it gives 0. */
export const rem = binary('rem');

export const fmod = (a: Expr, b: Expr, steps: Steps, hasFloat64: boolean): Expr =>
  hasFloat64 ? fmodWide(a, b, steps) : fmodNarrow(a, b, steps);

/** In float32 alone: a remainder of a quotient that is a whole number of float32 is one, too. */
function fmodNarrow(a: Expr, b: Expr, steps: Steps): Expr {
  const { name } = steps;
  const [x, y] = [name(abs(a)), name(abs(b))];
  const quotient = name(div(x, y));
  const first = name(fma(neg(trunc(quotient)), y, x));
  const magnitude = inRange(x, y, first, name);
  const hasResult = and(lt(0, y), lt(x, Infinity));
  // of the least numbers the reciprocal is infinite, and so may a quotient be
  const isFar = or(le(2 ** 22, quotient), lt(y, 2 ** -100));
  const isLarger = le(y, x);
  const [exact] = steps.rarely(and(and(isFar, isLarger), hasResult), [magnitude], () => [
    longDivision(x, y, steps),
  ]);
  return withSign(name(exact!), a);
}

/** The quotient may have been rounded up to a whole number, or down from one. */
function inRange(x: Expr, y: Expr, first: Expr, name: Steps['name']): Expr {
  const lifted = name(select(lt(first, 0), add(first, y), first));
  return select(lt(x, y), x, select(le(y, lifted), sub(lifted, y), lifted));
}

function fmodWide(a: Expr, b: Expr, steps: Steps): Expr {
  const { name } = steps;
  const x = name(abs(cast(a, 'float64')));
  const y = name(abs(cast(b, 'float64')));
  const quotient = name(div(x, y));
  const whole = name(trunc(quotient));
  const isNarrow = a.dtype === 'float32';
  const first = name(isNarrow ? sub(x, mul(whole, y)) : minusProduct(x, whole, y, name));
  const magnitude = inRange(x, y, first, name);
  // a divisor of 0 and an infinite dividend give NaN already
  const isFar = isNarrow
    ? le(2 ** 29, quotient)
    : and(le(y, x), or(le(2 ** 52, quotient), le(2 ** 990, x)));
  const hasResult = and(lt(0, y), lt(x, Infinity));
  const [exact] = steps.rarely(and(isFar, hasResult), [magnitude], () => [rem(x, y)]);
  return withSign(name(cast(exact!, a.dtype)), a);
}

/** x - whole * y rounded once: the product as two numbers, each factor in halves (Dekker). */
function minusProduct(x: Expr, whole: Expr, y: Expr, name: Steps['name']): Expr {
  const product = name(mul(whole, y));
  const [qh, ql] = halves(whole, name);
  const [yh, yl] = halves(y, name);
  const high = sub(sub(sub(product, mul(qh, yh)), mul(ql, yh)), mul(qh, yl));
  return sub(sub(x, product), sub(mul(ql, yl), high));
}

function halves(value: Expr, name: Steps['name']): readonly [high: Expr, low: Expr] {
  const scaled = name(mul(value, 2 ** 27 + 1));
  const high = name(sub(scaled, sub(scaled, value)));
  return [high, name(sub(value, high))];
}
