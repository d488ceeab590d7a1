// Normalisation across samples and channels: batch and instance norm, local response norm.
// in:  an input, running statistics, weight and bias     out: the normalised input, scaled, shifted

import {
  add,
  alias,
  cast,
  constantLike,
  div,
  mul,
  sub,
  unary,
  withNumber,
} from '../../graph/build.js';
import { broadcastTo, expand, pad, reshape, window } from '../../graph/movement.js';
import { reduce } from '../../graph/reductions.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { toFloat } from '../../tensor/promotion.js';
import { meanNode, untracked } from '../reduce/reduce.js';
import { assertWritable, assign } from '../../tensor/assign.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import {
  affine,
  checkChannels,
  inverseRoot,
  moments,
  type Optional,
  perChannel,
} from './normalization.js';
import type { OptionsLast } from './window/places.js';

/** A number, or one that is known when it is computed: 0-d, float64. */
type Share = number | Tensor;

const shared = (x: Node, share: Share): Node =>
  typeof share === 'number'
    ? withNumber('MUL', x, share)
    : mul(x, broadcastTo(cast(share.node, x.dtype), x.shape));

/** 1 / count, for a share of each batch alike. */
export const evenShare = (count: Tensor): Tensor =>
  fromNode(unary('RECIP', cast(untracked(count.node), 'float64')));

const restOf = ({ node }: Tensor): Tensor => {
  const wide = cast(node, 'float64');
  return fromNode(sub(constantLike(wide, 1), wide));
};

/** running = (1 - momentum) * running + momentum * value, outside of any gradient. */
function track(name: string, running: Tensor, value: Node, momentum: Share): void {
  assertWritable(name, running);
  const rest = typeof momentum === 'number' ? 1 - momentum : restOf(momentum);
  const own = shared(untracked(running.node), rest);
  const fresh = shared(reshape(untracked(value), running.shape), momentum);
  assign(running, add(own, cast(fresh, running.dtype)));
}

interface BatchOptions {
  training?: boolean;
  momentum?: Share;
  eps?: number;
}

/** Statistics and parameters of the channels, then options. */
type Given<Options> = [x: Tensor, ...Partial<Channels>, options?: Options];
type Channels = [runningMean: Optional, runningVar: Optional, weight: Optional, bias: Optional];

/**
 * (x - mean) / sqrt(var + eps) * weight + bias per channel (dim 1), by the batch's statistics in
 * training, which are then blended into the running ones, else by the running ones.
 * input: [N, C, ...].
 * Errors: parameters that do not have C elements, one value per channel in training.
 * Source: torch.nn.functional.batch_norm. Ioffe and Szegedy 2015.
 */
export const batchNorm = define(
  'F.batchNorm',
  'input running_mean? running_var? weight? bias? | training momentum:fixed/tensor eps',
  ((...[x, runningMean, runningVar, weight, bias, options = {}]: Given<BatchOptions>): Tensor => {
    const { training = false, momentum = 0.1, eps = 1e-5 } = options;
    const name = 'batchNorm';
    checkChannels(name, x, { runningMean, runningVar, weight, bias });
    if (x.ndim < 2) {
      if (x.numel() === 0) return fromNode(alias(x.node));
      throw new Error(`${name}: expected an input [N, C, ...], got ${showShape(x.shape)}`);
    }
    if (eps < 0 || (training && eps === 0)) {
      throw new RangeError(
        `${name}: eps must be ${training ? 'positive during training' : 'non-negative'}, but got ` +
          `${eps}`,
      );
    }
    const axes = [...x.shape.keys()].filter((i) => i !== 1);
    const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
    const shape = perChannel(x);
    if (!training) {
      if (runningMean == null || runningVar == null) {
        throw new Error(
          `${name}: expected runningMean and runningVar to be defined when training=false`,
        );
      }
      const centred = sub(x.node, broadcastTo(reshape(runningMean.node, shape), x.shape));
      const scale = inverseRoot(reshape(runningVar.node, shape), eps);
      return fromNode(affine(mul(centred, expand(scale, x.shape)), shape, weight, bias));
    }
    if (count === 1) {
      throw new Error(
        `${name}: expected more than 1 value per channel when training, got input size ` +
          showShape(x.shape),
      );
    }
    const { mean, variance, centred } = moments(x.node, axes);
    if (runningMean != null && count > 0) track(name, runningMean, mean, momentum);
    // over n - 1, while what normalises the batch is over n
    if (runningVar != null && count > 0) {
      track(name, runningVar, withNumber('MUL', variance, count / (count - 1)), momentum);
    }
    const normal = mul(centred, expand(inverseRoot(variance, eps), x.shape));
    return fromNode(affine(normal, shape, weight, bias));
  }) as (
    ...args:
      | OptionsLast<[x: Tensor], Channels, BatchOptions>
      | [x: Tensor, runningMean: Optional, runningVar: Optional, options: BatchOptions]
  ) => Tensor,
  'functional',
);

