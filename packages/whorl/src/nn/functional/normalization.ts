// Normalisation: batch, instance, group, layer and RMS norm, local response norm.
// in:  an input, running statistics, weight and bias     out: the normalised input, scaled and shifted

import {
  add, alias, broadcastTo, cast, div, expand, mul, pad, reduce, reshape, sub, unary, window,
  withNumber,
} from '../../graph/build.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node, Shape } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { toFloat } from '../../tensor/promotion.js';
import { meanNode, untracked } from '../../tensor/reduce.js';
import { assertWritable, assign, fromNode, type Tensor } from '../../tensor/tensor.js';
import { demandFloating } from './reduction.js';

type Optional = Tensor | null | undefined;

/** Mean and variance over axes, kept as size 1; the variance divides by n. */
function moments(a: Node, axes: readonly number[]): { mean: Node; variance: Node; centred: Node } {
  const mean = meanNode(a, axes, true);
  const centred = sub(a, expand(mean, a.shape));
  return { mean, centred, variance: meanNode(mul(centred, centred), axes, true) };
}

/** 1 / sqrt(variance + eps). */
const inverseRoot = (variance: Node, eps: number): Node =>
  unary('RECIP', unary('SQRT', withNumber('ADD', variance, eps)));

/** a * weight + bias, both laid along the axes where `shape` is not 1. */
function affine(a: Node, shape: Shape, weight: Optional, bias: Optional): Node {
  const laid = (t: Tensor) => broadcastTo(reshape(cast(t.node, a.dtype), shape), a.shape);
  const scaled = weight == null ? a : mul(a, laid(weight));
  return bias == null ? scaled : add(scaled, laid(bias));
}

/** The shape in which one number per channel meets the input. */
const perChannel = (x: Tensor): number[] => x.shape.map((n, i) => (i === 1 ? n : 1));

function checkChannels(name: string, x: Tensor, parameters: Record<string, Optional>): void {
  demandFloating(name, x);
  const channels = x.shape[1] ?? x.shape[0] ?? 1;
  for (const [key, t] of Object.entries(parameters)) {
    if (t == null || t.numel() === channels) continue;
    throw new Error(`${name}: ${key} should contain ${channels} elements, one per channel of the input ` +
      `${showShape(x.shape)}, not ${t.numel()}`);
  }
}

/** running = (1 - momentum) * running + momentum * value, outside of any gradient. */
function track(name: string, running: Tensor, value: Node, momentum: number): void {
  assertWritable(name, running);
  const own = withNumber('MUL', untracked(running.node), 1 - momentum);
  const fresh = withNumber('MUL', reshape(untracked(value), running.shape), momentum);
  assign(running, add(own, cast(fresh, running.dtype)));
}

interface BatchOptions { training?: boolean; momentum?: number; eps?: number }

/**
 * (x - mean) / sqrt(var + eps) * weight + bias per channel (dim 1), by the batch's statistics in training,
 * which are then blended into the running ones, else by the running ones. input: [N, C, ...].
 * Errors: parameters that do not have C elements, one value per channel in training.
 * Source: torch.nn.functional.batch_norm. Ioffe and Szegedy 2015.
 */
export const batchNorm = define('F.batchNorm',
  'input running_mean running_var weight? bias? | training momentum eps', (
    x: Tensor, runningMean: Optional, runningVar: Optional, weight: Optional, bias: Optional,
    { training = false, momentum = 0.1, eps = 1e-5 }: BatchOptions = {},
  ): Tensor => {
    const name = 'batchNorm';
    checkChannels(name, x, { runningMean, runningVar, weight, bias });
    if (x.ndim < 2) return fromNode(alias(x.node));
    const axes = [...x.shape.keys()].filter((i) => i !== 1);
    const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
    const shape = perChannel(x);
    if (!training) {
      if (runningMean == null || runningVar == null) {
        throw new Error(`${name}: expected runningMean and runningVar to be defined when training=false`);
      }
      const centred = sub(x.node, broadcastTo(reshape(runningMean.node, shape), x.shape));
      const scale = inverseRoot(reshape(runningVar.node, shape), eps);
      return fromNode(affine(mul(centred, expand(scale, x.shape)), shape, weight, bias));
    }
    if (count === 1) {
      throw new Error(`${name}: expected more than 1 value per channel when training, got input size ` +
        showShape(x.shape));
    }
    const { mean, variance, centred } = moments(x.node, axes);
    if (runningMean != null) track(name, runningMean, mean, momentum);
    if (runningVar != null) {
      track(name, runningVar, withNumber('MUL', variance, count / (count - 1)), momentum);
    }
    const normal = mul(centred, expand(inverseRoot(variance, eps), x.shape));
    return fromNode(affine(normal, shape, weight, bias));
  }, 'functional');

