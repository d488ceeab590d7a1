// Images resized: nearest, linear to cubic interpolation, and area averages, one axis after
// another.
// in:  [N, C, ...] with 1 to 3 spatial dims, a size or a factor     out: [N, C, ...size]

import { arrayOf } from '../../../graph/dtype.js';
import { placesNode } from '../../index/places.js';
import { upload } from '../../../engine/devices/host.js';
import { add, gather, mul } from '../../../graph/build.js';
import { broadcastTo, reshape } from '../../../graph/movement.js';
import { isFloating } from '../../../graph/dtype.js';
import type { Node } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import type { OptionsLast } from '../window/places.js';

export type InterpolationMode =
  | 'nearest'
  | 'nearest-exact'
  | 'linear'
  | 'bilinear'
  | 'bicubic'
  | 'trilinear'
  | 'area';
export interface InterpolateOptions {
  size?: number | readonly number[] | null;
  scaleFactor?: number | readonly number[] | null;
  mode?: InterpolationMode;
  /** whether the corner pixels' centres stay where they are; linear and cubic modes only */
  alignCorners?: boolean | null;
  /** take the ratio of the sizes in place of the given factor */
  recomputeScaleFactor?: boolean | null;
}

/** For each place of an axis: which source elements make it, and how much of each. */
interface Tap {
  readonly index: number;
  readonly weight: number;
}
type Taps = readonly (readonly Tap[])[];

interface Axis {
  readonly from: number;
  readonly to: number;
  /** source pixels per result pixel, where a factor was given */
  readonly scale: number | null;
  readonly align: boolean;
  /** how many axes are rebuilt */
  readonly rank: number;
  /** float32's rounding, where the input is float32 */
  readonly round: (x: number) => number;
}

const single = Math.fround;
const bounded = (i: number, n: number): number => Math.min(Math.max(i, 0), n - 1);
const ratio = ({ from, to, scale }: Axis): number => scale ?? from / to;

/**
 * Where a result pixel lies among the source's, by pixel centres. Rounded to the input's dtype at
 * each step, as PyTorch computes it.
 */
function position(axis: Axis, i: number): number {
  const { from, to, align, round } = axis;
  if (align) return to > 1 ? round(round((from - 1) / (to - 1)) * i) : 0;
  return round(round(round(ratio(axis)) * round(i + 0.5)) - 0.5);
}

const one = (index: number): Tap[] => [{ index, weight: 1 }];

/** An axis that keeps its size is copied, whatever factor was given. */
function linearTaps(axis: Axis, i: number): Tap[] {
  const { from, to, align, round } = axis;
  if (from === to) return one(i);
  const at = align ? position(axis, i) : Math.max(position(axis, i), 0);
  const low = Math.min(Math.floor(at), from - 1);
  const weight = Math.min(Math.max(round(at - low), 0), 1);
  return [
    { index: low, weight: round(1 - weight) },
    { index: Math.min(low + 1, from - 1), weight },
  ];
}

/** In two dims PyTorch copies an axis that keeps its size, and repeats one that is doubled. */
function nearestTap(axis: Axis, i: number): Tap[] {
  const { from, to, rank } = axis;
  if (rank === 2 && to === from) return one(i);
  if (rank === 2 && to === 2 * from) return one(i >> 1);
  return one(bounded(Math.floor(single(i * single(ratio(axis)))), from));
}

/** Keys' cubic convolution with a = -0.75, near (|x| < 1) and far (1 < |x| < 2). */
export const cubicNear = (x: number): number => (1.25 * x - 2.25) * x * x + 1;
export const cubicFar = (x: number): number => ((-0.75 * x + 3.75) * x - 6) * x + 3;

function cubicTaps(axis: Axis, i: number): Tap[] {
  const at = position(axis, i);
  const low = Math.floor(at);
  const t = at - low;
  const weights = [cubicFar(t + 1), cubicNear(t), cubicNear(1 - t), cubicFar(2 - t)];
  return weights.map((weight, k) => ({ index: bounded(low - 1 + k, axis.from), weight }));
}

/** All pixels that the result's pixel touches, with equal weights: adaptive average pooling. */
function areaTaps({ from, to }: Axis, i: number): Tap[] {
  const start = Math.floor((i * from) / to);
  const count = Math.ceil(((i + 1) * from) / to) - start;
  return Array.from({ length: count }, (_, k) => ({ index: start + k, weight: 1 / count }));
}

const rules: Record<InterpolationMode, (axis: Axis, i: number) => Tap[]> = {
  nearest: nearestTap,
  'nearest-exact': (axis, i) =>
    one(bounded(Math.floor(single((i + 0.5) * single(ratio(axis)))), axis.from)),
  linear: linearTaps,
  bilinear: linearTaps,
  trilinear: linearTaps,
  bicubic: cubicTaps,
  area: areaTaps,
};

/** The dims that a mode is for; any where it is not listed. */
const ranks: Partial<Record<InterpolationMode, number>> = {
  linear: 1,
  bilinear: 2,
  bicubic: 2,
  trilinear: 3,
};

/**
 * One axis rebuilt: the sum over taps of gathered elements times weights. Where a place has fewer
 * taps than another the rest has weight 0.
 */
