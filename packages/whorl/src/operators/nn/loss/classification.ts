// Losses for classes: cross-entropy, negative log-likelihood, multi-class margin.
// in:  scores [N, C, ...] or [C], class indices [N, ...] (int64) or probabilities     out: a loss

import { differentiated } from '../../../autograd/custom.js';
import {
  add,
  cast,
  constant,
  div,
  eq,
  gather,
  iota,
  lt,
  mul,
  neg,
  sub,
  where,
  withNumber,
} from '../../../graph/build.js';
import { broadcastTo, expand, reshape } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import { type DType, isFloating } from '../../../graph/dtype.js';
import { type Node, named } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { logSoftmaxNode } from '../../reduce/softmax.js';
import { resultType } from '../../../tensor/promotion.js';
import { fromNode, Tensor } from '../../../tensor/tensor.js';
import { sumNode } from '../../reduce/reduce.js';
import { cascadeSum } from './cascade-sum.js';
import { demandConstant } from './pairwise-loss.js';
import { demandDType, elements, reduceLoss, type Reduction } from './reduction.js';
import { demandFloating } from '../../../tensor/floating.js';

export interface ClassOptions {
  /** one factor per class, [C] */
  weight?: Tensor | null;
  /** targets of this class count for nothing, default -100 */
  ignoreIndex?: number;
  /** default 'mean': divided by the sum of the weights that counted */
  reduction?: Reduction;
}

export interface CrossEntropyOptions extends ClassOptions {
  /** how much of each target is spread over all classes, default 0 */
  labelSmoothing?: number;
}

/** Scores with the classes on axis 1, one row at least. */
interface Scores {
  readonly log: Node;
  readonly classes: number;
  readonly single: boolean;
}

function scoresOf(a: Node): Scores {
  const single = a.shape.length <= 1;
  const log = single ? reshape(a, [1, elements(a)]) : a;
  return { log, classes: log.shape[1]!, single };
}

/** Class indices in the shape of the input without its classes; PyTorch's words for what is not. */
function checkTarget(name: string, input: Tensor, target: Tensor): void {
  demandFloating(name, input);
  if (!(target instanceof Tensor)) throw new TypeError(`${name}: the target must be a tensor`);
  if (input.ndim === 0)
    throw new Error(`${name}: the input needs a dimension of classes, got ${showShape([])}`);
  const wanted = input.ndim === 1 ? [] : [input.shape[0]!, ...input.shape.slice(2)];
  const single = input.ndim === 1 && target.ndim === 1 && target.shape[0] === 1;
  if (!single && showShape(target.shape) !== showShape(wanted)) {
    throw new Error(
      `${name}: ${misfit(input, target, wanted)}: class indices for input ` +
        `${showShape(input.shape)} must have shape ${showShape(wanted)}, got ` +
        showShape(target.shape),
    );
  }
  // PyTorch takes uint8 where there is a row of scores for each target, and nowhere else
  const bytes = name !== 'multiMarginLoss' && input.ndim <= 2;
  if (target.dtype !== 'int64' && !(bytes && target.dtype === 'uint8')) {
    throw new TypeError(
      `${name}: expected scalar type int64 but found ${target.dtype}: class indices must be ` +
        'int64; convert them with long()',
    );
  }
}

function misfit(input: Tensor, target: Tensor, wanted: readonly number[]): string {
  if (input.ndim <= 2 && target.ndim > 1)
    return '0D or 1D target tensor expected, multi-target not supported';
  if (target.ndim !== wanted.length)
    return `only targets of ${wanted.length} dimensions supported, got ${target.ndim}`;
  if (target.shape[0] !== wanted[0])
    return (
      `expected input batch_size (${wanted[0]}) to match target batch_size ` +
      `(${target.shape[0]})`
    );
  return 'size mismatch';
}

function checkWeight(name: string, weight: Tensor | null | undefined, classes: number): void {
  demandConstant(name, 'weight', weight);
  if (weight == null || (weight.ndim === 1 && weight.shape[0] === classes)) return;
  throw new Error(
    `${name}: weight tensor should be defined either for all ${classes} classes or no classes ` +
      `but got weight tensor of shape: ${showShape(weight.shape)}`,
  );
}

/**
 * The loss of each target: -log[target] * weight[target], and the weights themselves; ignored ones
 * are 0.
 */
