// Convolution layers: Conv1d, Conv2d, Conv3d.

import { empty } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { AnyShape } from '../tensor/types/index.js';
import { conv1d, conv2d, conv3d, type ConvOptions, perDim, type Sizes } from './functional/convolution.js';
import { kaimingUniform_, uniform_ } from './init.js';
import { Layer } from './layer.js';
import { Parameter } from './parameter.js';

export interface ConvLayerOptions extends ConvOptions {
  /** default true */
  bias?: boolean;
}

const known = ['stride', 'padding', 'dilation', 'groups', 'bias'];
const tuple = (sizes: readonly number[]): string => `(${sizes.join(', ')}${sizes.length === 1 ? ',' : ''})`;

type Convolve = (x: Tensor, weight: Tensor, bias: Tensor | null, options: ConvOptions) => Tensor;

abstract class Conv extends Layer<AnyShape> {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: readonly number[];
  private readonly options: Required<Omit<ConvLayerOptions, 'bias'>>;

  constructor(
    private readonly rank: number, private readonly convolve: Convolve,
    readonly inChannels: number, readonly outChannels: number, kernelSize: Sizes, given: ConvLayerOptions,
  ) {
    super();
    for (const key of Object.keys(given)) {
      if (!known.includes(key)) throw new TypeError(`${this.name}: unknown option "${key}"; it takes ${known.join(', ')}`);
    }
    const { stride = 1, padding = 0, dilation = 1, groups = 1, bias = true } = given;
    if (groups <= 0 || inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new RangeError(`${this.name}: inChannels ${inChannels} and outChannels ${outChannels} must be divisible by groups ${groups}`);
    }
    this.options = { stride, padding, dilation, groups };
    this.kernelSize = perDim(this.name, kernelSize, rank);
    this.weight = new Parameter(empty(outChannels, inChannels / groups, ...this.kernelSize));
    this.bias = bias ? new Parameter(empty(outChannels)) : null;
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    const fan = this.kernelSize.reduce((n, k) => n * k, inChannels / groups);
    if (this.bias !== null && fan > 0) uniform_(this.bias, -1 / Math.sqrt(fan), 1 / Math.sqrt(fan));
  }

  protected run(x: Tensor): Tensor {
    return this.convolve(x, this.weight, this.bias, this.options);
  }

  override extraRepr(): string {
    const { stride, padding, dilation, groups } = this.options;
    const each = (value: Sizes) => tuple(perDim(this.name, value, this.rank));
    const parts = [`${this.inChannels}, ${this.outChannels}`, `kernel_size=${tuple(this.kernelSize)}`, `stride=${each(stride)}`];
    if (typeof padding === 'string') parts.push(`padding=${padding}`);
    else if (perDim(this.name, padding, this.rank).some((p) => p !== 0)) parts.push(`padding=${each(padding)}`);
    if (perDim(this.name, dilation, this.rank).some((d) => d !== 1)) parts.push(`dilation=${each(dilation)}`);
    if (groups !== 1) parts.push(`groups=${groups}`);
    if (this.bias === null) parts.push('bias=False');
    return parts.join(', ');
  }
}

/** input: [N, inChannels, L]; gives [N, outChannels, L']. Source: torch.nn.Conv1d. */
export class Conv1d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvLayerOptions = {}) {
    super(1, conv1d, inChannels, outChannels, kernelSize, options);
  }
}

/** input: [N, inChannels, H, W]; gives [N, outChannels, H', W']. Source: torch.nn.Conv2d. */
export class Conv2d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvLayerOptions = {}) {
    super(2, conv2d, inChannels, outChannels, kernelSize, options);
  }
}

/** input: [N, inChannels, D, H, W]. Source: torch.nn.Conv3d. */
export class Conv3d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvLayerOptions = {}) {
    super(3, conv3d, inChannels, outChannels, kernelSize, options);
  }
}
