// Pooling layers: the maximum or the mean of windows, or of regions that give a wanted size.
// in:  [N, C, ...] or [C, ...]     out: [N, C, out...]

import { bound } from '../tensor/arguments/bound.js';
import type { Tensor } from '../tensor/tensor.js';
import type { AnyShape } from '../tensor/types/index.js';
import * as average from '../operators/nn/window/avg-pool.js';
import type { AvgPoolOptions } from '../operators/nn/window/avg-pool.js';
import * as maximum from '../operators/nn/window/max-pool.js';
import type { OutputSize } from '../operators/nn/window/max-pool.js';
import type { WindowOptions } from '../operators/nn/window/pool-regions.js';
import type { Sizes } from '../operators/nn/window/windows.js';
import { Layer } from './module/layer.js';
import { pythonBool, pythonSizes, pythonTuple } from './module/python-text.js';

/** PyTorch's next places after the stride. */
type MaxPlaces = [padding?: Sizes, dilation?: Sizes, returnIndices?: boolean, ceilMode?: boolean];
type AvgPlaces = [
  padding?: Sizes,
  ceilMode?: boolean,
  countIncludePad?: boolean,
  divisorOverride?: number | null,
];

type Pool<O> = (x: Tensor, kernelSize: Sizes, options: O) => Tensor;

type MaxGiven = [Sizes, MaxPoolOptions];
const maxSignature = 'kernel_size | stride:sizes? padding dilation return_indices ceil_mode';
const max1dArguments = bound<MaxGiven>()('MaxPool1d', maxSignature);
const max2dArguments = bound<MaxGiven>()('MaxPool2d', maxSignature);
const max3dArguments = bound<MaxGiven>()('MaxPool3d', maxSignature);

export interface MaxPoolOptions extends WindowOptions {
  /** gives [maxima, where they stand], default false */
  returnIndices?: boolean;
}

/** The maximum of each window. */
abstract class MaxPool extends Layer<AnyShape> {
  private readonly options: Required<MaxPoolOptions> & { stride: Sizes };

  constructor(
    private readonly pool: Pool<MaxPoolOptions>,
    readonly kernelSize: Sizes,
    given: MaxPoolOptions,
  ) {
    super();
    const { padding = 0, dilation = 1, ceilMode = false, returnIndices = false } = given;
    const stride = given.stride ?? kernelSize;
    this.options = { stride, padding, dilation, ceilMode, returnIndices };
  }

  protected run(x: Tensor): Tensor {
    return this.pool(x, this.kernelSize, this.options);
  }

  override extraRepr(): string {
    const { stride, padding, dilation, ceilMode } = this.options;
    return (
      `kernel_size=${pythonSizes(this.kernelSize)}, stride=${pythonSizes(stride)}, ` +
      `padding=${pythonSizes(padding)}, dilation=${pythonSizes(dilation)}, ` +
      `ceil_mode=${pythonBool(ceilMode)}`
    );
  }
}

/** input: [N, C, L]. With indices: nn.functional.maxPool1d. Source: torch.nn.MaxPool1d. */
export class MaxPool1d extends MaxPool {
  constructor(kernelSize: Sizes, options?: MaxPoolOptions | Sizes | null, ...places: MaxPlaces);
  constructor(...given: unknown[]) {
    super(maximum.maxPool1d as never, ...max1dArguments(given));
  }
}

/** input: [N, C, H, W]. With indices: nn.functional.maxPool2d. Source: torch.nn.MaxPool2d. */
export class MaxPool2d extends MaxPool {
  constructor(kernelSize: Sizes, options?: MaxPoolOptions | Sizes | null, ...places: MaxPlaces);
  constructor(...given: unknown[]) {
    super(maximum.maxPool2d as never, ...max2dArguments(given));
  }
}

/** input: [N, C, D, H, W]. Source: torch.nn.MaxPool3d. */
export class MaxPool3d extends MaxPool {
  constructor(kernelSize: Sizes, options?: MaxPoolOptions | Sizes | null, ...places: MaxPlaces);
  constructor(...given: unknown[]) {
    super(maximum.maxPool3d as never, ...max3dArguments(given));
  }
}

/** The mean of each window. */
abstract class AvgPool extends Layer<AnyShape> {
  protected readonly options: AvgPoolOptions & { stride: Sizes; padding: Sizes };

  constructor(
    private readonly pool: Pool<AvgPoolOptions>,
    readonly kernelSize: Sizes,
    given: AvgPoolOptions,
  ) {
    super();
    this.options = { ...given, stride: given.stride ?? kernelSize, padding: given.padding ?? 0 };
  }

  protected run(x: Tensor): Tensor {
    return this.pool(x, this.kernelSize, this.options);
  }

  protected shown(sizes: Sizes): string {
    return pythonSizes(sizes);
  }

  override extraRepr(): string {
    const { stride, padding } = this.options;
    return (
      `kernel_size=${this.shown(this.kernelSize)}, stride=${this.shown(stride)}, ` +
      `padding=${this.shown(padding)}`
    );
  }
}

