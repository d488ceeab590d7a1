// Loss modules: the losses of nn.functional with their options fixed at construction.

import { bound, demandNoMore } from '../tensor/arguments/bound.js';
import type { DType } from '../graph/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Accept, Classes, Labels, Reduced, SameShape, Target } from '../tensor/types/index.js';
import * as binary from '../operators/nn/loss/binary-losses.js';
import * as classification from '../operators/nn/loss/classification.js';
import * as likelihood from '../operators/nn/loss/likelihood.js';
import type { Reduction } from '../operators/nn/loss/reduction.js';
import * as regression from '../operators/nn/loss/regression.js';
import { Module, typeName } from './module/module.js';

type Loss = (input: Tensor, target: Tensor, options: object) => Tensor;

/** PyTorch's places, before the star: the next would be its old size_average. */
const signatures: Record<string, string> = {
  CrossEntropyLoss: '| weight * ignore_index reduction label_smoothing',
  NLLLoss: '| weight * ignore_index reduction',
  MultiMarginLoss: '| p margin weight * reduction',
  BCELoss: '| weight * reduction',
  BCEWithLogitsLoss: '| weight * reduction pos_weight',
  HuberLoss: '| reduction delta',
  SmoothL1Loss: '| * reduction beta',
  KLDivLoss: '| * reduction log_target',
  PoissonNLLLoss: '| log_input full * eps reduction',
  HingeEmbeddingLoss: '| margin * reduction',
  MultiLabelSoftMarginLoss: '| weight * reduction',
};
const lossArguments = (name: string, given: readonly unknown[]) =>
  bound<[object]>()(name, signatures[name] ?? '| * reduction')(given)[0];

abstract class LossModule<O extends object> extends Module {
  protected readonly options: O;

  constructor(name: string, given: readonly unknown[]) {
    super();
    this.options = lossArguments(name, given) as O;
  }
}

/** What the target of a classification may be. */
interface Targets<S extends number[], T extends number[], E extends DType> {
  classes: Classes<S, T, E>;
  /** or probabilities */
  either: Target<S, T, E>;
}

/** A loss between scores and what is true of them. */
abstract class ClassLoss<
  O extends object,
  R extends Reduction,
  K extends keyof Targets<number[], number[], DType>,
> extends LossModule<O> {
  constructor(
    private readonly loss: (input: Tensor, target: Tensor, options: O) => Tensor,
    name: string,
    given: readonly unknown[],
  ) {
    super(name, given);
  }
  forward<S extends number[], D extends DType, T extends number[], E extends DType>(
    input: Tensor<S, D>,
    target: Accept<Targets<S, T, E>[K], Tensor<T, E>>,
  ): Tensor<Reduced<Labels<S>, R>, D>;
  forward(input: unknown, target: unknown, ...surplus: unknown[]): never {
    demandNoMore(`${typeName(this)}.forward`, surplus, 2);
    return this.loss(input as never, target as never, this.options) as never;
  }
}

/**
 * Cross-entropy of softmax(input) with class indices or probabilities. Source:
 * torch.nn.CrossEntropyLoss.
 */
export class CrossEntropyLoss<const R extends Reduction = 'mean'> extends ClassLoss<
  classification.CrossEntropyOptions,
  R,
  'either'
> {
  constructor(options?: (classification.CrossEntropyOptions & { reduction?: R }) | Tensor | null);
  constructor(...given: unknown[]) {
    super(classification.crossEntropy as never, 'CrossEntropyLoss', given);
  }
}

/** -input[target], the log-probabilities given. Source: torch.nn.NLLLoss. */
export class NLLLoss<const R extends Reduction = 'mean'> extends ClassLoss<
  classification.ClassOptions,
  R,
  'classes'
> {
  constructor(options?: (classification.ClassOptions & { reduction?: R }) | Tensor | null);
  constructor(...given: unknown[]) {
    super(classification.nllLoss as never, 'NLLLoss', given);
  }
}