function resampled(a: Node, axis: number, taps: Taps): Node {
  const shape = a.shape.map((n, i) => (i === axis ? taps.length : n));
  const laid = (node: Node) =>
    broadcastTo(
      reshape(
        node,
        shape.map((_, i) => (i === axis ? taps.length : 1)),
      ),
      shape,
    );
  const most = taps.reduce((n, list) => Math.max(n, list.length), 1);
  const plain = most === 1;
  let total: Node | null = null;
  for (let k = 0; k < most; k++) {
    const index = taps.map((list) => (list[k] ?? list[0]!).index);
    const picked = gather(a, laid(placesNode(index, a)), axis);
    if (plain) return picked;
    const weights = arrayOf[a.dtype as 'float32'].from(taps, (list) => list[k]?.weight ?? 0);
    const factor = upload(weights, a.dtype, [taps.length], a.device);
    const term = mul(picked, laid(factor));
    total = total === null ? term : add(total, term);
  }
  return total!;
}

function axesOf(x: Tensor, options: InterpolateOptions): Axis[] {
  const { size, scaleFactor, recomputeScaleFactor, alignCorners } = options;
  const spatial = x.shape.slice(2);
  const each = (value: number | readonly number[], what: string): number[] => {
    const list = typeof value === 'number' ? spatial.map(() => value) : [...value];
    if (list.length === spatial.length) return list;
    throw new Error(
      `interpolate: input and ${what} must have the same number of spatial dimensions, but got ` +
        `input with spatial dimensions of ${showShape(spatial)} and ${what} of ${showShape(list)}`,
    );
  };
  if ((size == null) === (scaleFactor == null)) {
    throw new Error('interpolate: exactly one of size and scaleFactor must be given');
  }
  const factors = scaleFactor == null ? null : each(scaleFactor, 'scaleFactor');
  const sizes =
    factors === null ? each(size!, 'size') : spatial.map((n, i) => Math.floor(n * factors[i]!));
  if (x.shape[1] === 0) {
    throw new Error(
      `interpolate: non-empty ${x.ndim}D data tensor expected but got a tensor with sizes ` +
        showShape(x.shape),
    );
  }
  if ([...spatial, ...sizes].some((n) => !(n > 0))) {
    throw new Error(
      'interpolate: input and output sizes should be greater than 0, but got input ' +
        `${showShape(spatial)} and output ${showShape(sizes)}`,
    );
  }
  const given = factors !== null && recomputeScaleFactor !== true;
  return spatial.map((from, i) => ({
    from,
    to: sizes[i]!,
    align: alignCorners === true,
    rank: spatial.length,
    round: x.dtype === 'float64' ? (value) => value : single,
    scale: given ? 1 / factors![i]! : null,
  }));
}

function checkMode(x: Tensor, mode: InterpolationMode, align: boolean | null | undefined): void {
  if (!(mode in rules)) throw new Error(`interpolate: unknown mode "${mode}"`);
  const spatial = x.ndim - 2;
  if (spatial < 1 || spatial > 3 || (ranks[mode] ?? spatial) !== spatial) {
    throw new Error(
      `interpolate: mode "${mode}" is not for an input of ${x.ndim} dimensions: ` +
        showShape(x.shape),
    );
  }
  const smooth = ranks[mode] !== undefined;
  if (!smooth && align != null) {
    throw new Error(
      'interpolate: alignCorners can only be set with the modes linear, bilinear, ' +
        'bicubic and trilinear',
    );
  }
  if (!isFloating(x.dtype) && !(x.dtype === 'uint8' && mode.startsWith('nearest'))) {
    throw new TypeError(`interpolate: not implemented for ${x.dtype} tensors in mode "${mode}"`);
  }
}

/**
 * Resizes the spatial dims. input: [N, C, ...]; size or scaleFactor: one number or one per dim.
 * Errors: both or neither of them, a mode that is not for so many dims.
 * Source: torch.nn.functional.interpolate.
 */
export const interpolate = define(
  'F.interpolate',
  'input size? | scale_factor mode align_corners recompute_scale_factor antialias',
  ((
    x: Tensor,
    size?: number | readonly number[] | null,
    options: InterpolateOptions & { antialias?: boolean } = {},
  ): Tensor => {
    const { mode = 'nearest' } = options;
    checkMode(x, mode, options.alignCorners);
    if (options.antialias === true) throw new Error('interpolate: antialias is not offered');
    let node = x.node;
    axesOf(x, { ...options, size: size ?? options.size }).forEach((axis, i) => {
      const taps = Array.from({ length: axis.to }, (_, place) => rules[mode](axis, place));
      node = resampled(node, i + 2, taps);
    });
    return fromNode(node);
  }) as (
    ...args: OptionsLast<
      [x: Tensor],
      [size: Size | undefined],
      InterpolateOptions & { antialias?: boolean }
    >
  ) => Tensor,
  'functional',
);

type Size = number | readonly number[] | null;

/**
 * interpolate in mode 'bilinear' with corners aligned. Source:
 * torch.nn.functional.upsample_bilinear.
 */
export const upsampleBilinear = define(
  'F.upsampleBilinear',
  'input size? scale_factor?',
  (x: Tensor, size?: Size, scaleFactor?: Size): Tensor =>
    interpolate(x, size, { scaleFactor, mode: 'bilinear', alignCorners: true }),
  'functional',
);
/** interpolate in mode 'nearest'. Source: torch.nn.functional.upsample_nearest. */
export const upsampleNearest = define(
  'F.upsampleNearest',
  'input size? scale_factor?',
  (x: Tensor, size?: Size, scaleFactor?: Size): Tensor =>
    interpolate(x, size, { scaleFactor, mode: 'nearest' }),
  'functional',
);
