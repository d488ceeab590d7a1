// What PyTorch's tensors are: memory, and views of it that are a shape, strides and an offset.
// in:  a shape of places, view operations, writes     out: where every element lies and what stands there
//
// A place holds c + w . x, a number and how it depends on the numbers that the memory began with, so that the gradient
// of a sum of places can be read from them.

export interface View {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** [c, w0, w1, ...] */
export type Place = Float64Array;

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export function contiguous(shape: readonly number[]): View {
  const strides = shape.map((_, i) => sizeOf(shape.slice(i + 1).map((n) => Math.max(n, 1))));
  return { shape, strides, offset: 0 };
}

/** The places of a view's elements, row-major. */
export function positions({ shape, strides, offset }: View): number[] {
  let found = [offset];
  for (const [axis, n] of shape.entries()) {
    found = found.flatMap((p) => Array.from({ length: n }, (_, i) => p + i * strides[axis]!));
  }
  return found;
}

export const isExpanded = ({ shape, strides }: View): boolean =>
  sizeOf(shape) > 0 && shape.some((n, i) => n > 1 && strides[i] === 0);

export const showsTwice = (view: View): boolean => {
  const all = positions(view);
  return new Set(all).size < all.length;
};

const without = <T>(list: readonly T[], axis: number): T[] => list.filter((_, i) => i !== axis);
const replaced = <T>(list: readonly T[], axis: number, value: T): T[] =>
  list.map((old, i) => (i === axis ? value : old));

export const select = (v: View, axis: number, index: number): View => ({
  shape: without(v.shape, axis),
  strides: without(v.strides, axis),
  offset: v.offset + index * v.strides[axis]!,
});

export const slice = (v: View, axis: number, start: number, step: number, n: number): View => ({
  shape: replaced(v.shape, axis, n),
  strides: replaced(v.strides, axis, step * v.strides[axis]!),
  offset: v.offset + start * v.strides[axis]!,
});

export const permute = (v: View, order: readonly number[]): View => ({
  shape: order.map((axis) => v.shape[axis]!),
  strides: order.map((axis) => v.strides[axis]!),
  offset: v.offset,
});

/** A new axis of one element steps over what is behind it. */
export function expand(v: View, shape: readonly number[]): View {
  const front = shape.length - v.shape.length;
  const strides: number[] = [];
  for (let i = shape.length - 1; i >= 0; i--) {
    const own = i < front ? (shape[i + 1] ?? 0) * (strides[i + 1] ?? 0) : v.strides[i - front]!;
    strides[i] = shape[i] === (i < front ? 1 : v.shape[i - front]) ? own : 0;
  }
  return { shape, strides, offset: v.offset };
}

export const unfold = (v: View, axis: number, size: number, step: number): View => ({
  shape: [...replaced(v.shape, axis, Math.floor((v.shape[axis]! - size) / step) + 1), size],
  strides: [...replaced(v.strides, axis, step * v.strides[axis]!), v.strides[axis]!],
  offset: v.offset,
});

export function diagonal(v: View, offset: number): View {
  const [down, right] = [Math.max(-offset, 0), Math.max(offset, 0)];
  const n = Math.max(0, Math.min(v.shape[0]! - down, v.shape[1]! - right));
  const start = n === 0 ? 0 : down * v.strides[0]! + right * v.strides[1]!;
  return {
    shape: [...v.shape.slice(2), n],
    strides: [...v.strides.slice(2), v.strides[0]! + v.strides[1]!],
    offset: v.offset + start,
  };
}

/** The view of another shape over the same elements in the same order, where strides can say it; else null. */
export function reshape(v: View, shape: readonly number[]): View | null {
  const all = positions(v);
  if (all.length === 0) return { ...contiguous(shape), offset: v.offset };
  const steps = contiguous(shape).strides;
  const strides = shape.map((n, i) => (n > 1 ? all[steps[i]!]! - all[0]! : 0));
  const view = { shape, strides, offset: v.offset };
  return positions(view).every((p, i) => p === all[i]) ? view : null;
}

/** Memory whose places begin as the numbers x0, x1, ... */
export class Memory {
  readonly places: Place[];
  constructor(readonly start: readonly number[]) {
    this.places = start.map((_, i) => {
      const place = new Float64Array(start.length + 1);
      place[i + 1] = 1;
      return place;
    });
  }

  number(place: Place): number {
    return this.start.reduce((sum, x, i) => sum + place[i + 1]! * x, place[0]!);
  }

  read(view: View): number[] {
    // the zero of a product may be a negative one
    return positions(view).map((p) => this.number(this.places[p]!) + 0);
  }

  /** What stands there, as it is now. */
  take(view: View): Place[] {
    return positions(view).map((p) => Float64Array.from(this.places[p]!));
  }

  write(view: View, values: readonly Place[]): void {
    positions(view).forEach((p, i) => {
      this.places[p] = Float64Array.from(values[i]!);
    });
  }

  /** The gradient of the sum of all places times 1, 2, 3, ... */
  gradient(): number[] {
    return this.start.map((_, i) =>
      this.places.reduce((sum, place, k) => sum + (k + 1) * place[i + 1]!, 0),
    );
  }
}

export const constantPlace = (n: number, value: number): Place => {
  const place = new Float64Array(n + 1);
  place[0] = value;
  return place;
};
