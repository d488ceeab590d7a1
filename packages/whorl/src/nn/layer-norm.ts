// Layers that normalise within a sample: its last dims (LayerNorm, RMSNorm), groups of channels
// (GroupNorm).
// in:  [*, normalizedShape], or [N, C, ...]     out: the same shape

import { bound } from '../tensor/arguments/bound.js';
import { ones, zeros } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Last, Same } from '../tensor/types/index.js';
import { groupNorm, layerNorm, rmsNorm } from '../operators/nn/normalization.js';
import { Layer } from './module/layer.js';
import { Parameter } from './module/parameter.js';
import { pythonBool, pythonFloat, pythonTuple } from './module/python-text.js';

export interface LayerNormOptions {
  /** added to the variance, default 1e-5 */
  eps?: number;
  /** whether there are a learned weight and bias, default true */
  elementwiseAffine?: boolean;
  /** whether an affine layer has a bias, default true */
  bias?: boolean;
}

const layerNormArguments = bound<[number | readonly number[], LayerNormOptions]>()(
  'LayerNorm',
  'normalized_shape | eps elementwise_affine bias:bool',
);
const rmsNormArguments = bound<[number | readonly number[], RMSNormOptions]>()(
  'RMSNorm',
  'normalized_shape | eps elementwise_affine',
);
const groupNormArguments = bound<[number, number, GroupNormOptions]>()(
  'GroupNorm',
  'num_groups num_channels | eps affine * bias:bool',
);

/** The rule on the last dim where one size is given; a list of sizes is checked at run time. */
type Normalized<N, Name extends string> = N extends number ? Last<N, N, `${Name}(${N})`> : Same;

/**
 * Normalises the last dims to mean 0 and variance 1, then times weight plus bias.
 * input: [*, ...normalizedShape]; weight, bias: normalizedShape, ones and zeros at first.
 * Ba et al. 2016. Source: torch.nn.LayerNorm.
 */
export class LayerNorm<
  const N extends number | readonly number[] = number | readonly number[],
> extends Layer<Normalized<N, 'LayerNorm'>> {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  constructor(
    normalizedShape: N,
    options?: LayerNormOptions | number,
    elementwiseAffine?: boolean,
    bias?: boolean,
  );
  constructor(...given: unknown[]) {
    super();
    const [normalizedShape, options] = layerNormArguments(given);
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
    this.normalizedShape = [normalizedShape].flat() as number[];
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(ones(...this.normalizedShape)) : null;
    this.bias = elementwiseAffine && bias ? new Parameter(zeros(...this.normalizedShape)) : null;
  }

  protected run(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, { eps: this.eps });
  }

  override extraRepr(): string {
    return (
      `${pythonTuple(this.normalizedShape)}, eps=${pythonFloat(this.eps)}, ` +
      `elementwise_affine=${pythonBool(this.elementwiseAffine)}, ` +
      `bias=${pythonBool(this.bias !== null)}`
    );
  }
}

export interface RMSNormOptions {
  /** added to the mean square; null (default): the dtype's smallest step at 1 */
  eps?: number | null;
  /** whether there is a learned weight, default true */
  elementwiseAffine?: boolean;
}

/**
 * Divides the last dims by their root mean square, then times weight. input: [*, normalizedShape].
 * Zhang and Sennrich 2019. Source: torch.nn.RMSNorm.
 */
export class RMSNorm<
  const N extends number | readonly number[] = number | readonly number[],
> extends Layer<Normalized<N, 'RMSNorm'>> {
  readonly normalizedShape: readonly number[];
  readonly eps: number | null;
  readonly elementwiseAffine: boolean;
  weight: Parameter | null;

  constructor(
    normalizedShape: N,
    options?: RMSNormOptions | number | null,
    elementwiseAffine?: boolean,
  );
  constructor(...given: unknown[]) {
    super();
    const [normalizedShape, options] = rmsNormArguments(given);
    const { eps = null, elementwiseAffine = true } = options;
    this.normalizedShape = [normalizedShape].flat() as number[];
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? new Parameter(ones(...this.normalizedShape)) : null;
  }

  protected run(x: Tensor): Tensor {
    const options = this.eps === null ? {} : { eps: this.eps };
    return rmsNorm(x, this.normalizedShape, this.weight, options);
  }

  override extraRepr(): string {
    const eps = this.eps === null ? 'None' : pythonFloat(this.eps);
    return (
      `${pythonTuple(this.normalizedShape)}, eps=${eps}, ` +
      `elementwise_affine=${pythonBool(this.elementwiseAffine)}`
    );
  }
}

export interface GroupNormOptions {
  /** added to the variance, default 1e-5 */
  eps?: number;
  /** whether there are a learned weight and bias, one a channel, default true */
  affine?: boolean;
  /** whether an affine layer has a bias, default true */
  bias?: boolean;
}

/**
 * Normalises groups of channels of each sample. input: [N, numChannels, ...].
 * Errors: channels that do not divide into the groups.
 * Wu and He 2018. Source: torch.nn.GroupNorm.
 */
export class GroupNorm extends Layer<Same> {
  readonly eps: number;
  readonly affine: boolean;
  weight: Parameter | null;
  bias: Parameter | null;

  readonly numGroups: number;
  readonly numChannels: number;

  constructor(
    numGroups: number,
    numChannels: number,
    options?: GroupNormOptions | number,
    affine?: boolean,
  );
  constructor(...given: unknown[]) {
    super();
    const [numGroups, numChannels, options] = groupNormArguments(given);
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    if (!(numGroups > 0) || numChannels % numGroups !== 0) {
      throw new RangeError(
        `GroupNorm: numChannels (${numChannels}) must be divisible by numGroups (${numGroups})`,
      );
    }
    const { eps = 1e-5, affine = true, bias = true } = options;
    this.eps = eps;
    this.affine = affine;
    this.weight = affine ? new Parameter(ones(numChannels)) : null;
    this.bias = affine && bias ? new Parameter(zeros(numChannels)) : null;
  }

  protected run(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this.weight, this.bias, { eps: this.eps });
  }

  override extraRepr(): string {
    return (
      `${this.numGroups}, ${this.numChannels}, eps=${pythonFloat(this.eps)}, ` +
      `affine=${pythonBool(this.affine)}, bias=${pythonBool(this.bias !== null)}`
    );
  }
}
