// The regions that a pool reduces, one for each element of its output.
// in:  a batched input [N, C, ...] and sizes     out: [N, C, out..., M]: M elements of each region,
// and where they lie in the plane, -1 for what is no element of it

import { upload } from '../../../engine/devices/host.js';
import { gather, iota } from '../../../graph/build.js';
import { broadcastTo, pad, reshape } from '../../../graph/movement.js';
import { type DType, isFloating } from '../../../graph/dtype.js';
import { type Node, sizeOf } from '../../../graph/node.js';
import { showShape } from '../../../tensor/dims.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { perDim, type Sizes, spanOf, windows } from './windows.js';

export interface WindowOptions {
  /** default: the kernel's size */
  stride?: Sizes;
  /** on both sides, at most half of the kernel, default 0 */
  padding?: Sizes;
  /** distance of the kernel's elements, default 1 */
  dilation?: Sizes;
  /** keeps a last window that is not full, default false */
  ceilMode?: boolean;
}

export interface Regions {
  /** [N, C, out..., M] */
  readonly cut: Node;
  /** int32 [1, 1, out..., M]: indices into the flattened plane, or -1 */
  readonly positions: Node;
}

export interface WindowPlan {
  readonly kernel: number[];
  readonly stride: number[];
  readonly dilation: number[];
  readonly before: number[];
  readonly after: number[];
  readonly out: number[];
  readonly padding: number[];
}

/**
 * The input with a batch dim. Errors: another number of dims, an empty dim that is no batch (nor,
 * where that makes no difference, that of the channels).
 */
export function batched(name: string, x: Tensor, rank: number, channels = true): Node {
  const single = x.ndim === rank + 1;
  const inner = x.shape.slice((single ? 0 : 1) + (channels ? 0 : 1));
  if ((!single && x.ndim !== rank + 2) || inner.includes(0)) {
    throw new Error(
      `${name}: expected ${rank + 1}D or ${rank + 2}D (batch mode) tensor with optional 0 dim ` +
        `batch size for input, but got ${showShape(x.shape)}`,
    );
  }
  return single ? reshape(x.node, [1, ...x.shape]) : x.node;
}

/** The dtypes that PyTorch's kernel of a pool is for. */
export function demandPooled(name: string, x: Tensor, whole: readonly DType[] = []): void {
  if (isFloating(x.dtype) || whole.includes(x.dtype)) return;
  throw new TypeError(`${name}: not implemented for ${x.dtype} tensors; convert it with float()`);
}

/** Drops the batch dim again where the input had none. */
export const unbatched = (a: Node, x: Tensor, rank: number): Node =>
  x.ndim === rank + 1 ? reshape(a, a.shape.slice(1)) : a;

const isEmptyList = (value: Sizes | null | undefined): boolean =>
  typeof value === 'object' && value?.length === 0;

