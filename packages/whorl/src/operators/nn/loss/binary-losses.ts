// Cross-entropy of single bits: of probabilities, of logits, of several labels a row.
// in:  input and target of one shape     out: a loss, reduced by 'mean' (default), 'sum' or 'none'

import { differentiated } from '../../../autograd/custom.js';
import {
  add,
  binary,
  cast,
  checked,
  constantLike,
  div,
  mul,
  neg,
  sub,
  unary,
  withNumber,
} from '../../../graph/build.js';
import { broadcastTo } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import type { Node } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { broadcastShapes, resultType } from '../../../tensor/promotion.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { logSigmoidOf } from '../log-sigmoid.js';
import {
  demandConstant,
  demandFits,
  type LossOptions,
  pairwiseLoss,
  type Rule,
} from './pairwise-loss.js';
import { reduceLoss, refuseBool } from './reduction.js';
import { demandFloating, floatingOnly } from '../../../tensor/floating.js';
import type { Loss } from './pairwise-loss.js';

export interface BinaryOptions extends LossOptions {
  weight?: Tensor | null;
}

/** `loss` times a weight that broadcasts to it. */
function weighted(name: string, loss: Node, weight: Tensor | null | undefined): Node {
  if (weight == null) return loss;
  demandFits(name, 'weight', weight, loss.shape);
  return mul(loss, broadcastTo(cast(weight.node, loss.dtype), loss.shape));
}

const alike: Rule = (name, _common, input, target) => {
  if (target.dtype === input.dtype) return floatingOnly(name, input.dtype);
  throw new TypeError(`${name}: found dtype ${target.dtype} but expected ${input.dtype}`);
};

const betweenZeroAndOne = (a: Node, what: string): Node =>
  checked(
    a,
    binary('AND', binary('LE', constantLike(a, 0), a), binary('LE', a, constantLike(a, 1))),
    `binaryCrossEntropy: all elements of ${what} should be between 0 and 1`,
  );

/**
 * -(y log x + (1 - y) log(1 - x)), the logarithms at least -100. Errors: two shapes or dtypes; when
 * the value is read, an input or target outside [0, 1].
 */
export const binaryCrossEntropy: Loss<BinaryOptions> = pairwiseLoss(
  'binaryCrossEntropy',
  'input target | weight * reduction',
  { shapes: 'same', dtype: alike },
  (input, target, { weight }) => {
    demandConstant('binaryCrossEntropy', 'weight', weight);
    const x = betweenZeroAndOne(input, 'input');
    const y = betweenZeroAndOne(target, 'target');
    const [yes, no] = [unary('LOG', x), unary('LOG1P', neg(x))];
    const bounded = (a: Node) => binary('MAX', a, constantLike(a, -100));
    const value = sub(mul(withNumber('SUB', y, 1), bounded(no)), mul(y, bounded(yes)));
    const loss = differentiated('binaryCrossEntropy', value, [x, y], (g) => [
      throughInput(g, x, y),
      mul(g, neg(sub(yes, no))),
    ]);
    return weighted('binaryCrossEntropy', loss, weight);
  },
);

/** PyTorch bounds the denominator: (x - y) / max(x (1 - x), 1e-12). */
function throughInput(g: Node, x: Node, y: Node): Node {
  // a float32 number there, in float64, too
  const tiny = constantLike(x, Math.fround(1e-12));
  const spread = binary('MAX', mul(sub(constantLike(x, 1), x), x), tiny);
  const slope = div(mul(g, sub(x, y)), spread);
  return differentiated('binaryCrossEntropy', slope, [g, x, y], (gg) => {
    const [low, high] = [x, sub(constantLike(x, 1), x)].map((a) => withNumber('ADD', a, 1e-12)) as [
      Node,
      Node,
    ];
    const curve = add(sub(mul(x, x), withNumber('MUL', mul(x, y), 2)), y);
    const both = mul(gg, g);
    return [
      throughInput(gg, x, y),
      div(mul(both, curve), mul(mul(low, low), mul(high, high))),
      neg(div(both, spread)),
    ];
  });
}

export interface LogitsOptions extends BinaryOptions {
  posWeight?: Tensor | null;
}

const targets: Rule = (name, _common, input, target) => {
  floatingOnly(name, input.dtype);
  return floatingOnly(name, target.dtype);
};

/**
 * Cross-entropy of sigmoid(x), computed safely: (1 - y) x - (1 + (posWeight - 1) y) logsigmoid(x).
 */
export const binaryCrossEntropyWithLogits: Loss<LogitsOptions> = pairwiseLoss(
  'binaryCrossEntropyWithLogits',
  'input target | weight * pos_weight reduction',
  { shapes: 'same', dtype: targets },
  (x, y, { weight, posWeight }) => {
    const name = 'binaryCrossEntropyWithLogits';
    demandConstant(name, 'weight', weight);
    demandConstant(name, 'posWeight', posWeight);
    const base = mul(sub(constantLike(y, 1), y), x);
    let tail = logSigmoidOf(x);
    if (posWeight != null) {
      demandFits(name, 'posWeight', posWeight, x.shape);
      refuseBool(name, posWeight);
      const p = broadcastTo(cast(posWeight.node, x.dtype), x.shape);
      tail = mul(withNumber('ADD', mul(withNumber('SUB', p, 1), y), 1), tail);
    }
    return weighted(name, sub(base, tail), weight);
  },
);

/** The mean over classes of the binary cross-entropy of each. input, target: [N, C] or [C]. */
export const multilabelSoftMarginLoss = define(
  'F.multilabelSoftMarginLoss',
  'input target | weight * reduction',
  (input: Tensor, target: Tensor, { weight = null, reduction = 'mean' }: BinaryOptions = {}) => {
    const name = 'multilabelSoftMarginLoss';
    demandFloating(name, input);
    refuseBool(name, target);
    const tensors = weight === null ? [input, target] : [input, target, weight];
    const shape = broadcastShapes(name, ...tensors.map((t) => t.shape));
    const dtype = resultType(tensors);
    const laid = (a: Node) => broadcastTo(cast(a, dtype), shape);
    const y = laid(target.node);
    const own = mul(y, laid(logSigmoidOf(input.node)));
    const rest = mul(sub(constantLike(y, 1), y), laid(logSigmoidOf(neg(input.node))));
    const loss = neg(add(own, rest));
    const factored = weight === null ? loss : mul(loss, laid(weight.node));
    if (input.ndim === 0)
      throw new Error(`${name}: the input needs a dimension of classes, got ${showShape([])}`);
    const axis = input.ndim - 1;
    const rows = withNumber('DIV', reduce(factored, 'sum', [axis]), input.shape[axis]!);
    return fromNode(reduceLoss(name, rows, reduction));
  },
  'functional',
);
