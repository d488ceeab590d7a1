// Joining and cutting: cat, stack and their kin; split, chunk, unbind (views, as in PyTorch).
// in:  tensors and a dimension     out: one tensor, or several views of one

import { reaching } from '../../autograd/paths.js';
import { alias, cast, constant, splice } from '../../graph/build.js';
import { reshape } from '../../graph/movement.js';
import { promote } from '../../graph/dtype.js';
import { type Node, sizeOf } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { showShape, sizesOf, wrapDim } from '../../tensor/dims.js';
import { expandTo, reshapeTo } from './movement.js';
import { narrowTo, selectAt } from './subviews.js';
import { fromNode, Tensor, viewOf } from '../../tensor/tensor.js';
import type { Concatenate, Stacking } from '../create/types.js';
import type { Rearranging } from '../types.js';
import type { Splitting, SplittingAt, Unbinding } from './types.js';
import type { SizesGiven } from '../../tensor/dims.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    split: Splitting<'split', number | readonly number[]>;
    unsafeSplit: Splitting<'unsafeSplit', number | readonly number[]>;
    splitWithSizes: Splitting<'splitWithSizes', readonly number[]>;
    chunk: Splitting<'chunk', number>;
    unsafeChunk: Splitting<'unsafeChunk', number>;
    tensorSplit: Splitting<'tensorSplit', number | readonly number[] | Tensor>;
    hsplit: SplittingAt;
    vsplit: SplittingAt;
    dsplit: SplittingAt;
    unbind: Unbinding;
    repeat: Rearranging<(number | readonly number[])[]>;
    tile: Rearranging<(number | readonly number[])[]>;
  }
}

function demandTensors(name: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors) || tensors.length === 0)
    throw new Error(`${name}: expected a non-empty list of Tensors`);
  tensors.forEach((t, i) => {
    if (!(t instanceof Tensor))
      throw new TypeError(`${name}: expected Tensor as element ${i}, but got ${typeof t}`);
  });
}

/** More parts are joined in groups first: each splice looks at everything that was joined before it. */
const mostParts = 64;

const inGroups = (parts: readonly Node[]): (readonly Node[])[] =>
  Array.from({ length: Math.ceil(parts.length / mostParts) }, (_, i) =>
    parts.slice(i * mostParts, (i + 1) * mostParts),
  );

/** Lays parts one behind the other along an axis. */
export function joined(parts: readonly Node[], axis: number): Node {
  if (parts.length > mostParts) {
    const groups = inGroups(parts).map((group) => joined(group, axis));
    return joined(groups, axis);
  }
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((n, part) => n + part.shape[axis]!, 0);
  let result: Node = constant(0, parts[0]!.dtype, shape);
  let start = 0;
  for (const part of parts) {
    const starts = shape.map((_, i) => (i === axis ? start : 0));
    if (part.shape[axis] === shape[axis])
      return reaching(
        part,
        parts.filter((other) => other !== part),
      );
    const seen = sizeOf(part.shape) > 0 || sizeOf(shape) === 0;
    if (seen) result = splice(result, part, { op: 'SHRINK', steps: shape.map(() => 1) }, starts);
    start += part.shape[axis]!;
  }
  return result;
}

/** What cat skips, whatever the others' shape is. */
const isNothing = (t: Tensor): boolean => t.ndim === 1 && t.shape[0] === 0;

/** Joins tensors along an existing dimension; 1-d empty ones are skipped. Source: torch.cat. */
export const cat = define('cat', 'tensors dim?', ((
  tensors: readonly Tensor[],
  dim: number = 0,
): Tensor => {
  demandTensors('cat', tensors);
  const dtype = tensors.map((t) => t.dtype).reduce(promote);
  const real = tensors.filter((t) => !isNothing(t));
  const empty = tensors.filter(isNothing).map((t) => t.node);
  if (real.length === 0) return fromNode(reaching(constant(0, dtype, [0]), empty));
  const first = real[0]!;
  if (first.ndim === 0)
    throw new Error(
      'cat: zero-dimensional tensor (at position 0) cannot be concatenated; use stack()',
    );
  const axis = wrapDim('cat', dim, first.ndim);
  real.forEach((t, i) => {
    const fits =
      t.ndim === first.ndim && t.shape.every((n, j) => j === axis || n === first.shape[j]);
    if (!fits) {
      throw new Error(
        `cat: ${showShape(first.shape)} and ${showShape(t.shape)} (number ${i}) differ outside dim ${axis}`,
      );
    }
  });
  const node = joined(
    real.map((t) => cast(t.node, dtype)),
    axis,
  );
  // a copy even of a single part: writes to the result must not reach it
  return fromNode(alias(reaching(node, empty)));
}) as Concatenate);
for (const name of ['concat', 'concatenate']) define(name, 'tensors dim?', cat);

