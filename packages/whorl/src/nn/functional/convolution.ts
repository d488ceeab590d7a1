// Convolutions over 1, 2 or 3 dims: windows of the input times the weight, summed.
// in:  input [N, C, ...] or [C, ...], weight [O, C / groups, ...]     out: [N, O, ...]

import {
  add, broadcastTo, expand, mul, pad, permute, reduce, reshape, shrink, window,
} from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';

export type Sizes = number | readonly number[];
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

/** A size for each of `rank` dims. */
export function perDim(name: string, value: Sizes, rank: number): number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : [...value];
  if (list.length === 1 && rank > 1) return new Array<number>(rank).fill(list[0]!);
  if (list.length === rank && list.every(Number.isInteger)) return list;
  throw new Error(`${name}: expected one whole number or ${rank}, got ${JSON.stringify(value)}`);
}

interface Plan { stride: number[]; before: number[]; after: number[]; dilation: number[]; groups: number }

function planOf(name: string, kernel: readonly number[], o: ConvOptions): Plan {
  const rank = kernel.length;
  const stride = perDim(name, o.stride ?? 1, rank);
  const dilation = perDim(name, o.dilation ?? 1, rank);
  const { padding = 0, groups = 1 } = o;
  if (stride.some((s) => s <= 0)) throw new Error(`${name}: non-positive stride is not supported, got ${showShape(stride)}`);
  if (padding === 'same') {
    if (stride.some((s) => s !== 1)) throw new Error(`${name}: padding 'same' is not supported for strided convolutions`);
    const total = kernel.map((k, i) => dilation[i]! * (k - 1));
    const before = total.map((n) => Math.floor(n / 2));
    return { stride, dilation, groups, before, after: total.map((n, i) => n - before[i]!) };
  }
  const amount = perDim(name, padding === 'valid' ? 0 : padding, rank);
  if (amount.some((n) => n < 0)) throw new Error(`${name}: negative padding is not supported, got ${showShape(amount)}`);
  return { stride, dilation, groups, before: amount, after: amount };
}

/** Windows over the last `kernel.length` dims: [..., out..., kernel...]. */
export function windows(a: Node, kernel: readonly number[], stride: readonly number[], dilation: readonly number[]): Node {
  const rank = kernel.length;
  const lead = a.shape.length - rank;
  let result = a;
  kernel.forEach((k, i) => {
    const span = dilation[i]! * (k - 1) + 1;
    result = window(result, lead + i, span, stride[i]!);
    if (dilation[i] === 1) return;
    const last = result.shape.length - 1;
    result = shrink(result, result.shape.map(() => 0), result.shape.map((_, j) => (j === last ? dilation[i]! : 1)),
      result.shape.map((n, j) => (j === last ? k : n)));
  });
  return result;
}

function check(name: string, x: Tensor, weight: Tensor, bias: Tensor | null | undefined, rank: number, plan: Plan): void {
  const { groups } = plan;
  if (x.ndim !== rank + 2 && x.ndim !== rank + 1) {
    throw new Error(`${name}: expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input, but got ${showShape(x.shape)}`);
  }
  if (weight.ndim !== rank + 2) throw new Error(`${name}: expected a ${rank + 2}D weight, got ${showShape(weight.shape)}`);
  if (x.dtype !== weight.dtype) throw new Error(`${name}: input is ${x.dtype} but the weight is ${weight.dtype}`);
  const channels = x.shape[x.ndim - rank - 1]!;
  if (channels !== weight.shape[1]! * groups || weight.shape[0]! % groups !== 0) {
    throw new Error(`${name}: given groups=${groups}, weight of size ${showShape(weight.shape)}, expected input ` +
      `${showShape(x.shape)} to have ${weight.shape[1]! * groups} channels, but got ${channels} channels instead`);
  }
  if (bias != null && (bias.ndim !== 1 || bias.shape[0] !== weight.shape[0])) {
    throw new Error(`${name}: given weight of size ${showShape(weight.shape)}, expected bias to be 1-dimensional with ` +
      `${weight.shape[0]} elements, but got bias of size ${showShape(bias.shape)} instead`);
  }
  x.shape.slice(-rank).forEach((n, i) => {
    const span = plan.dilation[i]! * (weight.shape[i + 2]! - 1) + 1;
    const padded = n + plan.before[i]! + plan.after[i]!;
    if (span > padded) {
      throw new Error(`${name}: calculated padded input size per channel: (${padded}). Kernel size: (${span}). Kernel size ` +
        `can't be greater than actual input size`);
    }
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
  // [n, g, 1, out..., c, kernel...] times [1, g, o, 1..., c, kernel...], summed over c and the kernel
  const split = reshape(cut, [n, groups, perGroup, ...spatial, ...kernel]);
  const order = [0, 1, ...spatial.map((_, i) => 3 + i), 2, ...kernel.map((_, i) => 3 + rank + i)];
  const full = [n, groups, outputs, ...spatial, perGroup, ...kernel];
  const left = expand(reshape(permute(split, order), [n, groups, 1, ...spatial, perGroup, ...kernel]), full);
  const right = expand(
    reshape(weight, [1, groups, outputs, ...spatial.map(() => 1), perGroup, ...kernel]), full);
  const axes = Array.from({ length: rank + 1 }, (_, i) => 3 + rank + i);
  return reshape(reduce(mul(left, right), 'sum', axes, 'serial'), [n, groups * outputs, ...spatial]);
}

function convolution(name: string, rank: number) {
  return define(`F.${name}`, 'input weight bias? | stride padding dilation groups',
    (x: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor => {
      const plan = planOf(name, weight.shape.slice(2), options);
      check(name, x, weight, bias, rank, plan);
      const batched = x.ndim === rank + 2;
      const a = batched ? x.node : reshape(x.node, [1, ...x.shape]);
      const padded = pad(a, [0, 0, ...plan.before], [0, 0, ...plan.after]);
      let result = convolve(padded, weight.node, plan);
      if (bias != null) {
        const column = reshape(bias.node, [1, bias.shape[0]!, ...new Array<number>(rank).fill(1)]);
        result = add(result, broadcastTo(column, result.shape));
      }
      return fromNode(batched ? result : reshape(result, result.shape.slice(1)));
    }, 'functional');
}

/** Source: torch.nn.functional.conv1d. */
export const conv1d = convolution('conv1d', 1);
/** Source: torch.nn.functional.conv2d. */
export const conv2d = convolution('conv2d', 2);
/** Source: torch.nn.functional.conv3d. */
export const conv3d = convolution('conv3d', 3);
