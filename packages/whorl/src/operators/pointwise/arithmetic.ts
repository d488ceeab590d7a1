// Sums, quotients and powers of two operands: add, sub, div, floorDivide, pow.
// in:  a tensor and a tensor or number     out: a tensor; in-place twins end with an underscore

import { differentiated } from '../../autograd/custom.js';
import { binary, constantLike, mul, multiplyAdd, neg, unary } from '../../graph/build.js';
import { broadcastTo } from '../../graph/movement.js';
import { isFloating } from '../../graph/dtype.js';
import { liveOf } from '../../graph/live.js';
import { type Node, named } from '../../graph/node.js';
import { demandFits } from '../../tensor/fits.js';
import { power } from './powers.js';
import {
  checkOperand,
  numberOf,
  valueNow,
  type Operand,
  pointwise,
  pointwiseIn,
  resultType,
  toFloat,
} from '../../tensor/promotion.js';
import { Tensor } from '../../tensor/tensor.js';

import type {
  Arithmetic,
  ArithmeticFloat,
  ArithmeticInPlace,
  Divide,
  DivideInPlace,
  Sum,
  SumInPlace,
} from './types.js';
import { type Make, refuseBool, register, withoutBool } from './binary.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * x + alpha * other, rounded once; alpha: 1 by default. Of bool and bool "or". Errors: a
     * fractional alpha for integers. Source: torch.add.
     */
    add: Sum<'add'>;
    add_: SumInPlace<'add_'>;
    /** x - alpha * other, rounded once. Errors: bool on either side. Source: torch.sub. */
    sub: Sum<'sub'>;
    sub_: SumInPlace<'sub_'>;
    /** sub by another name. Source: torch.subtract. */
    subtract: Sum<'subtract'>;
    subtract_: SumInPlace<'subtract_'>;
    /** other - alpha * x. Source: torch.rsub. */
    rsub: Sum<'rsub'>;
    rsub_: SumInPlace<'rsub_'>;
    /**
     * x / other, floating for integers, too. roundingMode 'floor' or 'trunc' rounds the quotient
     * and keeps integers. Errors: bool where rounded. Source: torch.div.
     */
    div: Divide<'div'>;
    div_: DivideInPlace<'div_'>;
    /** div by another name. Source: torch.divide. */
    divide: Divide<'divide'>;
    divide_: DivideInPlace<'divide_'>;
    /** div without rounding. Source: torch.true_divide. */
    trueDivide: ArithmeticFloat<'trueDivide'>;
    trueDivide_: ArithmeticInPlace<'trueDivide_'>;
    /**
     * div with roundingMode 'floor', but without a derivative. Errors: bool. Source:
     * torch.floor_divide.
     */
    floorDivide: Arithmetic<'floorDivide'>;
    floorDivide_: ArithmeticInPlace<'floorDivide_'>;
    /**
     * x ** exponent; anything ** 0 is 1. Errors: an integer tensor to a negative whole number.
     * Source: torch.pow.
     */
    pow: Arithmetic<'pow'>;
    pow_: ArithmeticInPlace<'pow_'>;
  }
}

/** a + alpha * b and a - alpha * b; on bool, or and (for sub) an error. */
const sum =
  (name: string, op: 'ADD' | 'SUB') =>
  (a: Operand, b: Operand, options: { alpha?: number } = {}): Tensor => {
    checkOperand(name, a);
    checkOperand(name, b);
    const { alpha = 1 } = options;
    const dtype = resultType([a, b]);
    if (op === 'SUB' && (isBool(a) || isBool(b))) {
      throw new Error(
        'sub: Subtraction, the `-` operator, with a bool tensor is not supported. To invert a ' +
          'mask, use logicalNot(); else logicalXor()',
      );
    }
    if (typeof alpha === 'boolean' && dtype !== 'bool') {
      throw new TypeError(`${name}: Boolean alpha only supported for Boolean results`);
    }
    if (!isFloating(dtype) && !Number.isInteger(valueNow(alpha))) {
      throw new Error(`${name}: for integral tensors alpha must be a whole number, got ${alpha}`);
    }
    return pointwiseIn(dtype, name, [a, b], (x, y) => {
      if (dtype === 'bool') return binary('OR', x, y);
      if (alpha === 1) return binary(op, x, y);
      const factor = constantLike(y, numberOf(alpha));
      return plusMultiple(x, y, op === 'ADD' ? factor : negated(factor));
    });
  };