/** Joins tensors of one shape along a new dimension. Source: torch.stack. */
export const stack = define('stack', 'tensors dim?', ((
  tensors: readonly Tensor[],
  dim: number = 0,
): Tensor => {
  demandTensors('stack', tensors);
  const first = tensors[0]!;
  const axis = wrapDim('stack', dim, first.ndim + 1);
  tensors.forEach((t, i) => {
    if (showShape(t.shape) !== showShape(first.shape)) {
      throw new Error(
        `stack: expects each tensor to be equal size, but got ${showShape(first.shape)} at entry 0 and ` +
          `${showShape(t.shape)} at entry ${i}`,
      );
    }
  });
  const lifted = [...first.shape.slice(0, axis), 1, ...first.shape.slice(axis)];
  return cat(
    tensors.map((t) => viewOf(t, { op: 'RESHAPE', shape: lifted })),
    axis,
  );
}) as Stacking);

/** At least n dimensions, new ones where numpy puts them. */
export function atLeast(x: Tensor, n: number): Tensor {
  if (x.ndim >= n) return x;
  if (n === 1) return reshapeTo(x, [1]);
  if (n === 2) return reshapeTo(x, [1, x.ndim === 0 ? 1 : x.shape[0]!]);
  if (x.ndim === 0) return reshapeTo(x, [1, 1, 1]);
  return reshapeTo(x, x.ndim === 1 ? [1, x.shape[0]!, 1] : [...x.shape, 1]);
}

const lifting = (name: string, n: number) =>
  define(name, '...tensors:tensor/tensors', (...args: (Tensor | readonly Tensor[])[]) => {
    const list =
      args.length === 1 && Array.isArray(args[0]) ? (args[0] as Tensor[]) : (args as Tensor[]);
    if (args.length > 1) demandTensors(name, list);
    return args.length === 1 && args[0] instanceof Tensor
      ? atLeast(args[0], n)
      : list.map((t) => atLeast(t, n));
  });
export const atleast1d = lifting('atleast1d', 1);
export const atleast2d = lifting('atleast2d', 2);
export const atleast3d = lifting('atleast3d', 3);

/** Along the first dim, 1-d tensors as rows. Source: torch.vstack. */
export const vstack = define('vstack', 'tensors', (tensors: readonly Tensor[]) => {
  demandTensors('vstack', tensors);
  return cat(
    tensors.map((t) => atLeast(t, 2)),
    0,
  );
});
/** Along the second dim, 1-d tensors along their only one. Source: torch.hstack. */
export const hstack = define('hstack', 'tensors', (tensors: readonly Tensor[]) => {
  demandTensors('hstack', tensors);
  const lifted = tensors.map((t) => atLeast(t, 1));
  return cat(lifted, lifted[0]!.ndim === 1 ? 0 : 1);
});
/** Along the third dim. Source: torch.dstack. */
export const dstack = define('dstack', 'tensors', (tensors: readonly Tensor[]) => {
  demandTensors('dstack', tensors);
  return cat(
    tensors.map((t) => atLeast(t, 3)),
    2,
  );
});
/** 1-d tensors as columns. Source: torch.column_stack. */
export const columnStack = define('columnStack', 'tensors', (tensors: readonly Tensor[]) => {
  demandTensors('columnStack', tensors);
  return hstack(tensors.map((t) => (t.ndim <= 1 ? reshapeTo(t, [t.numel(), 1]) : t)));
});

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
      `${name}: expects sizes to sum exactly to ${x.shape[axis]} (the size at dimension ${axis}), but got ` +
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
      `split: expects split size to be positive (or 0 on an empty dimension), got ${size} for size ${n}`,
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
      `${name}: number of dimensions of repeat dims can not be smaller than number of dimensions of ` +
        `tensor: ${showShape(times)} for ${showShape(x.shape)}`,
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
