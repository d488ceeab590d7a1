// Normalisation of each sample by itself: group, layer and RMS norm.
// in:  an input, weight and bias     out: the normalised input, scaled and shifted

import { add, cast, mul, sub, unary, withNumber } from '../../graph/build.js';
import { broadcastTo, expand, reshape } from '../../graph/movement.js';
import type { Node, Shape } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { meanNode, untracked } from '../reduce/reduce.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { demandDType } from './loss/reduction.js';
import { demandFloating } from '../../tensor/floating.js';
import type { OptionsLast } from './window/places.js';

export type Optional = Tensor | null | undefined;

/** A layer's function: what must be given, then weight, bias and eps. */
type Normalizing<Needed extends unknown[]> = (
  ...args: OptionsLast<Needed, [weight: Optional, bias: Optional], { eps?: number }>
) => Tensor;

/** Mean and variance over axes, kept as size 1; the variance divides by n. */
export function moments(
  a: Node,
  axes: readonly number[],
): { mean: Node; variance: Node; centred: Node } {
  const mean = meanNode(a, axes, true);
  const centred = sub(a, expand(mean, a.shape));
  return { mean, centred, variance: meanNode(mul(centred, centred), axes, true) };
}

/** 1 / sqrt(variance + eps). */
export const inverseRoot = (variance: Node, eps: number): Node =>
  unary('RECIP', unary('SQRT', withNumber('ADD', variance, eps)));

/** a * weight + bias, both laid along the axes where `shape` is not 1. */
export function affine(a: Node, shape: Shape, weight: Optional, bias: Optional): Node {
  const laid = (t: Tensor) => broadcastTo(reshape(cast(t.node, a.dtype), shape), a.shape);
  const scaled = weight == null ? a : mul(a, laid(weight));
  return bias == null ? scaled : add(scaled, laid(bias));
}

/** The shape in which one number per channel meets the input. */
export const perChannel = (x: Tensor): number[] => x.shape.map((n, i) => (i === 1 ? n : 1));

export function checkChannels(name: string, x: Tensor, parameters: Record<string, Optional>): void {
  demandFloating(name, x);
  const channels = x.shape[1] ?? x.shape[0] ?? 1;
  for (const [key, t] of Object.entries(parameters)) {
    if (t == null) continue;
    demandDType(name, key, t, x.dtype);
    // statistics are written to, and group norm reads its weights as vectors
    const vector = t.ndim === 1 || (name === 'batchNorm' && !key.startsWith('running'));
    if (vector && t.numel() === channels) continue;
    throw new Error(
      `${name}: ${key} should contain ${channels} elements, one per channel of the input ` +
        `${showShape(x.shape)}, not ${t.numel()}: ${showShape(t.shape)}`,
    );
  }
}

/** Groups of channels as rows: [N, groups, the rest], normalised along the rest. */
function grouped(name: string, x: Tensor, groups: number, eps: number) {
  const [n, channels] = x.shape as readonly number[];
  if (!(groups > 0) || channels! % groups !== 0) {
    throw new Error(
      `${name}: expected number of channels in input to be divisible by num_groups, but got ` +
        `input of shape ${showShape(x.shape)} and num_groups=${groups}`,
    );
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
    throw new Error(
      `${name}: expected at least 2 dimensions for input tensor but received ${x.ndim}`,
    );
  }
  if (x.shape[1] === 0) {
    throw new Error(
      `${name}: expected number of channels to be greater than 0, got ${showShape(x.shape)}`,
    );
  }
  if (x.shape.slice(2).includes(0)) {
    throw new Error(
      `${name}: expected the size of each channel to be greater than 0, got ${showShape(x.shape)}`,
    );
  }
  checkChannels(name, x, { weight, bias });
}

/**
 * Normalises groups of channels of each sample. input: [N, C, ...]. Wu and He 2018. weight, bias:
 * [C]; eps: 1e-5. Errors: channels that do not divide into the groups, one value per group in all
 * of the batch. Source: torch.nn.functional.group_norm.
 */
export const groupNorm = define(
  'F.groupNorm',
  'input num_groups weight? bias? | eps',
  ((
    x: Tensor,
    groups: number,
    weight?: Optional,
    bias?: Optional,
    { eps = 1e-5 }: { eps?: number } = {},
  ): Tensor => {
    checkGroups('groupNorm', x, weight, bias);
    // all of the batch's values are counted, as there
    if (x.numel() === groups) {
      throw new Error(
        `groupNorm: expected more than 1 value per channel when training, got input size ` +
          showShape(x.shape),
      );
    }
    const { normal } = grouped('groupNorm', x, groups, eps);
    return fromNode(affine(normal, perChannel(x), weight, bias));
  }) as Normalizing<[x: Tensor, groups: number]>,
  'functional',
);

