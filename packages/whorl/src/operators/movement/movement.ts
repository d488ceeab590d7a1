// Views and rearrangements: reshape, transpose, expand and their kin. What PyTorch aliases is
// aliased here.
// in:  a tensor     out: a view of the same memory, or a copy exactly where PyTorch makes one

import { alias } from '../../graph/build.js';
import { reshape as reshapeNode, viewStrides } from '../../graph/movement.js';
import { sizeOf } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { showShape, sizesOf, wrapDim } from '../../tensor/dims.js';
import { isContiguous } from '../../tensor/strides.js';
import { assertOwnHistory } from '../../tensor/assign.js';
import { fromNode, Tensor, viewOf, viewThrough } from '../../tensor/tensor.js';
import type { ViewStep } from '../../tensor/view.js';
import type {
  Expanding,
  ExpandingAs,
  Flattening,
  MovingDim,
  Permuting,
  Raveling,
  Reshaping,
  ReshapingAs,
  Squeezing,
  Transposing,
  Turning,
  Unflattening,
  Unsqueezing,
} from './types.js';
import type { Rearranging } from '../types.js';
import type { SizesGiven } from '../../tensor/dims.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    reshape: Reshaping<'reshape'>;
    view: Reshaping<'view'>;
    reshapeAs: ReshapingAs<'reshapeAs'>;
    viewAs: ReshapingAs<'viewAs'>;
    flatten: Flattening;
    /** A view of what is contiguous, else a copy; flatten makes a view wherever steps allow one. */
    ravel: Raveling;
    unflatten: Unflattening;
    permute: Permuting;
    t: Turning;
    transpose: Transposing;
    swapaxes: Transposing;
    swapdims: Transposing;
    movedim: MovingDim;
    moveaxis: MovingDim;
    squeeze: Squeezing;
    unsqueeze: Unsqueezing;
    expand: Expanding;
    broadcastTo: Expanding;
    expandAs: ExpandingAs;
    squeeze_: Rearranging<[dim?: number | readonly number[]]>;
    unsqueeze_: Rearranging<[dim: number]>;
    t_: Rearranging<[]>;
    transpose_: Rearranging<[dim0: number, dim1: number]>;
  }
}

/** Fills in -1 and checks the number of elements. */
export function inferShape(
  name: string,
  sizes: readonly number[],
  from: readonly number[],
): number[] {
  const shape = [...sizes];
  const n = sizeOf(from);
  const free = shape.indexOf(-1);
  const rest = sizeOf(shape.filter((_, i) => i !== free));
  const wrong = () =>
    new Error(
      `${name}: shape ${showShape(sizes)} is invalid for input of size ${n} ` +
        `(${showShape(from)} has ${n} elements)`,
    );
  if (shape.some((s, i) => !Number.isInteger(s) || s < -1 || (s === -1 && i !== free))) {
    throw new Error(
      `${name}: invalid shape ${showShape(sizes)}: sizes are whole numbers, and only ` +
        'one dimension can be inferred (-1)',
    );
  }
  if (free >= 0) {
    if (rest === 0)
      throw new Error(`${name}: cannot infer -1 in ${showShape(sizes)} from 0 elements`);
    if (n % rest !== 0) throw wrong();
    shape[free] = n / rest;
  } else if (rest !== n) {
    throw wrong();
  }
  return shape;
}

export const view = method('view', '...shape', (x: Tensor, ...sizes: SizesGiven) => {
  const shape = inferShape('view', sizesOf(sizes), x.shape);
  if (viewStrides(x.shape, x.strides, shape) === null) {
    throw new Error(
      `view: size ${showShape(shape)} is not compatible with input tensor's size ` +
        `${showShape(x.shape)} and stride ${showShape(x.strides)} (at least one dimension spans ` +
        'across two contiguous subspaces). Use .reshape(...) instead.',
    );
  }
  return viewOf(x, { op: 'RESHAPE', shape });
});

export function reshapeTo(x: Tensor, shape: readonly number[]): Tensor {
  const aliased = viewStrides(x.shape, x.strides, shape) !== null;
  return aliased ? viewOf(x, { op: 'RESHAPE', shape }) : fromNode(copied(x, shape));
}

/** A node of its own, so that writes to the result do not reach x. */
const copied = (x: Tensor, shape: readonly number[]) => {
  const node = reshapeNode(x.node, shape);
  return node === x.node ? alias(node) : node;
};

export const reshape = method('reshape', '...shape', (x: Tensor, ...sizes: SizesGiven) =>
  reshapeTo(x, inferShape('reshape', sizesOf(sizes), x.shape)),
);

method('viewAs', 'other:tensor', (x: Tensor, other: Tensor) => view(x, other.shape));
method('reshapeAs', 'other:tensor', (x: Tensor, other: Tensor) => reshape(x, other.shape));

