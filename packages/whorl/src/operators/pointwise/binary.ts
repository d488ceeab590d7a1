// Two operands, element by element: products, extrema, bits, comparison; promoted to one dtype and
// broadcast to one shape.
// in:  a tensor and a tensor or number     out: a tensor; in-place twins end with an underscore

import { binary, mul, unary, withNumber } from '../../graph/build.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import { type Node, named } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { assertNoPartialOverlap } from '../../tensor/overlap.js';
import { type Operand, pointwise, toFloat, resultLayout } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';

import type { Arithmetic, ArithmeticFloat, ArithmeticInPlace, Compare, Unary } from './types.js';
import { type Twinned, withTwin } from '../twins.js';
import { rows } from '../../tensor/define.js';
import type { Agrees } from '../../tensor/arguments/agrees.js';
import type { Methods } from '../../tensor/methods.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** Every bit turned over; of bool its opposite. Errors: floats. Source: torch.bitwise_not. */
    bitwiseNot: Unary;
    /** x * other; of bool and bool "and". Integers wrap around. Source: torch.mul. */
    mul: Arithmetic<'mul'>;
    /** mul by another name. Source: torch.multiply. */
    multiply: Arithmetic<'multiply'>;
    /**
     * The rest of floor division, with the sign of other, as Python's %. JavaScript's % is fmod.
     * Errors: bool. Source: torch.remainder.
     */
    remainder: Arithmetic<'remainder'>;
    /** The rest of division towards 0, with the sign of x. Errors: bool. Source: torch.fmod. */
    fmod: Arithmetic<'fmod'>;
    /**
     * The angle of the point (other, x) in [-pi, pi]; signed zeros choose the side. other is a
     * tensor. Source: torch.atan2.
     */
    atan2: ArithmeticFloat<'atan2'>;
    /** atan2 by another name. Source: torch.arctan2. */
    arctan2: ArithmeticFloat<'arctan2'>;
    /**
     * The larger; NaN where either is NaN. Where both are equal each gets half of the gradient.
     * other is a tensor. Source: torch.maximum.
     */
    maximum: Arithmetic<'maximum'>;
    /** The smaller, as maximum. Source: torch.minimum. */
    minimum: Arithmetic<'minimum'>;
    /** Bit by bit; of bool "and". Errors: floats. Source: torch.bitwise_and. */
    bitwiseAnd: Arithmetic<'bitwiseAnd'>;
    /** Bit by bit; of bool "or". Errors: floats. Source: torch.bitwise_or. */
    bitwiseOr: Arithmetic<'bitwiseOr'>;
    /** Bit by bit; of bool whether they differ. Errors: floats. Source: torch.bitwise_xor. */
    bitwiseXor: Arithmetic<'bitwiseXor'>;
    /**
     * Bits that go out are lost: by the width or more gives 0. Errors: floats, bool. Source:
     * torch.bitwise_left_shift.
     */
    bitwiseLeftShift: Arithmetic<'bitwiseLeftShift'>;
    /**
     * Arithmetic, so that negative numbers stay negative. Errors: floats, bool. Source:
     * torch.bitwise_right_shift.
     */
    bitwiseRightShift: Arithmetic<'bitwiseRightShift'>;
    /** Whether equal, in the promoted dtype; NaN equals nothing. Source: torch.eq. */
    eq: Compare<'eq'>;
    /** not eq, so true beside NaN. Source: torch.ne. */
    ne: Compare<'ne'>;
    notEqual: Compare<'notEqual'>;
    /** x < other; false beside NaN, as le, gt and ge are. Source: torch.lt. */
    lt: Compare<'lt'>;
    less: Compare<'less'>;
    /** x <= other. Source: torch.le. */
    le: Compare<'le'>;
    lessEqual: Compare<'lessEqual'>;
    /** x > other. Source: torch.gt. */
    gt: Compare<'gt'>;
    greater: Compare<'greater'>;
    /** x >= other. Source: torch.ge. */
    ge: Compare<'ge'>;
    greaterEqual: Compare<'greaterEqual'>;
    /** Both nonzero; NaN counts as nonzero. other is a tensor. Source: torch.logical_and. */
    logicalAnd: Compare<'logicalAnd'>;
    /** Either nonzero. other is a tensor. Source: torch.logical_or. */
    logicalOr: Compare<'logicalOr'>;
    /** Exactly one nonzero. other is a tensor. Source: torch.logical_xor. */
    logicalXor: Compare<'logicalXor'>;
    mul_: ArithmeticInPlace<'mul_'>;
    multiply_: ArithmeticInPlace<'multiply_'>;
    remainder_: ArithmeticInPlace<'remainder_'>;
    fmod_: ArithmeticInPlace<'fmod_'>;
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

export type Make = (a: Node, b: Node) => Node;

const product: Make = (a, b) => (a.dtype === 'bool' ? binary('AND', a, b) : mul(a, b));

const integerOf =
  (name: string, make: Make): Make =>
  (a, b) => {
    if (isFloating(a.dtype)) throw new Error(`${name}: not implemented for ${a.dtype} tensors`);
    return make(a, b);
  };

/** What PyTorch has no kernel for. */
export function refuseBool(name: string, a: Node): void {
  demandNumbers(name, a);
}

export const withoutBool =
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

/** A method and its twin in place, which a part of its own memory must not go into. */
export const register = <
  N extends Twinned,
  const S extends string,
  F extends (x: Tensor, ...rest: never[]) => Tensor,
>(
  name: N,
  signature: Agrees<Methods[N], S>,
  fn: F,
): F => withTwin(name, signature as never, fn, assertNoPartialOverlap);

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
