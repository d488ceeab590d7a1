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
    /** -x. uint8 wraps around: -1 is 255. Errors: bool. Source: torch.neg. */
    neg: Unary;
    /** neg by another name. Source: torch.negative. */
    negative: Unary;
    /**
     * |x|, with a slope of 0 at 0. The smallest int32 stays as it is. Errors: bool. Source:
     * torch.abs.
     */
    abs: Unary;
    /** -1, 0 or 1. NaN and -0 give 0. The gradient is 0. Source: torch.sign. */
    sign: Unary;
    /** sign: no dtype here is complex. Source: torch.sgn. */
    sgn: Unary;
    /**
     * The next whole number below; integers stay. Gradient 0. Errors: bool. Source: torch.floor.
     */
    floor: Unary;
    /** The next whole number above; integers stay. Gradient 0. Errors: bool. Source: torch.ceil. */
    ceil: Unary;
    /** The whole number towards 0; integers stay. Gradient 0. Errors: bool. Source: torch.trunc. */
    trunc: Unary;
    /** trunc by another name. Source: torch.fix. */
    fix: Unary;
    /**
     * x - trunc(x), with the sign of x; NaN for infinities. Errors: integers. Source: torch.frac.
     */
    frac: Unary;
    /** x * x. Integers wrap around; bool becomes int64. Source: torch.square. */
    square: Unary;
    /** x above 0, else 0; NaN stays. The slope at 0 is 0. Errors: bool. Source: torch.relu. */
    relu: Unary;
    /** 1 / x: -0 gives -Infinity. Source: torch.reciprocal. */
    reciprocal: UnaryFloat;
    /** The root, NaN below 0; its slope at 0 is Infinity. Source: torch.sqrt. */
    sqrt: UnaryFloat;
    /** 1 / sqrt(x), rounded after each of the two steps. Source: torch.rsqrt. */
    rsqrt: UnaryFloat;
    /** e^x; float32 ends at x = 88.72, beyond it is Infinity. Source: torch.exp. */
    exp: UnaryFloat;
    /** 2^x. Source: torch.exp2. */
    exp2: UnaryFloat;
    /** e^x - 1 without the digits that the subtraction would lose near 0. Source: torch.expm1. */
    expm1: UnaryFloat;
    /** The natural logarithm: -Infinity at 0, NaN below. Source: torch.log. */
    log: UnaryFloat;
    /** To base 2; whole for powers of 2. Source: torch.log2. */
    log2: UnaryFloat;
    /** To base 10. Source: torch.log10. */
    log10: UnaryFloat;
    /** log(1 + x) without rounding 1 + x: right for tiny x, too. Source: torch.log1p. */
    log1p: UnaryFloat;
    /** Of radians; large angles are reduced exactly. Source: torch.sin. */
    sin: UnaryFloat;
    /** Of radians; large angles are reduced exactly. Source: torch.cos. */
    cos: UnaryFloat;
    /** Of radians. Source: torch.tan. */
    tan: UnaryFloat;
    /** The angle in [-pi/2, pi/2]; NaN outside [-1, 1]. Source: torch.asin. */
    asin: UnaryFloat;
    /** The angle in [0, pi]; NaN outside [-1, 1]. Source: torch.acos. */
    acos: UnaryFloat;
    /** The angle in [-pi/2, pi/2]; atan2 knows the quadrant. Source: torch.atan. */
    atan: UnaryFloat;
    /** (e^x - e^-x) / 2. Source: torch.sinh. */
    sinh: UnaryFloat;
    /** (e^x + e^-x) / 2. Source: torch.cosh. */
    cosh: UnaryFloat;
    /** sinh / cosh, in [-1, 1]; large x never gives NaN. Source: torch.tanh. */
    tanh: UnaryFloat;
    /** The inverse of sinh, log(x + sqrt(x^2 + 1)). Source: torch.asinh. */
    asinh: UnaryFloat;
    /** The inverse of cosh from 1 up; NaN below. Source: torch.acosh. */
    acosh: UnaryFloat;
    /** log((1 + x) / (1 - x)) / 2: infinite at -1 and 1, NaN outside. Source: torch.atanh. */
    atanh: UnaryFloat;
    /** 1 / (1 + e^-x). Source: torch.sigmoid. */
    sigmoid: UnaryFloat;
    /** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. Source: torch.erf. */
    erf: UnaryFloat;
    /** 1 - erf(x), with all digits where erf is near 1. Source: torch.erfc. */
    erfc: UnaryFloat;
    /** The inverse of erf: infinite at -1 and 1, NaN outside. Source: torch.erfinv. */
    erfinv: UnaryFloat;
    /** log |gamma(x)|: Infinity at 0 and at negative whole numbers. Source: torch.lgamma. */
    lgamma: UnaryFloat;
    /**
     * The slope of log gamma(x): -Infinity at 0, NaN at negative whole numbers. Source:
     * torch.digamma.
     */
    digamma: UnaryFloat;
    /** x * pi / 180. Source: torch.deg2rad. */
    deg2rad: UnaryFloat;
    /** x * 180 / pi. Source: torch.rad2deg. */
    rad2deg: UnaryFloat;
    /** Whether x is 0; NaN is not. Source: torch.logical_not. */
    logicalNot: UnaryBool;
    /** False for all integers. Source: torch.isnan. */
    isnan: UnaryBool;
    /** Infinite, of either sign. Source: torch.isinf. */
    isinf: UnaryBool;
    /** Source: torch.isposinf. */
    isposinf: UnaryBool;
    /** Source: torch.isneginf. */
    isneginf: UnaryBool;
    /** Neither infinite nor NaN; true for all integers. Source: torch.isfinite. */
    isfinite: UnaryBool;
    // Twins in place keep dtype and memory: where the result would be floating, an integer tensor
    // is refused.
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
