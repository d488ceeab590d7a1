// Puts maxima back where a pool found them; all else is zero.
// in:  the values and indices of a maximum pool     out: [N, C, size...]

import { reaching } from '../../../autograd/paths.js';
import { constant, isEmpty, scatter } from '../../../graph/build.js';
import { reshape } from '../../../graph/movement.js';
import { sizeOf } from '../../../graph/node.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';
import { batched, demandPooled, unbatched } from './pool-regions.js';
import { perDim, type Sizes } from './windows.js';

export interface MaxUnpoolOptions {
  /** default: the kernel's size */
  stride?: Sizes | null;
  /** default 0 */
  padding?: Sizes;
  /** the size of what was pooled, with or without N and C */
  outputSize?: readonly number[] | null;
}

/** The plane's size: what the pool's sizes say, or the given one where it is near enough. */
function sizesOf(
  name: string,
  spatial: readonly number[],
  kernelSize: Sizes,
  { stride, padding = 0, outputSize = null }: MaxUnpoolOptions,
): number[] {
  const rank = spatial.length;
  const kernel = perDim(name, kernelSize, rank);
  const step = perDim(name, stride ?? kernel, rank);
  const around = perDim(name, padding, rank);
  if (step.some((n) => n <= 0)) {
    throw new Error(`${name}: stride should be greater than zero, got ${showShape(step)}`);
  }
  const usual = spatial.map((n, i) => (n - 1) * step[i]! - 2 * around[i]! + kernel[i]!);
  if (outputSize === null) return usual;
  const size = outputSize.slice(-rank);
  if (size.length !== rank || outputSize.length > rank + 2) {
    throw new Error(
      `${name}: outputSize should be a sequence of ${rank} to ${rank + 2} numbers, got ` +
        showShape(outputSize),
    );
  }
  size.forEach((n, i) => {
    if (n > usual[i]! - step[i]! && n < usual[i]! + step[i]!) return;
    throw new Error(
      `${name}: invalid outputSize ${showShape(size)} (dim ${i} must be between ` +
        `${usual[i]! - step[i]!} and ${usual[i]! + step[i]!})`,
    );
  });
  return size;
}

function maxUnpool(name: string, rank: number) {
  return define(
    `F.${name}`,
    'input indices kernel_size | stride:sizes? padding output_size',
    (x: Tensor, indices: Tensor, kernelSize: Sizes, options: MaxUnpoolOptions = {}): Tensor => {
      demandPooled(name, x);
      const a = batched(name, x, rank);
      if (showShape(indices.shape) !== showShape(x.shape)) {
        throw new Error(
          `${name}: expected shape of indices to be the input's ${showShape(x.shape)}, but got ` +
            showShape(indices.shape),
        );
      }
      if (indices.dtype !== 'int64') {
        throw new TypeError(`${name}: expected int64 indices, got ${indices.dtype}`);
      }
      const [n, c, ...spatial] = a.shape as [number, number, ...number[]];
      const out = sizesOf(name, spatial, kernelSize, options);
      const zeros = constant(0, a.dtype, [n, c, sizeOf(out)]);
      const rows = [n, c, sizeOf(spatial)];
      const flat = isEmpty(a)
        ? reaching(zeros, [a])
        : scatter(zeros, reshape(indices.node, rows), reshape(a, rows), 2, 'set');
      return fromNode(unbatched(reshape(flat, [n, c, ...out]), x, rank));
    },
    'functional',
  );
}

/** The inverse of maxPool1d, as far as there is one. Source: torch.nn.functional.max_unpool1d. */
export const maxUnpool1d = maxUnpool('maxUnpool1d', 1);
/**
 * The inverse of maxPool2d. Errors: indices of another shape, an outputSize that the pool cannot
 * have had, an index outside of the plane (when the value is read).
 * Source: torch.nn.functional.max_unpool2d.
 */
export const maxUnpool2d = maxUnpool('maxUnpool2d', 2);
/** The inverse of maxPool3d. Source: torch.nn.functional.max_unpool3d. */
export const maxUnpool3d = maxUnpool('maxUnpool3d', 3);
