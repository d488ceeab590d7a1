// Cutting: split, chunk, unbind (views, as in PyTorch); and copies of the whole: repeat, tile.
// in:  a tensor, sizes or counts     out: views of its parts, or one tensor

import { alias } from '../../graph/build.js';
import { reshape } from '../../graph/movement.js';
import { method } from '../../tensor/define.js';
import { showShape, sizesOf, wrapDim } from '../../tensor/dims.js';
import { expandTo, reshapeTo } from './movement.js';
import { narrowTo, selectAt } from './subviews.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type { Rearranging } from '../types.js';
import type { Splitting, SplittingAt, Unbinding } from './types.js';
import type { SizesGiven } from '../../tensor/dims.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * Views of `size` along dim (0), the last one smaller where it does not divide; or of the sizes
     * of a list, which must add up to the dim. Source: torch.split.
     */
    split: Splitting<'split', number | readonly number[]>;
    /**
     * split: what is unsafe about it in PyTorch, writing to the parts, is safe here. Source:
     * torch.unsafe_split.
     */
    unsafeSplit: Splitting<'unsafeSplit', number | readonly number[]>;
    /** split with a list. Source: torch.split_with_sizes. */
    splitWithSizes: Splitting<'splitWithSizes', readonly number[]>;
    /**
     * At most `chunks` views of ceil(n / chunks) each: 5 in 4 chunks are 2, 2 and 1. tensorSplit
     * gives exactly as many. Source: torch.chunk.
     */
    chunk: Splitting<'chunk', number>;
    /** chunk, as unsafeSplit is split. Source: torch.unsafe_chunk. */
    unsafeChunk: Splitting<'unsafeChunk', number>;
    /**
     * n views whose sizes differ by at most 1, larger ones first; or cut before each index of a
     * list, where negative ones count from the end. Source: torch.tensor_split.
     */
    tensorSplit: Splitting<'tensorSplit', number | readonly number[] | Tensor>;
    /**
     * tensorSplit along dim 1, of a vector along dim 0. A number must divide. Source: torch.hsplit.
     */
    hsplit: SplittingAt;
    /** tensorSplit along dim 0 of at least 2 dims. A number must divide. Source: torch.vsplit. */
    vsplit: SplittingAt;
    /** tensorSplit along dim 2 of at least 3 dims. A number must divide. Source: torch.dsplit. */
    dsplit: SplittingAt;
    /** A view for each index of dim (0), without that dim. Errors: 0-d. Source: torch.unbind. */
    unbind: Unbinding;
    /**
     * The whole, times[i] times along dim i; more counts than dims make dims in front. Copies.
     * Errors: fewer counts than dims. Source: Tensor.repeat.
     */
    repeat: Rearranging<(number | readonly number[])[]>;
    /** repeat, where missing counts in front are 1. Source: torch.tile. */
    tile: Rearranging<(number | readonly number[])[]>;
  }
}

function sections(x: Tensor, axis: number, sizes: readonly number[]): Tensor[] {
  let start = 0;
  return sizes.map((size) => {
    const part = narrowTo(x, axis, start, size);
    start += size;
    return part;
  });
}

const needsDim = (name: string, x: Tensor): void => {
  if (x.ndim === 0) throw new Error(`${name}: expects at least a 1-dimensional tensor`);
};

function splitSizes(name: string, x: Tensor, sizes: readonly number[], dim = 0): Tensor[] {
  needsDim(name, x);
  const axis = wrapDim(name, dim, x.ndim);
  const total = sizes.reduce((n, s) => n + s, 0);
  if (total !== x.shape[axis] || sizes.some((s) => s < 0)) {
    throw new Error(
      `${name}: expects sizes to sum exactly to ${x.shape[axis]} (the size at dimension ` +
        `${axis}), but got ` +
        showShape(sizes),
    );
  }
  return sections(x, axis, sizes);
}

function split(x: Tensor, size: number | readonly number[], dim = 0): Tensor[] {
  if (typeof size !== 'number') return splitSizes('split', x, size, dim);
  needsDim('split', x);
  const axis = wrapDim('split', dim, x.ndim);
  const n = x.shape[axis]!;
  if (size < 0 || (size === 0 && n !== 0)) {
    throw new Error(
      `split: expects split size to be positive (or 0 on an empty dimension), got ${size} for ` +
        `size ${n}`,
    );
  }
  const count = size === 0 ? 1 : Math.max(1, Math.ceil(n / size));
  return sections(
    x,
    axis,
    Array.from({ length: count }, (_, i) => Math.min(size, n - i * size)),
  );
}

function chunk(x: Tensor, chunks: number, dim = 0): Tensor[] {
  needsDim('chunk', x);
  if (chunks <= 0) throw new Error(`chunk: expects chunks to be greater than 0, got: ${chunks}`);
  const axis = wrapDim('chunk', dim, x.ndim);
  const n = x.shape[axis]!;
  const size = Math.ceil(n / chunks);
  if (size === 0) return sections(x, axis, new Array<number>(chunks).fill(0));
  return split(x, size, axis);
}

