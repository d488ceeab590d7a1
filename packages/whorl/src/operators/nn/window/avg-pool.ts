// Average pools: the mean of each region.
// in:  [N, C, ...] or [C, ...]     out: [N, C, out...]

import { showShape } from '../../../tensor/dims.js';
import { reaching } from '../../../autograd/paths.js';
import { upload } from '../../../engine/devices/host.js';
import { cast, constant, div, isEmpty, lt, where, withNumber } from '../../../graph/build.js';
import { broadcastTo } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import { isFloating } from '../../../graph/dtype.js';
import { type Node, sizeOf } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import type { OutputSize } from './max-pool.js';
import {
  adaptiveRegions,
  adaptiveSizes,
  batched,
  demandPooled,
  evenPlan,
  unbatched,
  type WindowOptions,
  windowPlan,
  type WindowPlan,
  windowsOf,
} from './pool-regions.js';
import type { Sizes } from './windows.js';

export interface AvgPoolOptions extends Omit<WindowOptions, 'dilation'> {
  /** whether zeros of the padding count as elements, default true */
  countIncludePad?: boolean;
  /** divides by this instead of the number of elements; not 0 */
  divisorOverride?: number | null;
}

const sumOf = (cut: Node): Node => reduce(cut, 'sum', [cut.shape.length - 1], 'serial');

/** Whole numbers are divided towards zero. */
function divided(sum: Node, divisor: Node): Node {
  if (isFloating(sum.dtype)) return div(sum, cast(divisor, sum.dtype));
  return cast(div(cast(sum, 'float64'), cast(divisor, 'float64')), sum.dtype);
}

/** Elements that each window along one axis holds. */
function countsAlong(plan: WindowPlan, axis: number, n: number, withPadding: boolean): number[] {
  const { kernel, stride, padding, out } = plan;
  const p = padding[axis]!;
  return Array.from({ length: out[axis]! }, (_, i) => {
    const start = i * stride[axis]! - p;
    const end = Math.min(start + kernel[axis]!, n + p);
    return withPadding ? end - start : Math.min(end, n) - Math.max(start, 0);
  });
}

/** How many elements each window has: one number where all have as many. */
function divisorOf(
  plan: WindowPlan,
  spatial: readonly number[],
  withPadding: boolean,
  { device }: Node,
): Node {
  const rank = spatial.length;
  const counts = spatial.map((n, axis) => countsAlong(plan, axis, n, withPadding));
  if (counts.every((list) => list.every((n) => n === list[0]))) {
    const size = counts.reduce((product, list) => product * list[0]!, 1);
    return constant(size, 'float32');
  }
  const all = new Float32Array(sizeOf(plan.out));
  for (let p = 0; p < all.length; p++) {
    let [size, rest] = [1, p];
    for (let axis = rank - 1; axis >= 0; axis--) {
      size *= counts[axis]![rest % plan.out[axis]!]!;
      rest = Math.floor(rest / plan.out[axis]!);
    }
    all[p] = size;
  }
  return upload(all, 'float32', [1, 1, ...plan.out], device);
}

/** Runs `mean` where there is something to average, else gives an empty result. */
function pooled(x: Tensor, a: Node, out: readonly number[], mean: () => Node): Tensor {
  const shape = [a.shape[0]!, a.shape[1]!, ...out];
  const empty = isEmpty(a) || out.includes(0);
  const node = empty ? reaching(constant(0, a.dtype, shape), [a]) : mean();
  return fromNode(unbatched(node, x, out.length));
}

function avgPool(name: string, rank: number, overrides = true) {
  const last = overrides ? ' divisor_override' : '';
  return define(
    `F.${name}`,
    `input kernel_size | stride:sizes? padding ceil_mode count_include_pad${last}`,
    (x: Tensor, kernelSize: Sizes, options: AvgPoolOptions = {}): Tensor => {
      const { countIncludePad = true, divisorOverride = null, ...o } = options;
      if (divisorOverride === 0) throw new Error(`${name}: divisor must be not zero`);
      demandPooled(name, x, ['int64']);
      const a = batched(name, x, rank);
      const spatial = a.shape.slice(2);
      const plan = windowPlan(name, spatial, kernelSize, o);
      // in three dimensions, and in them alone, PyTorch does not count the padding
      if (rank === 3 && plan.kernel.some((k, i) => k > spatial[i]!)) {
        throw new RangeError(
          `${name}: input image ${showShape(spatial)} smaller than kernel size ` +
            `${showShape(plan.kernel)}`,
        );
      }
      return pooled(x, a, plan.out, () => {
        const sum = sumOf(windowsOf(a, plan, 0));
        const divisor =
          divisorOverride === null
            ? divisorOf(plan, spatial, countIncludePad, a)
            : constant(divisorOverride, 'float32');
        return divided(sum, broadcastTo(divisor, sum.shape));
      });
    },
    'functional',
  );
}

/** Means of windows over [N, C, L] or [C, L]. Source: torch.nn.functional.avg_pool1d. */
export const avgPool1d = avgPool('avgPool1d', 1, false);
/**
 * Means of windows over [N, C, H, W] or [C, H, W]. Errors: padding of more than half the kernel,
 * an output without elements. Source: torch.nn.functional.avg_pool2d.
 */
export const avgPool2d = avgPool('avgPool2d', 2);
/** Means of windows over [N, C, D, H, W]. Source: torch.nn.functional.avg_pool3d. */
export const avgPool3d = avgPool('avgPool3d', 3);

/** Means of regions of different sizes: what fills them up does not count. */
function unevenMean(a: Node, out: readonly number[]): Node {
  const { cut, positions } = adaptiveRegions(a, out);
  const places = broadcastTo(positions, cut.shape);
  const outside = lt(places, constant(0, 'int32', cut.shape));
  const kept = where(outside, constant(0, cut.dtype, cut.shape), cut);
  const inside = cast(lt(constant(-1, 'int32', positions.shape), positions), 'float32');
  const sum = sumOf(kept);
  return divided(sum, broadcastTo(sumOf(inside), sum.shape));
}

function adaptiveAvgPool(name: string, rank: number) {
  return define(
    `F.${name}`,
    'input output_size',
    (x: Tensor, size: OutputSize): Tensor => {
      demandPooled(name, x);
      const a = batched(name, x, rank, rank === 3);
      const spatial = a.shape.slice(2);
      const out = adaptiveSizes(name, size, spatial);
      const even = evenPlan(spatial, out);
      return pooled(x, a, out, () => {
        if (even === null) return unevenMean(a, out);
        return withNumber('DIV', sumOf(windowsOf(a, even, 0)), sizeOf(even.kernel));
      });
    },
    'functional',
  );
}

/** [N, C, L] to [N, C, outputSize]. Source: torch.nn.functional.adaptive_avg_pool1d. */
export const adaptiveAvgPool1d = adaptiveAvgPool('adaptiveAvgPool1d', 1);
/**
 * [N, C, H, W] to [N, C, ...outputSize], whatever H and W are; null keeps a size.
 * Source: torch.nn.functional.adaptive_avg_pool2d.
 */
export const adaptiveAvgPool2d = adaptiveAvgPool('adaptiveAvgPool2d', 2);
/** [N, C, D, H, W] to [N, C, ...outputSize]. Source: adaptive_avg_pool3d. */
export const adaptiveAvgPool3d = adaptiveAvgPool('adaptiveAvgPool3d', 3);
