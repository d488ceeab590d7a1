// The remainder of two floats whose quotient is large,
// found as on paper: ten bits of the quotient at a time.
// in:  finite x >= y > 0 of one float type     out: x - trunc(x / y) * y, exact

import {
  and,
  bits,
  cast,
  constant,
  lt,
  min,
  mul,
  or,
  select,
  shl,
  shr,
  sub,
} from './bodies/expressions.js';
import { floatType, formatOf, powerOfTwo } from './bodies/format.js';
import type { Expr } from '../ir/loop.js';
import type { Steps } from './steps.js';

const rem = (a: Expr, b: Expr): Expr => ({ kind: 'binary', fn: 'rem', dtype: a.dtype, a, b });

/** So many bits of the quotient at once that a remainder
 *  of 53 bits does not leave an int64, one of 24 no int32. */
const bitsAtOnce = { float32: 7, float64: 10 };
/** The exponents of the largest and the smallest number lie 277 apart, of float64 2098. */
const mostTurns = { float32: 40, float64: 210 };

/** Mantissas as integers, the first one shifted up to the other's exponent. */
export function longDivision(
  x: Expr,
  y: Expr,
  { name, variable, loop }: Pick<Steps, 'name' | 'variable' | 'loop'>,
): Expr {
  const type = floatType(x.dtype);
  const { bias, mantissaBits } = formatOf(x);
  const [dividend, divisor] = [taken(x, name), taken(y, name)];
  const rest = variable(rem(dividend.mantissa, divisor.mantissa));
  const missing = variable(sub(dividend.exponent, divisor.exponent));
  loop(mostTurns[type], lt(0, missing.value), () => {
    const step = name(min(missing.value, bitsAtOnce[type]));
    rest.assign(rem(shl(rest.value, step), divisor.mantissa));
    missing.assign(sub(missing.value, step));
  });
  // in two steps: the scale alone may be less than the least number
  const scale = name(sub(divisor.exponent, bias + mantissaBits));
  const half = name(shr(scale, 1));
  const power = (exponent: Expr): Expr => powerOfTwo(exponent, 0);
  return mul(mul(cast(rest.value, x.dtype), power(half)), power(sub(scale, half)));
}

/** A positive number is mantissa * 2^(exponent - bias - bits of the mantissa), both integers. */
function taken(value: Expr, name: Steps['name']): { mantissa: Expr; exponent: Expr } {
  const { int, least, mantissaBits } = formatOf(value);
  const lift = mantissaBits + 2;
  const isTiny = name(lt(value, least));
  const normal = name(bits(select(isTiny, mul(value, 2 ** lift), value), int));
  const lowered = select(isTiny, constant(int, lift), constant(int, 0));
  const unit = 2 ** mantissaBits;
  return {
    mantissa: name(or(and(normal, unit - 1), unit)),
    exponent: name(sub(shr(normal, mantissaBits), lowered)),
  };
}
