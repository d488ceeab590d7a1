// Functions of one tensor, element by element.
// in:  a tensor     out: a tensor of the same shape; in-place twins end with an underscore

import { signOf } from '../../autograd/derivatives.js';
import {
  binary,
  cast,
  constant,
  eq,
  mul,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../graph/build.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import type { UnaryOp } from '../../graph/op.js';
import { method, rows } from '../../tensor/define.js';
import { withTwin } from '../twins.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { resultLayout, toFloat } from '../../tensor/promotion.js';
import type { Unary, UnaryBool, UnaryFloat, UnaryInPlace } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    neg: Unary;
    negative: Unary;
    abs: Unary;
    sign: Unary;
    sgn: Unary;
    floor: Unary;
    ceil: Unary;
    trunc: Unary;
    fix: Unary;
    frac: Unary;
    square: Unary;
    relu: Unary;
    reciprocal: UnaryFloat;
    sqrt: UnaryFloat;
    rsqrt: UnaryFloat;
    exp: UnaryFloat;
    exp2: UnaryFloat;
    expm1: UnaryFloat;
    log: UnaryFloat;
    log2: UnaryFloat;
    log10: UnaryFloat;
    log1p: UnaryFloat;
    sin: UnaryFloat;
    cos: UnaryFloat;
    tan: UnaryFloat;
    asin: UnaryFloat;
    acos: UnaryFloat;
    atan: UnaryFloat;
    sinh: UnaryFloat;
    cosh: UnaryFloat;
    tanh: UnaryFloat;
    asinh: UnaryFloat;
    acosh: UnaryFloat;
    atanh: UnaryFloat;
    sigmoid: UnaryFloat;
    erf: UnaryFloat;
    erfc: UnaryFloat;
    erfinv: UnaryFloat;
    lgamma: UnaryFloat;
    digamma: UnaryFloat;
    deg2rad: UnaryFloat;
    rad2deg: UnaryFloat;
    logicalNot: UnaryBool;
    isnan: UnaryBool;
    isinf: UnaryBool;
    isposinf: UnaryBool;
    isneginf: UnaryBool;
    isfinite: UnaryBool;
    neg_: UnaryInPlace;
    negative_: UnaryInPlace;
    abs_: UnaryInPlace;
    sign_: UnaryInPlace;
    sgn_: UnaryInPlace;
    floor_: UnaryInPlace;
    ceil_: UnaryInPlace;
    trunc_: UnaryInPlace;
    fix_: UnaryInPlace;
    frac_: UnaryInPlace;
    square_: UnaryInPlace;
    relu_: UnaryInPlace;
    reciprocal_: UnaryInPlace;
    sqrt_: UnaryInPlace;
    rsqrt_: UnaryInPlace;
    exp_: UnaryInPlace;
    exp2_: UnaryInPlace;
    expm1_: UnaryInPlace;
    log_: UnaryInPlace;
    log2_: UnaryInPlace;
    log10_: UnaryInPlace;
    log1p_: UnaryInPlace;
    sin_: UnaryInPlace;
    cos_: UnaryInPlace;
    tan_: UnaryInPlace;
    asin_: UnaryInPlace;
    acos_: UnaryInPlace;
    atan_: UnaryInPlace;
    sinh_: UnaryInPlace;
    cosh_: UnaryInPlace;
    tanh_: UnaryInPlace;
    asinh_: UnaryInPlace;
    acosh_: UnaryInPlace;
    atanh_: UnaryInPlace;
    sigmoid_: UnaryInPlace;
    erf_: UnaryInPlace;
    erfc_: UnaryInPlace;
    erfinv_: UnaryInPlace;
    lgamma_: UnaryInPlace;
    digamma_: UnaryInPlace;
    deg2rad_: UnaryInPlace;
    rad2deg_: UnaryInPlace;
  }
}

type Rule = (dtype: DType) => DType;
const same: Rule = (dtype) => dtype;
const float: Rule = toFloat;

/** Applies `make` to the value in the dtype that `rule` gives. */
export function apply(x: Tensor, rule: Rule, make: (a: Node) => Node): Tensor {
  return fromNode(make(cast(x.node, rule(x.dtype))), resultLayout(x.shape, [x]));
}

type Make = (a: Node) => Node;
const op =
  (name: UnaryOp): Make =>
  (a) =>
    unary(name, a);

const scaled =
  (factor: number): Make =>
  (a) =>
    withNumber('MUL', a, factor);
const integerIdentity =
  (make: Make): Make =>
  (a) =>
    isFloating(a.dtype) ? make(a) : a;

function refuseBool(name: string, make: Make): Make {
  return (a) => {
    if (a.dtype === 'bool') {
      throw new Error(
        `${name}: operation on a bool tensor is not supported; use logicalNot() or ` +
          'convert it with to()',
      );
    }
    return make(a);
  };
}

