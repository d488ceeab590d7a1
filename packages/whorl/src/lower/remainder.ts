// The remainder of a division, which is a's sign's: exact on integers, by float64 on floats.
// in:  two values of one dtype     out: a - trunc(a / b) * b

import { abs, add, and, cast, constant, div, eq, le, lt, mul, select, sub } from './bodies/expressions.js';
import type { BinaryFn, Expr, UnaryFn } from './loop.js';

const unary = (fn: UnaryFn) => (a: Expr): Expr => ({ kind: 'unary', fn, dtype: a.dtype, a });
const binary = (fn: BinaryFn) => (a: Expr, b: Expr): Expr =>
  ({ kind: 'binary', fn, dtype: a.dtype, a, b });

export const ceil = unary('ceil');
export const trunc = unary('trunc');
/** Of integers; by zero it gives 0. */
export const rem = binary('rem');

/** Right wherever |a / b| < 2^29 in float32: quotient and product are exact in float64 there. */
export function fmod(a: Expr, b: Expr, name: (value: Expr) => Expr): Expr {
  const x = name(abs(cast(a, 'float64')));
  const y = name(abs(cast(b, 'float64')));
  const first = name(sub(x, mul(trunc(div(x, y)), y)));
  // the quotient may have been rounded up to a whole number, or down from one
  const up = select(lt(first, 0), add(first, y), first);
  const magnitude = name(select(le(y, up), sub(up, y), up));
  const isSmall = lt(x, y);
  const result = select(and(isSmall, eq(x, x)), x, magnitude);
  const narrow = name(cast(result, a.dtype));
  const zero = constant(a.dtype, 0);
  return select(lt(a, 0), sub(zero, narrow), select(eq(a, 0), mul(a, narrow), narrow));
}
