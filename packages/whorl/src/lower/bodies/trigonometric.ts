// SIN, COS, TAN: x = n pi / 2 + r with |r| <= pi / 4, then a polynomial chosen by n.
// Right to 2 ulp for every finite argument; NaN for infinities.

import type { Expr } from '../../ir/loop.js';
import { cos as cosines, sin as sines } from './coefficients.js';
import { abs, add, and, div, eq, lt, mul, neg, polynomial, select, sub } from './expressions.js';
import { floatType, negateByBit1 } from './format.js';
import type { Reduced } from './reduction.js';

function sinOfSmall(r: Expr, z: Expr): Expr {
  return add(r, mul(mul(r, z), polynomial(z, sines[floatType(r.dtype)])));
}

function cosOfSmall(r: Expr, z: Expr): Expr {
  const tail = mul(mul(z, z), polynomial(z, cosines[floatType(r.dtype)]));
  return add(sub(1, mul(z, 0.5)), tail);
}

interface Pair {
  readonly s: Expr;
  readonly c: Expr;
  readonly quadrant: Expr;
  readonly isOdd: Expr;
}

function both({ r, quadrant }: Reduced): Pair {
  const z = mul(r, r);
  return {
    s: sinOfSmall(r, z),
    c: cosOfSmall(r, z),
    quadrant,
    isOdd: eq(and(quadrant, 1), 1),
  };
}

const finite = (x: Expr, y: Expr): Expr => select(lt(abs(x), Infinity), y, NaN);

export function sin(x: Expr, reduced: Reduced): Expr {
  const { s, c, quadrant, isOdd } = both(reduced);
  const y = negateByBit1(select(isOdd, c, s), quadrant);
  return select(eq(x, 0), x, finite(x, y));
}

export function cos(x: Expr, reduced: Reduced): Expr {
  const { s, c, quadrant, isOdd } = both(reduced);
  return finite(x, negateByBit1(select(isOdd, s, c), add(quadrant, 1)));
}

/** x and its parts in float64 for both formats: three roundings would add up to 3 ulp. */
export function tan(x: Expr, reduced: Reduced): Expr {
  const { s, c, isOdd } = both(reduced);
  const y = div(select(isOdd, neg(c), s), select(isOdd, s, c));
  return select(eq(x, 0), x, finite(x, y));
}
