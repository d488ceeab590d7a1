// Losses of differences and margins between tensors of one shape: MSE, L1, Huber, hinge.
// in:  input and target of one shape     out: a loss, reduced by 'mean' (default), 'sum' or 'none'

import { differentiated } from '../../../autograd/custom.js';
import {
  add,
  binary,
  cast,
  constantLike,
  div,
  eq,
  lt,
  mul,
  neg,
  sub,
  unary,
  where,
  withNumber,
} from '../../../graph/build.js';
import { broadcastTo } from '../../../graph/movement.js';
import type { Node } from '../../../graph/node.js';
import { showShape } from '../../../tensor/dims.js';
import { clamped } from '../../pointwise/clamped.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { refuseBool } from './reduction.js';
import {
  demandConstant,
  demandFits,
  inputs,
  type LossOptions,
  pairwiseLoss,
  promoted,
  type Rule,
} from './pairwise-loss.js';
import type { Loss } from './pairwise-loss.js';

/** max(a, 0) with the gradient 0 at 0. */
export const positive = (a: Node): Node => clamped(a, constantLike(a, 0), null, true);
const square = (a: Node): Node => mul(a, a);

/**
 * A loss of x - y whose slope, a function of the difference, is odd: the target's gradient is that
 * of y - x, so that equal values give +0 on both sides.
 */
function ofDifference(
  name: string,
  value: (d: Node) => Node,
  slope: (d: Node, g: Node) => Node,
): (x: Node, y: Node) => Node {
  return (x, y) => {
    const d = sub(x, y);
    return differentiated(name, value(d), [x, y], (g) => [
      x.history === null ? null : slope(d, g),
      y.history === null ? null : slope(sub(y, x), g),
    ]);
  };
}

const numbersOnly: Rule = (name, common, ...tensors) => {
  refuseBool(name, ...tensors);
  return promoted(name, common, ...tensors);
};

/** (x - y)^2. */
export const mseLoss: Loss = pairwiseLoss(
  'mseLoss',
  'input target | * reduction',
  { shapes: 'warned', dtype: promoted },
  ofDifference('mseLoss', square, (d, g) => withNumber('MUL', mul(g, d), 2)),
);
/** |x - y|. */
export const l1Loss: Loss = pairwiseLoss(
  'l1Loss',
  'input target | * reduction',
  { shapes: 'warned', dtype: numbersOnly },
  (x, y) => unary('ABS', sub(x, y)),
);

/** The slope at differences d of a parabola for |d| < bend: that of the line from there. */
function bent(d: Node, bend: number, line: Node, parabola: Node): Node {
  const low = binary('LE', d, constantLike(d, -bend));
  const high = binary('LE', constantLike(d, bend), d);
  return where(low, neg(line), where(high, line, parabola));
}

export interface HuberOptions extends LossOptions {
  delta?: number;
  weight?: Tensor | null;
}

/**
 * d^2 / 2 where |d| < delta, else delta * (|d| - delta / 2); times weight, of the input's shape.
 */
export const huberLoss: Loss<HuberOptions> = pairwiseLoss(
  'huberLoss',
  'input target | reduction delta weight',
  { shapes: 'warned', dtype: inputs },
  (x, y, { delta = 1, weight }, _target, input) => {
    if (!(delta > 0)) {
      throw new RangeError(
        `huberLoss: does not support non-positive values for delta, but got ${delta}`,
      );
    }
    const value = (d: Node): Node => {
      const size = unary('ABS', d);
      const parabola = withNumber('MUL', square(d), 0.5);
      const line = withNumber('MUL', withNumber('SUB', size, delta / 2), delta);
      return where(lt(size, constantLike(d, delta)), parabola, line);
    };
    const loss = ofDifference('huberLoss', value, (d, g) =>
      bent(d, delta, withNumber('MUL', g, delta), mul(d, g)),
    )(x, y);
    if (weight == null) return loss;
    if (showShape(weight.shape) !== showShape(input.shape))
      throw new Error('huberLoss: weights and input must have the same size');
    return mul(loss, broadcastTo(cast(weight.node, loss.dtype), loss.shape));
  },
);

/** d^2 / (2 beta) where |d| < beta, else |d| - beta / 2; l1 for beta 0. */
export const smoothL1Loss: Loss<LossOptions & { beta?: number }> = pairwiseLoss(
  'smoothL1Loss',
  'input target | * reduction beta',
  { shapes: 'warned', dtype: promoted },
  (x, y, { beta = 1 }) => {
    if (!(beta >= 0)) {
      throw new RangeError(
        `smoothL1Loss: does not support negative values for beta, but got ${beta}`,
      );
    }
    if (beta === 0) return unary('ABS', sub(x, y));
    const value = (d: Node): Node => {
      const size = unary('ABS', d);
      const parabola = withNumber('DIV', withNumber('MUL', square(d), 0.5), beta);
      return where(lt(size, constantLike(d, beta)), parabola, withNumber('SUB', size, beta / 2));
    };
    return ofDifference('smoothL1Loss', value, (d, g) =>
      bent(d, beta, g, withNumber('DIV', mul(d, g), beta)),
    )(x, y);
  },
);

/** log(1 + exp(-y x)), infinite where exp overflows. y is -1 or 1. */
export const softMarginLoss: Loss = pairwiseLoss(
  'softMarginLoss',
  'input target | * reduction',
  { shapes: 'broadcast', dtype: inputs },
  (x, y, _o, target, input) => {
    demandConstant('softMarginLoss', 'target', target);
    demandFits('softMarginLoss', 'target', target, input.shape);
    const powers = unary('EXP', neg(mul(x, y)));
    return differentiated('softMarginLoss', unary('LOG1P', powers), [x], (g) => [
      mul(div(neg(mul(y, powers)), withNumber('ADD', powers, 1)), g),
    ]);
  },
);

/** x where y is 1, max(0, margin - x) where y is -1. */
export const hingeEmbeddingLoss: Loss<LossOptions & { margin?: number }> = pairwiseLoss(
  'hingeEmbeddingLoss',
  'input target | margin * reduction',
  { shapes: 'broadcast', dtype: inputs },
  (x, y, { margin = 1 }) => {
    const zero = constantLike(x, 0);
    const gap = positive(sub(constantLike(x, margin), x));
    const apart = where(eq(y, constantLike(y, 1)), zero, gap);
    return add(apart, where(eq(y, constantLike(y, -1)), zero, x));
  },
);
