// Modified Bessel functions of the first kind, orders 0 and 1, plain and scaled by exp(-|x|).
// in:  a tensor     out: a floating tensor of the same shape

import { signOf } from '../../autograd/derivatives.js';
import { differentiated } from '../../autograd/custom.js';
import { binary, constant, div, mul, sub, unary, where } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { toFloat } from '../../tensor/promotion.js';
import type { Tensor } from '../../tensor/tensor.js';
import { withTwin } from '../twins.js';
import type * as Pointwise from '../pointwise/types.js';
import { apply } from '../pointwise/unary.js';
import { mapped } from './elementwise.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    i0: Pointwise.UnaryFloat;
    i0_: Pointwise.UnaryInPlace;
  }
}

/** Where the asymptotic series takes over from the power series. */
const far = 30;

/** exp(-|x|) I(order, x) for order 0 or 1. */
function scaled(order: 0 | 1, x: number): number {
  const size = Math.abs(x);
  const sign = order === 1 && x < 0 ? -1 : 1;
  if (Number.isNaN(x)) return x;
  if (size === Infinity) return 0;
  return sign * (size < far ? Math.exp(-size) * powers(order, size) : asymptotic(order, size));
}

/** The sum of (x/2)^(2k + order) / (k! (k + order)!): all terms are positive. */
function powers(order: number, x: number): number {
  const quarter = (x * x) / 4;
  let term = order === 0 ? 1 : x / 2;
  let sum = term;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * (k + order));
    sum += term;
  }
  return sum;
}

/**
 * 1 - (m - 1) / (8x) + (m - 1)(m - 9) / (2! (8x)^2) - ..., m = 4 order^2, over the root of 2 pi x.
 */
function asymptotic(order: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 20; k++) {
    term *= -(4 * order * order - (2 * k - 1) ** 2) / (k * 8 * x);
    sum += term;
  }
  return sum / Math.sqrt(2 * Math.PI * x);
}

const bessel =
  (key: string, f: (x: number) => number, rule: (a: Node, y: Node) => Node) =>
  (a: Node): Node =>
    differentiated(key, mapped(key, f, a), [a], (g, y) => [mul(g, rule(a, y))]);

/** (outer - inner / x), whose limit at 0 is one half. */
function recurrence(a: Node, outer: Node, inner: Node): Node {
  const tiny = binary('LT', unary('ABS', a), constant(1e-6, a.dtype, a.shape));
  const safe = where(tiny, constant(1, a.dtype, a.shape), a);
  return where(tiny, constant(0.5, a.dtype, a.shape), sub(outer, div(inner, safe)));
}

const i0Node = bessel(
  'i0',
  (x) => scaled(0, x) * Math.exp(Math.abs(x)),
  (a) => i1Node(a),
);
const i1Node: (a: Node) => Node = bessel(
  'i1',
  (x) => scaled(1, x) * Math.exp(Math.abs(x)),
  (a, y) => recurrence(a, i0Node(a), y),
);
const i0eNode = bessel(
  'i0e',
  (x) => scaled(0, x),
  (a, y) => sub(i1eNode(a), mul(signOf(a), y)),
);
const i1eNode: (a: Node) => Node = bessel(
  'i1e',
  (x) => scaled(1, x),
  (a, y) => sub(recurrence(a, i0eNode(a), y), mul(signOf(a), y)),
);

const offered = (name: string, make: (a: Node) => Node) =>
  define(`special.${name}`, 'input', (x: Tensor): Tensor => apply(x, toFloat, make));

/** I(0, x). Source: torch.i0. */
export const i0 = offered('i0', i0Node);
/** exp(-|x|) I(0, x). Source: torch.special.i0e. */
export const i0e = offered('i0e', i0eNode);
/** I(1, x). Source: torch.special.i1. */
export const i1 = offered('i1', i1Node);
/** exp(-|x|) I(1, x). Source: torch.special.i1e. */
export const i1e = offered('i1e', i1eNode);
withTwin('i0', '', i0);
