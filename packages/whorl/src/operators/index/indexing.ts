// Indexing as Python writes it: x.at(0, slice(1, 3), null, '...') for x[0, 1:3, None, ...], and
// setAt for writes.
// in:  a tensor and index items
// out: a view (numbers, slices), a copy (index tensors), a promise (masks)

import { capturing } from '../../capture/looking/capturing.js';
import { shown } from '../../tensor/arguments/show.js';
import { cast, sameShape } from '../../graph/build.js';
import { broadcastTo } from '../../graph/movement.js';
import { isFloating } from '../../graph/dtype.js';
import { tensor } from '../create/create.js';
import { method } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import {
  assignAt,
  gatherAt,
  gatherLayout,
  maskColumns,
  planIndex,
  resultShape,
} from './index-tensor.js';
import { expandTo, unsqueezeStep } from '../movement/movement.js';
import { assertNoOverlap } from '../../tensor/overlap.js';
import { everywhere } from '../../tensor/fits.js';
import { isScalar, type Operand, type Scalar } from '../../tensor/promotion.js';
import { itemSync, soon } from '../../tensor/read.js';
import { isSlice, type Slice, sliceRange } from './slice.js';
import { assertOwnHistory } from '../../tensor/assign.js';
import { fromNode, Tensor, viewOf } from '../../tensor/tensor.js';
import { assertExpands, copyInto, fillFrom } from '../../tensor/write.js';
import { selectAt } from '../movement/subviews.js';
import type { Index } from '../../tensor/types/at.js';
import type { Indexing, IndexingSync } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * x[indices], an index per dim: a number, slice(), '...', null for a new dim, lists, tensors of
     * integers or a mask. Numbers and slices alone give a view, index tensors a copy; with a mask a
     * Promise, since the shape depends on what it holds. Errors: too many, out of bounds.
     */
    at: Indexing;
    /** at() that reads its masks at once. */
    atSync: IndexingSync;
    /**
     * x[indices] = value, in place; value: a number, list or tensor that broadcasts to the place.
     */
    setAt<T extends Tensor>(
      this: T,
      indices: Index | readonly Index[],
      value: Scalar | Tensor | readonly number[],
    ): T;
  }
}

export type IndexItem =
  | number
  | Slice
  | null
  | '...'
  | boolean
  | Tensor
  | readonly number[]
  | readonly boolean[];

/** What is left after numbers, slices and null were applied as views. */
interface Basic {
  readonly view: Tensor;
  /** per axis of the view: an index tensor or null */
  readonly indices: (Tensor | null)[];
}

/** A whole number in a tensor stands for that number, where it can be looked at. */
const isNumber = ({ ndim, dtype }: Tensor): boolean =>
  ndim === 0 && (dtype === 'int64' || dtype === 'int32') && capturing.now === null;

const isMask = (item: unknown): item is Tensor => item instanceof Tensor && item.dtype === 'bool';

function demandIndex(item: unknown): number | Slice | null | '...' {
  if (typeof item === 'number' || item === null || item === '...' || isSliceLike(item)) return item;
  throw new TypeError(
    "at: only integers, slice(), '...', null, booleans, lists and tensors of int64, int32, uint8 " +
      `or bool are valid indices, got ${shown(item)}`,
  );
}

/** Arrays and booleans become tensors (a boolean a 0-d mask), uint8 masks bool ones. */
function prepared(items: readonly IndexItem[]): (number | Slice | null | '...' | Tensor)[] {
  return items.flatMap((item) => {
    if (Array.isArray(item)) {
      const mask = (item.flat(Infinity as 1) as unknown[]).some((v) => typeof v === 'boolean');
      return prepared([tensor(item as number[], { dtype: mask ? 'bool' : 'int64' })]);
    }
    if (typeof item === 'boolean') return prepared([tensor(item)]);
    if (typeof item === 'bigint') return [Number(item)];
    if (!(item instanceof Tensor)) return [demandIndex(item)];
    if (isNumber(item)) return [itemSync(item, 'at')];
    if (isFloating(item.dtype)) {
      throw new TypeError(
        `at: tensors used as indices must be long, int, uint8 or bool tensors, got ${item.dtype}`,
      );
    }
    return [item.dtype === 'uint8' ? (item.bool() as Tensor) : item];
  });
}

const consumed = (item: unknown): number => {
  if (item === null || item === '...') return 0;
  return isMask(item) ? item.ndim : 1;
};

/** '...' written out, and whole slices behind. */
function spelledOut(name: string, items: (number | Slice | null | '...' | Tensor)[], x: Tensor) {
  const used = items.reduce<number>((n, item) => n + consumed(item), 0);
  if (used > x.ndim) {
    throw new RangeError(
      `${name}: too many indices for tensor of dimension ${x.ndim} (got ${used}); its shape is ` +
        showShape(x.shape),
    );
  }
  if (items.filter((item) => item === '...').length > 1) {
    throw new RangeError(`${name}: an index can only have a single ellipsis ('...')`);
  }
  const whole = new Array<Slice>(x.ndim - used).fill({ start: null, stop: null, step: null });
  const at = items.indexOf('...');
  const full =
    at < 0 ? [...items, ...whole] : [...items.slice(0, at), ...whole, ...items.slice(at + 1)];
  return full as (number | Slice | null | Tensor)[];
}

const isSliceLike = (item: unknown): item is Slice =>
  isSlice(item) ||
  (typeof item === 'object' && item !== null && !(item instanceof Tensor) && 'step' in item);

