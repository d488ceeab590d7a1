// Rearrangements of channels and pixels: pixelShuffle, pixelUnshuffle, channelShuffle; patches:
// unfold, fold.
// in:  [*, C, H, W]     out: the same elements in other places (fold adds overlaps up)

import { alias } from '../../../graph/build.js';
import { pad, permute, reshape, shrink } from '../../../graph/movement.js';
import { isFloating } from '../../../graph/dtype.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { foldWindows, perDim, type Sizes, windows } from '../window/windows.js';

function demandImages(name: string, x: Tensor, factor: number): number[] {
  if (x.ndim < 3) {
    throw new Error(
      `${name}: expects input to have at least 3 dimensions, but got ${showShape(x.shape)}`,
    );
  }
  if (!Number.isInteger(factor) || factor <= 0) {
    throw new RangeError(`${name}: expects a positive factor, but got ${factor}`);
  }
  return x.shape.slice(0, -3);
}

/** `order` of the axes behind the leading ones. */
const behind = (lead: number, order: readonly number[]): number[] => [
  ...Array(lead).keys(),
  ...order.map((i) => lead + i),
];

/**
 * Channels become pixels: [*, C r^2, H, W] gives [*, C, H r, W r].
 * Errors: channels not divisible by r^2. Source: torch.nn.functional.pixel_shuffle.
 */
export const pixelShuffle = define(
  'F.pixelShuffle',
  'input upscale_factor',
  (x: Tensor, r: number): Tensor => {
    const lead = demandImages('pixelShuffle', x, r);
    const [c, h, w] = x.shape.slice(-3) as [number, number, number];
    if (c % (r * r) !== 0) {
      throw new Error(
        "pixelShuffle: expects its input's channel dimension to be divisible by the square of " +
          `upscaleFactor, but ${c} is not divisible by ${r * r}`,
      );
    }
    const split = reshape(x.node, [...lead, c / (r * r), r, r, h, w]);
    const moved = permute(split, behind(lead.length, [0, 3, 1, 4, 2]));
    return fromNode(alias(reshape(moved, [...lead, c / (r * r), h * r, w * r])));
  },
  'functional',
);

/** Pixels become channels: [*, C, H r, W r] gives [*, C r^2, H, W]. */
export const pixelUnshuffle = define(
  'F.pixelUnshuffle',
  'input downscale_factor',
  (x: Tensor, r: number): Tensor => {
    const lead = demandImages('pixelUnshuffle', x, r);
    const [c, h, w] = x.shape.slice(-3) as [number, number, number];
    if (h % r !== 0 || w % r !== 0) {
      throw new Error(
        `pixelUnshuffle: expects height ${h} and width ${w} to be divisible by ` +
          `downscaleFactor ${r}`,
      );
    }
    const split = reshape(x.node, [...lead, c, h / r, r, w / r, r]);
    const moved = permute(split, behind(lead.length, [0, 2, 4, 1, 3]));
    return fromNode(alias(reshape(moved, [...lead, c * r * r, h / r, w / r])));
  },
  'functional',
);

/** Deals the channels of `groups` groups out in turn. input: [N, C, ...]. */
export const channelShuffle = define(
  'F.channelShuffle',
  'input groups',
  (x: Tensor, groups: number): Tensor => {
    if (x.ndim < 3) {
      throw new Error(`channelShuffle: expects input with > 2 dims, but got ${showShape(x.shape)}`);
    }
    const [n, c, ...rest] = x.shape as readonly number[];
    if (!(groups > 0) || c! % groups !== 0) {
      throw new Error(
        `channelShuffle: number of channels ${c} must be divisible by groups ${groups}`,
      );
    }
    const split = reshape(x.node, [n!, groups, c! / groups, ...rest]);
    const moved = permute(split, [0, 2, 1, ...rest.map((_, i) => 3 + i)]);
    return fromNode(alias(reshape(moved, x.shape)));
  },
  'functional',
);

export interface PatchOptions {
  dilation?: Sizes;
  padding?: Sizes;
  stride?: Sizes;
}

/** PyTorch's kernels are for floats (and for truth values). */
function refuseWhole(name: string, x: Tensor): void {
  if (isFloating(x.dtype) || x.dtype === 'bool') return;
  throw new TypeError(`${name}: not implemented for ${x.dtype} tensors; convert it with float()`);
}

interface Patches {
  kernel: number[];
  dilation: number[];
  padding: number[];
  stride: number[];
  span: number[];
}

