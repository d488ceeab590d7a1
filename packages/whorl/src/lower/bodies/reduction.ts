// x = n pi / 2 + r with |r| <= pi / 4: how SIN, COS and TAN begin.
// in:  an argument of any size     out: r, and n in the lowest bits
//
// Up to 2^29 in float32 and 2^35 in float64 pieces of pi / 2 do. Beyond, a routine does it, behind
// a branch.

import type { Expr } from '../../ir/loop.js';
import { halfPi } from './coefficients.js';
import { abs, add, cast, fma, le, max, min, mul, sub } from './expressions.js';
import { formatOf, toBits } from './format.js';
import { decoded, largeAngle } from './large-angle.js';
import { reduceLargeNarrow } from './large-angle-narrow.js';
import type { Rarely } from './rarely.js';
import { type Emit, share } from './share.js';

export interface Reduced {
  readonly r: Expr;
  /** n in the lowest bits, in the integer type of r's size. */
  readonly quadrant: Expr;
}

/** `widest`: the dtype that x had before it was widened, if it was. */
export function reduce(x: Expr, emit: Emit, rarely: Rarely, widest = x.dtype): Reduced {
  const found =
    x.dtype === 'float32'
      ? reduce32(x, emit)
      : widest === 'float32'
        ? reduceWidened(x, emit)
        : reduce64(x, emit);
  const { r, quadrant } = within(found, bound);
  const isLarge = le(widest === 'float32' ? 2 ** 29 : 2 ** 35, abs(x));
  const [reduced, n] = rarely(isLarge, [share(r, emit), quadrant], () => {
    const large = decoded(emit(largeAngle(cast(x, 'float64'))));
    return [cast(large.r, x.dtype), cast(large.quadrant, quadrant.dtype)];
  });
  return { r: reduced!, quadrant: n! };
}

const asItIs: Emit = (value) => value;

/** Where there is no float64. */
export function reduceNarrow(x: Expr, emit: Emit, rarely: Rarely): Reduced {
  const { r, quadrant } = within(reduce32Narrow(x, emit), narrowBound);
  const isLarge = le(2 ** 15, abs(x));
  const [reduced, n] = rarely(isLarge, [share(r, emit), quadrant], () => {
    const large = reduceLargeNarrow(x, emit);
    return [large.r, large.quadrant];
  });
  return { r: reduced!, quadrant: n! };
}

/** Of an argument that is not large, in its own dtype alone. */
export const reduceSmall = (x: Expr): Reduced =>
  x.dtype === 'float32'
    ? within(reduce32Narrow(x, asItIs), narrowBound)
    : within(reduce64(x, asItIs), bound);

/** A little more than pi / 4: of infinities r is anything. */
const bound = 0.7861;
/** n is rounded in float32: beside the middle between two whole numbers it may be the other one. */
const narrowBound = 0.788;

const within = ({ r, quadrant }: Reduced, most: number): Reduced => ({
  r: max(min(r, most), -most),
  quadrant,
});

/** The nearest integer, as a float and in the lowest bits; both read one sum. */
function roundSmall(value: Expr, emit: Emit): { readonly float: Expr; readonly low: Expr } {
  const { rounder } = formatOf(value);
  const raised = emit(add(value, rounder));
  return { float: sub(raised, rounder), low: toBits(raised) };
}

function reduce32(x: Expr, emit: Emit): Reduced {
  const { r, quadrant } = reduceWidened(emit(cast(x, 'float64')), emit);
  return { r: cast(r, 'float32'), quadrant: cast(quadrant, 'int32') };
}

/**
 * Of a float32 in float64: two pieces of pi / 2 times n are exact, and so are the differences.
 */
function reduceWidened(wide: Expr, emit: Emit): Reduced {
  const { float: n, low } = roundSmall(mul(wide, 2 / Math.PI), emit);
  const [first, second, rest] = halfPi.float32;
  const r = sub(sub(sub(wide, mul(n, first!)), mul(n, second!)), mul(n, rest!));
  return { r, quadrant: low };
}

/** What the first piece leaves is exact; the other two round once each. */
function reduce32Narrow(x: Expr, emit: Emit): Reduced {
  const { float: n, low: quadrant } = roundSmall(mul(x, 2 / Math.PI), emit);
  const r = halfPi.float32.reduce((rest, piece) => fma(n, -piece, rest), x);
  return { r, quadrant };
}

/** Five pieces of pi / 2 have so few bits that n times a piece is exact. The first three
 *  differences are exact too; what the next two lose goes in with the last: r is rounded once. */
function reduce64(x: Expr, emit: Emit): Reduced {
  const { float: n, low: quadrant } = roundSmall(mul(x, 2 / Math.PI), emit);
  const part = (i: number): Expr => mul(n, halfPi.float64[i]!);
  const a = sub(sub(sub(x, part(0)), part(1)), part(2));
  const b = sub(a, part(3));
  const lostB = sub(sub(a, b), part(3));
  const c = sub(b, part(4));
  const lostC = sub(sub(b, c), part(4));
  return { r: sub(c, sub(sub(part(5), lostC), lostB)), quadrant };
}
