// Pooling layers: the maximum or the mean of windows, or of regions that give a wanted size.
// in:  [N, C, ...] or [C, ...]     out: [N, C, out...]

import type { Tensor } from '../tensor/tensor.js';
import type { AnyShape } from '../tensor/types/index.js';
import * as average from './functional/avg-pool.js';
import type { AvgPoolOptions } from './functional/avg-pool.js';
import * as maximum from './functional/max-pool.js';
import type { OutputSize } from './functional/max-pool.js';
import type { WindowOptions } from './functional/pool-regions.js';
import type { Sizes } from './functional/windows.js';
import { demandKnown } from './known-options.js';
import { Layer } from './layer.js';
import { pythonBool, pythonSizes, pythonTuple } from './python-text.js';
import { typeName } from './module.js';

type Pool<O> = (x: Tensor, kernelSize: Sizes, options: O) => Tensor;

/** The maximum of each window. */
abstract class MaxPool extends Layer<AnyShape> {
  private readonly options: Required<WindowOptions>;

  constructor(
    private readonly pool: Pool<WindowOptions>,
    readonly kernelSize: Sizes,
    given: WindowOptions,
  ) {
    super();
    demandKnown(typeName(this), given, ['stride', 'padding', 'dilation', 'ceilMode']);
    const { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = given;
    this.options = { stride, padding, dilation, ceilMode };
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
  constructor(kernelSize: Sizes, options: WindowOptions = {}) {
    super(maximum.maxPool1d, kernelSize, options);
  }
}

/** input: [N, C, H, W]. With indices: nn.functional.maxPool2d. Source: torch.nn.MaxPool2d. */
export class MaxPool2d extends MaxPool {
  constructor(kernelSize: Sizes, options: WindowOptions = {}) {
    super(maximum.maxPool2d, kernelSize, options);
  }
}

/** input: [N, C, D, H, W]. Source: torch.nn.MaxPool3d. */
export class MaxPool3d extends MaxPool {
  constructor(kernelSize: Sizes, options: WindowOptions = {}) {
    super(maximum.maxPool3d, kernelSize, options);
  }
}

/** The mean of each window. */
abstract class AvgPool extends Layer<AnyShape> {
  protected readonly options: AvgPoolOptions & { stride: Sizes; padding: Sizes };

  constructor(
    private readonly pool: Pool<AvgPoolOptions>,
    readonly kernelSize: Sizes,
    given: AvgPoolOptions,
    known: readonly string[],
  ) {
    super();
    demandKnown(typeName(this), given, known);
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

const averaging = ['stride', 'padding', 'ceilMode', 'countIncludePad'];

/** input: [N, C, L]. Source: torch.nn.AvgPool1d. */
export class AvgPool1d extends AvgPool {
  constructor(kernelSize: Sizes, options: Omit<AvgPoolOptions, 'divisorOverride'> = {}) {
    super(average.avgPool1d, kernelSize, options, averaging);
  }

  protected override shown(sizes: Sizes): string {
    return pythonTuple([sizes].flat() as number[]);
  }
}

/** input: [N, C, H, W]. Source: torch.nn.AvgPool2d. */
export class AvgPool2d extends AvgPool {
  constructor(kernelSize: Sizes, options: AvgPoolOptions = {}) {
    super(average.avgPool2d, kernelSize, options, [...averaging, 'divisorOverride']);
  }
}

/** input: [N, C, D, H, W]. Source: torch.nn.AvgPool3d. */
export class AvgPool3d extends AvgPool {
  constructor(kernelSize: Sizes, options: AvgPoolOptions = {}) {
    super(average.avgPool3d, kernelSize, options, [...averaging, 'divisorOverride']);
  }
}

/** Regions that give the wanted size, whatever the input's is; null keeps it. */
abstract class AdaptivePool extends Layer<AnyShape> {
  constructor(
    private readonly pool: (x: Tensor, size: OutputSize) => Tensor,
    readonly outputSize: OutputSize,
  ) {
    super();
  }

  protected run(x: Tensor): Tensor {
    return this.pool(x, this.outputSize);
  }

  override extraRepr(): string {
    return `output_size=${pythonSizes(this.outputSize)}`;
  }
}

/** [N, C, L] to [N, C, outputSize]. Source: torch.nn.AdaptiveAvgPool1d. */
export class AdaptiveAvgPool1d extends AdaptivePool {
  constructor(outputSize: OutputSize) {
    super(average.adaptiveAvgPool1d, outputSize);
  }
}

/** [N, C, H, W] to [N, C, ...outputSize]. Source: torch.nn.AdaptiveAvgPool2d. */
export class AdaptiveAvgPool2d extends AdaptivePool {
  constructor(outputSize: OutputSize) {
    super(average.adaptiveAvgPool2d, outputSize);
  }
}

/** [N, C, D, H, W] to [N, C, ...outputSize]. Source: torch.nn.AdaptiveAvgPool3d. */
export class AdaptiveAvgPool3d extends AdaptivePool {
  constructor(outputSize: OutputSize) {
    super(average.adaptiveAvgPool3d, outputSize);
  }
}

/** [N, C, L] to [N, C, outputSize]. Source: torch.nn.AdaptiveMaxPool1d. */
export class AdaptiveMaxPool1d extends AdaptivePool {
  constructor(outputSize: OutputSize) {
    super(maximum.adaptiveMaxPool1d, outputSize);
  }
}

/** [N, C, H, W] to [N, C, ...outputSize]. Source: torch.nn.AdaptiveMaxPool2d. */
export class AdaptiveMaxPool2d extends AdaptivePool {
  constructor(outputSize: OutputSize) {
    super(maximum.adaptiveMaxPool2d, outputSize);
  }
}

/** [N, C, D, H, W] to [N, C, ...outputSize]. Source: torch.nn.AdaptiveMaxPool3d. */
export class AdaptiveMaxPool3d extends AdaptivePool {
  constructor(outputSize: OutputSize) {
    super(maximum.adaptiveMaxPool3d, outputSize);
  }
}
