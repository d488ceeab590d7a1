// One row per op: how a gradient goes from an op's result to its sources, and what that needs of
// the forward values.
// in:  a node and the gradient of its value
// out: a gradient per source, or null where there is none
// Rows make graph nodes like any other code, so gradients are lazy, fuse, and can be differentiated
// again.

import {
  add,
  binary,
  cast,
  constant,
  div,
  eq,
  gather,
  iota,
  lt,
  mul,
  neg,
  scatter,
  splice,
  sub,
  unary,
  where,
  withNumber,
} from '../graph/build.js';
import {
  broadcastTo,
  expand,
  movementOps,
  reshape,
  splicedPart,
  transpose,
  window,
} from '../graph/movement.js';
import { isFloating } from '../graph/dtype.js';
import { type Node, recording, transferLike } from '../graph/node.js';
import type { ArgOf, MovementOp, Op } from '../graph/op.js';
import { polygammaNode } from './polygamma.js';
import { reduceGradient, scanGradient } from './reductions.js';

/**
 * A gradient per source, null where there is none. What of the forward pass it may look at stands
 * in the op table.
 */
export type Derivative = (g: Node, y: Node) => readonly (Node | null)[];

const x = (y: Node, i = 0): Node => y.sources[i]!;
const arg = <O extends Op>(y: Node) => y.arg as ArgOf<O>;
const none: Derivative = (_, y) => y.sources.map(() => null);
/** A path with slope 0: PyTorch hands zeros on, not nothing. */
const flat: Derivative = (g) => [zeroLike(g)];
const number = (like: Node, value: number): Node => constant(value, like.dtype, like.shape);
const square = (a: Node): Node => mul(a, a);
/** g * factor, for a factor made of the input. */
const times =
  (factor: (input: Node) => Node): Derivative =>
  (g, y) => [mul(g, factor(x(y)))];
const zeroLike = (a: Node): Node => number(a, 0);
const needs = (a: Node): boolean => a.history !== null;
const when = (a: Node, gradient: () => Node): Node | null => (needs(a) ? gradient() : null);

/**
 * max and min hand the gradient to the chosen side, halves where they are equal, and all to both
 * beside NaN.
 */
function extremum(g: Node, y: Node): (Node | null)[] {
  const [a, b] = [x(y), x(y, 1)];
  const half = withNumber('MUL', g, 0.5);
  const tie = eq(a, b);
  const loses = (own: Node, other: Node) => (y.op === 'MAX' ? lt(own, other) : lt(other, own));
  const share = (own: Node, other: Node) =>
    where(tie, half, where(loses(own, other), zeroLike(g), g));
  return [when(a, () => share(a, b)), when(b, () => share(b, a))];
}

function power(g: Node, y: Node): (Node | null)[] {
  const [a, b] = [x(y), x(y, 1)];
  const zero = zeroLike(a);
  const base = () => {
    const slope = mul(b, binary('POW', a, withNumber('SUB', b, 1)));
    return where(eq(b, zero), zero, mul(g, slope));
  };
  const exponent = () => {
    const flat = binary('AND', eq(a, zero), binary('LE', zero, b));
    return mul(g, where(flat, zero, mul(y, unary('LOG', a))));
  };
  return [when(a, base), when(b, exponent)];
}

function spliced(g: Node, y: Node): (Node | null)[] {
  const { view } = arg<'SPLICE'>(y)!;
  const [base, value] = [x(y), x(y, 1)];
  return [
    when(base, () => splice(g, constant(0, g.dtype, value.shape), view, y.scalars)),
    when(value, () => splicedPart(g, y)),
  ];
}

function ungather(g: Node, y: Node): Node {
  const { axis } = arg<'GATHER'>(y)!;
  const [table, index] = [x(y), x(y, 1)];
  const single =
    index.shape[axis] === 1 && index.shape.every((n, i) => i === axis || n === table.shape[i]);
  if (!single) return scatter(constant(0, g.dtype, table.shape), index, g, axis, 'sum');
  // one index a row: a comparison with the counter needs no scatter and fuses with its reader
  const counter = new Array<number>(table.shape.length).fill(1);
  counter[axis] = table.shape[axis]!;
  const count = iota(table.shape[axis]!, index.dtype);
  const hit = eq(broadcastTo(reshape(count, counter), table.shape), expand(index, table.shape));
  return where(hit, expand(g, table.shape), constant(0, g.dtype, table.shape));
}

function unscatter(g: Node, y: Node): (Node | null)[] {
  const { axis, kind } = arg<'SCATTER'>(y)!;
  const [base, index, value] = [x(y), x(y, 1), x(y, 2)];
  const take = () => gather(g, index, axis);
  if (kind === 'sum') return [when(base, () => g), null, when(value, take)];
  if (kind !== 'set') throw new Error(`scatter: no derivative for reduce "${kind}"`);
  const kept = () => scatter(g, index, constant(0, g.dtype, value.shape), axis, 'set');
  return [when(base, kept), null, when(value, take)];
}

/** The rows of graph/movement.ts say where a gradient goes. */
const moved: Derivative = (g, y) => [transpose(g, y)];
const movements = Object.fromEntries(movementOps.map((op) => [op, moved])) as Record<
  MovementOp,
  Derivative
>;

const oneMinusSquare = (a: Node): Node => sub(number(a, 1), square(a));
const twoOverRootPi = 2 / Math.sqrt(Math.PI);

