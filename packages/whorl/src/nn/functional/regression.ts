// Losses of differences and margins between tensors of one shape: MSE, L1, Huber, hinge.
// in:  input and target of one shape     out: a loss, reduced by 'mean' (default), 'sum' or 'none'

import { differentiated } from '../../autograd/custom.js';
import {
  add,
  binary,
  broadcastTo,
  cast,
  constantLike,
  eq,
  lt,
  mul,
  neg,
  sub,
  unary,
  where,
  withNumber,
} from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { showShape } from '../../tensor/dims.js';
import { clamped } from '../../tensor/clamped.js';
import type { Tensor } from '../../tensor/tensor.js';
import { softplusOf } from './log-sigmoid.js';
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

/** max(a, 0) with the gradient 0 at 0. */
export const positive = (a: Node): Node => clamped(a, constantLike(a, 0), null, true);
const square = (a: Node): Node => mul(a, a);

const numbersOnly: Rule = (name, common, ...tensors) => {
  refuseBool(name, ...tensors);
  return promoted(name, common, ...tensors);
};

/** (x - y)^2. */
export const mseLoss = pairwiseLoss(
  'mseLoss',
  '* reduction',
  { shapes: 'warned', dtype: promoted },
  (x, y) => square(sub(x, y)),
);
/** |x - y|. */
export const l1Loss = pairwiseLoss(
  'l1Loss',
  '* reduction',
  { shapes: 'warned', dtype: numbersOnly },
  (x, y) => unary('ABS', sub(x, y)),
);

/** `value` of differences d, a parabola for |d| < bend, with its slope: that of the line from there. */
function bent(
  value: Node,
  d: Node,
  bend: number,
  line: (g: Node) => Node,
  parabola: (g: Node) => Node,
): Node {
  return differentiated('huber', value, [d], (g) => {
    const low = binary('LE', d, constantLike(d, -bend));
    const high = binary('LE', constantLike(d, bend), d);
    return [where(low, neg(line(g)), where(high, line(g), parabola(g)))];
  });
}

export interface HuberOptions extends LossOptions {
  delta?: number;
  weight?: Tensor | null;
}

/** d^2 / 2 where |d| < delta, else delta * (|d| - delta / 2); times weight, of the input's shape. */
export const huberLoss = pairwiseLoss<HuberOptions>(
  'huberLoss',
  'reduction delta weight',
  { shapes: 'warned', dtype: inputs },
  (x, y, { delta = 1, weight }, _target, input) => {
    if (!(delta > 0)) {
      throw new RangeError(
        `huberLoss: does not support non-positive values for delta, but got ${delta}`,
      );
    }
    const d = sub(x, y);
    const size = unary('ABS', d);
    const parabola = withNumber('MUL', square(d), 0.5);
    const line = withNumber('MUL', withNumber('SUB', size, delta / 2), delta);
    const value = where(lt(size, constantLike(d, delta)), parabola, line);
    const scaled = (g: Node) => withNumber('MUL', g, delta);
    const loss = bent(value, d, delta, scaled, (g) => mul(d, g));
    if (weight == null) return loss;
    if (showShape(weight.shape) !== showShape(input.shape))
      throw new Error('huberLoss: weights and input must have the same size');
    return mul(loss, broadcastTo(cast(weight.node, loss.dtype), loss.shape));
  },
);

/** d^2 / (2 beta) where |d| < beta, else |d| - beta / 2; l1 for beta 0. */
export const smoothL1Loss = pairwiseLoss<LossOptions & { beta?: number }>(
  'smoothL1Loss',
  '* reduction beta',
  { shapes: 'warned', dtype: promoted },
  (x, y, { beta = 1 }) => {
    if (!(beta >= 0)) {
      throw new RangeError(
        `smoothL1Loss: does not support negative values for beta, but got ${beta}`,
      );
    }
    const d = sub(x, y);
    const size = unary('ABS', d);
    if (beta === 0) return size;
    const parabola = withNumber('DIV', withNumber('MUL', square(d), 0.5), beta);
    const value = where(
      lt(size, constantLike(d, beta)),
      parabola,
      withNumber('SUB', size, beta / 2),
    );
    return bent(
      value,
      d,
      beta,
      (g) => g,
      (g) => withNumber('DIV', mul(d, g), beta),
    );
  },
);

/** log(1 + exp(-y x)). y is -1 or 1. */
export const softMarginLoss = pairwiseLoss(
  'softMarginLoss',
  '* reduction',
  { shapes: 'broadcast', dtype: inputs },
  (x, y, _o, target, input) => {
    demandConstant('softMarginLoss', 'target', target);
    demandFits('softMarginLoss', 'target', target, input.shape);
    return softplusOf(neg(mul(x, y)));
  },
);

/** x where y is 1, max(0, margin - x) where y is -1. */
export const hingeEmbeddingLoss = pairwiseLoss<LossOptions & { margin?: number }>(
  'hingeEmbeddingLoss',
  'margin * reduction',
  { shapes: 'broadcast', dtype: inputs },
  (x, y, { margin = 1 }) => {
    const zero = constantLike(x, 0);
    const gap = positive(sub(constantLike(x, margin), x));
    const apart = where(eq(y, constantLike(y, 1)), zero, gap);
    return add(apart, where(eq(y, constantLike(y, -1)), zero, x));
  },
);
