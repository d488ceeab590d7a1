// The oracle of views and writes: the methods that the generated programs use, each as plain as can be.
// in:  calls as of the library     out: tensors over flat lists, computed at once; errors where PyTorch refuses

import * as layout from './layout.js';
import * as memory from './memory.js';
import { type FlatDType, type Geometry, places, refuse, sizeOf } from './memory.js';

type Value = number;
interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;
}
type Operand = Flat | number;

const rounded: Record<FlatDType, (value: Value) => Value> = {
  float32: Math.fround,
  int64: Math.trunc,
  bool: (value) => (value ? 1 : 0),
};

/** What follows is nobody's promise. */
export const unordered = 'more than one element in one place, in no order';

const larger = (a: number, b: number): number => Math.max(a, b);

class Flat implements Geometry {
  constructor(
    readonly list: Value[],
    readonly dtype: FlatDType,
    readonly shape: readonly number[],
    readonly strides: readonly number[] = memory.contiguous(shape),
    readonly offset = 0,
  ) {}

  private over({ shape, strides, offset }: Geometry): Flat {
    return new Flat(this.list, this.dtype, shape, strides, offset);
  }
  private values = (): Value[] => places(this).map((at) => this.list[at]!);
  private fresh = (list: Value[], shape = this.shape, dtype: FlatDType = this.dtype): Flat =>
    new Flat(list.map(rounded[dtype]), dtype, shape);
  /** A new value of the same sizes, given in row-major order, that lies in memory as `strides` say. */
  private laid(
    list: readonly Value[],
    strides: readonly number[],
    { shape = this.shape, dtype = this.dtype } = {},
  ): Flat {
    const result = new Flat(new Array(sizeOf(shape)).fill(0), dtype, shape, strides);
    return result.write(list);
  }
  private map = (f: (x: Value) => Value): Flat =>
    this.laid(this.values().map(f), layout.ofPointwise(this.shape, [this]));

  get ndim(): number {
    return this.shape.length;
  }
  dataSync = (): Value[] => this.values();
  data = async (): Promise<Value[]> => this.values();
  itemSync = (): Value => this.values()[0]!;

  // ---- views
  narrow = (dim: number, start: number, length: number): Flat =>
    this.over(memory.narrowed(this, dim, start, length));
  select = (dim: number, index: number): Flat => this.over(memory.selected(this, dim, index));
  transpose = (a: number, b: number): Flat => this.over(memory.transposed(this, a, b));
  t = (): Flat => (this.ndim < 2 ? this : this.transpose(0, 1));
  expand = (...shape: number[]): Flat => this.over(memory.expanded(this, shape));
  unfold = (dim: number, size: number, step: number): Flat =>
    this.over(memory.unfolded(this, dim, size, step));
  diagonal = (by = 0): Flat => this.over(memory.diagonal(this, by));
  unsqueeze = (dim: number): Flat => {
    const [shape, strides] = [[...this.shape], [...this.strides]];
    shape.splice(dim, 0, 1);
    strides.splice(dim, 0, dim < this.ndim ? this.shape[dim]! * this.strides[dim]! : 1);
    return this.over({ shape, strides, offset: this.offset });
  };
  squeeze = (): Flat => {
    const kept = this.shape.map((_, d) => d).filter((d) => this.shape[d] !== 1);
    const of = (list: readonly number[]) => kept.map((d) => list[d]!);
    return this.over({ shape: of(this.shape), strides: of(this.strides), offset: this.offset });
  };
  view = (...shape: number[]): Flat => {
    const found = memory.viewed(this, this.sizes(shape));
    return found === null ? refuse('view: not compatible') : this.over(found);
  };
  reshape = (...shape: number[]): Flat => {
    const sizes = this.sizes(shape);
    const found = memory.viewed(this, sizes);
    return found === null ? this.fresh(this.values(), sizes) : this.over(found);
  };
  detach = (): Flat => this.over(this);
  at = (...index: (number | Slice)[]): Flat => {
    let result: Flat = this;
    let dim = 0;
    for (const each of index) {
      if (typeof each === 'number') result = result.select(dim, each);
      else result = result.sliced(dim++, each);
    }
    return result;
  };
  private sliced(dim: number, { start, stop, step }: Slice): Flat {
    const size = this.shape[dim]!;
    const fit = (at: number) => Math.max(0, Math.min(at < 0 ? at + size : at, size));
    const [from, to] = [fit(start ?? 0), fit(stop ?? size)];
    const length = Math.max(0, Math.ceil((to - from) / step));
    return this.over(memory.narrowed(this, dim, Math.min(from, size), length, step));
  }
  private sizes(shape: readonly number[]): number[] {
    const known = sizeOf(shape.filter((size) => size !== -1));
    const sizes = shape.map((size) => (size === -1 ? sizeOf(this.shape) / known : size));
    return sizeOf(sizes) === sizeOf(this.shape) ? sizes : refuse('reshape: another size');
  }