/** Sizes of a pool with a fixed kernel. Errors: sizes that are not positive, too much padding. */
export function windowPlan(
  name: string,
  spatial: readonly number[],
  kernelSize: Sizes,
  o: WindowOptions,
): WindowPlan {
  const rank = spatial.length;
  const kernel = perDim(name, kernelSize, rank);
  const stride = isEmptyList(o.stride) ? kernel : perDim(name, o.stride ?? kernel, rank);
  const padding = perDim(name, o.padding ?? 0, rank);
  const dilation = perDim(name, o.dilation ?? 1, rank);
  for (const [what, sizes] of Object.entries({ 'kernel size': kernel, stride, dilation })) {
    if (sizes.every((n) => n > 0)) continue;
    throw new Error(`${name}: ${what} must be greater than zero, but got ${showShape(sizes)}`);
  }
  const span = kernel.map((k, i) => spanOf(k, dilation[i]!));
  padding.forEach((p, i) => {
    if (p >= 0 && p <= span[i]! / 2) return;
    throw new Error(
      `${name}: pad must be non-negative and at most half of effective kernel size, but got ` +
        `pad ${p} and kernel ${span[i]}`,
    );
  });
  const out = spatial.map((n, i) => {
    const free = n + 2 * padding[i]! - span[i]!;
    const steps = free / stride[i]!;
    const count = (o.ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // a window must start inside the input or the padding in front of it
    const inside = (count - 1) * stride[i]! < n + padding[i]!;
    return o.ceilMode && !inside ? count - 1 : count;
  });
  if (out.some((n) => n < 1)) {
    throw new Error(
      `${name}: given input size ${showShape(spatial)}, the calculated output size ` +
        `${showShape(out)} is too small`,
    );
  }
  const after = spatial.map((n, i) =>
    Math.max((out[i]! - 1) * stride[i]! + span[i]! - n - padding[i]!, 0),
  );
  return { kernel, stride, dilation, padding, before: padding, after, out };
}

/** The windows of a fixed kernel; what lies outside of the input is `fill`. */
export function windowsOf(a: Node, plan: WindowPlan, fill: number): Node {
  const padded = pad(a, [0, 0, ...plan.before], [0, 0, ...plan.after], fill);
  const cut = windows(padded, plan.kernel, plan.stride, plan.dilation);
  return reshape(cut, [a.shape[0]!, a.shape[1]!, ...plan.out, sizeOf(plan.kernel)]);
}

/** The smallest number of a dtype: what no maximum takes. */
const lowest = (dtype: DType): number => {
  if (isFloating(dtype)) return -Infinity;
  return { int64: -(2 ** 63), int32: -(2 ** 31) }[dtype as string] ?? 0;
};

export function windowRegions(a: Node, plan: WindowPlan): Regions {
  const spatial = a.shape.slice(2);
  const counter = reshape(iota(sizeOf(spatial), 'int32'), [1, 1, ...spatial]);
  return {
    cut: windowsOf(a, plan, lowest(a.dtype)),
    positions: windowsOf(counter, plan, -1),
  };
}

/** Sizes with null for what stays. Errors: a negative size. */
export function adaptiveSizes(
  name: string,
  size: number | null | readonly (number | null)[],
  spatial: readonly number[],
): number[] {
  const list = typeof size === 'object' && size !== null ? size : spatial.map(() => size);
  const out = list.map((n, i) => n ?? spatial[i]!);
  const fits = out.length === spatial.length && out.every((n) => Number.isInteger(n) && n >= 0);
  if (fits) return out;
  throw new Error(
    `${name}: elements of output size must be whole numbers from 0 up, ${spatial.length} or ` +
      `one, got ${JSON.stringify(size)}`,
  );
}

/** A window's plan where all regions have one size, else null. */
export function evenPlan(spatial: readonly number[], out: readonly number[]): WindowPlan | null {
  if (spatial.some((n, i) => n % out[i]! !== 0)) return null;
  const kernel = spatial.map((n, i) => n / out[i]!);
  const none = spatial.map(() => 0);
  const ones = spatial.map(() => 1);
  const nothing = { padding: none, before: none, after: none };
  return { kernel, stride: kernel, dilation: ones, out: [...out], ...nothing };
}

/** Regions that share the input out as evenly as possible: floor(i n / out) to ceil of the next. */
export function adaptiveRegions(a: Node, out: readonly number[]): Regions {
  const spatial = a.shape.slice(2);
  const axes = spatial.map((n, i) => {
    const regions = Array.from({ length: out[i]! }, (_, o) => {
      const start = Math.floor((o * n) / out[i]!);
      return { start, count: Math.ceil(((o + 1) * n) / out[i]!) - start };
    });
    return { n, regions, longest: Math.max(...regions.map(({ count }) => count)) };
  });
  const block = axes.reduce((size, { longest }) => size * longest, 1);
  const places = new Int32Array(sizeOf(out) * block);
  for (let p = 0; p < places.length; p++) places[p] = place(axes, Math.floor(p / block), p % block);
  // a shorter region is filled up with its first element
  const sources = BigInt64Array.from(places, (n, p) =>
    BigInt(n < 0 ? places[p - (p % block)]! : n),
  );
  const full = [a.shape[0]!, a.shape[1]!, places.length];
  const row = upload(sources, 'int64', [1, 1, places.length], a.device);
  const flat = reshape(a, [a.shape[0]!, a.shape[1]!, sizeOf(spatial)]);
  const taken = gather(flat, broadcastTo(row, full), 2);
  return {
    cut: reshape(taken, [a.shape[0]!, a.shape[1]!, ...out, block]),
    positions: upload(places, 'int32', [1, 1, ...out, block], a.device),
  };
}

interface Axis {
  readonly n: number;
  readonly regions: readonly { start: number; count: number }[];
  readonly longest: number;
}

/** Where element `k` of region `o` lies in the plane, or -1: both count row by row. */
function place(axes: readonly Axis[], o: number, k: number): number {
  let [position, scale] = [0, 1];
  for (let i = axes.length - 1; i >= 0; i--) {
    const { n, regions, longest } = axes[i]!;
    const { start, count } = regions[o % regions.length]!;
    if (k % longest >= count) return -1;
    position += (start + (k % longest)) * scale;
    scale *= n;
    o = Math.floor(o / regions.length);
    k = Math.floor(k / longest);
  }
  return position;
}