const avgSignature = 'kernel_size | stride:sizes? padding ceil_mode count_include_pad';
const avg1dArguments = bound<[Sizes, Omit<AvgPoolOptions, 'divisorOverride'>]>()(
  'AvgPool1d',
  avgSignature,
);
const avg2dArguments = bound<[Sizes, AvgPoolOptions]>()(
  'AvgPool2d',
  `${avgSignature} divisor_override`,
);
const avg3dArguments = bound<[Sizes, AvgPoolOptions]>()(
  'AvgPool3d',
  `${avgSignature} divisor_override`,
);
const adaptiveAvgArguments = bound<[OutputSize, object]>()('AdaptiveAvgPool', 'output_size');
const adaptiveMaxArguments = bound<[OutputSize, { returnIndices?: boolean }]>()(
  'AdaptiveMaxPool',
  'output_size | return_indices',
);

/** input: [N, C, L]. Source: torch.nn.AvgPool1d. */
export class AvgPool1d extends AvgPool {
  constructor(
    kernelSize: Sizes,
    options?: Omit<AvgPoolOptions, 'divisorOverride'> | Sizes | null,
    ...places: AvgPlaces
  );
  constructor(...given: unknown[]) {
    super(average.avgPool1d, ...avg1dArguments(given));
  }

  protected override shown(sizes: Sizes): string {
    return pythonTuple([sizes].flat() as number[]);
  }
}

/** input: [N, C, H, W]. Source: torch.nn.AvgPool2d. */
export class AvgPool2d extends AvgPool {
  constructor(kernelSize: Sizes, options?: AvgPoolOptions | Sizes | null, ...places: AvgPlaces);
  constructor(...given: unknown[]) {
    super(average.avgPool2d, ...avg2dArguments(given));
  }
}

/** input: [N, C, D, H, W]. Source: torch.nn.AvgPool3d. */
export class AvgPool3d extends AvgPool {
  constructor(kernelSize: Sizes, options?: AvgPoolOptions | Sizes | null, ...places: AvgPlaces);
  constructor(...given: unknown[]) {
    super(average.avgPool3d, ...avg3dArguments(given));
  }
}

/** Regions that give the wanted size, whatever the input's is; null keeps it. */
abstract class AdaptivePool extends Layer<AnyShape> {
  constructor(
    private readonly pool: (x: Tensor, size: OutputSize, returnIndices?: boolean) => Tensor,
    readonly outputSize: OutputSize,
    private readonly given: { returnIndices?: boolean },
  ) {
    super();
  }

  protected run(x: Tensor): Tensor {
    const { returnIndices } = this.given;
    return returnIndices === undefined
      ? this.pool(x, this.outputSize)
      : this.pool(x, this.outputSize, returnIndices);
  }

  override extraRepr(): string {
    return `output_size=${pythonSizes(this.outputSize)}`;
  }
}

/** [N, C, L] to [N, C, outputSize]. Source: torch.nn.AdaptiveAvgPool1d. */
export class AdaptiveAvgPool1d extends AdaptivePool {
  constructor(outputSize: OutputSize);
  constructor(...given: unknown[]) {
    super(average.adaptiveAvgPool1d, ...adaptiveAvgArguments(given));
  }
}

/** [N, C, H, W] to [N, C, ...outputSize]. Source: torch.nn.AdaptiveAvgPool2d. */
export class AdaptiveAvgPool2d extends AdaptivePool {
  constructor(outputSize: OutputSize);
  constructor(...given: unknown[]) {
    super(average.adaptiveAvgPool2d, ...adaptiveAvgArguments(given));
  }
}

/** [N, C, D, H, W] to [N, C, ...outputSize]. Source: torch.nn.AdaptiveAvgPool3d. */
export class AdaptiveAvgPool3d extends AdaptivePool {
  constructor(outputSize: OutputSize);
  constructor(...given: unknown[]) {
    super(average.adaptiveAvgPool3d, ...adaptiveAvgArguments(given));
  }
}

/** [N, C, L] to [N, C, outputSize]. Source: torch.nn.AdaptiveMaxPool1d. */
export class AdaptiveMaxPool1d extends AdaptivePool {
  constructor(outputSize: OutputSize, returnIndices?: boolean | { returnIndices?: boolean });
  constructor(...given: unknown[]) {
    super(maximum.adaptiveMaxPool1d as never, ...adaptiveMaxArguments(given));
  }
}

/** [N, C, H, W] to [N, C, ...outputSize]. Source: torch.nn.AdaptiveMaxPool2d. */
export class AdaptiveMaxPool2d extends AdaptivePool {
  constructor(outputSize: OutputSize, returnIndices?: boolean | { returnIndices?: boolean });
  constructor(...given: unknown[]) {
    super(maximum.adaptiveMaxPool2d as never, ...adaptiveMaxArguments(given));
  }
}

/** [N, C, D, H, W] to [N, C, ...outputSize]. Source: torch.nn.AdaptiveMaxPool3d. */
export class AdaptiveMaxPool3d extends AdaptivePool {
  constructor(outputSize: OutputSize, returnIndices?: boolean | { returnIndices?: boolean });
  constructor(...given: unknown[]) {
    super(maximum.adaptiveMaxPool3d as never, ...adaptiveMaxArguments(given));
  }
}
