// SIN, COS, TAN: x = n pi / 2 + r with |r| <= pi / 4, then a polynomial chosen by n.
// Right to 2 ulp up to |x| = 8e8 in float32, 5e10 in float64. Beyond, the neighbours of a float lie
// further apart than a period: there the value is some number in [-1, 1], and NaN for infinities.

import type { Expr } from '../loop.js';
import { cos as cosines, halfPi, sin as sines } from './coefficients.js';
import {
  abs,
  add,
  and,
  cast,
  div,
  eq,
  lt,
  max,
  min,
  mul,
  neg,
  polynomial,
  select,
  sub,
} from './expressions.js';
import { floatType, negateByBit1, roundSmall } from './format.js';
import { inFloat64 } from './wide.js';

interface Reduced {
  readonly r: Expr;
  /** n in the lowest bits */
  readonly quadrant: Expr;
}

/** In float64 two pieces of pi / 2 times n are exact, and so are the differences. */
function reduce32(x: Expr): Reduced {
  const wide = cast(x, 'float64');
  const { float: n, low } = roundSmall(mul(wide, 2 / Math.PI));
  const [first, second, rest] = halfPi.float32;
  const r = sub(sub(sub(wide, mul(n, first!)), mul(n, second!)), mul(n, rest!));
  return { r: cast(r, 'float32'), quadrant: cast(low, 'int32') };
}

/** Five pieces of pi / 2 have so few bits that n times a piece is exact. The first three
 *  differences are exact too; what the next two lose goes in with the last: r is rounded once. */
function reduce64(x: Expr): Reduced {
  const { float: n, low: quadrant } = roundSmall(mul(x, 2 / Math.PI));
  const part = (i: number): Expr => mul(n, halfPi.float64[i]!);
  const a = sub(sub(sub(x, part(0)), part(1)), part(2));
  const b = sub(a, part(3));
  const lostB = sub(sub(a, b), part(3));
  const c = sub(b, part(4));
  const lostC = sub(sub(b, c), part(4));
  return { r: sub(c, sub(sub(part(5), lostC), lostB)), quadrant };
}

function reduce(x: Expr): Reduced {
  const { r, quadrant } = x.dtype === 'float32' ? reduce32(x) : reduce64(x);
  return { r: max(min(r, bound), -bound), quadrant };
}

/** A little more than pi / 4: beyond the limits r is anything. */
const bound = 0.7861;

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

function both(x: Expr): Pair {
  const { r, quadrant } = reduce(x);
  const z = mul(r, r);
  return {
    s: sinOfSmall(r, z),
    c: cosOfSmall(r, z),
    quadrant,
    isOdd: eq(and(quadrant, 1), 1),
  };
}

const finite = (x: Expr, y: Expr): Expr => select(lt(abs(x), Infinity), y, NaN);

export function sin(x: Expr): Expr {
  const { s, c, quadrant, isOdd } = both(x);
  const y = negateByBit1(select(isOdd, c, s), quadrant);
  return select(eq(x, 0), x, finite(x, y));
}

export function cos(x: Expr): Expr {
  const { s, c, quadrant, isOdd } = both(x);
  return finite(x, negateByBit1(select(isOdd, s, c), add(quadrant, 1)));
}

/** In float64 for both formats: three roundings would add up to 3 ulp. */
export const tan = inFloat64((x) => {
  const { s, c, isOdd } = both(x);
  const y = div(select(isOdd, neg(c), s), select(isOdd, s, c));
  return select(eq(x, 0), x, finite(x, y));
});