  // ---- new values
  clone = (): Flat => this.laid(this.values(), layout.ofCopy(this));
  private rowMajor = (): Flat => this.fresh(this.values());
  contiguous = (): Flat => (layout.isContiguous(this) ? this : this.rowMajor());
  neg = (): Flat => this.map((x) => -x);
  abs = (): Flat => this.map(Math.abs);
  relu = (): Flat => this.map((x) => larger(x, 0));
  clamp = (low: number, high: number): Flat => this.map((x) => Math.min(Math.max(x, low), high));
  gt = (y: Operand): Flat => this.with(y, (a, b) => Number(a > b), 'bool');
  float = (): Flat =>
    this.dtype === 'float32'
      ? this
      : this.laid(this.values(), layout.ofCopy(this), { dtype: 'float32' });
  add = (y: Operand): Flat => this.with(y, (a, b) => a + b);
  sub = (y: Operand): Flat => this.with(y, (a, b) => a - b);
  mul = (y: Operand): Flat => this.with(y, (a, b) => a * b);
  maximum = (y: Operand): Flat => this.with(y, larger);
  flip = (dim: number): Flat => {
    const n = this.shape[dim]!;
    const turned = this.take(
      dim,
      Array.from({ length: n }, (_, i) => n - 1 - i),
    );
    return this.laid(turned.values(), layout.ofCopy(this));
  };
  roll = (by: number, dim: number): Flat => {
    const n = this.shape[dim]!;
    return this.take(
      dim,
      Array.from({ length: n }, (_, i) => (((i - by) % n) + n) % n),
    );
  };
  indexSelect = (dim: number, index: Flat): Flat => this.take(dim, index.values());
  sum = (dim?: number): Flat => {
    if (dim === undefined) return this.fresh([this.values().reduce((a, b) => a + b, 0)], []);
    const slices = Array.from({ length: this.shape[dim]! }, (_, i) => this.select(dim, i));
    const zero = new Flat(
      new Array(sizeOf(selfless(this.shape, dim))).fill(0),
      this.dtype,
      selfless(this.shape, dim),
    );
    return slices.reduce((a, b) => a.add(b), zero);
  };
  indexAdd = (dim: number, index: Flat, source: Flat): Flat =>
    this.rowMajor().indexAdd_(dim, index, source);
  indexCopy = (dim: number, index: Flat, source: Flat): Flat =>
    this.rowMajor().indexCopy_(dim, index, source);
  indexFill = (dim: number, index: Flat, value: number): Flat =>
    this.clone().indexFill_(dim, index, value);
  scatterAdd = (dim: number, index: Flat, source: Flat): Flat =>
    this.rowMajor().scatterAdd_(dim, index, source);
  selectScatter = (source: Flat, dim: number, index: number): Flat => {
    // PyTorch copies the memory: other windows see what is put into one
    if (!memory.isExpanded(this) && memory.overlapsItself(this)) refuse(unordered);
    const copy = memory.isExpanded(this)
      ? this.clone()
      : new Flat([...this.list], this.dtype, this.shape, this.strides, this.offset);
    copy.select(dim, index).copy_(source);
    return copy;
  };
  maskedFill = (mask: Flat, value: number): Flat => this.rowMajor().maskedFill_(mask, value);
  where = (mask: Flat, other: Flat): Flat => {
    const [m, y] = [mask.values(), other.values()];
    return this.laid(
      this.values().map((x, i) => (m[i] ? x : y[i]!)),
      layout.ofPointwise(this.shape, [mask, this, other]),
    );
  };

  private take(dim: number, from: readonly number[]): Flat {
    const parts = from.map((i) => this.select(dim, i));
    const shape = this.shape.map((size, d) => (d === dim ? from.length : size));
    const result = new Flat(new Array(sizeOf(shape)).fill(0), this.dtype, shape);
    parts.forEach((part, i) => result.select(dim, i).copy_(part));
    return result;
  }
  private with(y: Operand, f: (a: number, b: number) => number, dtype = this.dtype): Flat {
    const other =
      typeof y === 'number'
        ? new Flat([rounded[dtype === 'bool' ? this.dtype : dtype](y)], this.dtype, [])
        : y;
    const shape = broadcast(this.shape, other.shape);
    const [a, b] = [this.expand(...shape).values(), other.expand(...shape).values()];
    return this.laid(
      a.map((x, i) => f(x, b[i]!)),
      layout.ofPointwise(shape, [this, other]),
      { shape, dtype },
    );
  }