/** x + factor * y, rounded once; its derivative needs neither value. */
const plusMultiple: (x: Node, y: Node, factor: Node) => Node = (x, y, factor) =>
  differentiated(
    'add',
    multiplyAdd(y, factor, x),
    [x, y],
    (g) => [g, mul(g, broadcastTo(factor, g.shape))],
    false,
  );

/** A live number has no value to negate yet. */
const negated = (factor: Node): Node =>
  liveOf(factor) === undefined ? constantLike(factor, -factor.scalars[0]!) : neg(factor);

const isBool = (o: Operand): boolean =>
  o instanceof Tensor ? o.dtype === 'bool' : typeof o === 'boolean';

function divide(
  a: Operand,
  b: Operand,
  options: { roundingMode?: 'floor' | 'trunc' | null } = {},
): Tensor {
  const { roundingMode = null } = options;
  if (roundingMode === null)
    return pointwise('div', [a, b], (x, y) => binary('DIV', x, y), toFloat);
  if (roundingMode === 'trunc') return pointwise('div', [a, b], withoutBool('div', truncated));
  if (roundingMode === 'floor') return pointwise('div', [a, b], withoutBool('div', floored));
  throw new Error(
    `div: expected roundingMode to be null, "trunc" or "floor", got "${roundingMode}"`,
  );
}

const floored: Make = (a, b) => named(binary('IDIV', a, b), 'div');

/** Zero even beside NaN, where a slope of 0 times that of a division would be NaN. */
const flat = (g: Node): Node[] => [constantLike(g, 0), constantLike(g, 0)];

/**
 * Integer division towards zero: (a - fmod(a, b)) / b is exact, and IDIV of exact multiples is it.
 */
const truncated: Make = (a, b) =>
  isFloating(a.dtype)
    ? differentiated('div', unary('TRUNC', binary('DIV', a, b)), [a, b], flat, false)
    : named(binary('IDIV', binary('SUB', a, binary('FMOD', a, b)), b), 'div');

/** div with floor has a gradient of zeros; this has none, as in PyTorch. */
const floorDivision: Make = (a, b) =>
  differentiated('floorDivide', named(binary('IDIV', a, b), 'floorDivide'), [a, b], () => {
    throw new Error(
      'derivative for floorDivide is not implemented; div(other, { roundingMode: "floor" }) has ' +
        'one, which is 0 everywhere',
    );
  });

/** a ** b; a few plain exponents are products and roots. */
function raised(a: Tensor, b: Operand): Tensor {
  checkWhole(a, b);
  return pointwise('pow', [a, b], (x, y) => {
    if (b instanceof Tensor) refuseBool('pow', x);
    return typeof b === 'number' && isFloating(x.dtype) ? power(x, b) : binary('POW', x, y);
  });
}

/** An integer to a negative number would be 0 nearly always. Of a tensor's elements it is. */
function checkWhole(base: Tensor, exponent: Operand): void {
  if (exponent instanceof Tensor || isFloating(base.dtype)) return;
  const value = valueNow(exponent);
  if (!Number.isInteger(value)) return;
  if (value >= 0) return demandFits('pow', value, resultType([base, exponent]));
  throw new Error(
    'pow: Integers to negative integer powers are not allowed; convert the tensor with float()',
  );
}

export const add = register('add', 'other | * alpha', sum('add', 'ADD'));
export const sub = register('sub', 'other | * alpha', sum('sub', 'SUB'));
register('subtract', 'other | * alpha', sum('subtract', 'SUB'));
export const div = register('div', 'other | * rounding_mode', divide);
register('divide', 'other | * rounding_mode', divide);
register('trueDivide', 'other', (a: Tensor, b: Operand) => divide(a, b));
register('rsub', 'other | * alpha', rsub);
register('pow', 'exponent', raised);
register('floorDivide', 'other', (a: Tensor, b: Operand) =>
  pointwise('floorDivide', [a, b], withoutBool('floorDivide', floorDivision)),
);

/** other - alpha * self. */
function rsub(a: Tensor, b: Operand, options: { alpha?: number } = {}): Tensor {
  return sum('rsub', 'SUB')(b, a, options);
}
