// Convolutions over 1, 2 or 3 dims: windows of the input times the weight, summed.
// in:  input [N, C, ...] or [C, ...], weight [O, C / groups, ...]     out: [N, O, ...]

import { add, mul } from '../../../graph/build.js';
import { broadcastTo, expand, pad, permute, reshape } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import type { Node } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { demandNumbers } from '../../../tensor/floating.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { perDim, type Sizes, spanOf, windows } from './windows.js';

export interface ConvOptions {
  /** default 1 */
  stride?: Sizes;
  /** zeros on both sides, default 0; 'same' keeps the size (stride 1), 'valid' is 0 */
  padding?: Sizes | 'same' | 'valid';
  /** distance of the kernel's elements, default 1 */
  dilation?: Sizes;
  /** input and output channels in that many independent groups, default 1 */
  groups?: number;
}

interface Plan {
  stride: number[];
  before: number[];
  after: number[];
  dilation: number[];
  groups: number;
}

/** Zeros in front and behind that keep the size of a convolution with stride 1. */
export function samePadding(kernel: readonly number[], dilation: readonly number[]) {
  const total = kernel.map((k, i) => dilation[i]! * (k - 1));
  const before = total.map((n) => Math.floor(n / 2));
  return { before, after: total.map((n, i) => n - before[i]!) };
}

function planOf(name: string, kernel: readonly number[], o: ConvOptions): Plan {
  const rank = kernel.length;
  const stride = perDim(name, o.stride ?? 1, rank);
  const dilation = perDim(name, o.dilation ?? 1, rank);
  const { padding = 0, groups = 1 } = o;
  if (stride.some((s) => s <= 0)) {
    throw new Error(`${name}: non-positive stride is not supported, got ${showShape(stride)}`);
  }
  if (padding === 'same') {
    if (stride.some((s) => s !== 1)) {
      throw new Error(`${name}: padding 'same' is not supported for strided convolutions`);
    }
    return { stride, dilation, groups, ...samePadding(kernel, dilation) };
  }
  const amount = perDim(name, padding === 'valid' ? 0 : padding, rank);
  if (amount.some((n) => n < 0)) {
    throw new Error(`${name}: negative padding is not supported, got ${showShape(amount)}`);
  }
  return { stride, dilation, groups, before: amount, after: amount };
}

/** Ranks and dtypes: [N, C, ...] or [C, ...] and a weight of rank + 2 dims. */
export function checkOperands(name: string, x: Tensor, weight: Tensor, rank: number): void {
  if (x.ndim !== rank + 2 && x.ndim !== rank + 1) {
    throw new Error(
      `${name}: expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input, but got ` +
        showShape(x.shape),
    );
  }
  if (weight.ndim !== rank + 2) {
    throw new Error(`${name}: expected a ${rank + 2}D weight, got ${showShape(weight.shape)}`);
  }
  demandNumbers(name, x);
  const [n, channels, ...spatial] = x.ndim === rank + 2 ? x.shape : [1, ...x.shape];
  if (n !== 0 && channels !== 0 && spatial.includes(0)) {
    throw new Error(
      `${name}: only zero batch or zero channel inputs are supported, but got ` +
        `${showShape(x.shape)}`,
    );
  }
  if (x.dtype !== weight.dtype) {
    throw new Error(`${name}: input is ${x.dtype} but the weight is ${weight.dtype}`);
  }
}

export function checkBias(
  name: string,
  weight: Tensor,
  bias: Tensor | null | undefined,
  channels: number,
): void {
  if (bias == null || (bias.ndim === 1 && bias.shape[0] === channels)) return;
  throw new Error(
    `${name}: given weight of size ${showShape(weight.shape)}, expected bias to be ` +
      `1-dimensional with ${channels} elements, but got bias of size ${showShape(bias.shape)} ` +
      'instead',
  );
}

function check(name: string, x: Tensor, weight: Tensor, plan: Plan, rank: number): void {
  const { groups } = plan;
  const [channels, ...spatial] = x.shape.slice(-rank - 1) as [number, ...number[]];
  if (channels !== weight.shape[1]! * groups || weight.shape[0]! % groups !== 0) {
    throw new Error(
      `${name}: given groups=${groups}, weight of size ${showShape(weight.shape)}, expected ` +
        `input ${showShape(x.shape)} to have ${weight.shape[1]! * groups} channels, but got ` +
        `${channels} channels instead`,
    );
  }
  spatial.forEach((n, i) => {
    const span = spanOf(weight.shape[i + 2]!, plan.dilation[i]!);
    const padded = n + plan.before[i]! + plan.after[i]!;
    if (span <= padded) return;
    throw new Error(
      `${name}: calculated padded input size per channel: (${padded}). Kernel size: (${span}). ` +
        "Kernel size can't be greater than actual input size",
    );
  });
}

