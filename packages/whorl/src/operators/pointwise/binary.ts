// Arithmetic and comparison of two operands, which are promoted to one dtype and broadcast to one shape.
// in:  a tensor and a tensor or number     out: a tensor; in-place twins end with an underscore

import { differentiated } from '../../autograd/custom.js';
import {
  binary,
  constantLike,
  mul,
  multiplyAdd,
  neg,
  unary,
  withNumber,
} from '../../graph/build.js';
import { broadcastTo } from '../../graph/movement.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import { liveOf } from '../../graph/live.js';
import { type Node, named } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { demandFits } from '../../tensor/fits.js';
import { assertNoPartialOverlap } from '../../tensor/overlap.js';
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
  resultLayout,
} from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';

import type {
  Arithmetic,
  ArithmeticFloat,
  ArithmeticInPlace,
  Compare,
  Divide,
  DivideInPlace,
  Sum,
  SumInPlace,
  Unary,
} from './types.js';
import { type Twinned, withTwin } from '../twins.js';
import { rows } from '../../tensor/define.js';
import type { Agrees } from '../../tensor/arguments/agrees.js';
import type { Methods } from '../../tensor/methods.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    bitwiseNot: Unary;
    add: Sum<'add'>;
    sub: Sum<'sub'>;
    subtract: Sum<'subtract'>;
    rsub: Sum<'rsub'>;
    mul: Arithmetic<'mul'>;
    multiply: Arithmetic<'multiply'>;
    div: Divide<'div'>;
    divide: Divide<'divide'>;
    trueDivide: ArithmeticFloat<'trueDivide'>;
    floorDivide: Arithmetic<'floorDivide'>;
    remainder: Arithmetic<'remainder'>;
    fmod: Arithmetic<'fmod'>;
    pow: Arithmetic<'pow'>;
    atan2: ArithmeticFloat<'atan2'>;
    arctan2: ArithmeticFloat<'arctan2'>;
    maximum: Arithmetic<'maximum'>;
    minimum: Arithmetic<'minimum'>;
    bitwiseAnd: Arithmetic<'bitwiseAnd'>;
    bitwiseOr: Arithmetic<'bitwiseOr'>;
    bitwiseXor: Arithmetic<'bitwiseXor'>;
    bitwiseLeftShift: Arithmetic<'bitwiseLeftShift'>;
    bitwiseRightShift: Arithmetic<'bitwiseRightShift'>;
    eq: Compare<'eq'>;
    ne: Compare<'ne'>;
    notEqual: Compare<'notEqual'>;
    lt: Compare<'lt'>;
    less: Compare<'less'>;
    le: Compare<'le'>;
    lessEqual: Compare<'lessEqual'>;
    gt: Compare<'gt'>;
    greater: Compare<'greater'>;
    ge: Compare<'ge'>;
    greaterEqual: Compare<'greaterEqual'>;
    logicalAnd: Compare<'logicalAnd'>;
    logicalOr: Compare<'logicalOr'>;
    logicalXor: Compare<'logicalXor'>;
    add_: SumInPlace<'add_'>;
    sub_: SumInPlace<'sub_'>;
    subtract_: SumInPlace<'subtract_'>;
    rsub_: SumInPlace<'rsub_'>;
    mul_: ArithmeticInPlace<'mul_'>;
    multiply_: ArithmeticInPlace<'multiply_'>;
    div_: DivideInPlace<'div_'>;
    divide_: DivideInPlace<'divide_'>;
    trueDivide_: ArithmeticInPlace<'trueDivide_'>;
    floorDivide_: ArithmeticInPlace<'floorDivide_'>;
    remainder_: ArithmeticInPlace<'remainder_'>;
    fmod_: ArithmeticInPlace<'fmod_'>;
    pow_: ArithmeticInPlace<'pow_'>;
    atan2_: ArithmeticInPlace<'atan2_'>;
    arctan2_: ArithmeticInPlace<'arctan2_'>;
    maximum_: ArithmeticInPlace<'maximum_'>;
    minimum_: ArithmeticInPlace<'minimum_'>;
    bitwiseAnd_: ArithmeticInPlace<'bitwiseAnd_'>;
    bitwiseOr_: ArithmeticInPlace<'bitwiseOr_'>;
    bitwiseXor_: ArithmeticInPlace<'bitwiseXor_'>;
    bitwiseLeftShift_: ArithmeticInPlace<'bitwiseLeftShift_'>;
    bitwiseRightShift_: ArithmeticInPlace<'bitwiseRightShift_'>;
    logicalAnd_: ArithmeticInPlace<'logicalAnd_'>;
    logicalOr_: ArithmeticInPlace<'logicalOr_'>;
    logicalXor_: ArithmeticInPlace<'logicalXor_'>;
    eq_: ArithmeticInPlace<'eq_'>;
    ne_: ArithmeticInPlace<'ne_'>;
    notEqual_: ArithmeticInPlace<'notEqual_'>;
    lt_: ArithmeticInPlace<'lt_'>;
    less_: ArithmeticInPlace<'less_'>;
    le_: ArithmeticInPlace<'le_'>;
    lessEqual_: ArithmeticInPlace<'lessEqual_'>;
    gt_: ArithmeticInPlace<'gt_'>;
    greater_: ArithmeticInPlace<'greater_'>;
    ge_: ArithmeticInPlace<'ge_'>;
    greaterEqual_: ArithmeticInPlace<'greaterEqual_'>;
  }
}

