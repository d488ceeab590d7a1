// The remainder of a division, with the dividend's sign: exact on integers, by float64 on floats.
// in:  two values of one dtype     out: a - trunc(a / b) * b

import { abs, add, cast, div, le, lt, mul, select, sub } from './bodies/expressions.js';
import { withSign } from './bodies/format.js';
import type { BinaryFn, Expr, UnaryFn } from './loop.js';

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

/** Right wherever |a / b| < 2^29 in float32: quotient and product are exact in float64 there. */
export function fmod(a: Expr, b: Expr, name: (value: Expr) => Expr): Expr {
  const x = name(abs(cast(a, 'float64')));
  const y = name(abs(cast(b, 'float64')));
  const first = name(sub(x, mul(trunc(div(x, y)), y)));
  // the quotient may have been rounded up to a whole number, or down from one
  const lifted = name(select(lt(first, 0), add(first, y), first));
  const reduced = select(le(y, lifted), sub(lifted, y), lifted);
  const magnitude = cast(select(lt(x, y), x, reduced), a.dtype);
  return withSign(name(magnitude), a);
}