interface InstanceOptions extends Omit<BatchOptions, 'training'> { useInputStats?: boolean }

/**
 * batchNorm for each sample on its own. input: [N, C, ...] with at least one more dimension.
 * Source: torch.nn.functional.instance_norm.
 */
export const instanceNorm = define('F.instanceNorm',
  'input running_mean? running_var? weight? bias? | use_input_stats momentum eps', (
    x: Tensor, runningMean: Optional, runningVar: Optional, weight: Optional, bias: Optional,
    { useInputStats = true, momentum = 0.1, eps = 1e-5 }: InstanceOptions = {},
  ): Tensor => {
    const name = 'instanceNorm';
    checkChannels(name, x, { runningMean, runningVar, weight, bias });
    if (!useInputStats) {
      return batchNorm(x, runningMean, runningVar, weight, bias, { training: false, eps });
    }
    const axes = [...x.shape.keys()].slice(2);
    const count = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
    if (count === 1) {
      throw new Error(`${name}: expected more than 1 spatial element when training, got input size ` +
        showShape(x.shape));
    }
    const { mean, variance, centred } = moments(x.node, axes);
    if (runningMean != null) track(name, runningMean, meanNode(mean, [0]), momentum);
    if (runningVar != null) {
      track(name, runningVar, withNumber('MUL', meanNode(variance, [0]), count / (count - 1)), momentum);
    }
    const normal = mul(centred, expand(inverseRoot(variance, eps), x.shape));
    return fromNode(affine(normal, perChannel(x), weight, bias));
  }, 'functional');

/** Groups of channels as rows: [N, groups, the rest], normalised along the rest. */
function grouped(name: string, x: Tensor, groups: number, eps: number) {
  const [n, channels] = x.shape as readonly number[];
  if (!(groups > 0) || channels! % groups !== 0) {
    throw new Error(`${name}: expected number of channels in input to be divisible by num_groups, but got ` +
      `input of shape ${showShape(x.shape)} and num_groups=${groups}`);
  }
  const rows = reshape(x.node, [n!, groups, n === 0 ? 0 : x.numel() / n! / groups]);
  const { mean, variance, centred } = moments(rows, [2]);
  const scale = inverseRoot(variance, eps);
  const normal = reshape(mul(centred, expand(scale, rows.shape)), x.shape);
  const flat = (node: Node) => fromNode(reshape(node, [n!, groups]));
  return { normal, mean: flat(mean), rstd: flat(scale) };
}

function checkGroups(name: string, x: Tensor, weight: Optional, bias: Optional): void {
  if (x.ndim < 2) {
    throw new Error(`${name}: expected at least 2 dimensions for input tensor but received ${x.ndim}`);
  }
  if (x.shape[1] === 0) {
    throw new Error(`${name}: expected number of channels to be greater than 0, got ${showShape(x.shape)}`);
  }
  checkChannels(name, x, { weight, bias });
}

/** Normalises groups of channels of each sample. input: [N, C, ...]. Wu and He 2018. */
export const groupNorm = define('F.groupNorm', 'input num_groups weight? bias? | eps', (
  x: Tensor, groups: number, weight: Optional, bias: Optional, { eps = 1e-5 }: { eps?: number } = {},
): Tensor => {
  checkGroups('groupNorm', x, weight, bias);
  const { normal } = grouped('groupNorm', x, groups, eps);
  return fromNode(affine(normal, perChannel(x), weight, bias));
}, 'functional');

/** groupNorm with the groups' means and inverse roots. Source: torch.native_group_norm. */
export const nativeGroupNorm = define('nativeGroupNorm', 'input weight bias N C HxW group eps', (
  x: Tensor, weight: Optional, bias: Optional, _n: number, _c: number, _hw: number, groups: number,
  eps: number,
): Tensor[] => {
  checkGroups('nativeGroupNorm', x, weight, bias);
  const { normal, mean, rstd } = grouped('nativeGroupNorm', x, groups, eps);
  return [fromNode(affine(normal, perChannel(x), weight, bias)), mean, rstd];
});

