// Convolution layers: Conv1d, Conv2d, Conv3d.

import { bound } from '../tensor/arguments/bound.js';
import { empty } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { AnyShape } from '../tensor/types/index.js';
import {
  conv1d,
  conv2d,
  conv3d,
  type ConvOptions,
  samePadding,
} from '../operators/nn/window/convolution.js';
import { pad, type PadMode } from '../operators/nn/image/padding.js';
import { perDim, type Sizes } from '../operators/nn/window/windows.js';
import { kaimingUniform_, uniform_ } from './init.js';
import { Layer } from './module/layer.js';
import { Parameter } from './module/parameter.js';
import { pythonTuple } from './module/python-text.js';
import { typeName } from './module/module.js';

export interface ConvLayerOptions extends ConvOptions {
  /** default true */
  bias?: boolean;
  /** what stands in the padding, default 'zeros' */
  paddingMode?: 'zeros' | Exclude<PadMode, 'constant'>;
}

type Given = [number, number, Sizes, ConvLayerOptions];
const signature =
  'in_channels out_channels kernel_size | stride padding:sizes/string dilation groups bias:bool ' +
  'padding_mode';
/** By rank - 1, like the operators. */
const argumentsOf = [1, 2, 3].map((rank) => bound<Given>()(`Conv${rank}d`, signature));
const operators: readonly (typeof conv2d)[] = [conv1d, conv2d, conv3d];
/** PyTorch's next places: padding, dilation, groups, bias, padding mode. */
type Places = [
  padding?: Sizes | 'same' | 'valid',
  dilation?: Sizes,
  groups?: number,
  bias?: boolean,
  paddingMode?: ConvLayerOptions['paddingMode'],
];
/** As a constructor is called; options from the stride on may stand in PyTorch's places. */
type Arguments = [
  inChannels: number,
  outChannels: number,
  kernelSize: Sizes,
  options?: ConvLayerOptions | Sizes,
  ...places: Places,
];
const modes = ['zeros', 'reflect', 'replicate', 'circular'];

/** Errors: channels that do not divide into the groups. */
export function checkGroups(name: string, inputs: number, outputs: number, groups: number): void {
  if (groups > 0 && inputs % groups === 0 && outputs % groups === 0) return;
  throw new RangeError(
    `${name}: inChannels ${inputs} and outChannels ${outputs} must be divisible by groups ` +
      groups,
  );
}

/** Draws a weight from U(-1/sqrt(fan), 1/sqrt(fan)), then the bias likewise. */
export function drawParameters(weight: Parameter, bias: Parameter | null): void {
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  const fan = weight.shape.slice(1).reduce((n, size) => n * size, 1);
  if (bias !== null && fan > 0) uniform_(bias, -1 / Math.sqrt(fan), 1 / Math.sqrt(fan));
}

interface Convolution {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly groups: number;
  readonly bias: Parameter | null;
}

/** As PyTorch prints it; `own` stands before the groups, `last` at the end. */
export function convolutionRepr(
  { inChannels, outChannels, kernelSize, stride, groups, bias }: Convolution,
  own: readonly string[],
  last: readonly string[] = [],
): string {
  const parts = [`${inChannels}, ${outChannels}`, `kernel_size=${pythonTuple(kernelSize)}`];
  parts.push(`stride=${pythonTuple(stride)}`, ...own);
  if (groups !== 1) parts.push(`groups=${groups}`);
  if (bias === null) parts.push('bias=False');
  return [...parts, ...last].join(', ');
}

/** Sizes are printed where one of them is not the usual one. */
export const unusual = (name: string, sizes: readonly number[], usual: number): string[] =>
  sizes.some((n) => n !== usual) ? [`${name}=${pythonTuple(sizes)}`] : [];

abstract class Conv extends Layer<AnyShape> {
  /** How many dims of the input are spatial. */
  declare protected static readonly rank: number;
  readonly inChannels: number;
  readonly outChannels: number;
  weight: Parameter;
  bias: Parameter | null;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: NonNullable<ConvLayerOptions['paddingMode']>;

  private readonly convolve: typeof conv2d;

  constructor(...given: Arguments) {
    super();
    const { rank } = new.target;
    const [inChannels, outChannels, kernelSize, options] = argumentsOf[rank - 1]!(given);
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    const { bias = true, paddingMode = 'zeros' } = options;
    checkGroups(typeName(this), inChannels, outChannels, groups);
    if (!modes.includes(paddingMode)) {
      throw new RangeError(
        `${typeName(this)}: paddingMode must be one of ${modes.join(', ')}, but got ${paddingMode}`,
      );
    }
    const each = (value: Sizes) => perDim(typeName(this), value, rank);
    this.convolve = operators[rank - 1]!;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = each(kernelSize);
    this.stride = each(stride);
    this.padding = typeof padding === 'string' ? padding : each(padding);
    this.dilation = each(dilation);
    this.groups = groups;
    this.paddingMode = paddingMode;
    if (padding === 'same' && this.stride.some((s) => s !== 1)) {
      throw new Error(
        `${typeName(this)}: padding 'same' is not supported for strided convolutions`,
      );
    }
    this.weight = new Parameter(empty(outChannels, inChannels / groups, ...this.kernelSize));
    this.bias = bias ? new Parameter(empty(outChannels)) : null;
    drawParameters(this.weight, this.bias);
  }

  protected run(x: Tensor): Tensor {
    const { stride, padding, dilation, groups, paddingMode } = this;
    if (paddingMode === 'zeros') {
      return this.convolve(x, this.weight, this.bias, { stride, padding, dilation, groups });
    }
    const padded = pad(x, this.around(), paddingMode);
    return this.convolve(padded, this.weight, this.bias, { stride, dilation, groups });
  }

  /** What the input grows by, the last dim first: left, right, top, bottom. */
  private around(): number[] {
    const { padding, kernelSize, dilation } = this;
    const none = kernelSize.map(() => 0);
    if (padding === 'valid') return [...none, ...none];
    const sides =
      padding === 'same' ? samePadding(kernelSize, dilation) : { before: padding, after: padding };
    return kernelSize.flatMap((_, i) => {
      const axis = kernelSize.length - 1 - i;
      return [sides.before[axis]!, sides.after[axis]!];
    });
  }

  override extraRepr(): string {
    const { padding, dilation, paddingMode } = this;
    const padded =
      typeof padding === 'string' ? [`padding=${padding}`] : unusual('padding', padding, 0);
    return convolutionRepr(
      this,
      [...padded, ...unusual('dilation', dilation, 1)],
      paddingMode === 'zeros' ? [] : [`padding_mode=${paddingMode}`],
    );
  }
}

/** input: [N, inChannels, L]; gives [N, outChannels, L']. Source: torch.nn.Conv1d. */
export class Conv1d extends Conv {
  protected static override readonly rank = 1;
}

/** input: [N, inChannels, H, W]; gives [N, outChannels, H', W']. Source: torch.nn.Conv2d. */
export class Conv2d extends Conv {
  protected static override readonly rank = 2;
}

/** input: [N, inChannels, D, H, W]. Source: torch.nn.Conv3d. */
export class Conv3d extends Conv {
  protected static override readonly rank = 3;
}
