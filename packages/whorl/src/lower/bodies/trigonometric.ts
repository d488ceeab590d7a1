// SIN, COS, TAN: x = n pi / 2 + r with |r| <= pi / 4, then a polynomial chosen by n.
// Right to 2 ulp for every finite argument; NaN for infinities.

import type { DType } from '../../graph/dtype.js';
import type { Expr } from '../../ir/loop.js';
import { cosMiddle, cos as cosines, sinMiddle, sin as sines } from './coefficients.js';
import { abs, add, and, div, eq, lt, mul, neg, polynomial, select, sub } from './expressions.js';
import { floatType, negateByBit1 } from './format.js';
import type { Reduced } from './reduction.js';

type Coefficients = readonly number[];

function sinOfSmall(r: Expr, z: Expr, c: Coefficients): Expr {
  return add(r, mul(mul(r, z), polynomial(z, c)));
}

function cosOfSmall(z: Expr, c: Coefficients): Expr {
  const tail = mul(mul(z, z), polynomial(z, c));
  return add(sub(1, mul(z, 0.5)), tail);
}

interface Pair {
  readonly s: Expr;
  readonly c: Expr;
  readonly quadrant: Expr;
  readonly isOdd: Expr;
}

function both(
  { r, quadrant }: Reduced,
  sin: Coefficients = sines[floatType(r.dtype)],
  cos: Coefficients = cosines[floatType(r.dtype)],
): Pair {
  const z = mul(r, r);
  return {
    s: sinOfSmall(r, z, sin),
    c: cosOfSmall(z, cos),
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

/**
 * x and its parts in float64 for both formats: three roundings would add up to 3 ulp. Of a float32
 * shorter polynomials do. `widest`: the dtype that x had before.
 */
export function tan(x: Expr, reduced: Reduced, widest: DType): Expr {
  const isShort = widest === 'float32' && x.dtype === 'float64';
  const { s, c, isOdd } = isShort
    ? both(reduced, sinMiddle.float64, cosMiddle.float64)
    : both(reduced);
  const y = div(select(isOdd, neg(c), s), select(isOdd, s, c));
  return select(eq(x, 0), x, finite(x, y));
}
