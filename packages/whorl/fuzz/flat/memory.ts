// A tensor as PyTorch documents it: numbers in a flat list, shown by sizes, strides and an offset.
// in:  sizes and steps     out: views over the same list; reads and writes go element by element, at once

export type FlatDType = 'float32' | 'int64' | 'bool';

export interface Geometry {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export function contiguous(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i]!, 1);
  }
  return strides;
}

/** Where the elements lie, in row-major order. */
export function places({ shape, strides, offset }: Geometry): number[] {
  let all = [offset];
  for (const [d, size] of shape.entries()) {
    const next: number[] = [];
    for (const at of all) for (let i = 0; i < size; i++) next.push(at + i * strides[d]!);
    all = next;
  }
  return all;
}

export const refuse = (why: string): never => {
  throw new Error(why);
};

const wrap = (dim: number, rank: number): number =>
  dim < -rank || dim >= rank ? refuse(`no dimension ${dim}`) : dim < 0 ? dim + rank : dim;

const spliced = (list: readonly number[], at: number, count: number, ...more: number[]) => {
  const copy = [...list];
  copy.splice(at, count, ...more);
  return copy;
};

export function narrowed(g: Geometry, dim: number, start: number, length: number, step = 1) {
  const d = wrap(dim, g.shape.length);
  if (start + (length - 1) * step >= g.shape[d]! && length > 0) refuse('narrow: out of range');
  return {
    shape: spliced(g.shape, d, 1, length),
    strides: spliced(g.strides, d, 1, g.strides[d]! * step),
    offset: g.offset + start * g.strides[d]!,
  };
}

export function selected(g: Geometry, dim: number, index: number): Geometry {
  const d = wrap(dim, g.shape.length);
  const i = index < 0 ? index + g.shape[d]! : index;
  if (i < 0 || i >= g.shape[d]!) refuse('index out of range');
  return {
    shape: spliced(g.shape, d, 1),
    strides: spliced(g.strides, d, 1),
    offset: g.offset + i * g.strides[d]!,
  };
}

export function transposed(g: Geometry, a: number, b: number): Geometry {
  const swap = (list: readonly number[]) => {
    const copy = [...list];
    [copy[a], copy[b]] = [list[b]!, list[a]!];
    return copy;
  };
  return { shape: swap(g.shape), strides: swap(g.strides), offset: g.offset };
}

export function expanded(g: Geometry, shape: readonly number[]): Geometry {
  const extra = shape.length - g.shape.length;
  if (extra < 0 || shape.includes(0)) refuse('expand: no such sizes');
  const sizes = shape.map((size, i) => (size === -1 ? g.shape[i - extra]! : size));
  if (g.shape.length === 0) return { shape: sizes, strides: sizes.map(() => 0), offset: g.offset };
  const strides = new Array<number>(sizes.length);
  for (let i = sizes.length - 1; i >= 0; i--) {
    const [own, size] = [g.shape[i - extra] ?? 1, sizes[i]!];
    if (own !== size && own !== 1) refuse('expand: sizes must match');
    // an axis that is added has the stride of what lies behind it, where it is not repeated
    const behind = i + 1 < sizes.length ? sizes[i + 1]! * strides[i + 1]! : 1;
    strides[i] = own === size ? (g.strides[i - extra] ?? behind) : 0;
  }
  return { shape: sizes, strides, offset: g.offset };
}

export function unfolded(g: Geometry, dim: number, size: number, step: number): Geometry {
  const d = wrap(dim, g.shape.length);
  if (size > g.shape[d]! || step < 1) refuse('unfold: too large');
  const count = Math.floor((g.shape[d]! - size) / step) + 1;
  return {
    shape: [...spliced(g.shape, d, 1, count), size],
    strides: [...spliced(g.strides, d, 1, g.strides[d]! * step), g.strides[d]!],
    offset: g.offset,
  };
}

export function diagonal(g: Geometry, by = 0): Geometry {
  const [rows, columns] = [g.shape[0]!, g.shape[1]!];
  const length = by >= 0 ? Math.min(rows, columns - by) : Math.min(rows + by, columns);
  const start = by >= 0 ? by * g.strides[1]! : -by * g.strides[0]!;
  return {
    shape: [...g.shape.slice(2), Math.max(length, 0)],
    strides: [...g.strides.slice(2), g.strides[0]! + g.strides[1]!],
    offset: g.offset + (length > 0 ? start : 0),
  };
}

/** Strides that show the same elements in another shape, or null where none do: at::detail::computeStride. */
export function viewed(g: Geometry, shape: readonly number[]): Geometry | null {
  const strides = new Array<number>(shape.length).fill(1);
  let left = shape.length - 1;
  let [base, own, placed] = [g.strides.at(-1) ?? 1, 1, 1];
  for (let d = g.shape.length - 1; d >= 0; d--) {
    own *= g.shape[d]!;
    // axes that lie one behind the other are one
    if (d > 0 && (g.shape[d - 1] === 1 || g.strides[d - 1] === own * base)) continue;
    for (; left >= 0 && (placed < own || shape[left] === 1); left--) {
      strides[left] = placed * base;
      placed *= shape[left]!;
    }
    if (placed !== own) return null;
    if (d > 0) [base, own, placed] = [g.strides[d - 1]!, 1, 1];
  }
  return { shape: [...shape], strides, offset: g.offset };
}

/** Expanded: PyTorch refuses to write there. */
export const isExpanded = ({ shape, strides }: Geometry): boolean =>
  shape.some((size, d) => size > 1 && strides[d] === 0);

/** Two elements in one place. */
export const overlapsItself = (g: Geometry): boolean => new Set(places(g)).size < sizeOf(g.shape);

/** at::get_overlap_status between two views of one list. */
export function overlapsPartly(a: Geometry, b: Geometry): boolean {
  const spans = [a, b].map((g) => places(g).sort((x, y) => x - y));
  const isDense = (list: number[]) => list.every((at, i) => at === list[0]! + i);
  if (!spans.every(isDense) || spans.some((list) => list.length === 0)) return false;
  const [p, q] = spans as [number[], number[]];
  if (p[0] === q[0] && p.length === q.length) return String(a.strides) !== String(b.strides);
  return p[0]! <= q[q.length - 1]! && q[0]! <= p[p.length - 1]!;
}
