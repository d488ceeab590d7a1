// Loss modules: the losses of nn.functional with their options fixed at construction.

import type { DType } from '../graph/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Accept, Classes, SameShape, Target } from '../tensor/types/index.js';
import * as classification from './functional/classification.js';
import type { Reduction } from './functional/reduction.js';
import * as regression from './functional/regression.js';
import { Module } from './module.js';

type Loss = (input: Tensor, target: Tensor, options: object) => Tensor;

const known: Record<string, readonly string[]> = {
  CrossEntropyLoss: ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing'],
  NLLLoss: ['weight', 'ignoreIndex', 'reduction'],
  MultiMarginLoss: ['p', 'margin', 'weight', 'reduction'],
  BCELoss: ['weight', 'reduction'],
  BCEWithLogitsLoss: ['weight', 'reduction', 'posWeight'],
  HuberLoss: ['reduction', 'delta'],
  SmoothL1Loss: ['reduction', 'beta'],
  KLDivLoss: ['reduction', 'logTarget'],
  PoissonNLLLoss: ['logInput', 'full', 'eps', 'reduction'],
  HingeEmbeddingLoss: ['margin', 'reduction'],
  MultiLabelSoftMarginLoss: ['weight', 'reduction'],
};

abstract class LossModule<O extends object> extends Module {
  constructor(protected readonly options: O) {
    super();
    const allowed = known[this.name] ?? ['reduction'];
    for (const key of Object.keys(options)) {
      if (!allowed.includes(key)) {
        throw new TypeError(`${this.name}: unknown option "${key}"; it takes ${allowed.join(', ')}`);
      }
    }
  }
}

/** Cross-entropy of softmax(input) with class indices or probabilities. Source: torch.nn.CrossEntropyLoss. */
export class CrossEntropyLoss extends LossModule<classification.CrossEntropyOptions> {
  constructor(options: classification.CrossEntropyOptions = {}) {
    super(options);
  }
  forward<S extends number[], D extends DType, T extends number[], E extends DType>(
    input: Tensor<S, D>, target: Accept<Target<S, T, E>, Tensor<T, E>>,
  ): Tensor<[], D> {
    return classification.crossEntropy(input as never, target as never, this.options) as unknown as Tensor<[], D>;
  }
}

/** -input[target], the log-probabilities given. Source: torch.nn.NLLLoss. */
export class NLLLoss extends LossModule<classification.ClassOptions> {
  constructor(options: classification.ClassOptions = {}) {
    super(options);
  }
  forward<S extends number[], D extends DType, T extends number[], E extends DType>(
    input: Tensor<S, D>, target: Accept<Classes<S, T, E>, Tensor<T, E>>,
  ): Tensor<[], D> {
    return classification.nllLoss(input as never, target as never, this.options) as unknown as Tensor<[], D>;
  }
}

/** A loss between tensors of one shape, as a class of its own. */
function pairwise<O extends object>(name: string, fn: (input: Tensor, target: Tensor, options: O) => Tensor) {
  const Made = class extends LossModule<O> {
    constructor(options: O = {} as O) {
      super(options);
    }
    override get name(): string {
      return name;
    }
    forward<S extends number[], D extends DType, T extends number[], E extends DType>(
      input: Tensor<S, D>, target: Accept<SameShape<S, T, 'loss'>, Tensor<T, E>>,
    ): Tensor<[], D> {
      return (fn as Loss)(input as never, target as never, this.options) as unknown as Tensor<[], D>;
    }
  };
  Object.defineProperty(Made, 'name', { value: name });
  return Made;
}

interface Reduced { reduction?: Reduction }

/** mean (x - y)^2. */
export const MSELoss = pairwise<Reduced>('MSELoss', regression.mseLoss);
/** mean |x - y|. */
export const L1Loss = pairwise<Reduced>('L1Loss', regression.l1Loss);
/** Quadratic near 0, linear beyond beta. */
export const SmoothL1Loss = pairwise<Reduced & { beta?: number }>('SmoothL1Loss', regression.smoothL1Loss);
/** Quadratic within delta, linear beyond. */
export const HuberLoss = pairwise<Reduced & { delta?: number }>('HuberLoss', regression.huberLoss);
/** Cross-entropy of probabilities of one bit. */
export const BCELoss = pairwise<regression.BinaryOptions>('BCELoss', regression.binaryCrossEntropy);
/** The same of logits, computed safely. */
export const BCEWithLogitsLoss = pairwise<regression.LogitsOptions>('BCEWithLogitsLoss',
  regression.binaryCrossEntropyWithLogits);
/** The divergence of Kullback and Leibler; the input is a log-probability. */
export const KLDivLoss = pairwise<{ reduction?: Reduction | 'batchmean'; logTarget?: boolean }>('KLDivLoss',
  regression.klDiv);
/** Negative log-likelihood of counts. */
export const PoissonNLLLoss = pairwise<regression.PoissonOptions>('PoissonNLLLoss', regression.poissonNllLoss);
/** log(1 + exp(-y x)), y of -1 or 1. */
export const SoftMarginLoss = pairwise<Reduced>('SoftMarginLoss', regression.softMarginLoss);
/** x where y is 1, max(0, margin - x) where y is -1. */
export const HingeEmbeddingLoss = pairwise<Reduced & { margin?: number }>('HingeEmbeddingLoss',
  regression.hingeEmbeddingLoss);
/** Mean binary cross-entropy over labels. */
export const MultiLabelSoftMarginLoss = pairwise<regression.BinaryOptions>('MultiLabelSoftMarginLoss',
  regression.multilabelSoftMarginLoss);

/** Margin loss over classes, targets as indices. Source: torch.nn.MultiMarginLoss. */
export class MultiMarginLoss extends LossModule<classification.MultiMarginOptions> {
  constructor(options: classification.MultiMarginOptions = {}) {
    super(options);
  }
  forward(input: Tensor, target: Tensor): Tensor {
    return classification.multiMarginLoss(input, target, this.options);
  }
}
