// Layers that normalise each channel: by a batch's statistics (BatchNorm), by a sample's own
// (InstanceNorm).
// in:  [N, C, ...]     out: the same shape; in training the running statistics are written

import { bound } from '../tensor/arguments/bound.js';
import { ones, tensor, zeros } from '../operators/create/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Same } from '../tensor/types/index.js';
import { batchNorm, evenShare, instanceNorm } from '../operators/nn/batch-norm.js';
import { Layer } from './module/layer.js';
import { Parameter } from './module/parameter.js';
import { pythonBool, pythonFloat } from './module/python-text.js';
import { typeName } from './module/module.js';

export interface BatchNormOptions {
  /** added to the variance, default 1e-5 */
  eps?: number;
  /** the new batch's share in the running statistics; null: their mean over all batches */
  momentum?: number | null;
  /** whether there are a learned weight and bias */
  affine?: boolean;
  /** whether running statistics are kept and used in eval mode */
  trackRunningStats?: boolean;
  /** whether an affine layer has a bias, default true */
  bias?: boolean;
}

type Settled = Required<BatchNormOptions>;

const signature = 'num_features | eps momentum affine track_running_stats * bias:bool';
const batchArguments = bound<[number, BatchNormOptions]>()('BatchNorm', signature);
const instanceArguments = bound<[number, BatchNormOptions]>()('InstanceNorm', signature);
/** PyTorch's next places after eps. */
type Places = [momentum?: number | null, affine?: boolean, trackRunningStats?: boolean];

/** What both have: parameters, buffers and PyTorch's names for them. */
abstract class Statistics extends Layer<Same> {
  weight: Parameter | null;
  bias: Parameter | null;
  /** [C], or null where none are kept; PyTorch's name in a state dict. */
  declare running_mean: Tensor | null;
  declare running_var: Tensor | null;
  /** int64, how many batches were seen */
  declare num_batches_tracked: Tensor | null;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;

  constructor(
    readonly numFeatures: number,
    given: BatchNormOptions,
    defaults: Settled,
  ) {
    super();
    const o: Settled = { ...defaults, ...given };
    this.eps = o.eps;
    this.momentum = o.momentum;
    this.affine = o.affine;
    this.trackRunningStats = o.trackRunningStats;
    this.weight = o.affine ? new Parameter(ones(numFeatures)) : null;
    this.bias = o.affine && o.bias ? new Parameter(zeros(numFeatures)) : null;
    const tracked = (make: () => unknown) => (o.trackRunningStats ? (make() as Tensor) : null);
    this.registerBuffer(
      'running_mean',
      tracked(() => zeros(numFeatures)),
    );
    this.registerBuffer(
      'running_var',
      tracked(() => ones(numFeatures)),
    );
    this.registerBuffer(
      'num_batches_tracked',
      tracked(() => tensor(0, { dtype: 'int64' })),
    );
  }

  get runningMean(): Tensor | null {
    return this.running_mean;
  }

  get runningVar(): Tensor | null {
    return this.running_var;
  }

  get numBatchesTracked(): Tensor | null {
    return this.num_batches_tracked;
  }

  /** Forgets what was seen. */
  resetRunningStats(): void {
    this.running_mean?.zero_();
    this.running_var?.fill_(1);
    this.num_batches_tracked?.zero_();
  }

  /** The parameters and statistics as at the start. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) this.weight.detach().fill_(1);
    if (this.bias !== null) this.bias.detach().zero_();
  }

  protected demandRank(x: Tensor, ranks: readonly number[]): void {
    if (ranks.includes(x.ndim)) return;
    const wanted = ranks.map((n) => `${n}D`).join(' or ');
    throw new Error(
      `${typeName(this)}: expected ${wanted} input (got ${x.ndim}D input of shape ` +
        `[${x.shape.join(', ')}])`,
    );
  }

  override extraRepr(): string {
    const momentum = this.momentum === null ? 'None' : pythonFloat(this.momentum);
    return (
      `${this.numFeatures}, eps=${pythonFloat(this.eps)}, momentum=${momentum}, ` +
      `affine=${pythonBool(this.affine)}, bias=${pythonBool(this.bias !== null)}, ` +
      `track_running_stats=${pythonBool(this.trackRunningStats)}`
    );
  }
}

const batchDefaults: Settled = {
  eps: 1e-5,
  momentum: 0.1,
  affine: true,
  trackRunningStats: true,
  bias: true,
};

abstract class BatchNorm extends Statistics {
  protected abstract readonly ranks: readonly number[];

  constructor(numFeatures: number, options?: BatchNormOptions | number, ...places: Places);
  constructor(...given: unknown[]) {
    super(...batchArguments(given), batchDefaults);
  }

  protected run(x: Tensor): Tensor {
    this.demandRank(x, this.ranks);
    const training = this.training || this.running_mean === null;
    return batchNorm(x, this.running_mean, this.running_var, this.weight, this.bias, {
      training,
      momentum: this.share(),
      eps: this.eps,
    });
  }

  /** The batch's share: in a mean over all batches one by their number. */
  private share(): number | Tensor {
    const count = this.num_batches_tracked;
    if (!this.training || count === null) return this.momentum ?? 0;
    count.add_(1);
    return this.momentum ?? evenShare(count);
  }
}

/** input: [N, C] or [N, C, L]. Ioffe and Szegedy 2015. Source: torch.nn.BatchNorm1d. */
export class BatchNorm1d extends BatchNorm {
  protected readonly ranks = [2, 3];
}

/** input: [N, C, H, W]. Source: torch.nn.BatchNorm2d. */
export class BatchNorm2d extends BatchNorm {
  protected readonly ranks = [4];
}

/** input: [N, C, D, H, W]. Source: torch.nn.BatchNorm3d. */
export class BatchNorm3d extends BatchNorm {
  protected readonly ranks = [5];
}

const instanceDefaults: Settled = { ...batchDefaults, affine: false, trackRunningStats: false };

abstract class InstanceNorm extends Statistics {
  /** Dims of a batched input. */
  protected abstract readonly rank: number;

  constructor(numFeatures: number, options?: BatchNormOptions | number, ...places: Places);
  constructor(...given: unknown[]) {
    super(...instanceArguments(given), instanceDefaults);
  }

  protected run(x: Tensor): Tensor {
    this.demandRank(x, [this.rank - 1, this.rank]);
    const single = x.ndim < this.rank;
    const batch = (single ? x.unsqueeze(0) : x) as Tensor;
    const y = instanceNorm(batch, this.running_mean, this.running_var, this.weight, this.bias, {
      useInputStats: this.training || !this.trackRunningStats,
      momentum: this.momentum ?? 0,
      eps: this.eps,
    });
    return (single ? y.squeeze(0) : y) as Tensor;
  }
}

/** input: [N, C, L] or [C, L]. Ulyanov et al. 2016. Source: torch.nn.InstanceNorm1d. */
export class InstanceNorm1d extends InstanceNorm {
  protected readonly rank = 3;
}

/** input: [N, C, H, W] or [C, H, W]. Source: torch.nn.InstanceNorm2d. */
export class InstanceNorm2d extends InstanceNorm {
  protected readonly rank = 4;
}

/** input: [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.InstanceNorm3d. */
export class InstanceNorm3d extends InstanceNorm {
  protected readonly rank = 5;
}
