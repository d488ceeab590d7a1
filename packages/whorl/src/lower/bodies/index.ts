// The elementary functions as formulas in loop IR, one row per op: a renderer knows none of them.
// in:  argument expressions     out: an expression; what it uses twice was named by `emit` before

import type { DType } from '../../graph/dtype.js';
import type { BinaryOp, UnaryOp } from '../../graph/op.js';
import type { Expr } from '../../ir/loop.js';
import { erf, erfc, erfinv } from './error-function.js';
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
import { type Reduced, reduce } from './reduction.js';
import { cos, sin, tan } from './trigonometric.js';

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

/** The argument is reduced first, by a longer way where it is large; `wide`: all in float64. */
const periodic =
  (formula: (x: Expr, reduced: Reduced) => Expr, wide = false): Body =>
  ([arg], dtype, emit, rarely) => {
    floatType(dtype);
    const own = named(arg!, emit);
    const x = wide ? named(cast(own, 'float64'), emit) : own;
    const result = formula(x, reduce(x, emit, rarely, dtype));
    return share(cast(result, dtype), emit);
  };

const binary =
  (formula: (x: Expr, y: Expr) => Expr): Body =>
  (args, _dtype, emit) =>
    share(formula(named(args[0]!, emit), named(args[1]!, emit)), emit);

type Elementary =
  | Exclude<
      UnaryOp,
      'NEG' | 'ABS' | 'RECIP' | 'SQRT' | 'FLOOR' | 'CEIL' | 'TRUNC' | 'ROUND' | 'NOT' | 'CAST'
    >
  | Extract<BinaryOp, 'POW' | 'ATAN2'>;

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
  ASINH: unary(asinh),
  ACOSH: unary(acosh),
  ATANH: unary(atanh),
  ERF: unary(erf),
  ERFC: unary(erfc),
  ERFINV: unary(erfinv),
  LGAMMA: unary(lgamma),
  DIGAMMA: unary(digamma),
  POW: binary(power),
} satisfies Record<Elementary, Body>;