/** groupNorm with the groups' means and inverse roots. Source: torch.native_group_norm. */
export const nativeGroupNorm = define(
  'nativeGroupNorm',
  'input weight:tensor? bias:tensor? N:int C HxW group eps',
  (
    x: Tensor,
    weight: Optional,
    bias: Optional,
    _n: number,
    _c: number,
    _hw: number,
    groups: number,
    eps: number,
  ): Tensor[] => {
    checkGroups('nativeGroupNorm', x, weight, bias);
    const { normal, mean, rstd } = grouped('nativeGroupNorm', x, groups, eps);
    return [fromNode(affine(normal, perChannel(x), weight, bias)), mean, rstd];
  },
);

/** The last axes that a layer norm goes over. */
function layerAxes(
  name: string,
  x: Tensor,
  shape: readonly number[],
  parameters: Record<string, Optional>,
): number[] {
  if (shape.length === 0) {
    throw new Error(`${name}: expected normalized_shape to be at least 1-dimensional, got []`);
  }
  for (const [key, t] of Object.entries(parameters)) {
    if (name !== 'rmsNorm') demandDType(name, key, t, x.dtype);
    if (t == null || showShape(t.shape) === showShape(shape)) continue;
    throw new Error(
      `${name}: expected ${key} to be of same shape as normalized_shape, but got ` +
        `${showShape(t.shape)} and normalized_shape = ${showShape(shape)}`,
    );
  }
  const lead = x.ndim - shape.length;
  if (lead < 0 || shape.some((n, i) => n !== x.shape[lead + i])) {
    throw new Error(
      `${name}: given normalized_shape=${showShape(shape)}, expected input with shape ` +
        `[*, ${shape.join(', ')}], but got input of size ${showShape(x.shape)}`,
    );
  }
  demandFloating(name, x);
  return shape.map((_, i) => lead + i);
}

function layered(
  name: string,
  x: Tensor,
  size: number | readonly number[],
  weight: Optional,
  bias: Optional,
  eps: number,
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
export const layerNorm = define(
  'F.layerNorm',
  'input normalized_shape weight? bias? | eps',
  ((
    x: Tensor,
    shape: number | readonly number[],
    weight?: Optional,
    bias?: Optional,
    { eps = 1e-5 }: { eps?: number } = {},
  ): Tensor => layered('layerNorm', x, shape, weight, bias, eps)[0]) as Normalizing<
    [x: Tensor, shape: number | readonly number[]]
  >,
  'functional',
);

/** layerNorm with the rows' means and inverse roots. Source: torch.native_layer_norm. */
export const nativeLayerNorm = define(
  'nativeLayerNorm',
  'input normalized_shape weight:tensor? bias:tensor? eps',
  (
    x: Tensor,
    shape: number | readonly number[],
    weight: Optional,
    bias: Optional,
    eps: number,
  ): Tensor[] => layered('nativeLayerNorm', x, shape, weight, bias, eps),
);

/** The distance from 1 to the next number: PyTorch's eps where none is given. */
const epsilon = { float32: 2 ** -23, float64: 2 ** -52 };

/**
 * x / sqrt(mean(x^2) + eps) * weight over the last dimensions. Zhang and Sennrich 2019. eps: the
 * dtype's epsilon by default. Source: torch.nn.functional.rms_norm.
 */
export const rmsNorm = define(
  'F.rmsNorm',
  'input normalized_shape weight? | eps',
  ((
    x: Tensor,
    size: number | readonly number[],
    weight?: Optional,
    { eps }: { eps?: number } = {},
  ): Tensor => {
    const axes = layerAxes('rmsNorm', x, [size].flat() as number[], { weight });
    const squares = meanNode(mul(x.node, x.node), axes, true);
    const scale = inverseRoot(squares, eps ?? epsilon[x.dtype as 'float32' | 'float64']);
    const laid = x.shape.map((n, i) => (axes.includes(i) ? n : 1));
    return fromNode(affine(mul(x.node, expand(scale, x.shape)), laid, weight, null));
  }) as (
    ...args: OptionsLast<
      [x: Tensor, shape: number | readonly number[]],
      [weight: Optional],
      { eps?: number }
    >
  ) => Tensor,
  'functional',
);
