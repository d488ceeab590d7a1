// The remainder of a division, with the dividend's sign: exact, as C's fmod.
// in:  two values of one dtype     out: a - trunc(a / b) * b
//
// Where the quotient is small, a product of it and the divisor is exact in float64, or in two. Beyond, the
// remainder is found as on paper, ten bits of the quotient at a time, behind a branch.

import {
  abs,
  add,
  and,
  bits,
  cast,
  constant,
  div,
  le,
  lt,
  min,
  mul,
  or,
  select,
  shl,
  shr,
  sub,
} from './bodies/expressions.js';
import { powerOfTwo, withSign } from './bodies/format.js';
import type { BinaryFn, Expr, UnaryFn } from './loop.js';
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

export function fmod(a: Expr, b: Expr, steps: Steps): Expr {
  const { name } = steps;
  const x = name(abs(cast(a, 'float64')));
  const y = name(abs(cast(b, 'float64')));
  const quotient = name(div(x, y));
  const whole = name(trunc(quotient));
  const isNarrow = a.dtype === 'float32';
  // the quotient may have been rounded up to a whole number
  const first = name(isNarrow ? sub(x, mul(whole, y)) : minusProduct(x, whole, y, name));
  const lifted = name(select(lt(first, 0), add(first, y), first));
  const reduced = select(le(y, lifted), sub(lifted, y), lifted);
  const magnitude = select(lt(x, y), x, reduced);
  // a divisor of 0 and an infinite dividend give NaN already
  const isFar = isNarrow
    ? le(2 ** 29, quotient)
    : and(le(y, x), or(le(2 ** 52, quotient), le(2 ** 990, x)));
  const hasResult = and(lt(0, y), lt(x, Infinity));
  const [exact] = steps.rarely(and(isFar, hasResult), [magnitude], () => [
    longDivision(x, y, steps),
  ]);
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

/** So many bits of the quotient at once that a remainder of 53 bits does not leave an int64. */
const bitsAtOnce = 10;
/** The exponents of the largest and the smallest number lie 2098 apart. */
const mostTurns = 210;

/** For finite x >= y > 0: mantissas as integers, the first one shifted up to the other's exponent. */
function longDivision(x: Expr, y: Expr, { name, variable, loop }: Steps): Expr {
  const [dividend, divisor] = [taken(x, name), taken(y, name)];
  const rest = variable(rem(dividend.mantissa, divisor.mantissa));
  const missing = variable(sub(dividend.exponent, divisor.exponent));
  loop(mostTurns, lt(0, missing.value), () => {
    const step = name(min(missing.value, bitsAtOnce));
    rest.assign(rem(shl(rest.value, step), divisor.mantissa));
    missing.assign(sub(missing.value, step));
  });
  // in two steps: the scale alone may be less than the least number
  const scale = name(sub(divisor.exponent, 1075));
  const half = name(shr(scale, 1));
  const power = (exponent: Expr): Expr => powerOfTwo(exponent, 0);
  return mul(mul(cast(rest.value, 'float64'), power(half)), power(sub(scale, half)));
}

/** A positive number is mantissa * 2^(exponent - 1075), both int64, the mantissa of 53 bits. */
function taken(value: Expr, name: Steps['name']): { mantissa: Expr; exponent: Expr } {
  const isTiny = name(lt(value, 2 ** -1022));
  const normal = name(bits(select(isTiny, mul(value, 2 ** 54), value), 'int64'));
  const lowered = select(isTiny, constant('int64', 54), constant('int64', 0));
  return {
    mantissa: name(or(and(normal, 2 ** 52 - 1), 2 ** 52)),
    exponent: name(sub(shr(normal, 52), lowered)),
  };
}
