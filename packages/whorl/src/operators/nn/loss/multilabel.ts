// Losses built on others: several labels a row, and cross-entropy behind a linear map.
// in:  scores or features, targets     out: a loss

import {
  binary,
  cast,
  constant,
  eq,
  gather,
  iota,
  lt,
  sub,
  unary,
  where,
  withNumber,
} from '../../../graph/build.js';
import { broadcastTo, reshape } from '../../../graph/movement.js';
import { reduce, scan } from '../../../graph/reductions.js';
import { type Node, named } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { reshapeTo } from '../../movement/movement.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { crossEntropy, type CrossEntropyOptions } from './classification.js';
import { linear } from '../linear.js';
import { reduceLoss, type Reduction } from './reduction.js';
import { demandFloating } from '../../../tensor/floating.js';

function checkLabels(input: Tensor, target: Tensor): void {
  const name = 'multilabelMarginLoss';
  if (input.ndim > 2 || input.shape[input.ndim - 1] === 0) {
    throw new Error(
      `${name}: expected non-empty vector or matrix with optional 0-dim batch size, but got: ` +
        showShape(input.shape),
    );
  }
  if (showShape(input.shape) !== showShape(target.shape)) {
    throw new Error(
      `${name}: inconsistent target size: ${showShape(target.shape)} for input of size: ` +
        showShape(input.shape),
    );
  }
  demandFloating(name, input);
  if (target.dtype !== 'int64')
    throw new TypeError(`${name}: expected int64 targets, got ${target.dtype}`);
}

/**
 * The mean over the classes that are no label, for each label, of max(0, 1 - x[label] + x[class]).
 * input: [N, C], [C] or []; target: class indices of the input's shape, ended by -1.
 * Source: torch.nn.functional.multilabel_margin_loss.
 */
export const multilabelMarginLoss = define(
  'F.multilabelMarginLoss',
  'input target | * reduction',
  (
    input: Tensor,
    target: Tensor,
    { reduction = 'mean' }: { reduction?: Reduction } = {},
  ): Tensor => {
    checkLabels(input, target);
    const classes = input.ndim === 0 ? 1 : input.shape[input.ndim - 1]!;
    const n = input.ndim === 2 ? input.shape[0]! : 1;
    const [x, y] = [reshape(input.node, [n, classes]), reshape(target.node, [n, classes])];
    const zero = constant(0, 'int64', y.shape);
    // labels count up to the first negative one
    const real = scan(cast(unary('NOT', lt(y, zero)), 'int32'), 'min', 1);
    const own = named(gather(x, where(lt(y, zero), zero, y), 1), 'multilabelMarginLoss');
    const cube = [n, classes, classes];
    // axis 1: the label, axis 2: the class
    const perLabel = (a: Node) => broadcastTo(reshape(a, [n, classes, 1]), cube);
    const perClass = (a: Node) => broadcastTo(reshape(a, [n, 1, classes]), cube);
    const counted = cast(perLabel(real), 'bool');
    const hit = binary('AND', counted, eq(perLabel(y), broadcastTo(iota(classes, 'int64'), cube)));
    const isLabel = perClass(reduce(cast(hit, 'uint8'), 'max', [1]));
    const gap = withNumber('ADD', sub(perClass(x), perLabel(own)), 1);
    const none = constant(0, x.dtype, cube);
    const cost = where(lt(none, gap), gap, none);
    const used = binary('AND', counted, unary('NOT', cast(isLabel, 'bool')));
    const rows = withNumber('DIV', reduce(where(used, cost, none), 'sum', [1, 2]), classes);
    if (input.ndim < 2) return fromNode(reshape(rows, []));
    return fromNode(reduceLoss('multilabelMarginLoss', rows, reduction));
  },
  'functional',
);

export interface LinearCrossEntropyOptions extends CrossEntropyOptions {
  linearBias?: Tensor | null;
}

/**
 * crossEntropy(linear(input, linearWeight), target). input: [in] or [N, in]; linearWeight: [C, ...,
 * in];
 * target: class indices [N, ...] or probabilities [N, C, ...].
 * Source: torch.nn.functional.linear_cross_entropy.
 */
export const linearCrossEntropy = define(
  'F.linearCrossEntropy',
  'input linear_weight target | * linear_bias weight ignore_index reduction label_smoothing',
  (
    input: Tensor,
    linearWeight: Tensor,
    target: Tensor,
    { linearBias = null, ...options }: LinearCrossEntropyOptions = {},
  ): Tensor => {
    const name = 'linearCrossEntropy';
    if (input.ndim !== 1 && input.ndim !== 2) {
      throw new Error(`${name}: expected input with dimensionality 1 or 2, got ${input.ndim}`);
    }
    const features = linearWeight.shape[linearWeight.ndim - 1]!;
    if (input.shape[input.ndim - 1] !== features) {
      throw new Error(
        `${name}: expected equal input and linearWeight last dimensions (inFeatures), got ` +
          `${input.shape[input.ndim - 1]} and ${features}, respectively`,
      );
    }
    const out = linearWeight.shape.slice(0, -1);
    if (out.length > 1 && input.ndim === 1) {
      throw new Error(
        `${name}: a loss of several dimensions, defined by linearWeight shape ` +
          `${showShape(linearWeight.shape)}, requires batched input, got ${showShape(input.shape)}`,
      );
    }
    const weight = reshapeTo(linearWeight, [linearWeight.numel() / features, features]);
    const bias = linearBias === null ? null : reshapeTo(linearBias, [linearBias.numel()]);
    const logits = reshapeTo(linear(input, weight, bias), [...input.shape.slice(0, -1), ...out]);
    return crossEntropy(logits, target, options);
  },
  'functional',
);
