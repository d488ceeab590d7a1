// Maximum pools: the largest element of each region, and where it stood.
// in:  [N, C, ...] or [C, ...]     out: the maxima, [N, C, out...], and on request their indices

import { reaching } from '../../../autograd/paths.js';
import { differentiated } from '../../../autograd/custom.js';
import { binary, cast, constant, eq, unary, where } from '../../../graph/build.js';
import { broadcastTo, expand, reshape } from '../../../graph/movement.js';
import { reduce } from '../../../graph/reductions.js';
import { isFloating } from '../../../graph/dtype.js';
import { isEmpty } from '../../../graph/build.js';
import type { Node } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { untracked } from '../../reduce/reduce.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import {
  adaptiveRegions,
  adaptiveSizes,
  batched,
  demandPooled,
  evenPlan,
  type Regions,
  unbatched,
  type WindowOptions,
  windowPlan,
  windowRegions,
} from './pool-regions.js';
import type { Sizes } from './windows.js';

export interface MaxPoolOptions extends WindowOptions {
  /** gives [maxima, indices], int64, which count within a channel's plane; default false */
  returnIndices?: boolean;
}

/** The maxima, or with `returnIndices: true` also where they stood. */
export interface MaxPool<Size, O> {
  (input: Tensor, size: Size, options: O & { returnIndices: true }): [Tensor, Tensor];
  (input: Tensor, size: Size, options?: O): Tensor;
}

/** [..., 1] grown to [..., M]. */
const grown = (a: Node, shape: readonly number[]): Node =>
  expand(reshape(a, [...a.shape, 1]), shape);

/** The place of the first maximum (or NaN) of each region: int32 [N, C, out...]. */
function firstPlaces({ cut, positions }: Regions, best: Node): Node {
  const source = untracked(cut);
  let hit = eq(source, grown(untracked(best), cut.shape));
  if (isFloating(cut.dtype)) hit = binary('OR', hit, unary('NOT', eq(source, source)));
  const places = broadcastTo(positions, cut.shape);
  const inside = binary('LE', constant(0, 'int32', cut.shape), places);
  const none = constant(2 ** 31 - 1, 'int32', cut.shape);
  const last = cut.shape.length - 1;
  return reduce(where(binary('AND', hit, inside), places, none), 'min', [last]);
}

/** The largest element of each region; its gradient goes to the first such element alone. */
function maxima(regions: Regions): Node {
  const { cut, positions } = regions;
  const last = cut.shape.length - 1;
  const best = reduce(cut, 'max', [last], 'serial');
  if (cut.shape[last] === 1) return best;
  return differentiated('maxPool', best, [cut], (g, result) => {
    const places = grown(firstPlaces(regions, result), cut.shape);
    const hit = eq(places, broadcastTo(positions, cut.shape));
    return [where(hit, grown(g, cut.shape), constant(0, g.dtype, cut.shape))];
  });
}

function pooled(
  x: Tensor,
  a: Node,
  out: readonly number[],
  regions: () => Regions,
  returnIndices: boolean,
): Tensor | Tensor[] {
  const rank = out.length;
  const shape = [a.shape[0]!, a.shape[1]!, ...out];
  const give = (node: Node) => fromNode(unbatched(node, x, rank));
  if (isEmpty(a) || out.includes(0)) {
    const values = give(reaching(constant(0, a.dtype, shape), [a]));
    return returnIndices ? [values, give(constant(0, 'int64', shape))] : values;
  }
  const made = regions();
  const best = maxima(made);
  if (!returnIndices) return give(best);
  return [give(best), give(cast(firstPlaces(made, best), 'int64'))];
}

function maxPool(name: string, rank: number) {
  return define(
    `F.${name}`,
    'input kernel_size | stride:sizes? padding dilation ceil_mode return_indices',
    ((x: Tensor, kernelSize: Sizes, options: MaxPoolOptions = {}) => {
      demandPooled(name, x, rank === 1 ? [] : ['int64', 'int32', 'uint8']);
      const a = batched(name, x, rank);
      const plan = windowPlan(name, a.shape.slice(2), kernelSize, options);
      const regions = () => windowRegions(a, plan);
      return pooled(x, a, plan.out, regions, options.returnIndices ?? false);
    }) as MaxPool<Sizes, MaxPoolOptions>,
    'functional',
  );
}

/** Maxima of windows over [N, C, L] or [C, L]. Source: torch.nn.functional.max_pool1d. */
export const maxPool1d = maxPool('maxPool1d', 1);
/**
 * Maxima of windows over [N, C, H, W] or [C, H, W]. Among equal elements the first one has the
 * gradient. Errors: padding of more than half the kernel, an output without elements.
 * Source: torch.nn.functional.max_pool2d.
 */
export const maxPool2d = maxPool('maxPool2d', 2);
/** Maxima of windows over [N, C, D, H, W]. Source: torch.nn.functional.max_pool3d. */
export const maxPool3d = maxPool('maxPool3d', 3);

/** Output sizes; null keeps the input's. */
export type OutputSize = number | null | readonly (number | null)[];

function adaptiveMaxPool(name: string, rank: number) {
  return define(
    `F.${name}`,
    'input output_size return_indices?',
    ((x: Tensor, size: OutputSize, options: boolean | { returnIndices?: boolean } = false) => {
      if (x.ndim !== rank + 1 && x.ndim !== rank + 2) {
        throw new Error(
          `${name}: expected ${rank + 1}D or ${rank + 2}D tensor, got ${showShape(x.shape)}`,
        );
      }
      demandPooled(name, x);
      const a = batched(name, x, rank);
      const spatial = a.shape.slice(2);
      const out = adaptiveSizes(name, size, spatial);
      const even = evenPlan(spatial, out);
      const regions = () => (even ? windowRegions(a, even) : adaptiveRegions(a, out));
      const wanted = typeof options === 'boolean' ? options : options.returnIndices;
      return pooled(x, a, out, regions, wanted ?? false);
    }) as unknown as AdaptiveMaxPool,
    'functional',
  );
}
interface AdaptiveMaxPool {
  (input: Tensor, size: OutputSize, returnIndices: true): [Tensor, Tensor];
  (input: Tensor, size: OutputSize, returnIndices?: false): Tensor;
}

/** [N, C, L] to [N, C, outputSize]. Source: torch.nn.functional.adaptive_max_pool1d. */
export const adaptiveMaxPool1d = adaptiveMaxPool('adaptiveMaxPool1d', 1);
/**
 * [N, C, H, W] to [N, C, ...outputSize], whatever H and W are.
 * Source: torch.nn.functional.adaptive_max_pool2d.
 */
export const adaptiveMaxPool2d = adaptiveMaxPool('adaptiveMaxPool2d', 2);
/** [N, C, D, H, W] to [N, C, ...outputSize]. Source: adaptive_max_pool3d. */
export const adaptiveMaxPool3d = adaptiveMaxPool('adaptiveMaxPool3d', 3);
