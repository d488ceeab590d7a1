// Transposed convolutions: each input element adds the weight, scaled by it, to its window of the
// output. What conv1d, conv2d and conv3d do to gradients.
// in:  input [N, C, ...] or [C, ...], weight [C, O / groups, ...]     out: [N, O, ...]

import { mul } from '../../../graph/build.js';
import { expand, pad, permute, reshape, shrink } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import type { Node } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { addBias, checkBias, checkOperands } from './convolution.js';
import { foldWindows, perDim, type Sizes, spanOf } from './windows.js';

export interface ConvTransposeOptions {
  /** distance of the windows in the output, default 1 */
  stride?: Sizes;
  /** what is cut off on both sides, default 0 */
  padding?: Sizes;
  /** what is added behind, below stride or dilation, default 0 */
  outputPadding?: Sizes;
  /** input and output channels in that many independent groups, default 1 */
  groups?: number;
  /** distance of the kernel's elements, default 1 */
  dilation?: Sizes;
}

interface Plan {
  stride: number[];
  padding: number[];
  outputPadding: number[];
  dilation: number[];
  groups: number;
}

function planOf(name: string, rank: number, o: ConvTransposeOptions): Plan {
  const each = (value: Sizes | undefined, fallback: number) =>
    perDim(name, value ?? fallback, rank);
  const plan = {
    stride: each(o.stride, 1),
    padding: each(o.padding, 0),
    outputPadding: each(o.outputPadding, 0),
    dilation: each(o.dilation, 1),
    groups: o.groups ?? 1,
  };
  const { stride, padding, outputPadding, dilation } = plan;
  if ([...stride, ...dilation].some((n) => n <= 0) || padding.some((n) => n < 0)) {
    throw new Error(`${name}: stride and dilation must be positive and padding not negative`);
  }
  outputPadding.forEach((n, i) => {
    if (n >= 0 && (n < stride[i]! || n < dilation[i]!)) return;
    throw new Error(
      `${name}: output padding must be smaller than either stride or dilation, but got ` +
        `outputPadding ${showShape(outputPadding)}, stride ${showShape(stride)}, dilation ` +
        showShape(dilation),
    );
  });
  return plan;
}

function check(name: string, x: Tensor, weight: Tensor, { groups }: Plan, rank: number): void {
  const channels = x.shape[x.ndim - rank - 1]!;
  if (channels === weight.shape[0] && channels % groups === 0) return;
  throw new Error(
    `${name}: given groups=${groups}, weight of size ${showShape(weight.shape)}, expected input ` +
      `${showShape(x.shape)} to have ${weight.shape[0]} channels that divide into the groups`,
  );
}

/** The windows that each input element adds: [N, O, in..., kernel...]. */
function addends(a: Node, weight: Node, groups: number): Node {
  const [n, channels, ...spatial] = a.shape as [number, number, ...number[]];
  const [, outputs, ...kernel] = weight.shape as [number, number, ...number[]];
  const perGroup = channels / groups;
  const ones = (list: readonly unknown[]) => list.map(() => 1);
  // [n, g, 1, in..., 1..., c] times [1, g, o, 1..., kernel..., c], summed over c
  const full = [n, groups, outputs, ...spatial, ...kernel, perGroup];
  const inputs = permute(reshape(a, [n, groups, perGroup, ...spatial]), [
    0,
    1,
    ...spatial.map((_, i) => 3 + i),
    2,
  ]);
  const left = reshape(inputs, [n, groups, 1, ...spatial, ...ones(kernel), perGroup]);
  const filters = permute(reshape(weight, [groups, perGroup, outputs, ...kernel]), [
    0,
    2,
    ...kernel.map((_, i) => 3 + i),
    1,
  ]);
  const right = reshape(filters, [1, groups, outputs, ...ones(spatial), ...kernel, perGroup]);
  const product = mul(expand(left, full), expand(right, full));
  const sums = reduce(product, 'sum', [full.length - 1], 'serial');
  return reshape(sums, [n, groups * outputs, ...spatial, ...kernel]);
}

/** Cuts `padding` off both ends of the spatial axes, and adds `outputPadding` behind. */
function trimmed(a: Node, { padding, outputPadding }: Plan): Node {
  const behind = padding.map((p, i) => Math.max(outputPadding[i]! - p, 0));
  const grown = pad(a, [0, 0, ...padding.map(() => 0)], [0, 0, ...behind]);
  const shape = a.shape.map((n, i) =>
    i < 2 ? n : n - 2 * padding[i - 2]! + outputPadding[i - 2]!,
  );
  return shrink(
    grown,
    [0, 0, ...padding],
    shape.map(() => 1),
    shape,
  );
}

function convTranspose(name: string, rank: number) {
  return define(
    `F.${name}`,
    'input weight bias? | stride padding output_padding groups dilation',
    (
      x: Tensor,
      weight: Tensor,
      bias?: Tensor | null,
      options: ConvTransposeOptions = {},
    ): Tensor => {
      checkOperands(name, x, weight, rank);
      const plan = planOf(name, rank, options);
      check(name, x, weight, plan, rank);
      checkBias(name, weight, bias, weight.shape[1]! * plan.groups);
      const batched = x.ndim === rank + 2;
      const a = batched ? x.node : reshape(x.node, [1, ...x.shape]);
      const lengths = a.shape.slice(2).map((n, i) => {
        const span = spanOf(weight.shape[i + 2]!, plan.dilation[i]!);
        const length = (n - 1) * plan.stride[i]! + span;
        if (length - 2 * plan.padding[i]! + plan.outputPadding[i]! > 0) return length;
        throw new Error(`${name}: the output would be empty for input ${showShape(x.shape)}`);
      });
      const folded = foldWindows(
        addends(a, weight.node, plan.groups),
        lengths,
        plan.stride,
        plan.dilation,
      );
      const result = addBias(trimmed(folded, plan), bias);
      return fromNode(batched ? result : reshape(result, result.shape.slice(1)));
    },
    'functional',
  );
}

/**
 * input: [N, C, L] or [C, L], weight: [C, O / groups, K], bias: [O]; gives [N, O, M] with
 * M = (L - 1) * stride - 2 * padding + dilation * (K - 1) + outputPadding + 1.
 * Errors: channels or dtypes that do not fit, an output that would be empty.
 * Source: torch.nn.functional.conv_transpose1d.
 */
export const convTranspose1d = convTranspose('convTranspose1d', 1);
/**
 * input: [N, C, H, W], weight: [C, O / groups, KH, KW]; the sizes are those of
 * convTranspose1d, dim by dim. Source: torch.nn.functional.conv_transpose2d.
 */
export const convTranspose2d = convTranspose('convTranspose2d', 2);
/**
 * input: [N, C, D, H, W], weight: [C, O / groups, KD, KH, KW]; the sizes are those of
 * convTranspose1d, dim by dim. Source: torch.nn.functional.conv_transpose3d.
 */
export const convTranspose3d = convTranspose('convTranspose3d', 3);