interface InstanceOptions extends Omit<BatchOptions, 'training'> {
  useInputStats?: boolean;
}

/**
 * batchNorm for each sample on its own. input: [N, C, ...] with at least one more dimension.
 * Source: torch.nn.functional.instance_norm.
 */
export const instanceNorm = define(
  'F.instanceNorm',
  'input running_mean? running_var? weight? bias? | use_input_stats momentum:fixed eps',
  ((
    ...[x, runningMean, runningVar, weight, bias, options = {}]: Given<InstanceOptions>
  ): Tensor => {
    const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
    const name = 'instanceNorm';
    checkChannels(name, x, { runningMean, runningVar, weight, bias });
    if (!useInputStats) {
      return batchNorm(x, runningMean, runningVar, weight, bias, { training: false, eps });
    }
    const axes = [...x.shape.keys()].slice(2);
    const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
    if (count === 1) {
      throw new Error(
        `${name}: expected more than 1 spatial element when training, got input size ` +
          showShape(x.shape),
      );
    }
    if (x.shape[0] === 0 && (runningMean != null || runningVar != null)) {
      throw new RangeError(
        `${name}: no sample to take statistics of in an input of ${showShape(x.shape)}`,
      );
    }
    const { mean, variance, centred } = moments(x.node, axes);
    if (runningMean != null) track(name, runningMean, meanNode(mean, [0]), momentum);
    if (runningVar != null) {
      track(
        name,
        runningVar,
        withNumber('MUL', meanNode(variance, [0]), count / (count - 1)),
        momentum,
      );
    }
    const normal = mul(centred, expand(inverseRoot(variance, eps), x.shape));
    return fromNode(affine(normal, perChannel(x), weight, bias));
  }) as (...args: OptionsLast<[x: Tensor], Channels, InstanceOptions>) => Tensor,
  'functional',
);

/**
 * x / (k + alpha * mean of x^2 over `size` neighbouring channels)^beta. input: [N, C, ...].
 * Source: torch.nn.functional.local_response_norm. Krizhevsky et al. 2012.
 */
export const localResponseNorm = define(
  'F.localResponseNorm',
  'input size:int | alpha beta k:number',
  (
    x: Tensor,
    size: number,
    { alpha = 1e-4, beta = 0.75, k = 1 }: { alpha?: number; beta?: number; k?: number } = {},
  ): Tensor => {
    if (x.ndim < 3) {
      throw new Error(
        `localResponseNorm: expected 3D or higher dimensionality input, got ${x.ndim} dimensions`,
      );
    }
    const a = cast(x.node, toFloat(x.dtype));
    if (!isFloating(x.dtype) && x.dtype !== 'int64')
      throw new TypeError(`localResponseNorm: not implemented for ${x.dtype} tensors`);
    if (x.numel() === 0) return fromNode(alias(a));
    const along = (n: number) => x.shape.map((_, i) => (i === 1 ? n : 0));
    const before = Math.floor(size / 2);
    // whole numbers are averaged as whole numbers
    const own = isFloating(x.dtype) ? a : x.node;
    const padded = pad(mul(own, own), along(before), along(size - 1 - before));
    const sums = reduce(window(padded, 1, size, 1), 'sum', [x.ndim]);
    const average = cast(withNumber(isFloating(x.dtype) ? 'DIV' : 'IDIV', sums, size), a.dtype);
    const inner = withNumber('ADD', withNumber('MUL', average, alpha), k);
    return fromNode(div(a, withNumber('POW', inner, beta)));
  },
  'functional',
);