for (const name of ['split', 'unsafeSplit'] as const) method(name, 'split_size dim?', split);
for (const name of ['chunk', 'unsafeChunk'] as const) method(name, 'chunks dim?', chunk);
method('splitWithSizes', 'split_sizes dim?', (x: Tensor, sizes: readonly number[], dim = 0) =>
  splitSizes('splitWithSizes', x, sizes, dim),
);

/** n nearly equal parts, or cuts at indices. Source: torch.tensor_split. */
export function tensorSplit(
  name: string,
  x: Tensor,
  where: number | readonly number[],
  dim: number,
): Tensor[] {
  needsDim(name, x);
  const axis = wrapDim(name, dim, x.ndim);
  const n = x.shape[axis]!;
  if (typeof where === 'number') {
    if (where <= 0)
      throw new Error(`${name}: number of sections must be larger than 0, got ${where}`);
    const [base, extra] = [Math.floor(n / where), n % where];
    return sections(
      x,
      axis,
      Array.from({ length: where }, (_, i) => base + (i < extra ? 1 : 0)),
    );
  }
  const cuts = [0, ...where.map((i) => Math.min(Math.max(i < 0 ? i + n : i, 0), n)), n];
  return cuts.slice(1).map((end, i) => {
    const start = cuts[i]!;
    return narrowTo(x, axis, Math.min(start, n), Math.max(0, end - start));
  });
}

method(
  'tensorSplit',
  'indices_or_sections dim?',
  (x: Tensor, where: number | readonly number[] | Tensor, dim = 0) => {
    if (!(where instanceof Tensor)) return tensorSplit('tensorSplit', x, where, dim);
    if (where.ndim > 1 || where.dtype !== 'int64') {
      throw new Error('tensorSplit: a tensor of sections must be 0-d or 1-d and of dtype int64');
    }
    const values = where.toArraySync() as number | number[];
    return tensorSplit('tensorSplit', x, values, dim);
  },
);

const axisSplit = (
  name: 'hsplit' | 'vsplit' | 'dsplit',
  axisOf: (x: Tensor) => number,
  rank: number,
): void => {
  method(name, 'indices_or_sections:sizes', (x: Tensor, where: number | readonly number[]) => {
    if (x.ndim < rank) {
      throw new Error(
        `${name}: requires a tensor with at least ${rank} dimension(s), but got ${x.ndim}`,
      );
    }
    const axis = axisOf(x);
    if (typeof where === 'number' && (where <= 0 || x.shape[axis]! % where !== 0)) {
      throw new Error(
        `${name}: attempted to split along dimension ${axis}, but the size of the dimension ` +
          `${x.shape[axis]} is not divisible by the split_size ${where}`,
      );
    }
    return tensorSplit(name, x, where, axis);
  });
};
axisSplit('hsplit', (x) => (x.ndim === 1 ? 0 : 1), 1);
axisSplit('vsplit', () => 0, 2);
axisSplit('dsplit', () => 2, 3);

method('unbind', 'dim?', (x: Tensor, dim = 0) => {
  needsDim('unbind', x);
  const axis = wrapDim('unbind', dim, x.ndim);
  return Array.from({ length: x.shape[axis]! }, (_, i) => selectAt('unbind', x, axis, i));
});

/** Copies of the whole along every dimension. Source: Tensor.repeat. */
function repeat(name: string, x: Tensor, times: readonly number[]): Tensor {
  if (times.length < x.ndim) {
    throw new Error(
      `${name}: number of dimensions of repeat dims can not be smaller than number of dimensions ` +
        `of tensor: ${showShape(times)} for ${showShape(x.shape)}`,
    );
  }
  if (times.some((n) => n < 0 || !Number.isInteger(n))) {
    throw new Error(`${name}: repeats must be whole numbers from 0 up, got ${showShape(times)}`);
  }
  const sizes = [...new Array<number>(times.length - x.ndim).fill(1), ...x.shape];
  const interleaved = sizes.flatMap((n) => [1, n]);
  const spread = expandTo(
    reshapeTo(x, interleaved),
    sizes.flatMap((n, i) => [times[i]!, n]),
  );
  return fromNode(
    alias(
      reshape(
        spread.node,
        sizes.map((n, i) => n * times[i]!),
      ),
    ),
  );
}

method('repeat', '...repeats:sizes', (x: Tensor, ...times: SizesGiven) =>
  repeat('repeat', x, sizesOf(times)),
);
method('tile', '...dims', (x: Tensor, ...times: SizesGiven) => {
  const list = sizesOf(times);
  return repeat('tile', x, [
    ...new Array<number>(Math.max(0, x.ndim - list.length)).fill(1),
    ...list,
  ]);
});
