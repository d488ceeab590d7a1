// The elementary functions as formulas in loop IR, one row per op: a renderer knows none of them.
// in:  argument expressions     out: an expression; what it uses twice was named by `emit` before

import type { DType } from '../../graph/dtype.js';
import type { BinaryOp, UnaryOp } from '../../graph/op.js';
import type { Expr } from '../../ir/loop.js';
import { erf, erfc, erfinv, erfinv32 } from './error-function.js';
import { cosh, exp, expm1, sigmoid, sinh, tanh } from './exponential.js';
import { cast } from './expressions.js';
import { floatType } from './format.js';
import { digamma, lgamma } from './gamma.js';
import { acosh, asinh, atanh } from './hyperbolic.js';
import { acos, asin, atan, atan2 } from './inverse.js';
import { log, log10, log1p, log2 } from './logarithm.js';
import { power } from './power.js';
import type { Rarely } from './rarely.js';
import type { Emit } from './share.js';
import { named, share } from './share.js';
import { type Reduced, reduce, reduceNarrow } from './reduction.js';
import { cos, sin, tan } from './trigonometric.js';
import { inFloat64 } from './wide.js';

export type { Rarely } from './rarely.js';
export type { Emit } from './share.js';

/** Arguments and result have dtype `dtype`. `emit` stores a value and gives its name. */
export type Body = (
  args: readonly Expr[],
  dtype: DType,
  emit: Emit,
  rarely: Rarely,
  hasFloat64: boolean,
) => Expr;

const unary =
  (formula: (x: Expr) => Expr): Body =>
  (args, dtype, emit) => {
    floatType(dtype);
    return share(formula(named(args[0]!, emit)), emit);
  };

/** In float64 where the device has it: what is rare, and hard to get right in 24 bits. */
function wide(formula: (x: Expr) => Expr): Body {
  const [own, widened] = [unary(formula), unary(inFloat64(formula))];
  return (args, dtype, emit, rarely, hasFloat64) =>
    (hasFloat64 ? widened : own)(args, dtype, emit, rarely, hasFloat64);
}

/**
 * The argument is reduced first, by a longer way where it is large; `isWide`: all in float64 where
 * there is one.
 */
const periodic =
  (formula: (x: Expr, reduced: Reduced, widest: DType) => Expr, isWide = false): Body =>
  ([arg], dtype, emit, rarely, hasFloat64) => {
    floatType(dtype);
    const own = named(arg!, emit);
    if (!hasFloat64) return share(formula(own, reduceNarrow(own, emit, rarely), dtype), emit);
    const x = isWide ? named(cast(own, 'float64'), emit) : own;
    const result = formula(x, reduce(x, emit, rarely, dtype), dtype);
    return share(cast(result, dtype), emit);
  };

const binary =
  (formula: (x: Expr, y: Expr, hasFloat64: boolean) => Expr): Body =>
  (args, _dtype, emit, _rarely, hasFloat64) =>
    share(formula(named(args[0]!, emit), named(args[1]!, emit), hasFloat64), emit);

const erfinvOfSingle = unary(inFloat64(erfinv32));
const erfinvBody: Body = (args, dtype, emit, rarely, hasFloat64) => {
  const isShort = hasFloat64 && dtype === 'float32';
  return (isShort ? erfinvOfSingle : unary(erfinv))(args, dtype, emit, rarely, hasFloat64);
};

export const bodies = {
  EXP: unary(exp),
  EXPM1: unary(expm1),
  SIGMOID: unary(sigmoid),
  LOG: unary(log),
  LOG1P: unary(log1p),
  LOG2: unary(log2),
  LOG10: unary(log10),
  SIN: periodic(sin),
  COS: periodic(cos),
  TAN: periodic(tan, true),
  ASIN: unary(asin),
  ACOS: unary(acos),
  ATAN: unary(atan),
  ATAN2: binary(atan2),
  SINH: unary(sinh),
  COSH: unary(cosh),
  TANH: unary(tanh),
  ASINH: wide(asinh),
  ACOSH: wide(acosh),
  ATANH: wide(atanh),
  ERF: unary(erf),
  ERFC: wide(erfc),
  ERFINV: erfinvBody,
  LGAMMA: wide(lgamma),
  DIGAMMA: wide(digamma),
  POW: binary(power),
} satisfies Partial<Record<UnaryOp | BinaryOp, Body>>;