function basic(name: string, x: Tensor, items: readonly IndexItem[]): Basic {
  // one number: the element of a loop
  if (items.length === 1 && typeof items[0] === 'number') {
    return { view: selectAt(name, x, 0, items[0]), indices: [] };
  }
  let view = x;
  let axis = 0;
  const indices: (Tensor | null)[] = [];
  for (const item of spelledOut(name, prepared(items), x)) {
    if (item === null) {
      view = viewOf(view, unsqueezeStep(view, axis));
      indices[axis++] = null;
    } else if (typeof item === 'number') {
      view = selectAt(name, view, axis, item);
    } else if (isSliceLike(item)) {
      view = sliced(view, axis, item);
      indices[axis++] = null;
    } else if (isMask(item)) {
      if (item.ndim === 0) {
        view = viewOf(view, unsqueezeStep(view, axis));
      }
      for (const column of maskColumns(name, view, axis, item)) indices[axis++] = column;
    } else {
      indices[axis++] = item;
    }
  }
  return { view, indices };
}

function sliced(x: Tensor, axis: number, item: Slice): Tensor {
  const n = x.shape[axis]!;
  const { start, step, length } = sliceRange(item, n);
  if (start === 0 && step === 1 && length === n) return x;
  return viewOf(x, {
    op: 'SHRINK',
    starts: x.shape.map((_, i) => (i === axis ? start : 0)),
    steps: x.shape.map((_, i) => (i === axis ? step : 1)),
    shape: x.shape.map((m, i) => (i === axis ? length : m)),
  });
}

/** x[items], everything computed that a mask needs. CPU only where there is a mask. */
export function atSync(x: Tensor, items: readonly IndexItem[]): Tensor {
  const { view, indices } = basic('at', x, items);
  if (indices.every((i) => i === null))
    return view === x ? viewOf(x, { op: 'RESHAPE', shape: x.shape, strides: x.strides }) : view;
  const plan = planIndex('at', view, indices);
  return fromNode(gatherAt(view.node, plan), gatherLayout(view, indices, plan));
}

const hasMask = (items: readonly IndexItem[]): boolean =>
  items.some(
    (item) =>
      typeof item === 'boolean' ||
      (item instanceof Tensor && (item.dtype === 'bool' || item.dtype === 'uint8')) ||
      (Array.isArray(item) && (item as unknown[]).some((v) => typeof v === 'boolean')),
  );

method('at', '...indices:index?', (x: Tensor, ...items: IndexItem[]) => {
  if (!hasMask(items)) return atSync(x, items);
  // the result's shape depends on the mask's values: this reads, and at the call
  return soon('at', [x, ...items] as const, (own, ...places) => atSync(own, places));
});
method('atSync', '...indices:index?', (x: Tensor, ...items: IndexItem[]) => atSync(x, items));

/**
 * x[items] = value, broadcast and converted to x's dtype wherever it goes. PyTorch wants one dtype
 * behind index tensors and masks, but its tensor([10, 20]) is int64 where ours is float32.
 */
export function setAt(x: Tensor, items: readonly IndexItem[], value: Operand): Tensor {
  const list = Array.isArray(items) ? items : [items];
  const { view, indices } = basic('setAt', x, list);
  if (!isScalar(value) && !(value instanceof Tensor) && !Array.isArray(value)) {
    throw new TypeError(
      'setAt: expected a number, a tensor or an array to write, got ' +
        `${value === null ? 'null' : typeof value}`,
    );
  }
  const source = isScalar(value) || value instanceof Tensor ? value : tensor(value as number[]);
  if (indices.every((i) => i === null)) {
    fillPlace(view, source);
    return x;
  }
  assertOwnHistory('setAt', view);
  if (source instanceof Tensor) assertNoOverlap('setAt', view, source);
  const plan = planIndex('setAt', view, indices);
  const shape = resultShape(view, plan);
  const part = fitted(source, shape);
  if (part instanceof Tensor) assertExpands('setAt', part.shape, shape);
  const node =
    part instanceof Tensor
      ? broadcastTo(cast(part.node, x.dtype), shape)
      : everywhere('setAt', part as Scalar, x.dtype, shape);
  assignAt(view, plan, node, 'set');
  return x;
}

/** Leading axes of size 1 that the place does not have are dropped, as PyTorch does. */
function fitted(value: Operand, shape: readonly number[]): Operand {
  if (!(value instanceof Tensor)) return value;
  let extra = 0;
  while (value.ndim - extra > shape.length && value.shape[extra] === 1) extra++;
  return extra === 0 ? value : viewOf(value, { op: 'RESHAPE', shape: value.shape.slice(extra) });
}

/**
 * Writes to a place that is a view: repeated to its shape first, so that a part of the place may be
 * the source.
 */
function fillPlace(view: Tensor, value: Operand): void {
  const { shape } = view;
  const isSame = value instanceof Tensor && sameShape(value.shape, shape);
  if (!(value instanceof Tensor) || isSame) copyInto('setAt', view, value);
  else if (value.ndim === 0) fillFrom('setAt', view, value);
  else {
    const first = value.shape.findIndex((n) => n !== 1);
    const part = viewOf(value, { op: 'RESHAPE', shape: first < 0 ? [] : value.shape.slice(first) });
    assertExpands('setAt', value.shape.slice(first < 0 ? value.ndim : first), shape);
    copyInto('setAt', view, expandTo(part, shape));
  }
}

method('setAt', 'indices:any value:any', setAt);

/** Rows one after the other: for (const row of x). */
Object.defineProperty(Tensor.prototype, Symbol.iterator, {
  *value(this: Tensor) {
    if (this.ndim === 0) {
      throw new TypeError('iteration over a 0-d tensor: item() reads it, equal() compares tensors');
    }
    for (let i = 0; i < this.shape[0]!; i++) yield selectAt('iteration', this, 0, i);
  },
  configurable: true,
  writable: true,
});