type Make = (a: Node, b: Node) => Node;

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

const product: Make = (a, b) => (a.dtype === 'bool' ? binary('AND', a, b) : mul(a, b));

const integerOf =
  (name: string, make: Make): Make =>
  (a, b) => {
    if (isFloating(a.dtype)) throw new Error(`${name}: not implemented for ${a.dtype} tensors`);
    return make(a, b);
  };

/** What PyTorch has no kernel for. */
function refuseBool(name: string, a: Node): void {
  demandNumbers(name, a);
}

const withoutBool =
  (name: string, make: Make): Make =>
  (a, b) => {
    refuseBool(name, a);
    return make(a, b);
  };

const truth = (a: Node): Node => (a.dtype === 'bool' ? a : unary('NOT', isZero(a)));
const isZero = (a: Node): Node => withNumber('EQ', a, 0);
const logical =
  (op: 'AND' | 'OR' | 'XOR'): Make =>
  (a, b) =>
    binary(op, truth(a), truth(b));

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

/** Integer division towards zero: (a - fmod(a, b)) / b is exact, and IDIV of exact multiples is it. */
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

const same = (d: DType): DType => d;

const shiftOf = (name: string, op: 'SHL' | 'SHR'): Make =>
  withoutBool(
    name,
    integerOf(name, (a, b) => binary(op, a, b)),
  );

/** name: what is computed, and in which dtype. */
const table = {
  mul: [product, same],
  multiply: [product, same],
  floorDivide: [withoutBool('floorDivide', floorDivision), same],
  remainder: [withoutBool('remainder', (a, b) => named(binary('MOD', a, b), 'remainder')), same],
  fmod: [withoutBool('fmod', (a, b) => binary('FMOD', a, b)), same],
  atan2: [(a, b) => binary('ATAN2', a, b), toFloat],
  maximum: [(a, b) => (a.dtype === 'bool' ? binary('OR', a, b) : binary('MAX', a, b)), same],
  minimum: [(a, b) => (a.dtype === 'bool' ? binary('AND', a, b) : binary('MIN', a, b)), same],
  bitwiseAnd: [integerOf('bitwiseAnd', (a, b) => binary('AND', a, b)), same],
  bitwiseOr: [integerOf('bitwiseOr', (a, b) => binary('OR', a, b)), same],
  bitwiseXor: [integerOf('bitwiseXor', (a, b) => binary('XOR', a, b)), same],
  bitwiseLeftShift: [shiftOf('bitwiseLeftShift', 'SHL'), same],
  bitwiseRightShift: [shiftOf('bitwiseRightShift', 'SHR'), same],
  logicalAnd: [logical('AND'), same],
  logicalOr: [logical('OR'), same],
  logicalXor: [logical('XOR'), same],
  eq: [(a, b) => binary('EQ', a, b), same],
  ne: [(a, b) => unary('NOT', binary('EQ', a, b)), same],
  lt: [(a, b) => binary('LT', a, b), same],
  le: [(a, b) => binary('LE', a, b), same],
  gt: [(a, b) => binary('LT', b, a), same],
  ge: [(a, b) => binary('LE', b, a), same],
} satisfies Record<string, readonly [Make, (d: DType) => DType]>;

