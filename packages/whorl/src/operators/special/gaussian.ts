// The normal distribution's functions: ndtr, its logarithm and inverse, and erfc scaled by
// exp(x^2).
// in:  a tensor     out: a floating tensor of the same shape

import { differentiated } from '../../autograd/custom.js';
import { div, lt, mul, neg, sub, unary, where, constant, withNumber } from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { toFloat } from '../../tensor/promotion.js';
import type { Tensor } from '../../tensor/tensor.js';
import { apply } from '../pointwise/unary.js';
import { mapped } from './elementwise.js';

/** exp(x^2) erfc(x). */
function scaledErfc(x: number): number {
  if (x < 0) return 2 * Math.exp(x * x) - scaledErfc(-x);
  if (x < 2) return Math.exp(x * x) - series(x);
  if (x === Infinity) return 0;
  // the continued fraction of Laplace, from its far end
  let tail = x;
  for (let k = 60; k >= 1; k--) tail = x + k / 2 / tail;
  return 1 / (tail * Math.sqrt(Math.PI));
}

/** exp(x^2) erf(x): the sum of 2^n x^(2n + 1) / (1 * 3 * ... * (2n + 1)). */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const area = (x: number): number => 0.5 * scaledErfc(-x * Math.SQRT1_2) * Math.exp((-x * x) / 2);

/** The x whose ndtr is p: a rational start (Abramowitz and Stegun 26.2.23), then Halley's steps. */
function quantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN;
  if (p > 0.5) return -quantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  const top = 2.515517 + t * (0.802853 + t * 0.010328);
  const bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let x = top / bottom - t;
  for (let i = 0; i < 4; i++) {
    // (ndtr(x) - p) / density(x), written so that it stays in range far out
    const u = (area(x) - p) * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
    x -= u / (1 + (x * u) / 2);
  }
  return x;
}

const erfcxNode = (a: Node): Node =>
  differentiated('erfcx', mapped('erfcx', scaledErfc, a), [a], (g, y) => {
    const slope = withNumber('SUB', mul(withNumber('MUL', a, 2), y), 2 / Math.sqrt(Math.PI));
    return [mul(g, slope)];
  });

const density = (a: Node): Node =>
  withNumber('MUL', unary('EXP', withNumber('MUL', mul(a, a), -0.5)), 1 / Math.sqrt(2 * Math.PI));

const ndtrNode = (a: Node): Node => {
  const node = withNumber('MUL', unary('ERFC', withNumber('MUL', a, -Math.SQRT1_2)), 0.5);
  return differentiated('ndtr', node, [a], (g) => [mul(g, density(a))]);
};

function logNdtrNode(a: Node): Node {
  const far = lt(a, constant(-1, a.dtype, a.shape));
  const t = withNumber('MUL', a, Math.SQRT1_2);
  const left = sub(unary('LOG', withNumber('MUL', erfcxNode(neg(t)), 0.5)), mul(t, t));
  const right = unary('LOG1P', withNumber('MUL', unary('ERFC', t), -0.5));
  return differentiated('logNdtr', where(far, left, right), [a], (g) => [
    withNumber('MUL', div(g, erfcxNode(neg(t))), Math.sqrt(2 / Math.PI)),
  ]);
}

const ndtriNode = (a: Node): Node =>
  differentiated('ndtri', mapped('ndtri', quantile, a), [a], (g, y) => [div(g, density(y))]);

const offered = (name: string, make: (a: Node) => Node) =>
  define(`special.${name}`, 'input', (x: Tensor): Tensor => apply(x, toFloat, make));

/** exp(x^2) erfc(x), in range for large x. Source: torch.special.erfcx. */
export const erfcx = offered('erfcx', erfcxNode);
/** The share of a standard normal distribution below x. Source: torch.special.ndtr. */
export const ndtr = offered('ndtr', ndtrNode);
/** log(ndtr(x)), in range for very negative x. Source: torch.special.log_ndtr. */
export const logNdtr = offered('logNdtr', logNdtrNode);
/** The inverse of ndtr on [0, 1]; NaN outside. Source: torch.special.ndtri. */
export const ndtri = offered('ndtri', ndtriNode);
