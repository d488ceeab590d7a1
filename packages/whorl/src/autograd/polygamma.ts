// Polygamma functions of order 1 and up: the derivatives of digamma, which are sums over reciprocal
// powers.
// in:  an order and a floating node     out: a node of the same shape, differentiable

import { host, mul } from '../graph/build.js';
import type { Node } from '../graph/node.js';
import { differentiated } from './custom.js';

/** B(2k) / (2k)!, for the correction of a sum that was broken off. */
const bernoulli = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
];

/**
 * The sum of (x + k)^-s over k >= 0 for x > 0, by Euler and Maclaurin from where x + k is past 10.
 */
function zeta(s: number, x: number): number {
  let sum = 0;
  let at = x;
  for (; at <= 10; at++) sum += at ** -s;
  sum += at ** (1 - s) / (s - 1) + at ** -s / 2;
  let factor = s;
  let power = at ** (-s - 1);
  for (const [k, b] of bernoulli.entries()) {
    sum += b * factor * power;
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
    power /= at * at;
  }
  return sum;
}

/** For negative x from both sides of 0, so that no sum is long. */
function zetaOfAny(s: number, x: number): number {
  if (x > 0) return zeta(s, x);
  const part = x - Math.floor(x);
  if (part === 0) return Infinity;
  const left = zeta(s, 1 - part) - zeta(s, 1 - x);
  return zeta(s, part) + (s % 2 === 0 ? left : -left);
}

/**
 * Where every number is whole PyTorch still divides by the sine: finite, in the precision of the
 * dtype.
 */
function trigammaOfWhole(x: number, round: (v: number) => number): number {
  const sine = round(Math.sin(round(round(Math.PI) * x)));
  const square = round(round(Math.PI) ** 2);
  return round(square / round(sine * sine));
}

function value(n: number, x: number, isNarrow: boolean): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x === Infinity) return 0;
  if (n === 1 && x < (isNarrow ? -(2 ** 23) : -(2 ** 52))) {
    return trigammaOfWhole(x, isNarrow ? Math.fround : (v) => v);
  }
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return (n % 2 === 1 ? factorial : -factorial) * zetaOfAny(n + 1, x);
}

/** The nth derivative of digamma, n >= 1. Even orders at the poles are infinite, as in PyTorch. */
export function polygammaNode(n: number, a: Node): Node {
  const node = host(
    {
      key: `polygamma ${n} ${a.dtype}`,
      run(output, inputs) {
        const isNarrow = a.dtype === 'float32';
        const [out, from] = [output as Float64Array, inputs[0] as Float64Array];
        for (let i = 0; i < out.length; i++) out[i] = value(n, from[i]!, isNarrow);
      },
    },
    a.dtype,
    a.shape,
    [a],
  );
  return differentiated('polygamma', node, [a], (g) => [mul(g, polygammaNode(n + 1, a))]);
}