export function permuteTo(name: string, x: Tensor, dims: readonly number[]): Tensor {
  if (dims.length !== x.ndim) {
    throw new Error(
      `${name}: the number of dimensions in the tensor input does not match the length ` +
        `of the desired ordering: ${showShape(x.shape)} has ${x.ndim}, ${showShape(dims)} has ` +
        `${dims.length}`,
    );
  }
  const order = dims.map((d) => wrapDim(name, d, x.ndim));
  if (new Set(order).size < order.length) {
    throw new Error(`${name}: duplicate dims are not allowed: ${showShape(dims)}`);
  }
  return viewOf(x, { op: 'PERMUTE', order });
}

export const permute = method('permute', '...dims', (x: Tensor, ...dims: SizesGiven) =>
  permuteTo('permute', x, sizesOf(dims)),
);

function swapped(name: string, x: Tensor, a: number, b: number): number[] {
  const [i, j] = [wrapDim(name, a, x.ndim), wrapDim(name, b, x.ndim)];
  const order = [...Array(x.ndim).keys()];
  if (x.ndim > 0) [order[i], order[j]] = [order[j]!, order[i]!];
  return order;
}

for (const name of ['transpose', 'swapaxes', 'swapdims'] as const) {
  method(name, 'dim0 dim1', (x: Tensor, a: number, b: number) => {
    const order = swapped(name, x, a, b);
    return viewOf(x, { op: 'PERMUTE', order });
  });
}

function tOrder(x: Tensor): number[] {
  if (x.ndim > 2) {
    throw new Error(
      `t: expects a tensor with <= 2 dimensions, but self is ${x.ndim}D: ` +
        `${showShape(x.shape)}; use permute()`,
    );
  }
  return [...Array(x.ndim).keys()].reverse();
}

/**
 * x.T: the order of the dimensions reversed; x.mT: the last two swapped. Views. Source: Tensor.T,
 * Tensor.mT.
 */
Object.defineProperty(Tensor.prototype, 'T', {
  get(this: Tensor) {
    return viewOf(this, { op: 'PERMUTE', order: [...Array(this.ndim).keys()].reverse() });
  },
  configurable: true,
});
Object.defineProperty(Tensor.prototype, 'mT', {
  get(this: Tensor) {
    if (this.ndim === 0) return viewOf(this, { op: 'PERMUTE', order: [] });
    if (this.ndim < 2)
      throw new Error(`mT: expects a batch of matrices, got ${showShape(this.shape)}`);
    return viewOf(this, { op: 'PERMUTE', order: swapped('mT', this, -2, -1) });
  },
  configurable: true,
});

method('t', '', (x: Tensor) => viewOf(x, { op: 'PERMUTE', order: tOrder(x) }));

function moved(
  x: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): number[] {
  const from = [source].flat().map((d) => wrapDim('movedim', d, x.ndim));
  const to = [destination].flat().map((d) => wrapDim('movedim', d, x.ndim));
  const distinct = new Set(from).size === from.length && new Set(to).size === to.length;
  if (from.length !== to.length || !distinct) {
    throw new Error(
      `movedim: source ${showShape(from)} and destination ${showShape(to)} must have ` +
        'the same number of distinct dims',
    );
  }
  const order = new Array<number>(x.ndim).fill(-1);
  from.forEach((axis, i) => {
    order[to[i]!] = axis;
  });
  const rest = [...Array(x.ndim).keys()].filter((i) => !from.includes(i));
  return order.map((axis) => (axis === -1 ? rest.shift()! : axis));
}

for (const name of ['movedim', 'moveaxis'] as const) {
  method(
    name,
    'source:sizes destination',
    (x: Tensor, source: number | readonly number[], destination: number | readonly number[]) =>
      viewOf(x, { op: 'PERMUTE', order: moved(x, source, destination).slice(0, x.ndim) }),
  );
}

function squeezeStep(x: Tensor, dim?: number | readonly number[]): ViewStep {
  if (dim === undefined) return kept(x, (i) => x.shape[i] !== 1);
  const axes = [dim].flat().map((d) => wrapDim('squeeze', d, x.ndim));
  if (new Set(axes).size < axes.length) throw new Error('squeeze: a dim appears multiple times');
  return kept(x, (i) => x.shape[i] !== 1 || !axes.includes(i));
}

/** Without axes of one element. */
const kept = (x: Tensor, isKept: (axis: number) => boolean): ViewStep => ({
  op: 'RESHAPE',
  shape: x.shape.filter((_, i) => isKept(i)),
  strides: x.strides.filter((_, i) => isKept(i)),
});

export function unsqueezeStep(x: Tensor, dim: number): ViewStep {
  const axis = wrapDim('unsqueeze', dim, x.ndim + 1);
  const { shape, strides } = x;
  const over = axis < x.ndim ? shape[axis]! * strides[axis]! : 1;
  return {
    op: 'RESHAPE',
    shape: [...shape.slice(0, axis), 1, ...shape.slice(axis)],
    strides: [...strides.slice(0, axis), over, ...strides.slice(axis)],
  };
}