  // ---- writes
  private write(values: readonly Value[]): this {
    const at = places(this);
    values.forEach((value, i) => {
      this.list[at[i]!] = rounded[this.dtype](value);
    });
    return this;
  }
  private demandApart(...operands: Operand[]): void {
    if (memory.isExpanded(this)) refuse('more than one element in one place');
    // PyTorch writes in an order of its own
    if (memory.overlapsItself(this)) refuse(unordered);
    for (const y of operands) {
      if (typeof y === 'number' || y === this || y.list !== this.list) continue;
      if (memory.overlapsPartly(this, y)) refuse('some elements overlap');
    }
  }
  private update(y: Operand, f: (a: number, b: number) => number): this {
    this.demandApart(y);
    const made = this.with(y, f);
    if (String(made.shape) !== String(this.shape)) refuse('the result does not fit');
    return this.write(made.values());
  }
  add_ = (y: Operand): this => this.update(y, (a, b) => a + b);
  sub_ = (y: Operand): this => this.update(y, (a, b) => a - b);
  mul_ = (y: Operand): this => this.update(y, (a, b) => a * b);
  copy_ = (y: Flat): this => (this.isAs(y) ? this : this.update(y, (_, b) => b));
  private isAs({ list, shape, strides, offset }: Flat): boolean {
    const mine = [this.shape, this.strides, this.offset];
    return list === this.list && String(mine) === String([shape, strides, offset]);
  }
  fill_ = (value: number): this => this.write(this.values().map(() => value));
  zero_ = (): this => this.fill_(0);
  relu_ = (): this => this.update(0, larger);
  clamp_ = (low: number, high: number): this =>
    this.update(0, (a) => Math.min(Math.max(a, low), high));
  maskedFill_ = (mask: Flat, value: number): this => {
    const m = mask.expand(...this.shape).values();
    return this.write(this.values().map((x, i) => (m[i] ? value : x)));
  };
  setAt = (index: (number | Slice)[], value: Operand): void => {
    const target = this.at(...index);
    if (typeof value === 'number') target.fill_(value);
    else target.copy_(value);
  };
  private rowsOf(dim: number, index: Flat): Value[] {
    const rows = index.values();
    const isThere = (at: number) => at >= 0 && at < this.shape[dim]!;
    return rows.every(isThere) ? rows : refuse('index out of range');
  }
  private rows(dim: number, index: Flat, each: (row: Flat, i: number) => void): this {
    this.demandApart();
    for (const [i, at] of this.rowsOf(dim, index).entries()) each(this.select(dim, at), i);
    return this;
  }
  indexAdd_ = (dim: number, index: Flat, source: Flat): this => {
    const from = source.clone();
    return this.rows(dim, index, (row, i) => row.add_(from.select(dim, i)));
  };
  indexCopy_ = (dim: number, index: Flat, source: Flat): this => {
    const from = source.clone();
    return this.rows(dim, index, (row, i) => row.copy_(from.select(dim, i)));
  };
  indexFill_ = (dim: number, index: Flat, value: number): this => {
    for (const at of this.rowsOf(dim, index)) this.select(dim, at).fill_(value);
    return this;
  };
  /** For an index of one dimension less than two: the elements of one line. */
  scatterAdd_ = (dim: number, index: Flat, source: Flat): this => {
    const from = source.clone();
    return this.rows(dim, index, (row, i) => row.add_(from.select(dim, i)));
  };
}

const selfless = (shape: readonly number[], dim: number) => shape.filter((_, d) => d !== dim);

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return x === y || y === 1 ? x : x === 1 ? y : refuse('shapes do not fit');
  });
}

/** Empty tensors are no part of these programs. */
const sized = (shape: readonly number[]): readonly number[] =>
  shape.includes(0) ? refuse('nothing in it') : shape;

const sizesOf = (args: readonly unknown[]): number[] => args.flat() as number[];

function filledWith(value: number, args: readonly unknown[], dtype: FlatDType = 'float32'): Flat {
  const shape = sized(sizesOf(args));
  return new Flat(new Array(sizeOf(shape)).fill(rounded[dtype](value)), dtype, shape);
}

interface TensorOptions {
  readonly dtype?: FlatDType;
  readonly shape?: readonly number[];
}

/** What the generated programs call, over flat lists. */
export const flatLibrary: Record<string, unknown> = {
  tensor: (list: number[], { dtype = 'float32', shape = [list.length] }: TensorOptions = {}) =>
    new Flat(
      list.map((x) => rounded[dtype](x)),
      dtype,
      shape,
    ),
  zeros: (...shape: unknown[]) => filledWith(0, shape),
  ones: (...shape: unknown[]) => filledWith(1, shape),
  full: (shape: number[], value: number) => filledWith(value, shape),
  slice: (start: number | null, stop: number | null = null, step = 1): Slice => ({
    start,
    stop,
    step,
  }),
  cat: (parts: Flat[]) => {
    const rows = parts.flatMap((part) =>
      Array.from({ length: part.shape[0]! }, (_, i) => part.select(0, i)),
    );
    const shape = [rows.length, ...parts[0]!.shape.slice(1)];
    const result = filledWith(0, shape, parts[0]!.dtype);
    rows.forEach((row, i) => result.select(0, i).copy_(row));
    return result;
  },
  where: (mask: Flat, x: Flat, y: Flat) => x.where(mask, y),
};