/** What PyTorch has no kernel for: booleans, or whole numbers of any kind. */
const without =
  (kind: 'bool' | 'integer', name: string, make: Make): Make =>
  (a) => {
    if (kind === 'bool' ? a.dtype === 'bool' : !isFloating(a.dtype)) {
      throw new TypeError(`${name}: not implemented for ${a.dtype} tensors`);
    }
    return make(a);
  };

const table = {
  neg: [same, refuseBool('neg', op('NEG'))],
  negative: [same, refuseBool('negative', op('NEG'))],
  abs: [same, without('bool', 'abs', (a) => (a.dtype === 'uint8' ? a : unary('ABS', a)))],
  sign: [same, (a) => (a.dtype === 'bool' ? a : signOf(a))],
  sgn: [same, (a) => (a.dtype === 'bool' ? a : signOf(a))],
  floor: [same, without('bool', 'floor', integerIdentity(op('FLOOR')))],
  ceil: [same, without('bool', 'ceil', integerIdentity(op('CEIL')))],
  trunc: [same, without('bool', 'trunc', integerIdentity(op('TRUNC')))],
  fix: [same, without('bool', 'fix', integerIdentity(op('TRUNC')))],
  frac: [same, without('integer', 'frac', (a) => binary('SUB', a, unary('TRUNC', a)))],
  square: [same, (a) => (a.dtype === 'bool' ? cast(a, 'int64') : mul(a, a))],
  reciprocal: [float, op('RECIP')],
  sqrt: [float, op('SQRT')],
  rsqrt: [float, (a) => unary('RECIP', unary('SQRT', a))],
  exp: [float, op('EXP')],
  exp2: [float, (a) => binary('POW', constantLike(a, 2), a)],
  expm1: [float, op('EXPM1')],
  log: [float, op('LOG')],
  log2: [float, op('LOG2')],
  log10: [float, op('LOG10')],
  log1p: [float, op('LOG1P')],
  sin: [float, op('SIN')],
  cos: [float, op('COS')],
  tan: [float, op('TAN')],
  asin: [float, op('ASIN')],
  acos: [float, op('ACOS')],
  atan: [float, op('ATAN')],
  sinh: [float, op('SINH')],
  cosh: [float, op('COSH')],
  tanh: [float, op('TANH')],
  asinh: [float, op('ASINH')],
  acosh: [float, op('ACOSH')],
  atanh: [float, op('ATANH')],
  sigmoid: [float, op('SIGMOID')],
  erf: [float, op('ERF')],
  erfc: [float, op('ERFC')],
  erfinv: [float, op('ERFINV')],
  lgamma: [float, op('LGAMMA')],
  digamma: [float, op('DIGAMMA')],
  deg2rad: [float, scaled(Math.PI / 180)],
  rad2deg: [float, scaled(180 / Math.PI)],
  relu: [same, refuseBool('relu', (a) => reluOf(a))],
} satisfies Record<string, readonly [Rule, Make]>;

/**
 * x but 0 where it is below: -0 and NaN stay. The gradient at 0 is 0, as PyTorch has it, that of
 * NaN passes.
 */
export function reluOf(a: Node): Node {
  const zero = constant(0, a.dtype, a.shape);
  const result = where(binary('LT', a, zero), zero, a);
  if (result.history === null) return result;
  result.history = {
    kind: 'custom',
    name: 'relu',
    inputs: [a],
    saves: true,
    backward: (g, y) => [where(binary('LE', y, constantLike(y, 0)), constantLike(y, 0), g)],
  };
  return result;
}

const bools = {
  logicalNot: (a) => eq(a, constantLike(a, 0)),
  isnan: (a) => (isFloating(a.dtype) ? unary('NOT', eq(a, a)) : falseLike(a)),
  isinf: (a) =>
    isFloating(a.dtype) ? eq(unary('ABS', a), constantLike(a, Infinity)) : falseLike(a),
  isposinf: (a) => (isFloating(a.dtype) ? eq(a, constantLike(a, Infinity)) : falseLike(a)),
  isneginf: (a) => (isFloating(a.dtype) ? eq(a, constantLike(a, -Infinity)) : falseLike(a)),
  isfinite: (a) =>
    isFloating(a.dtype)
      ? binary('LT', unary('ABS', a), constantLike(a, Infinity))
      : constant(1, 'bool', a.shape),
} satisfies Record<string, Make>;

const falseLike = (a: Node): Node => constant(0, 'bool', a.shape);

for (const [name, [rule, make]] of rows(table)) {
  withTwin(name, '', (x: Tensor) => apply(x, rule, make));
}
for (const [name, make] of rows(bools)) {
  method(name, '', (x: Tensor) => apply(x, same, make));
}
