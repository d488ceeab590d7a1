// Transposed convolution layers: ConvTranspose1d, ConvTranspose2d, ConvTranspose3d.

import { bound } from '../tensor/arguments/bound.js';
import { empty } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { DType } from '../graph/dtype.js';
import type { AnyShape, Input, Output } from '../tensor/types/index.js';
import { checkGroups, drawParameters } from './convolution.js';
import {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeOptions,
} from '../operators/nn/window/conv-transpose.js';
import { perDim, type Sizes } from '../operators/nn/window/windows.js';
import { Layer } from './module/layer.js';
import { Parameter } from './module/parameter.js';
import { pythonTuple } from './module/python-text.js';
import { typeName } from './module/module.js';

export interface ConvTransposeLayerOptions extends ConvTransposeOptions {
  /** default true */
  bias?: boolean;
}

type Given = [number, number, Sizes, ConvTransposeLayerOptions];
const signature =
  'in_channels out_channels kernel_size | stride padding output_padding groups bias:bool dilation';
const arguments1d = bound<Given>('ConvTranspose1d', signature);
const arguments2d = bound<Given>('ConvTranspose2d', signature);
const arguments3d = bound<Given>('ConvTranspose3d', signature);
const forwardArguments = bound<[Tensor, Sizes | null | undefined]>(
  'ConvTranspose.forward',
  'input output_size?:sizes?',
);
/** PyTorch's next places: padding, output padding, groups, bias, dilation. */
type Places = [
  padding?: Sizes,
  outputPadding?: Sizes,
  groups?: number,
  bias?: boolean,
  dilation?: Sizes,
];
/** As a constructor is called; options from the stride on may stand in PyTorch's places. */
type Arguments = [
  inChannels: number,
  outChannels: number,
  kernelSize: Sizes,
  options?: ConvTransposeLayerOptions | Sizes,
  ...places: Places,
];

/** weight: [inChannels, outChannels / groups, ...kernelSize]. */
abstract class ConvTranspose extends Layer<AnyShape> {
  weight: Parameter;
  bias: Parameter | null;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;

  constructor(
    private readonly convolve: typeof convTranspose2d,
    rank: number,
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Sizes,
    given: ConvTransposeLayerOptions,
  ) {
    super();
    const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = given;
    const { bias = true } = given;
    checkGroups(typeName(this), inChannels, outChannels, groups);
    const each = (value: Sizes) => perDim(typeName(this), value, rank);
    this.kernelSize = each(kernelSize);
    this.stride = each(stride);
    this.padding = each(padding);
    this.outputPadding = each(outputPadding);
    this.dilation = each(dilation);
    this.groups = groups;
    this.weight = new Parameter(empty(inChannels, outChannels / groups, ...this.kernelSize));
    this.bias = bias ? new Parameter(empty(outChannels)) : null;
    drawParameters(this.weight, this.bias);
  }

  /**
   * outputSize: the size of the result, or of its spatial dims, among those that the stride leaves
   * open.
   */
  override forward<S extends number[], D extends DType>(
    x: Input<AnyShape, S, Tensor<S, D>>,
    outputSize?: Sizes | null,
  ): Tensor<Output<AnyShape, S>, D>;
  override forward(...given: unknown[]): never {
    const [x, outputSize] = forwardArguments(given);
    if (outputSize == null) return this.run(x) as never;
    return this.transposed(x, this.paddingFor(x, outputSize)) as never;
  }

  protected run(x: Tensor): Tensor {
    return this.transposed(x, this.outputPadding);
  }

  private transposed(x: Tensor, outputPadding: readonly number[]): Tensor {
    const { stride, padding, dilation, groups } = this;
    const options = { stride, padding, outputPadding, dilation, groups };
    return this.convolve(x, this.weight, this.bias, options);
  }

  /** The output padding that gives a size. Errors: a size that none gives. */
  private paddingFor(x: Tensor, wanted: Sizes): number[] {
    const { stride, padding, dilation, kernelSize } = this;
    const rank = kernelSize.length;
    const sizes = [wanted].flat() as number[];
    const whole = sizes.length === x.ndim && x.ndim > rank ? sizes.slice(-rank) : sizes;
    if (whole.length !== rank && sizes.length !== 1) {
      throw new Error(
        `${typeName(this)}: outputSize must have ${rank} or ${x.ndim} elements, got ` +
          `${sizes.length}`,
      );
    }
    return kernelSize.map((k, i) => {
      const n = x.shape[x.ndim - rank + i]!;
      const least = (n - 1) * stride[i]! - 2 * padding[i]! + dilation[i]! * (k - 1) + 1;
      const size = whole[i] ?? whole[0]!;
      if (size >= least && size < least + stride[i]!) return size - least;
      throw new Error(
        `${typeName(this)}: requested an output size of [${whole.join(', ')}], but valid sizes ` +
          `of dim ${i} range from ${least} to ${least + stride[i]! - 1} for an input of size ${n}`,
      );
    });
  }

  override extraRepr(): string {
    const parts = [
      `${this.inChannels}, ${this.outChannels}`,
      `kernel_size=${pythonTuple(this.kernelSize)}`,
      `stride=${pythonTuple(this.stride)}`,
    ];
    const shown = (name: string, sizes: readonly number[], usual: number) => {
      if (sizes.some((n) => n !== usual)) parts.push(`${name}=${pythonTuple(sizes)}`);
    };
    shown('padding', this.padding, 0);
    shown('dilation', this.dilation, 1);
    shown('output_padding', this.outputPadding, 0);
    if (this.groups !== 1) parts.push(`groups=${this.groups}`);
    if (this.bias === null) parts.push('bias=False');
    return parts.join(', ');
  }
}

/** input: [N, inChannels, L]; gives [N, outChannels, L']. Source: torch.nn.ConvTranspose1d. */
export class ConvTranspose1d extends ConvTranspose {
  constructor(...given: Arguments) {
    super(convTranspose1d, 1, ...arguments1d(given));
  }
}

/**
 * input: [N, inChannels, H, W]; gives [N, outChannels, H', W'], H' = (H - 1) stride - 2 padding +
 * dilation (kernel - 1) + outputPadding + 1. Source: torch.nn.ConvTranspose2d.
 */
export class ConvTranspose2d extends ConvTranspose {
  constructor(...given: Arguments) {
    super(convTranspose2d, 2, ...arguments2d(given));
  }
}

/** input: [N, inChannels, D, H, W]. Source: torch.nn.ConvTranspose3d. */
export class ConvTranspose3d extends ConvTranspose {
  constructor(...given: Arguments) {
    super(convTranspose3d, 3, ...arguments3d(given));
  }
}