/** What PyTorch does not offer with a plain number. */
const tensorsOnly: ReadonlySet<string> = new Set([
  'atan2',
  'maximum',
  'minimum',
  'logicalAnd',
  'logicalOr',
  'logicalXor',
]);

function demandTensor(name: string, value: Operand): void {
  if (value instanceof Tensor) return;
  const instead =
    name === 'maximum'
      ? '; use clamp(x) to bound from below'
      : name === 'minimum'
        ? '; use clamp(null, x) to bound from above'
        : '';
  throw new TypeError(`${name}: expected a tensor, got ${String(value)}${instead}`);
}

const aliases = {
  greater: 'gt',
  greaterEqual: 'ge',
  less: 'lt',
  lessEqual: 'le',
  notEqual: 'ne',
  arctan2: 'atan2',
} as const;

/** a ** b; a few plain exponents are products and roots. */
function raised(a: Tensor, b: Operand): Tensor {
  checkWhole(a, b);
  return pointwise('pow', [a, b], (x, y) => {
    if (b instanceof Tensor) refuseBool('pow', x);
    const short = typeof b === 'number' && isFloating(x.dtype) ? power(x, b) : null;
    return short ?? binary('POW', x, y);
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

/** A method and its twin in place, which a part of its own memory must not go into. */
const register = <
  N extends Twinned,
  const S extends string,
  F extends (x: Tensor, ...rest: never[]) => Tensor,
>(
  name: N,
  signature: Agrees<Methods[N], S>,
  fn: F,
): F => withTwin(name, signature as never, fn, assertNoPartialOverlap);

export const add = register('add', 'other | * alpha', sum('add', 'ADD'));
export const sub = register('sub', 'other | * alpha', sum('sub', 'SUB'));
register('subtract', 'other | * alpha', sum('subtract', 'SUB'));
export const div = register('div', 'other | * rounding_mode', divide);
register('divide', 'other | * rounding_mode', divide);
register('trueDivide', 'other', (a: Tensor, b: Operand) => divide(a, b));
register('rsub', 'other | * alpha', rsub);
register('pow', 'exponent', raised);

/** other - alpha * self. */
function rsub(a: Tensor, b: Operand, options: { alpha?: number } = {}): Tensor {
  return sum('rsub', 'SUB')(b, a, options);
}

for (const [name, [make, rule]] of rows(table)) {
  register(name, 'other', (a: Tensor, b: Operand) => {
    if (tensorsOnly.has(name)) demandTensor(name, b);
    return pointwise(name, [a, b], make, rule);
  });
}
for (const [name, target] of rows(aliases)) {
  const [make, rule] = table[target];
  const signature = tensorsOnly.has(target) ? 'other:tensor' : 'other';
  register(name, signature, (a: Tensor, b: Operand) => pointwise(name, [a, b], make, rule));
}

method('bitwiseNot', '', (x: Tensor) => {
  if (isFloating(x.dtype)) throw new Error(`bitwiseNot: not implemented for ${x.dtype} tensors`);
  return fromNode(unary('NOT', x.node), resultLayout(x.shape, [x]));
});

function tensorPair(name: 'maximum' | 'minimum', a: Tensor, b: Tensor): Tensor {
  demandTensor(name, a);
  demandTensor(name, b);
  return pointwise(name, [a, b], table[name][0]);
}

/** Elementwise maximum; NaN wins. Source: torch.maximum. */
export const maximum = define(
  'maximum',
  'input other',
  (a: Tensor, b: Tensor): Tensor => tensorPair('maximum', a, b),
);
/** Elementwise minimum; NaN wins. Source: torch.minimum. */
export const minimum = define(
  'minimum',
  'input other',
  (a: Tensor, b: Tensor): Tensor => tensorPair('minimum', a, b),
);