function patchesOf(name: string, size: Sizes, o: PatchOptions): Patches {
  const kernel = perDim(name, size, 2);
  const dilation = perDim(name, o.dilation ?? 1, 2);
  const padding = perDim(name, o.padding ?? 0, 2);
  const stride = perDim(name, o.stride ?? 1, 2);
  const wrong = [kernel, dilation, stride].some((list) => list.some((n) => n <= 0));
  if (wrong || padding.some((n) => n < 0)) {
    throw new RangeError(
      `${name}: kernel size, dilation and stride should be greater than zero and padding not ` +
        `negative, got ${[kernel, dilation, stride, padding].map(showShape).join(', ')}`,
    );
  }
  return {
    kernel,
    dilation,
    padding,
    stride,
    span: kernel.map((k, i) => dilation[i]! * (k - 1) + 1),
  };
}

/** How many patches fit along each of two dims. */
function countsOf(name: string, size: readonly number[], p: Patches): number[] {
  return size.map((n, i) => {
    const count = Math.floor((n + 2 * p.padding[i]! - p.span[i]!) / p.stride[i]!) + 1;
    if (count > 0) return count;
    throw new Error(
      `${name}: given spatial size ${showShape(size)}, kernel size ${showShape(p.kernel)}, ` +
        `dilation ${showShape(p.dilation)} and padding ${showShape(p.padding)}, no block fits`,
    );
  });
}

/**
 * The patches of images as columns: [N, C, H, W] (or [C, H, W]) gives [N, C * kH * kW, L].
 * Source: torch.nn.functional.unfold.
 */
export const unfold = define(
  'F.unfold',
  'input kernel_size | dilation padding stride',
  (x: Tensor, size: Sizes, options: PatchOptions = {}): Tensor => {
    if (x.ndim !== 3 && x.ndim !== 4) {
      throw new Error(
        `unfold: expected 3D or 4D (batch mode) tensor, but got ${showShape(x.shape)}`,
      );
    }
    refuseWhole('unfold', x);
    const p = patchesOf('unfold', size, options);
    const [c, h, w] = x.shape.slice(-3) as [number, number, number];
    const n = x.ndim === 3 ? 1 : x.shape[0]!;
    const [rows, columns] = countsOf('unfold', [h, w], p) as [number, number];
    const around = [0, 0, ...p.padding];
    const padded = pad(reshape(x.node, [n, c, h, w]), around, around);
    const cut = windows(padded, p.kernel, p.stride, p.dilation);
    const block = c * p.kernel[0]! * p.kernel[1]!;
    const laid = reshape(permute(cut, [0, 1, 4, 5, 2, 3]), [n, block, rows * columns]);
    return fromNode(x.ndim === 3 ? reshape(laid, [block, rows * columns]) : laid);
  },
  'functional',
);

/**
 * Adds patches back into images, overlaps summed: [N, C * kH * kW, L] (or without N) gives
 * [N, C, ...outputSize]. Source: torch.nn.functional.fold.
 */
export const fold = define(
  'F.fold',
  'input output_size kernel_size | dilation padding stride',
  (x: Tensor, outputSize: Sizes, size: Sizes, options: PatchOptions = {}): Tensor => {
    if (x.ndim !== 2 && x.ndim !== 3) {
      throw new Error(`fold: expected 2D or 3D (batch mode) tensor, but got ${showShape(x.shape)}`);
    }
    refuseWhole('fold', x);
    const p = patchesOf('fold', size, options);
    const out = perDim('fold', outputSize, 2);
    const [block, length] = x.shape.slice(-2) as [number, number];
    const n = x.ndim === 2 ? 1 : x.shape[0]!;
    const [kh, kw] = p.kernel as [number, number];
    const [rows, columns] = countsOf('fold', out, p) as [number, number];
    if (block % (kh * kw) !== 0 || rows * columns !== length) {
      throw new Error(
        `fold: expected [*, a multiple of ${kh * kw}, ${rows * columns}] for output size ` +
          `${showShape(out)}, got ${showShape(x.shape)}`,
      );
    }
    const c = block / (kh * kw);
    const cut = permute(reshape(x.node, [n, c, kh, kw, rows, columns]), [0, 1, 4, 5, 2, 3]);
    const padded = out.map((m, i) => m + 2 * p.padding[i]!);
    const whole = foldWindows(cut, padded, p.stride, p.dilation);
    const image = shrink(whole, [0, 0, ...p.padding], [1, 1, 1, 1], [n, c, ...out]);
    return fromNode(reshape(image, x.ndim === 2 ? [c, ...out] : [n, c, ...out]));
  },
  'functional',
);