function perTarget(
  name: string,
  scores: Scores,
  target: Tensor,
  options: ClassOptions,
): { loss: Node; weight: Node } {
  const { log } = scores;
  const labels = reshape(cast(target.node, 'int64'), [log.shape[0]!, ...log.shape.slice(2)]);
  const ignored = eq(labels, constant(options.ignoreIndex ?? -100, 'int64', labels.shape));
  const safe = where(ignored, constant(0, 'int64', labels.shape), labels);
  const index = reshape(
    safe,
    log.shape.map((n, i) => (i === 1 ? 1 : n)),
  );
  const picked = reshape(named(gather(log, index, 1), name), labels.shape);
  const zero = constant(0, log.dtype, labels.shape);
  let weight: Node = constant(1, log.dtype, labels.shape);
  if (options.weight != null) {
    const flat = reshape(safe, [elements(safe)]);
    weight = reshape(gather(cast(options.weight.node, log.dtype), flat, 0), labels.shape);
  }
  const weigh = (a: Node): Node => (options.weight == null ? a : mul(a, weight));
  const value = where(ignored, zero, neg(weigh(picked)));
  // what is ignored gets +0, as the rest of its row
  const through = (g: Node): Node => where(ignored, zero, neg(weigh(g)));
  return {
    loss: differentiated(name, value, [picked], (g) => [through(g)], false),
    weight: where(ignored, zero, weight),
  };
}

/**
 * Sum, none, or the mean that counts each target with its weight (1 where there are none, 0 where
 * ignored).
 */
function finish(
  name: string,
  { single }: Scores,
  loss: Node,
  weight: Node,
  options: ClassOptions,
): Node {
  const { reduction = 'mean' } = options;
  // the loss of one row of scores is a sum of one
  if (single && reduction === 'none') return sumNode(loss, [0]);
  if (reduction !== 'mean' && reduction !== 'sum') return reduceLoss(name, loss, reduction);
  const axes = [...loss.shape.keys()];
  // a batch of single targets is added up in PyTorch's order
  const sum = (a: Node) => (axes.length === 1 ? cascadeSum(a) : sumNode(a, axes));
  if (reduction === 'sum') return sum(loss);
  return div(sum(loss), options.weight == null ? reduce(weight, 'sum', axes) : sum(weight));
}

/**
 * -log[target], the log-probabilities given. input: [N, C, ...] or [C]; target: class indices.
 * Errors: shapes that do not go together, an index outside 0..C-1 (when the value is read).
 * Source: torch.nn.functional.nll_loss.
 */
export const nllLoss = define(
  'F.nllLoss',
  'input target | weight * ignore_index reduction',
  (input: Tensor, target: Tensor, options: ClassOptions = {}) => {
    checkTarget('nllLoss', input, target);
    const scores = scoresOf(input.node);
    demandDType('nllLoss', 'weight', options.weight, input.dtype);
    checkWeight('nllLoss', options.weight, scores.classes);
    const { loss, weight } = perTarget('nllLoss', scores, target, options);
    return fromNode(finish('nllLoss', scores, loss, weight, options));
  },
  'functional',
);

/**
 * Cross-entropy between the softmax of `input` and class indices or probabilities.
 * input: [N, C, ...] or [C]; target: [N, ...] int64, or probabilities of the input's shape.
 * Source: torch.nn.functional.cross_entropy.
 */
export const crossEntropy = define(
  'F.crossEntropy',
  'input target | weight * ignore_index reduction label_smoothing',
  (input: Tensor, target: Tensor, options: CrossEntropyOptions = {}) => {
    const name = 'crossEntropy';
    const { labelSmoothing = 0 } = options;
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new RangeError(
        `${name}: labelSmoothing must be between 0 and 1, got ${labelSmoothing}`,
      );
    }
    const dense = target instanceof Tensor && showShape(target.shape) === showShape(input.shape);
    if (!dense) checkTarget(name, input, target);
    else demandProbabilities(name, input, target);
    const raw = scoresOf(input.node);
    checkWeight(name, options.weight, raw.classes);
    if (!dense) demandDType(name, 'weight', options.weight, input.dtype);
    const row = logSoftmaxNode(raw.log, 1);
    const scores = {
      ...raw,
      log: dense ? cast(row, commonType(input, target, options.weight)) : row,
    };
    if (dense) return fromNode(withProbabilities(name, scores, target, options));
    const { loss, weight } = perTarget(name, scores, target, options);
    const nll = finish(name, scores, loss, weight, options);
    if (labelSmoothing === 0) return fromNode(nll);
    // two losses, each reduced for itself: where all weights are 0, both are NaN or infinite
    const rest = finish(name, scores, overAll(scores, target, options), weight, options);
    const share = labelSmoothing / scores.classes;
    return fromNode(
      add(withNumber('MUL', nll, 1 - labelSmoothing), withNumber('MUL', rest, share)),
    );
  },
  'functional',
);

