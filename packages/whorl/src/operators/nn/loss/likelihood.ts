// Losses that are likelihoods and divergences: Kullback-Leibler, Poisson, Gaussian.
// in:  input and target     out: a loss, reduced by 'mean' (default), 'sum' or 'none'

import { differentiated } from '../../../autograd/custom.js';
import {
  add,
  binary,
  cast,
  checked,
  constant,
  constantLike,
  div,
  eq,
  mul,
  sub,
  unary,
  where,
  withNumber,
} from '../../../graph/build.js';
import { broadcastTo, reshape } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import { isFloating } from '../../../graph/dtype.js';
import type { Node } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { broadcastShapes, resultType, toFloat } from '../../../tensor/promotion.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { type LossOptions, pairwiseLoss, together } from './pairwise-loss.js';
import { reduceLoss, refuseBool, type Reduction } from './reduction.js';
import { demandFloating } from '../../../tensor/floating.js';
import type { Loss } from './pairwise-loss.js';

export interface DivergenceOptions {
  reduction?: Reduction | 'batchmean';
  logTarget?: boolean;
}

/**
 * y (log y - x), or exp(y) (y - x) where the target is a logarithm; 'batchmean' divides by the
 * batch.
 */
export const klDiv = define(
  'F.klDiv',
  'input target | * reduction log_target',
  (input: Tensor, target: Tensor, o: DivergenceOptions = {}) => {
    const { reduction = 'mean', logTarget = false } = o;
    for (const t of [input, target]) {
      if (!isFloating(t.dtype)) {
        throw new TypeError(`klDiv: integral inputs not supported, got ${t.dtype}; use float()`);
      }
    }
    const [x, y] = together('klDiv', input, target) as [Node, Node];
    const loss = logTarget ? mul(unary('EXP', y), sub(y, x)) : sub(selfLog(y), mul(y, x));
    if (reduction !== 'batchmean') return fromNode(reduceLoss('klDiv', loss, reduction));
    const total = reduce(loss, 'sum', [...loss.shape.keys()]);
    return fromNode(input.ndim === 0 ? total : withNumber('DIV', total, input.shape[0]!));
  },
  'functional',
);

/** y log y with 0 at 0, where PyTorch has no gradient: it divides 0 by 0. */
function selfLog(y: Node): Node {
  const zero = eq(y, constantLike(y, 0));
  const none = constantLike(y, 0);
  const value = where(zero, none, mul(y, unary('LOG', y)));
  return differentiated('klDiv', value, [y], (g) => [
    add(where(zero, none, mul(g, unary('LOG', y))), mul(g, div(y, y))),
  ]);
}

export interface PoissonOptions extends LossOptions {
  logInput?: boolean;
  full?: boolean;
  eps?: number;
}

/** exp(x) - y x (or x - y log(x + eps)), with Stirling's term where `full`. */
export const poissonNllLoss: Loss<PoissonOptions> = pairwiseLoss(
  'poissonNllLoss',
  'input target | log_input full * eps reduction',
  { shapes: 'broadcast', dtype: (_name, common) => toFloat(common) },
  (x, y, { logInput = true, full = false, eps = 1e-8 }) => {
    const loss = logInput
      ? sub(unary('EXP', x), mul(y, x))
      : sub(x, mul(y, unary('LOG', withNumber('ADD', x, eps))));
    return full ? add(loss, stirling(y)) : loss;
  },
);

/**
 * y log y - y + log(2 pi y) / 2 where y > 1, else 0 (but NaN as the gradient of what is no number).
 */
function stirling(y: Node): Node {
  const half = withNumber('MUL', unary('LOG', withNumber('MUL', y, 2 * Math.PI)), 0.5);
  const term = add(sub(mul(y, unary('LOG', y)), y), half);
  return where(binary('LE', y, constantLike(y, 1)), constantLike(y, 0), term);
}

export interface GaussianOptions extends LossOptions {
  full?: boolean;
  eps?: number;
}

/**
 * (log var + (x - y)^2 / var) / 2, the variance at least eps. var: a number, of the input's shape,
 * or with one size less or 1. Errors: a var of another shape; a negative one, when the value is
 * read.
 */
export const gaussianNllLoss = define(
  'F.gaussianNllLoss',
  'input target var:fixed/tensor | full eps reduction',
  (
    input: Tensor,
    target: Tensor,
    variance: Tensor | number,
    { full = false, eps = 1e-6, reduction = 'mean' }: GaussianOptions = {},
  ) => {
    const name = 'gaussianNllLoss';
    refuseBool(name, input, target);
    if (typeof variance !== 'number') demandFloating(name, variance);
    const given = typeof variance === 'number' ? varianceOf(input, variance) : variance.node;
    const laid = typeof variance === 'number' ? given : spreadVariance(variance, input);
    const dtype =
      typeof variance === 'number' ? input.dtype : resultType([input, target, variance]);
    const shape = broadcastShapes(name, input.shape, target.shape, laid.shape);
    const wide = (a: Node) => broadcastTo(cast(a, toFloat(dtype)), shape);
    const gap = sub(wide(input.node), wide(target.node));
    const v = wide(lifted(laid, eps));
    let loss = withNumber('MUL', add(unary('LOG', v), div(mul(gap, gap), v)), 0.5);
    if (full) loss = withNumber('ADD', loss, 0.5 * Math.log(2 * Math.PI));
    return fromNode(reduceLoss(name, loss, reduction));
  },
  'functional',
);

const negative = 'gaussianNllLoss: var has negative entry/entries';

function varianceOf(input: Tensor, value: number): Node {
  if (value < 0) throw new RangeError(`${negative}: ${value}`);
  return constant(value, toFloat(input.dtype), input.shape);
}

/**
 * At least eps; the gradient passes as if it were not lifted, since PyTorch clamps inside no_grad.
 */
function lifted(a: Node, eps: number): Node {
  const fine = unary('NOT', binary('LT', a, constantLike(a, 0)));
  const v = checked(a, fine, negative);
  const value = binary('MAX', v, constantLike(v, eps));
  return differentiated('gaussianNllLoss', value, [v], (g) => [g], false);
}

/** A variance in a shape that meets the input's: one for each element, or one for each last row. */
function spreadVariance(variance: Tensor, input: Tensor): Node {
  const own = variance.shape;
  const wanted = input.shape;
  if (showShape(own) === showShape(wanted)) return variance.node;
  if (showShape(own) === showShape(wanted.slice(0, -1))) return reshape(variance.node, [...own, 1]);
  const others = own.filter((n, i) => n !== wanted[i]).reduce((sum, n) => sum + n, 0);
  if (own.length === wanted.length && others === 1) return variance.node;
  throw new Error(
    `gaussianNllLoss: var is of incorrect size: ${showShape(own)} for an input of ` +
      showShape(wanted),
  );
}