export const derivatives = {
  BUFFER: none,
  CONST: none,
  IOTA: none,
  FLOOR: flat,
  CEIL: flat,
  TRUNC: flat,
  ROUND: flat,
  NOT: none,
  LT: none,
  LE: none,
  EQ: none,
  AND: none,
  OR: none,
  XOR: none,
  SHL: none,
  SHR: none,
  IDIV: (g, y) => y.sources.map((s) => when(s, () => zeroLike(g))),
  HOST: none,
  ALIAS: (g) => [g],
  TRANSFER: (g, y) => [transferLike(g, y.sources[0]!)],
  CAST: (g, y) => [isFloating(x(y).dtype) ? cast(g, x(y).dtype) : null],

  NEG: (g) => [neg(g)],
  ABS: times((a) => signOf(a)),
  RECIP: (g, y) => [neg(mul(g, square(y)))],
  SQRT: (g, y) => [div(g, withNumber('MUL', y, 2))],
  EXP: (g, y) => [mul(g, y)],
  EXPM1: (g, y) => [mul(g, withNumber('ADD', y, 1))],
  LOG: (g, y) => [div(g, x(y))],
  LOG1P: (g, y) => [div(g, withNumber('ADD', x(y), 1))],
  LOG2: (g, y) => [div(g, withNumber('MUL', x(y), Math.LN2))],
  LOG10: (g, y) => [div(g, withNumber('MUL', x(y), Math.LN10))],
  SIN: times((a) => unary('COS', a)),
  COS: times((a) => neg(unary('SIN', a))),
  TAN: (g, y) => [mul(g, withNumber('ADD', square(y), 1))],
  ASIN: (g, y) => [div(g, unary('SQRT', oneMinusSquare(x(y))))],
  ACOS: (g, y) => [neg(div(g, unary('SQRT', oneMinusSquare(x(y)))))],
  ATAN: (g, y) => [div(g, withNumber('ADD', square(x(y)), 1))],
  SINH: times((a) => unary('COSH', a)),
  COSH: times((a) => unary('SINH', a)),
  TANH: (g, y) => [mul(g, oneMinusSquare(y))],
  ASINH: (g, y) => [div(g, unary('SQRT', withNumber('ADD', square(x(y)), 1)))],
  ACOSH: (g, y) => [div(g, unary('SQRT', withNumber('SUB', square(x(y)), 1)))],
  ATANH: (g, y) => [div(g, oneMinusSquare(x(y)))],
  SIGMOID: (g, y) => [mul(g, mul(y, sub(number(y, 1), y)))],
  ERF: times((a) => withNumber('MUL', unary('EXP', neg(square(a))), twoOverRootPi)),
  ERFC: times((a) => withNumber('MUL', unary('EXP', neg(square(a))), -twoOverRootPi)),
  ERFINV: (g, y) => [mul(g, withNumber('MUL', unary('EXP', square(y)), 1 / twoOverRootPi))],
  LGAMMA: times((a) => unary('DIGAMMA', a)),
  DIGAMMA: times((a) => polygammaNode(1, a)),

  ADD: (g) => [g, g],
  SUB: (g) => [g, neg(g)],
  MUL: (g, y) => [when(x(y), () => mul(g, x(y, 1))), when(x(y, 1), () => mul(g, x(y)))],
  FMA: (g, y) => [when(x(y), () => mul(g, x(y, 1))), when(x(y, 1), () => mul(g, x(y))), g],
  FLUSH: (g) => [g],
  DIV: (g, y) => [
    when(x(y), () => div(g, x(y, 1))),
    when(x(y, 1), () => neg(mul(g, div(div(x(y), x(y, 1)), x(y, 1))))),
  ],
  MOD: (g, y) => [g, when(x(y, 1), () => neg(mul(g, binary('IDIV', x(y), x(y, 1)))))],
  FMOD: (g, y) => [g, when(x(y, 1), () => neg(mul(g, unary('TRUNC', div(x(y), x(y, 1))))))],
  POW: power,
  ATAN2: (g, y) => {
    // no angle has a slope at the origin: zeros, with the signs that PyTorch gives them
    const length = add(square(x(y)), square(x(y, 1)));
    const zero = zeroLike(length);
    const inverse = where(eq(length, zero), zero, unary('RECIP', length));
    return [
      when(x(y), () => mul(mul(g, x(y, 1)), inverse)),
      when(x(y, 1), () => mul(mul(g, neg(x(y))), inverse)),
    ];
  },
  CHECK: (g) => [g, null],
  MAX: extremum,
  MIN: extremum,
  WHERE: (g, y) => [
    null,
    when(x(y, 1), () => where(x(y), g, zeroLike(g))),
    when(x(y, 2), () => where(x(y), zeroLike(g), g)),
  ],

  ...movements,
  FOLD: (g, y) => {
    const { axis, size, step } = arg<'FOLD'>(y)!;
    return [window(g, axis, size, step)];
  },
  SPLICE: spliced,
  REDUCE: reduceGradient,
  SCAN: scanGradient,
  GATHER: (g, y) => [ungather(g, y), null],
  SCATTER: unscatter,
} satisfies Record<Op, Derivative>;

/** -1, 0 or 1; NaN gives 0. */
export function signOf(a: Node): Node {
  const zero = zeroLike(a);
  const sign = sub(cast(lt(zero, a), a.dtype), cast(lt(a, zero), a.dtype));
  if (a.history !== null && recording().enabled) {
    sign.history = {
      kind: 'custom',
      name: 'sign',
      inputs: [a],
      saves: false,
      backward: (g) => [zeroLike(g)],
    };
  }
  return sign;
}