export const squeeze = method(
  'squeeze',
  'dim:sizes?',
  (x: Tensor, dim?: number | readonly number[]) => viewOf(x, squeezeStep(x, dim)),
);
export const unsqueeze = method('unsqueeze', 'dim', (x: Tensor, dim: number) =>
  viewOf(x, unsqueezeStep(x, dim)),
);

/** Changes how this very tensor sees its memory. */
function restep(name: string, x: Tensor, step: ViewStep): Tensor {
  assertOwnHistory(name, x);
  const seen = viewOf(x, step);
  x.restep(seen.steps, seen.geometry);
  return x;
}

method('squeeze_', 'dim:sizes?', (x: Tensor, dim?: number | readonly number[]) =>
  restep('squeeze_', x, squeezeStep(x, dim)),
);
method('unsqueeze_', 'dim', (x: Tensor, dim: number) =>
  restep('unsqueeze_', x, unsqueezeStep(x, dim)),
);
method('t_', '', (x: Tensor) => restep('t_', x, { op: 'PERMUTE', order: tOrder(x) }));
method('transpose_', 'dim0 dim1', (x: Tensor, a: number, b: number) =>
  restep('transpose_', x, { op: 'PERMUTE', order: swapped('transpose_', x, a, b) }),
);

function expandedShape(x: Tensor, sizes: readonly number[]): number[] {
  const missing = sizes.length - x.ndim;
  if (missing < 0) {
    throw new Error(
      `expand: the number of sizes provided (${sizes.length}) must be greater or equal ` +
        `to the number of dimensions in the tensor (${x.ndim}): ${showShape(x.shape)} to ` +
        `${showShape(sizes)}`,
    );
  }
  return sizes.map((size, i) => {
    const own = i < missing ? undefined : x.shape[i - missing]!;
    if (size === -1 && own !== undefined) return own;
    if (own === undefined ? size >= 0 : own === 1 || own === size) return size;
    throw new Error(
      `expand: the expanded size of the tensor (${size}) must match the existing size ` +
        `(${own ?? 'none'}) at non-singleton dimension ${i}: ${showShape(x.shape)} to ` +
        `${showShape(sizes)}`,
    );
  });
}

export function expandTo(x: Tensor, sizes: readonly number[]): Tensor {
  const shape = expandedShape(x, sizes);
  const missing = shape.length - x.ndim;
  const lifted = [...new Array<number>(missing).fill(1), ...x.shape];
  return viewThrough(x, [
    { op: 'RESHAPE', shape: lifted, strides: liftedStrides(x, shape) },
    { op: 'EXPAND', shape },
  ]);
}

/** An axis in front that stays 1 steps over what is behind it, as PyTorch reports it. */
function liftedStrides(x: Tensor, shape: readonly number[]): number[] {
  const missing = shape.length - x.ndim;
  const strides = [...new Array<number>(missing).fill(0), ...x.strides];
  if (x.ndim === 0) return strides;
  for (let i = missing - 1; i >= 0; i--) {
    const behind = i + 1 - missing;
    const grows = behind < 0 ? shape[i + 1] !== 1 : shape[i + 1] !== x.shape[behind];
    strides[i] = grows ? 0 : shape[i + 1]! * strides[i + 1]!;
  }
  return strides;
}

export const expand = method('expand', '...size', (x: Tensor, ...sizes: SizesGiven) =>
  expandTo(x, sizesOf(sizes)),
);
method('expandAs', 'other:tensor', (x: Tensor, other: Tensor) => expandTo(x, other.shape));
method('broadcastTo', '...size', (x: Tensor, ...sizes: SizesGiven) => expandTo(x, sizesOf(sizes)));

export const flatten = method(
  'flatten',
  'start_dim? end_dim?',
  (x: Tensor, start = 0, end = -1) => {
    const [from, to] = [wrapDim('flatten', start, x.ndim), wrapDim('flatten', end, x.ndim)];
    if (from > to) throw new Error(`flatten: startDim ${start} must not come after endDim ${end}`);
    if (x.ndim === 0) return reshapeTo(x, [1]);
    if (from === to) return x;
    const merged = sizeOf(x.shape.slice(from, to + 1));
    return reshapeTo(x, [...x.shape.slice(0, from), merged, ...x.shape.slice(to + 1)]);
  },
);
method('ravel', '', (x: Tensor) =>
  reshapeTo(x.layout === null || isContiguous(x.shape, x.layout) ? x : fromNode(alias(x.node)), [
    x.numel(),
  ]),
);

method('unflatten', 'dim sizes', (x: Tensor, dim: number, sizes: readonly number[]) => {
  const axis = wrapDim('unflatten', dim, x.ndim);
  if (x.ndim === 0) {
    throw new RangeError('unflatten: a 0-d tensor has no dimension to unflatten');
  }
  const part = inferShape('unflatten', sizes, [x.shape[axis]!]);
  return view(x, [...x.shape.slice(0, axis), ...part, ...x.shape.slice(axis + 1)]);
});
