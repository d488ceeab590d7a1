// What each pointwise op computes, as expressions of the loop IR.
// in:  an op, its dtype, operands     out: an expression; integer division reports a zero divisor

import type { DType } from '../graph/dtype.js';
import { isFloating } from '../graph/dtype.js';
import type { BinaryOp, UnaryOp } from '../graph/op.js';
import { bodies } from './bodies/index.js';
import {
  abs,
  add,
  and,
  cast,
  constant,
  div,
  eq,
  floor,
  le,
  lt,
  max,
  min,
  mul,
  ne,
  neg,
  nearest,
  not,
  or,
  select,
  shl,
  shr,
  sqrt,
  sub,
  xor,
} from './bodies/expressions.js';
import { withSign } from './bodies/format.js';
import type { Expr } from '../ir/loop.js';
import type { Target } from '../target/target.js';
import { ceil, fmod, rem, trunc } from './remainder.js';
import type { Steps } from './steps.js';

export interface Surroundings extends Steps {
  readonly target: Target;
  /** Reports where `ok` is false. */
  readonly check: (ok: Expr) => void;
}

type Rule = (args: readonly Expr[], dtype: DType, around: Surroundings) => Expr;
const one =
  (make: (a: Expr) => Expr): Rule =>
  ([a]) =>
    make(a!);
const two =
  (make: (a: Expr, b: Expr) => Expr): Rule =>
  ([a, b]) =>
    make(a!, b!);
/** On bool another function than on numbers. */
const either =
  (numbers: (a: Expr, b: Expr) => Expr, bools: (a: Expr, b: Expr) => Expr): Rule =>
  ([a, b], dtype) =>
    (dtype === 'bool' ? bools : numbers)(a!, b!);
const body =
  (op: keyof typeof bodies): Rule =>
  (args, dtype, { name, rarely, target }) =>
    bodies[op](args, dtype, name, rarely, target.hasFloat64);
/** Rounding to whole numbers leaves integers alone. */
const rounding =
  (make: (a: Expr) => Expr): Rule =>
  ([a], dtype) =>
    isFloating(dtype) ? make(a!) : a!;

/** float to uint8 goes by int64: it wraps, as the integer types do. */
function convert(a: Expr, dtype: DType): Expr {
  if (dtype === 'uint8' && isFloating(a.dtype)) return cast(cast(a, 'int64'), dtype);
  return cast(a, dtype);
}

/** Not of -0, nor of NaN. */
const isNegative = (a: Expr): Expr => lt(a, 0);

/** Where the remainder is not 0 and its sign is not the divisor's. */
const disagrees = (remainder: Expr, divisor: Expr): Expr =>
  and(ne(remainder, 0), xor(isNegative(remainder), isNegative(divisor)));

/**
 * Of integers the quotient towards 0, one less where it was rounded up:
 *     q = a / b
 *     a % b is not 0 and its sign is not b's ? q - 1 : q
 */
const floorDivision: Rule = ([x, y], dtype, around) => {
  const { name, check } = around;
  const [a, b] = [name(x!), name(y!)];
  if (isFloating(dtype)) return floatFloorDivision(a, b, around);
  check(ne(b, 0));
  if (dtype === 'uint8') return div(a, b);
  const quotient = div(a, b);
  return select(disagrees(name(rem(a, b)), b), sub(quotient, 1), quotient);
};

/** PyTorch's div_floor_floating: exact by the remainder, the sign of zero kept. */
function floatFloorDivision(a: Expr, b: Expr, around: Surroundings): Expr {
  const { name, target } = around;
  const remainder = name(fmod(a, b, around, target.hasFloat64));
  const exact = div(sub(a, remainder), b);
  const whole = name(select(disagrees(remainder, b), sub(exact, 1), exact));
  const down = name(floor(whole));
  const rounded = select(lt(0.5, sub(whole, down)), add(down, 1), down);
  const quotient = name(div(a, b));
  const signedZero = withSign(constant(a.dtype, 0), quotient);
  return select(eq(b, 0), quotient, select(eq(whole, 0), signedZero, rounded));
}

/** Python's %: the remainder towards 0, and b added where its sign is not b's. */
const floorRemainder: Rule = ([x, y], dtype, around) => {
  const { name, check, target } = around;
  const [a, b] = [name(x!), name(y!)];
  if (!isFloating(dtype)) check(ne(b, 0));
  const remainder = name(isFloating(dtype) ? fmod(a, b, around, target.hasFloat64) : rem(a, b));
  if (dtype === 'uint8') return remainder;
  return select(disagrees(remainder, b), add(remainder, b), remainder);
};

/** C's % and fmod: the sign is a's. */
const truncatedRemainder: Rule = ([x, y], dtype, around) => {
  const { name, check, target } = around;
  const [a, b] = [name(x!), name(y!)];
  if (isFloating(dtype)) return fmod(a, b, around, target.hasFloat64);
  check(ne(b, 0));
  return rem(a, b);
};

const widths: Partial<Record<DType, number>> = { uint8: 8, int32: 32, int64: 64 };

/** Whether a distance is one: instructions take it modulo the width. */
const isInside = (distance: Expr, width: number): Expr => and(le(0, distance), lt(distance, width));

/** By the width or more, or by a negative number, nothing is left. */
const leftShift: Rule = ([a, b], dtype, { name }) => {
  const distance = name(b!);
  return select(isInside(distance, widths[dtype]!), shl(a!, distance), 0);
};

/** By the width or more, or by a negative number, the sign is left. */
const rightShift: Rule = ([a, b], dtype, { name }) => {
  const [distance, width] = [name(b!), widths[dtype]!];
  if (dtype === 'uint8') return select(isInside(distance, width), shr(a!, distance), 0);
  return shr(a!, select(isInside(distance, width), distance, width - 1));
};

const elementary = Object.fromEntries(
  Object.keys(bodies).map((op) => [op, body(op as keyof typeof bodies)]),
) as Record<keyof typeof bodies, Rule>;

export const pointwise: Record<UnaryOp | BinaryOp | 'WHERE', Rule> = {
  ...elementary,
  NEG: one(neg),
  ABS: one(abs),
  SQRT: one(sqrt),
  NOT: one(not),
  RECIP: ([a], dtype) => div(constant(dtype, 1), a!),
  FLOOR: rounding(floor),
  CEIL: rounding(ceil),
  TRUNC: rounding(trunc),
  ROUND: rounding(nearest),
  CAST: ([a], dtype) => convert(a!, dtype),
  ADD: either(add, or),
  SUB: either(sub, xor),
  MUL: either(mul, and),
  DIV: two(div),
  MAX: either(max, or),
  MIN: either(min, and),
  IDIV: floorDivision,
  MOD: floorRemainder,
  FMOD: truncatedRemainder,
  LT: two(lt),
  LE: two(le),
  EQ: two(eq),
  AND: two(and),
  OR: two(or),
  XOR: two(xor),
  SHL: leftShift,
  SHR: rightShift,
  CHECK: ([a, ok], _dtype, { check }) => {
    check(ok!);
    return a!;
  },
  WHERE: ([c, a, b]) => select(c!, a!, b!),
};