/** Of probabilities, scores and weights: they are multiplied. */
const commonType = (input: Tensor, target: Tensor, weight: Tensor | null | undefined): DType =>
  resultType(weight == null ? [input, target] : [input, target, weight]);

function demandProbabilities(name: string, input: Tensor, target: Tensor): void {
  demandFloating(name, input);
  if (isFloating(target.dtype)) return;
  throw new TypeError(
    `${name}: expected floating point type for target with class probabilities, got ` +
      `${target.dtype}; class indices have the shape of the input without its classes`,
  );
}

const weightRow = (weight: Tensor, like: Node): Node =>
  broadcastTo(
    reshape(
      cast(weight.node, like.dtype),
      like.shape.map((n, i) => (i === 1 ? n : 1)),
    ),
    like.shape,
  );

/** The loss of all classes of each target that is not ignored. */
function overAll({ log }: Scores, target: Tensor, options: CrossEntropyOptions): Node {
  const weighted = options.weight == null ? log : mul(log, weightRow(options.weight, log));
  const all = neg(reduce(weighted, 'sum', [1]));
  const ignored = eq(
    reshape(cast(target.node, 'int64'), all.shape),
    constant(options.ignoreIndex ?? -100, 'int64', all.shape),
  );
  return where(ignored, constant(0, log.dtype, all.shape), all);
}

function withProbabilities(
  name: string,
  scores: Scores,
  target: Tensor,
  options: CrossEntropyOptions,
): Node {
  const { log, classes, single } = scores;
  const s = options.labelSmoothing ?? 0;
  if ((options.ignoreIndex ?? -100) >= 0) {
    throw new Error(`${name}: ignoreIndex cannot be specified when target contains probabilities`);
  }
  let p = reshape(cast(target.node, log.dtype), log.shape);
  if (s > 0) p = withNumber('ADD', withNumber('MUL', p, 1 - s), s / classes);
  const weighted = options.weight == null ? log : mul(log, weightRow(options.weight, log));
  const rows = sumNode(mul(weighted, p), [1]);
  const { reduction = 'mean' } = options;
  if (reduction === 'none') return neg(single ? reshape(rows, []) : rows);
  const total = neg(reduceLoss(name, rows, reduction === 'mean' ? 'sum' : reduction));
  return reduction === 'mean' ? withNumber('DIV', total, elements(log) / classes) : total;
}

export interface MultiMarginOptions {
  p?: number;
  margin?: number;
  weight?: Tensor | null;
  reduction?: Reduction;
}

/** Mean over classes i != y of max(0, margin - x[y] + x[i])^p. input: [N, C] or [C]. */
export const multiMarginLoss = define(
  'F.multiMarginLoss',
  'input target | p margin weight * reduction',
  (
    input: Tensor,
    target: Tensor,
    { p = 1, margin = 1, weight = null, reduction = 'mean' }: MultiMarginOptions = {},
  ) => {
    // a number is one class; there is nothing to be wrong about, but PyTorch answers
    if (input.ndim > 0) checkTarget('multiMarginLoss', input, target);
    if (p !== 1 && p !== 2)
      throw new Error(`multiMarginLoss: only p == 1 and p == 2 supported, got ${p}`);
    const { log: x, classes, single } = scoresOf(input.node);
    demandDType('multiMarginLoss', 'weight', weight, input.dtype);
    checkWeight('multiMarginLoss', weight, classes);
    const index = reshape(target.node, [x.shape[0]!, 1]);
    const own = expand(named(gather(x, index, 1), 'multiMarginLoss'), x.shape);
    const gap = withNumber('ADD', sub(x, own), margin);
    const none = constant(0, x.dtype, x.shape);
    let cost: Node = where(lt(none, gap), gap, none);
    if (p === 2) cost = mul(cost, cost);
    if (weight !== null) {
      const factor = reshape(gather(cast(weight.node, x.dtype), reshape(index, [x.shape[0]!]), 0), [
        x.shape[0]!,
        1,
      ]);
      cost = mul(cost, expand(factor, x.shape));
    }
    const counter = broadcastTo(iota(classes, 'int64'), x.shape);
    const others = where(
      eq(counter, expand(cast(index, 'int64'), x.shape)),
      constant(0, x.dtype, x.shape),
      cost,
    );
    const rows = withNumber('DIV', reduce(others, 'sum', [1]), classes);
    return fromNode(
      single && reduction === 'none'
        ? reshape(rows, target.shape)
        : reduceLoss('multiMarginLoss', rows, reduction),
    );
  },
  'functional',
);