/** The convolution of a padded, batched input [N, C, ...]. */
function convolve(a: Node, weight: Node, plan: Plan): Node {
  const kernel = weight.shape.slice(2);
  const rank = kernel.length;
  const { groups } = plan;
  const [n, channels] = [a.shape[0]!, a.shape[1]!];
  const perGroup = channels / groups;
  const outputs = weight.shape[0]! / groups;
  const cut = windows(a, kernel, plan.stride, plan.dilation);
  const spatial = cut.shape.slice(2, 2 + rank);
  // [n, g, 1, out..., c, kernel...] times [1, g, o, 1..., c, kernel...], summed over c and kernel
  const split = reshape(cut, [n, groups, perGroup, ...spatial, ...kernel]);
  const order = [0, 1, ...spatial.map((_, i) => 3 + i), 2, ...kernel.map((_, i) => 3 + rank + i)];
  const full = [n, groups, outputs, ...spatial, perGroup, ...kernel];
  const moved = permute(split, order);
  const left = expand(reshape(moved, [n, groups, 1, ...spatial, perGroup, ...kernel]), full);
  const ones = spatial.map(() => 1);
  const rows = reshape(weight, [1, groups, outputs, ...ones, perGroup, ...kernel]);
  const axes = Array.from({ length: rank + 1 }, (_, i) => 3 + rank + i);
  const sums = reduce(mul(left, expand(rows, full)), 'sum', axes, 'serial');
  return reshape(sums, [n, groups * outputs, ...spatial]);
}

/** Adds a number per channel to [N, C, ...]. */
export function addBias(a: Node, bias: Tensor | null | undefined): Node {
  if (bias == null) return a;
  const column = reshape(
    bias.node,
    a.shape.map((n, i) => (i === 1 ? n : 1)),
  );
  return add(a, broadcastTo(column, a.shape));
}

/**
 * conv2d(x, w, bias, options), conv2d(x, w, options), or PyTorch's places: conv2d(x, w, bias,
 * stride, padding).
 */
export interface Convolution {
  (x: Tensor, weight: Tensor, bias?: Tensor | null, options?: ConvOptions): Tensor;
  (x: Tensor, weight: Tensor, options: ConvOptions): Tensor;
  (
    x: Tensor,
    weight: Tensor,
    bias: Tensor | null | undefined,
    stride: Sizes,
    padding?: Sizes | 'same' | 'valid',
    dilation?: Sizes,
    groups?: number,
  ): Tensor;
}

function convolution(name: string, rank: number): Convolution {
  return define(
    `F.${name}`,
    'input weight bias? | stride padding:sizes/string dilation groups',
    ((x: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor => {
      checkOperands(name, x, weight, rank);
      const plan = planOf(name, weight.shape.slice(2), options);
      check(name, x, weight, plan, rank);
      checkBias(name, weight, bias, weight.shape[0]!);
      const batched = x.ndim === rank + 2;
      const a = batched ? x.node : reshape(x.node, [1, ...x.shape]);
      const padded = pad(a, [0, 0, ...plan.before], [0, 0, ...plan.after]);
      const result = addBias(convolve(padded, weight.node, plan), bias);
      return fromNode(batched ? result : reshape(result, result.shape.slice(1)));
    }) as Convolution,
    'functional',
  );
}

/**
 * input: [N, C, L] or [C, L], weight: [O, C / groups, K], bias: [O]; gives [N, O, M] with
 * M = floor((L + 2 * padding - dilation * (K - 1) - 1) / stride) + 1.
 * Errors: bool, channels or dtypes that do not fit, a kernel that is wider than the padded input.
 * Source: torch.nn.functional.conv1d.
 */
export const conv1d = convolution('conv1d', 1);
/**
 * input: [N, C, H, W] or [C, H, W], weight: [O, C / groups, KH, KW]; the sizes are those of
 * conv1d, dim by dim. Source: torch.nn.functional.conv2d.
 */
export const conv2d = convolution('conv2d', 2);
/**
 * input: [N, C, D, H, W] or [C, D, H, W], weight: [O, C / groups, KD, KH, KW]; the sizes are those
 * of conv1d, dim by dim. Source: torch.nn.functional.conv3d.
 */
export const conv3d = convolution('conv3d', 3);