/**
 * A loss between tensors of one shape, and its class. Written out: a declaration file cannot infer
 * them.
 */
export interface PairLoss<Name extends string, R extends string> extends Module {
  forward<S extends number[], D extends DType, T extends number[], E extends DType>(
    input: Tensor<S, D>,
    target: Accept<SameShape<S, T, Name>, Tensor<T, E>>,
  ): Tensor<Reduced<S, R>, D>;
}
export type PairLossClass<Name extends string, O> = new <R extends string = 'mean'>(
  options?: O & { reduction?: R },
) => PairLoss<Name, R>;

const pairwise =
  <O extends object>() =>
  <const Name extends string>(
    name: Name,
    fn: (input: Tensor, target: Tensor, options: O) => Tensor,
  ): PairLossClass<Name, O> => {
    const Made = class extends LossModule<O> {
      constructor(...given: unknown[]) {
        super(name, given);
      }
      forward(input: Tensor, target: Tensor, ...surplus: unknown[]): Tensor {
        demandNoMore(`${name}.forward`, surplus, 2);
        return (fn as Loss)(input, target, this.options);
      }
    };
    Object.defineProperty(Made, 'name', { value: name });
    return Made as unknown as PairLossClass<Name, O>;
  };

interface Plain {
  reduction?: Reduction;
}

/** mean (x - y)^2. */
export const MSELoss = pairwise<Plain>()('MSELoss', regression.mseLoss);
/** mean |x - y|. */
export const L1Loss = pairwise<Plain>()('L1Loss', regression.l1Loss);
/** Quadratic near 0, linear beyond beta. */
export const SmoothL1Loss = pairwise<Plain & { beta?: number }>()(
  'SmoothL1Loss',
  regression.smoothL1Loss,
);
/** Quadratic within delta, linear beyond. */
export const HuberLoss = pairwise<Plain & { delta?: number }>()('HuberLoss', regression.huberLoss);
/** Cross-entropy of probabilities of one bit. */
export const BCELoss = pairwise<binary.BinaryOptions>()('BCELoss', binary.binaryCrossEntropy);
/** The same of logits, computed safely. */
export const BCEWithLogitsLoss = pairwise<binary.LogitsOptions>()(
  'BCEWithLogitsLoss',
  binary.binaryCrossEntropyWithLogits,
);
/** The divergence of Kullback and Leibler; the input is a log-probability. */
export const KLDivLoss = pairwise<likelihood.DivergenceOptions>()('KLDivLoss', likelihood.klDiv);
/** Negative log-likelihood of counts. */
export const PoissonNLLLoss = pairwise<likelihood.PoissonOptions>()(
  'PoissonNLLLoss',
  likelihood.poissonNllLoss,
);
/** log(1 + exp(-y x)), y of -1 or 1. */
export const SoftMarginLoss = pairwise<Plain>()('SoftMarginLoss', regression.softMarginLoss);
/** x where y is 1, max(0, margin - x) where y is -1. */
export const HingeEmbeddingLoss = pairwise<Plain & { margin?: number }>()(
  'HingeEmbeddingLoss',
  regression.hingeEmbeddingLoss,
);
/** Mean binary cross-entropy over labels. */
export const MultiLabelSoftMarginLoss = pairwise<binary.BinaryOptions>()(
  'MultiLabelSoftMarginLoss',
  binary.multilabelSoftMarginLoss,
);

/** Margin loss over classes, targets as indices. Source: torch.nn.MultiMarginLoss. */
export class MultiMarginLoss extends LossModule<classification.MultiMarginOptions> {
  constructor(options?: classification.MultiMarginOptions | number);
  constructor(...given: unknown[]) {
    super('MultiMarginLoss', given);
  }
  forward(input: Tensor, target: Tensor): Tensor;
  forward(input: Tensor, target: Tensor, ...surplus: unknown[]): Tensor {
    demandNoMore('MultiMarginLoss.forward', surplus, 2);
    return classification.multiMarginLoss(input, target, this.options);
  }
}
