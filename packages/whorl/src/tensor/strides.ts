// PyTorch's strides, carried as a fact: they decide alias or copy and PyTorch's errors; kernels
// never look.
// in:  shapes and strides in elements
// out: strides of results, or null where a view is impossible

import { contiguousStrides, type Shape, sizeOf } from '../graph/node.js';

export function isContiguous(shape: Shape, strides: readonly number[]): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i]!;
  }
  return true;
}

/** The strides, or null where they are just those of a new tensor. */
export function unusualStrides(shape: Shape, strides: readonly number[]): readonly number[] | null {
  let usual = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (strides[i] !== usual) return strides;
    usual *= Math.max(shape[i]!, 1);
  }
  return null;
}

/** Whether some element is shown more than once. */
export function overlaps(shape: Shape, strides: readonly number[]): boolean {
  if (sizeOf(shape) === 0) return false;
  const axes = [...shape.keys()].filter((i) => shape[i]! > 1);
  axes.sort((a, b) => strides[a]! - strides[b]!);
  let reach = 0;
  for (const axis of axes) {
    // an axis that steps over all that the faster ones reach meets none of it; else every element
    // is looked at
    if (strides[axis]! <= reach) return isExpanded(shape, strides) || meet(shape, strides);
    reach += strides[axis]! * (shape[axis]! - 1);
  }
  return false;
}

/** Whether two elements lie in one place: windows in steps may lie between one another. */
function meet(shape: Shape, strides: readonly number[]): boolean {
  const last = shape.reduce((sum, n, i) => sum + (n - 1) * strides[i]!, 0);
  const taken = new Uint8Array(last + 1);
  return positionsIn(shape, strides, 0).some((position) => taken[position]++ > 0);
}

/** Where every element lies, in row-major order. */
export function positionsIn(shape: Shape, strides: readonly number[], offset: number): number[] {
  let found = [offset];
  shape.forEach((n, axis) => {
    found = found.flatMap((at) => Array.from({ length: n }, (_, i) => at + i * strides[axis]!));
  });
  return found;
}

/**
 * Whether expand shows elements more than once: PyTorch's test for writes, which sees no other
 * overlap.
 */
export const isExpanded = (shape: Shape, strides: readonly number[]): boolean =>
  sizeOf(shape) > 0 && shape.some((n, i) => n > 1 && strides[i] === 0);

/** No gaps and no overlaps, in any order of axes. */
export function isDense(shape: Shape, strides: readonly number[]): boolean {
  const axes = [...shape.keys()].filter((i) => shape[i] !== 1);
  axes.sort((a, b) => strides[a]! - strides[b]!);
  let expected = 1;
  for (const axis of axes) {
    if (strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

export interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/**
 * The strides of a pointwise result of `shape`: those of TensorIterator, which keeps the order of
 * axes of its operands. A single dense operand (or one that all agree with) is copied as it is.
 */
export function pointwiseStrides(shape: Shape, operands: readonly Layout[]): readonly number[] {
  const full = operands.filter((o) => o.shape.length > 0 || shape.length === 0);
  const same = full.filter((o) => sameSizes(o.shape, shape));
  if (full.length === 0 || (same.length === full.length && same.every(contiguous))) {
    return contiguousStrides(shape);
  }
  const first = same[0];
  const agree =
    same.length === full.length &&
    first !== undefined &&
    same.every((o) => o.strides.every((s, i) => s === first.strides[i] || shape[i] === 1));
  if (agree && isDense(shape, first.strides)) return [...first.strides];
  return packed(shape, axisOrder(shape, full));
}

/**
 * The strides of a copy: its own where it is dense, in whatever order its axes lie, else packed in
 * that order.
 */
export const copyStrides = (x: Layout): readonly number[] =>
  isDense(x.shape, x.strides) ? x.strides : packed(x.shape, axisOrder(x.shape, [x]));

const contiguous = (o: Layout) => isContiguous(o.shape, o.strides);
const sameSizes = (a: Shape, b: Shape) => a.length === b.length && a.every((n, i) => n === b[i]);

/** Axes from the fastest to the slowest, by the operands' strides; ties keep row-major order. */
function axisOrder(shape: Shape, operands: readonly Layout[]): number[] {
  const strideAt = (o: Layout, axis: number): number => {
    const i = axis - (shape.length - o.shape.length);
    // an axis that does not grow steps as it does, be it of one element
    return i < 0 || (o.shape[i] === 1 && shape[axis] !== 1) ? 0 : o.strides[i]!;
  };
  const compare = (a: number, b: number): number => {
    for (const o of operands) {
      const [x, y] = [strideAt(o, a), strideAt(o, b)];
      if (x === 0 || y === 0) continue;
      if (x !== y) return x < y ? -1 : 1;
      if (shape[a]! > shape[b]!) return 1;
    }
    return 0;
  };
  const order = [...shape.keys()].reverse();
  for (let i = 1; i < order.length; i++) insert(order, i, compare);
  return order;
}

/** Axes from the slowest to the fastest in memory. */
export const slowestFirst = (shape: Shape, strides: readonly number[]): number[] =>
  axisOrder(shape, [{ shape, strides }]).reverse();

/** TensorIterator's insertion sort, which goes past undecided neighbours. */
function insert(order: number[], at: number, compare: (a: number, b: number) => number): void {
  let moving = at;
  for (let j = at - 1; j >= 0; j--) {
    // in this order: of axes with one step the longer one is slower, which is asked of the faster
    // one alone
    const c = compare(order[j]!, order[moving]!);
    if (c < 0) break;
    if (c > 0) {
      [order[moving], order[j]] = [order[j]!, order[moving]!];
      moving = j;
    }
  }
}

function packed(shape: Shape, order: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let n = 1;
  for (const axis of order) {
    strides[axis] = n;
    n *= Math.max(shape[axis]!, 1);
  }
  return strides;
}
