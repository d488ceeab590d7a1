// Transposed convolution layers: ConvTranspose1d, ConvTranspose2d, ConvTranspose3d.

import { bound } from '../tensor/arguments/bound.js';
import { empty } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { DType } from '../graph/dtype.js';
import type { AnyShape, Input, Output } from '../tensor/types/index.js';
import { checkGroups, convolutionRepr, drawParameters, unusual } from './convolution.js';
import {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeOptions,
} from '../operators/nn/window/conv-transpose.js';
import { perDim, type Sizes } from '../operators/nn/window/windows.js';
import { Layer } from './module/layer.js';
import { Parameter } from './module/parameter.js';
import { typeName } from './module/module.js';

export interface ConvTransposeLayerOptions extends ConvTransposeOptions {
  /** default true */
  bias?: boolean;
}

type Given = [number, number, Sizes, ConvTransposeLayerOptions];
const signature =
  'in_channels out_channels kernel_size | stride padding output_padding groups bias:bool dilation';
/** By rank - 1, like the operators. */
const argumentsOf = [1, 2, 3].map((rank) => bound<Given>()(`ConvTranspose${rank}d`, signature));
const operators: readonly (typeof convTranspose2d)[] = [
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
];
const forwardArguments = bound<[Tensor, Sizes | null | undefined]>()(
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
  /** How many dims of the input are spatial. */
  declare protected static readonly rank: number;
  readonly inChannels: number;
  readonly outChannels: number;
  weight: Parameter;
  bias: Parameter | null;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;

  private readonly convolve: typeof convTranspose2d;

  constructor(...given: Arguments) {
    super();
    const { rank } = new.target;
    const [inChannels, outChannels, kernelSize, options] = argumentsOf[rank - 1]!(given);
    const { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
    const { bias = true } = options;
    checkGroups(typeName(this), inChannels, outChannels, groups);
    const each = (value: Sizes) => perDim(typeName(this), value, rank);
    this.convolve = operators[rank - 1]!;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
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
    return convolutionRepr(this, [
      ...unusual('padding', this.padding, 0),
      ...unusual('dilation', this.dilation, 1),
      ...unusual('output_padding', this.outputPadding, 0),
    ]);
  }
}

/** input: [N, inChannels, L]; gives [N, outChannels, L']. Source: torch.nn.ConvTranspose1d. */
export class ConvTranspose1d extends ConvTranspose {
  protected static override readonly rank = 1;
}

/**
 * input: [N, inChannels, H, W]; gives [N, outChannels, H', W'], H' = (H - 1) stride - 2 padding +
 * dilation (kernel - 1) + outputPadding + 1. Source: torch.nn.ConvTranspose2d.
 */
export class ConvTranspose2d extends ConvTranspose {
  protected static override readonly rank = 2;
}

/** input: [N, inChannels, D, H, W]. Source: torch.nn.ConvTranspose3d. */
export class ConvTranspose3d extends ConvTranspose {
  protected static override readonly rank = 3;
}
