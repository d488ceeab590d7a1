// Writes loop IR expressions like formulas: add(mul(x, 2), 1); numbers take the other's dtype.
// in:  expressions and numbers     out: expressions

import type { DType } from '../../graph/dtype.js';
import type { BinaryFn, Expr, UnaryFn } from '../../ir/loop.js';

export type Value = Expr | number;

export function constant(dtype: DType, value: number): Expr {
  if (dtype === 'int64') return { kind: 'const', dtype, value: BigInt(value) };
  return { kind: 'const', dtype, value: dtype === 'float32' ? Math.fround(value) : value };
}

const typed = (value: Value, dtype: DType): Expr =>
  typeof value === 'number' ? constant(dtype, value) : value;

function dtypeOf(a: Value, b: Value): DType {
  if (typeof a !== 'number') return a.dtype;
  if (typeof b !== 'number') return b.dtype;
  throw new Error('an operation of two plain numbers has no dtype');
}

const unary =
  (fn: UnaryFn) =>
  (a: Expr): Expr => ({ kind: 'unary', fn, dtype: a.dtype, a });

const binary =
  (fn: BinaryFn) =>
  (a: Value, b: Value): Expr => {
    const dtype = dtypeOf(a, b);
    return { kind: 'binary', fn, dtype, a: typed(a, dtype), b: typed(b, dtype) };
  };

const comparison =
  (fn: 'eq' | 'ne' | 'lt' | 'le') =>
  (a: Value, b: Value): Expr => {
    const dtype = dtypeOf(a, b);
    return { kind: 'binary', fn, dtype: 'bool', a: typed(a, dtype), b: typed(b, dtype) };
  };

export const neg = unary('neg');
export const abs = unary('abs');
export const sqrt = unary('sqrt');
export const floor = unary('floor');
export const nearest = unary('nearest');
export const not = unary('not');

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
export const min = binary('min');
export const max = binary('max');
export const and = binary('and');
export const or = binary('or');
export const xor = binary('xor');
export const shl = binary('shl');
export const shr = binary('shr');

export const eq = comparison('eq');
export const ne = comparison('ne');
export const lt = comparison('lt');
export const le = comparison('le');

/** condition ? a : b, both computed. */
export function select(condition: Expr, a: Value, b: Value): Expr {
  const dtype = dtypeOf(a, b);
  return { kind: 'select', dtype, c: condition, a: typed(a, dtype), b: typed(b, dtype) };
}

/** a * b + c, rounded once. */
export const fma = (a: Expr, b: Value, c: Value): Expr => ({
  kind: 'fma',
  dtype: a.dtype,
  a,
  b: typed(b, a.dtype),
  c: typed(c, a.dtype),
});

/** A choice between two numbers. */
export const choose = (condition: Expr, dtype: DType, a: number, b: number): Expr =>
  select(condition, constant(dtype, a), b);

export const cast = (a: Expr, dtype: DType): Expr =>
  a.dtype === dtype ? a : { kind: 'cast', dtype, a };

export const bits = (a: Expr, dtype: DType): Expr => ({ kind: 'bits', dtype, a });

/** c[0] + c[1] x + c[2] x^2 + ... by Horner's rule. */
export function polynomial(x: Expr, c: readonly Value[]): Expr {
  let y = typed(c[c.length - 1]!, x.dtype);
  for (let i = c.length - 2; i >= 0; i--) y = add(mul(y, x), c[i]!);
  return y;
}

/** The same polynomial as Horner's rule in x^2 over c[0] + c[1] x, c[2] + c[3] x, ...: no more
 *  operations, but half as many that wait for one another. */
export function pairs(x: Expr, square: Expr, c: readonly number[]): Expr {
  const pair = (i: number): Expr =>
    i + 1 < c.length ? add(mul(x, c[i + 1]!), c[i]!) : constant(x.dtype, c[i]!);
  let y = pair((c.length - 1) & ~1);
  for (let i = ((c.length - 1) & ~1) - 2; i >= 0; i -= 2) y = add(mul(y, square), pair(i));
  return y;
}