/** The last axes that a layer norm goes over. */
function layerAxes(name: string, x: Tensor, shape: readonly number[], parameters: Record<string, Optional>): number[] {
  if (shape.length === 0) {
    throw new Error(`${name}: expected normalized_shape to be at least 1-dimensional, got []`);
  }
  for (const [key, t] of Object.entries(parameters)) {
    if (t == null || showShape(t.shape) === showShape(shape)) continue;
    throw new Error(`${name}: expected ${key} to be of same shape as normalized_shape, but got ` +
      `${showShape(t.shape)} and normalized_shape = ${showShape(shape)}`);
  }
  const lead = x.ndim - shape.length;
  if (lead < 0 || shape.some((n, i) => n !== x.shape[lead + i])) {
    throw new Error(`${name}: given normalized_shape=${showShape(shape)}, expected input with shape ` +
      `[*, ${shape.join(', ')}], but got input of size ${showShape(x.shape)}`);
  }
  demandFloating(name, x);
  return shape.map((_, i) => lead + i);
}

function layered(
  name: string, x: Tensor, size: number | readonly number[], weight: Optional, bias: Optional, eps: number,
): [Tensor, Tensor, Tensor] {
  const shape = [size].flat() as number[];
  const axes = layerAxes(name, x, shape, { weight, bias });
  const { mean, variance, centred } = moments(x.node, axes);
  const scale = inverseRoot(variance, eps);
  const laid = x.shape.map((n, i) => (axes.includes(i) ? n : 1));
  const node = affine(mul(centred, expand(scale, x.shape)), laid, weight, bias);
  return [fromNode(node), fromNode(untracked(mean)), fromNode(untracked(scale))];
}

/**
 * Normalises the last dimensions. input: [*, ...normalizedShape]; weight, bias: normalizedShape.
 * Source: torch.nn.functional.layer_norm. Ba et al. 2016.
 */
export const layerNorm = define('F.layerNorm', 'input normalized_shape weight? bias? | eps', (
  x: Tensor, shape: number | readonly number[], weight: Optional, bias: Optional,
  { eps = 1e-5 }: { eps?: number } = {},
): Tensor => layered('layerNorm', x, shape, weight, bias, eps)[0], 'functional');

/** layerNorm with the rows' means and inverse roots. Source: torch.native_layer_norm. */
export const nativeLayerNorm = define('nativeLayerNorm', 'input normalized_shape weight bias eps', (
  x: Tensor, shape: number | readonly number[], weight: Optional, bias: Optional, eps: number,
): Tensor[] => layered('nativeLayerNorm', x, shape, weight, bias, eps));

/** Half the distance from 1 to the next number: PyTorch's eps where none is given. */
const epsilon = { float32: 2 ** -23, float64: 2 ** -52 };

/** x / sqrt(mean(x^2) + eps) * weight over the last dimensions. Zhang and Sennrich 2019. */
export const rmsNorm = define('F.rmsNorm', 'input normalized_shape weight? | eps', (
  x: Tensor, size: number | readonly number[], weight: Optional, { eps }: { eps?: number } = {},
): Tensor => {
  const axes = layerAxes('rmsNorm', x, [size].flat() as number[], { weight });
  const squares = meanNode(mul(x.node, x.node), axes, true);
  const scale = inverseRoot(squares, eps ?? epsilon[x.dtype as 'float32' | 'float64']);
  const laid = x.shape.map((n, i) => (axes.includes(i) ? n : 1));
  return fromNode(affine(mul(x.node, expand(scale, x.shape)), laid, weight, null));
}, 'functional');

/**
 * x / (k + alpha * mean of x^2 over `size` neighbouring channels)^beta. input: [N, C, ...].
 * Source: torch.nn.functional.local_response_norm. Krizhevsky et al. 2012.
 */
export const localResponseNorm = define('F.localResponseNorm', 'input size | alpha beta k', (
  x: Tensor, size: number,
  { alpha = 1e-4, beta = 0.75, k = 1 }: { alpha?: number; beta?: number; k?: number } = {},
): Tensor => {
  if (x.ndim < 3) {
    throw new Error(`localResponseNorm: expected 3D or higher dimensionality input, got ${x.ndim} dimensions`);
  }
  const a = cast(x.node, toFloat(x.dtype));
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
}, 'functional');

