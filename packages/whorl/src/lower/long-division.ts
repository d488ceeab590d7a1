// The remainder of two floats whose quotient is large, found as on paper: ten bits of the quotient at a time.
// in:  finite x >= y > 0 of float64     out: x - trunc(x / y) * y, exact

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
import { powerOfTwo } from './bodies/format.js';
import type { Expr } from '../ir/loop.js';
import type { Steps } from './steps.js';

const rem = (a: Expr, b: Expr): Expr => ({ kind: 'binary', fn: 'rem', dtype: a.dtype, a, b });

/** So many bits of the quotient at once that a remainder of 53 bits does not leave an int64. */
const bitsAtOnce = 10;
/** The exponents of the largest and the smallest number lie 2098 apart. */
const mostTurns = 210;

/** Mantissas as integers, the first one shifted up to the other's exponent. */
export function longDivision(
  x: Expr,
  y: Expr,
  { name, variable, loop }: Pick<Steps, 'name' | 'variable' | 'loop'>,
): Expr {
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
