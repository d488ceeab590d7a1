// Losses between tensors of one shape: MSE, L1, Huber, cross-entropy of bits, divergences, margins.
// in:  input and target of one shape     out: a loss, reduced by 'mean' (default), 'sum' or 'none'

import {
  add,
  binary,
  broadcastTo,
  cast,
  div,
  eq,
  mul,
  neg,
  reduce,
  sub,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { broadcastShapes, toFloat } from '../../tensor/promotion.js';
import { meanNode } from '../../tensor/reduce.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { demandFloating, demandSameShape, reduceLoss, type Reduction } from './reduction.js';

interface Options {
  reduction?: Reduction;
}

const positive = (a: Node): Node => binary('MAX', a, constantLike(a, 0));
const square = (a: Node): Node => mul(a, a);

/**
 * Both operands broadcast to one shape, as PyTorch's regression losses do (with a warning there).
 */
function together(name: string, input: Tensor, target: Tensor): [Node, Node] {
  demandFloating(name, input);
  const shape = broadcastShapes(name, input.shape, target.shape);
  return [broadcastTo(input.node, shape), broadcastTo(cast(target.node, input.dtype), shape)];
}

const toFloating = (x: Tensor): Tensor => fromNode(cast(x.node, toFloat(x.dtype)));

function elementwise<O extends Options>(
  name: string,
  options: string,
  make: (x: Node, y: Node, o: O) => Node,
  strict = false,
  integers = false,
) {
  return define(
    `F.${name}`,
    `input target | ${options}`,
    (input: Tensor, target: Tensor, o: O = {} as O) => {
      if (strict) demandSameShape(name, input, target);
      const x0 = integers ? toFloating(input) : input;
      const [x, y] = together(name, x0, target);
      return fromNode(reduceLoss(name, make(x, y, o), o.reduction ?? 'mean'));
    },
    'functional',
  );
}

/** (x - y)^2. */
export const mseLoss = elementwise('mseLoss', '* reduction', (x, y) => square(sub(x, y)));
/** |x - y|. */
export const l1Loss = elementwise('l1Loss', '* reduction', (x, y) => unary('ABS', sub(x, y)));

/** d^2 / 2 where |d| < delta, else delta * (|d| - delta / 2). */
export const huberLoss = elementwise<Options & { delta?: number }>(
  'huberLoss',
  'reduction delta',
  (x, y, { delta = 1 }) => {
    if (!(delta > 0)) throw new RangeError(`huberLoss: delta must be positive, got ${delta}`);
    const d = unary('ABS', sub(x, y));
    return where(
      binary('LT', d, constantLike(d, delta)),
      withNumber('MUL', square(d), 0.5),
      withNumber('MUL', withNumber('SUB', d, delta / 2), delta),
    );
  },
);

/** d^2 / (2 beta) where |d| < beta, else |d| - beta / 2; l1 for beta 0. */
export const smoothL1Loss = elementwise<Options & { beta?: number }>(
  'smoothL1Loss',
  '* reduction beta',
  (x, y, { beta = 1 }) => {
    if (beta < 0) throw new RangeError(`smoothL1Loss: beta must not be negative, got ${beta}`);
    const d = unary('ABS', sub(x, y));
    if (beta === 0) return d;
    return where(
      binary('LT', d, constantLike(d, beta)),
      withNumber('DIV', withNumber('MUL', square(d), 0.5), beta),
      withNumber('SUB', d, beta / 2),
    );
  },
);

/** log(1 + exp(-y x)). y is -1 or 1. */
export const softMarginLoss = elementwise(
  'softMarginLoss',
  '* reduction',
  (x, y) => softplus(neg(mul(x, y))),
  true,
);

/** log(1 + exp(a)), safe for large |a|. */
const softplus = (a: Node): Node =>
  add(positive(a), unary('LOG1P', unary('EXP', neg(unary('ABS', a)))));

/** x where y is 1, max(0, margin - x) where y is -1. */
export const hingeEmbeddingLoss = elementwise<Options & { margin?: number }>(
  'hingeEmbeddingLoss',
  'margin * reduction',
  (x, y, { margin = 1 }) => {
    const zero = constantLike(x, 0);
    const apart = where(eq(y, constantLike(y, 1)), zero, positive(sub(constantLike(x, margin), x)));
    return add(apart, where(eq(y, constantLike(y, -1)), zero, x));
  },
);

export interface BinaryOptions extends Options {
  weight?: Tensor | null;
}

const weighted = (loss: Node, weight: Tensor | null | undefined): Node =>
  weight == null ? loss : mul(loss, broadcastTo(cast(weight.node, loss.dtype), loss.shape));

/** -(y log x + (1 - y) log(1 - x)), the logarithms at least -100; x in [0, 1]. */
export const binaryCrossEntropy = elementwise<BinaryOptions>(
  'binaryCrossEntropy',
  'weight * reduction',
  (x, y, { weight }) => {
    const logOf = (a: Node) => binary('MAX', unary('LOG', a), constantLike(a, -100));
    const rest = unary('LOG1P', neg(x));
    const loss = sub(
      mul(withNumber('SUB', y, 1), binary('MAX', rest, constantLike(x, -100))),
      mul(y, logOf(x)),
    );
    const result = binaryGradient(loss, x, y);
    return weighted(result, weight);
  },
  true,
);

/** PyTorch bounds the denominator of the gradient: (x - y) / max(x (1 - x), 1e-12). */
function binaryGradient(loss: Node, x: Node, y: Node): Node {
  if (x.history === null || y.history !== null || loss.history === null) return loss;
  loss.history = {
    kind: 'custom',
    name: 'binaryCrossEntropy',
    inputs: [x],
    saves: true,
    backward: (g) => {
      const spread = binary('MAX', mul(sub(constantLike(x, 1), x), x), constantLike(x, 1e-12));
      return [div(mul(g, sub(x, y)), spread)];
    },
  };
  return loss;
}

export interface LogitsOptions extends BinaryOptions {
  posWeight?: Tensor | null;
}

/** Cross-entropy of sigmoid(x), computed safely: (1 - y) x + w * log(1 + exp(-x)). */
export const binaryCrossEntropyWithLogits = elementwise<LogitsOptions>(
  'binaryCrossEntropyWithLogits',
  'weight * pos_weight reduction',
  (x, y, { weight, posWeight }) => {
    const base = mul(sub(constantLike(y, 1), y), x);
    const tail = softplus(neg(x));
    if (posWeight == null) return weighted(add(base, tail), weight);
    const p = broadcastTo(cast(posWeight.node, x.dtype), x.shape);
    const factor = withNumber('ADD', mul(withNumber('SUB', p, 1), y), 1);
    return weighted(add(base, mul(factor, tail)), weight);
  },
  true,
);

/**
 * y (log y - x), or exp(y) (y - x) where the target is a logarithm; 'batchmean' divides by the
 * batch.
 */
export const klDiv = define(
  'F.klDiv',
  'input target | * reduction log_target',
  (
    input: Tensor,
    target: Tensor,
    {
      reduction = 'mean',
      logTarget = false,
    }: { reduction?: Reduction | 'batchmean'; logTarget?: boolean } = {},
  ) => {
    const [x, y] = together('klDiv', input, target);
    const loss = logTarget ? mul(unary('EXP', y), sub(y, x)) : sub(selfLog(y), mul(y, x));
    if (reduction !== 'batchmean') return fromNode(reduceLoss('klDiv', loss, reduction));
    const total = reduce(loss, 'sum', [...loss.shape.keys()]);
    return fromNode(withNumber('DIV', total, Math.max(input.shape[0] ?? 1, 1)));
  },
  'functional',
);

/** y log y with 0 at 0. */
const selfLog = (y: Node): Node => {
  const zero = eq(y, constantLike(y, 0));
  return where(zero, constantLike(y, 0), mul(y, unary('LOG', where(zero, constantLike(y, 1), y))));
};

export interface PoissonOptions extends Options {
  logInput?: boolean;
  full?: boolean;
  eps?: number;
}

/** exp(x) - y x (or x - y log(x + eps)), with Stirling's term where `full`. */
export const poissonNllLoss = elementwise<PoissonOptions>(
  'poissonNllLoss',
  'log_input full * eps reduction',
  (x, y, { logInput = true, full = false, eps = 1e-8 }) => {
    const loss = logInput
      ? sub(unary('EXP', x), mul(y, x))
      : sub(x, mul(y, unary('LOG', withNumber('ADD', x, eps))));
    return full ? add(loss, stirling(y)) : loss;
  },
  false,
  true,
);

/** y log y - y + log(2 pi y) / 2 where y > 1, else 0. */
function stirling(y: Node): Node {
  const large = binary('LT', constantLike(y, 1), y);
  const safe = where(large, y, constantLike(y, 2));
  const half = withNumber('MUL', unary('LOG', withNumber('MUL', safe, 2 * Math.PI)), 0.5);
  return where(large, add(sub(mul(safe, unary('LOG', safe)), safe), half), constantLike(y, 0));
}

/** The mean over classes of the binary cross-entropy of each. input, target: [N, C] or [C]. */
export const multilabelSoftMarginLoss = define(
  'F.multilabelSoftMarginLoss',
  'input target | weight * reduction',
  (input: Tensor, target: Tensor, { weight = null, reduction = 'mean' }: BinaryOptions = {}) => {
    const [x, y] = together('multilabelSoftMarginLoss', input, target);
    const own = mul(y, softplus(neg(x)));
    const loss = weighted(add(own, mul(sub(constantLike(y, 1), y), softplus(x))), weight);
    const rows = meanNode(loss, [loss.shape.length - 1]);
    return fromNode(reduceLoss('multilabelSoftMarginLoss', rows, reduction));
  },
  'functional',
);

export interface GaussianOptions extends Options {
  full?: boolean;
  eps?: number;
}

/** (log var + (x - y)^2 / var) / 2, the variance at least eps. */
export const gaussianNllLoss = define(
  'F.gaussianNllLoss',
  'input target var | full eps reduction',
  (
    input: Tensor,
    target: Tensor,
    variance: Tensor | number,
    { full = false, eps = 1e-6, reduction = 'mean' }: GaussianOptions = {},
  ) => {
    const [x, y] = together('gaussianNllLoss', input, target);
    const v =
      typeof variance === 'number' ? constantLike(x, variance) : spreadVariance(variance, x);
    const bound = binary('LT', v, constantLike(v, eps));
    const safe = add(v, untrackedDifference(v, bound, eps));
    let loss = withNumber('MUL', add(unary('LOG', safe), div(square(sub(x, y)), safe)), 0.5);
    if (full) loss = withNumber('ADD', loss, 0.5 * Math.log(2 * Math.PI));
    return fromNode(reduceLoss('gaussianNllLoss', loss, reduction));
  },
  'functional',
);

/** What lifts small variances to eps, without a gradient: PyTorch clamps inside no_grad. */
function untrackedDifference(v: Node, bound: Node, eps: number): Node {
  const lift = where(bound, sub(constantLike(v, eps), v), constantLike(v, 0));
  lift.history = null;
  return lift;
}

function spreadVariance(variance: Tensor, x: Node): Node {
  const own = variance.shape;
  const heteroscedastic =
    own.length === x.shape.length - 1 && own.every((n, i) => n === x.shape[i]);
  const shape = heteroscedastic ? [...own, 1] : own;
  const fits =
    shape.length === 0 ||
    (shape.length === x.shape.length && shape.every((n, i) => n === 1 || n === x.shape[i]));
  if (!fits) {
    throw new Error(
      `gaussianNllLoss: var is of incorrect size: [${own.join(', ')}] for an input of ` +
        `[${x.shape.join(', ')}]`,
    );
  }
  return broadcastTo((variance.reshape(shape) as Tensor).node, x.shape);
}
