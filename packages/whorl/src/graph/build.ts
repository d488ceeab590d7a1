// Makes nodes: simplifies what it sees at once, and refuses sources that do not go together (one dtype, shapes that
// fit): the tensor layer says it better, but what it forgot stops here and not in the stages behind.
// in:  nodes and plain arguments     out: a node, an old one where the operation changes nothing

import { type DType, isFloating } from './dtype.js';
import {
  demandAlike,
  demandDType,
  demandGrows,
  demandInside,
  demandOrder,
  demandShape,
  demandSize,
} from './fits.js';
import { Live, liveOf, markLive, numberIn } from './live.js';
import { argOf, Node, type Shape, sizeOf } from './node.js';
import type {
  BinaryOp,
  HostRoutine,
  ReduceKind,
  ScatterKind,
  SpliceView,
  SumOrder,
  UnaryOp,
} from './op.js';

export const sameShape = (a: Shape, b: Shape): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

// ---- leaves

/** A number, or a bigint that no number is. */
export type Constant = number | bigint | Live;

export function constant(value: Constant, dtype: DType, shape: Shape = []): Node {
  if (typeof value === 'bigint') return constantOfBits(value, dtype, shape);
  const given = numberIn(value);
  const number = given instanceof Live ? given.value : given;
  const node = new Node('CONST', dtype, shape, [], null, [asElement(number, dtype)]);
  if (given instanceof Live) markLive(node, given);
  return node;
}

const half = 32n;

/** A CONST holds a number: what is longer is made of two, the low 64 bits in the end. */
function constantOfBits(value: bigint, dtype: DType, shape: Shape): Node {
  const bits = BigInt.asIntN(64, value);
  if (dtype === 'bool') return constant(value === 0n ? 0 : 1, dtype, shape);
  if (isFloating(dtype)) return constant(Number(value), dtype, shape);
  if (dtype !== 'int64') return constant(Number(BigInt.asIntN(32, bits)), dtype, shape);
  if (Number.isSafeInteger(Number(bits))) return constant(Number(bits), dtype, shape);
  const part = (own: bigint): Node => constant(Number(own), dtype, shape);
  const high = binary('SHL', part(bits >> half), part(half));
  return binary('OR', high, part(BigInt.asUintN(32, bits)));
}

/** The value of a CONST node in another shape; a live one stays live. */
const reshaped = (a: Node, shape: Shape): Node =>
  constant(liveOf(a) ?? a.scalars[0]!, a.dtype, shape);

/** A number as an element of `dtype`: integers truncate, bool is 0 or 1. */
const asElement = (value: number, dtype: DType): number => {
  if (isFloating(dtype)) return value;
  return dtype === 'bool' ? Number(value !== 0) : Math.trunc(value);
};

/** A number in the dtype and shape of `a`. */
export const constantLike = (a: Node, value: Constant): Node => constant(value, a.dtype, a.shape);

export const iota = (n: number, dtype: DType): Node => new Node('IOTA', dtype, [n], [], null);

// ---- pointwise: sources of equal shape

export const unary = (op: UnaryOp, a: Node): Node => new Node(op, a.dtype, a.shape, [a], null);

const compares: ReadonlySet<string> = new Set(['LT', 'LE', 'EQ']);

export function binary(op: BinaryOp, a: Node, b: Node): Node {
  demandAlike(op, a, b);
  return new Node(op, compares.has(op) ? 'bool' : a.dtype, a.shape, [a, b], null);
}

export function cast(a: Node, dtype: DType): Node {
  if (a.dtype === dtype) return a;
  const known = a.op === 'CONST' && liveOf(a) === undefined;
  const value = known ? castConstant(a.scalars[0]!, a.dtype, dtype) : null;
  if (value !== null) return constant(value, dtype, a.shape);
  return new Node('CAST', dtype, a.shape, [a], null);
}

/** What a kernel would make of the element: null where that is not plain to see, and it is left to one. */
function castConstant(value: number, from: DType, to: DType): number | null {
  if (to === 'bool') return null;
  const element = wrapped(from === 'float32' ? Math.fround(value) : value, from);
  if (from === 'float32' && to === 'float64') return element;
  if (!Number.isSafeInteger(element)) return null;
  // a float beyond an int32 is kept inside it, an int64 wraps
  if (to === 'int32' && isFloating(from) && Math.abs(element) >= 2 ** 31) return null;
  return to === 'float32' ? Math.fround(element) : wrapped(element, to);
}

/** A whole number as an integer type holds it. */
function wrapped(element: number, dtype: DType): number {
  if (dtype === 'uint8' && Number.isSafeInteger(element)) return element & 255;
  return dtype === 'int32' && Number.isSafeInteger(element) ? element | 0 : element;
}

export const add = (a: Node, b: Node): Node => binary('ADD', a, b);
export const sub = (a: Node, b: Node): Node => binary('SUB', a, b);
export const mul = (a: Node, b: Node): Node => binary('MUL', a, b);
export const div = (a: Node, b: Node): Node => binary('DIV', a, b);
export const neg = (a: Node): Node => unary('NEG', a);
export const eq = (a: Node, b: Node): Node => binary('EQ', a, b);
export const lt = (a: Node, b: Node): Node => binary('LT', a, b);

/** a op value, the value in a's dtype. */
export const withNumber = (op: BinaryOp, a: Node, value: Constant): Node =>
  binary(op, a, constantLike(a, value));

/**
 * a * b + c rounded once, as PyTorch's float32 kernels compute it where one instruction does both. In float64
 * the product is exact; a sum that would round differently twice does not occur in practice. Other dtypes round twice.
 */
export function multiplyAdd(a: Node, b: Node, c: Node): Node {
  if (c.dtype !== 'float32') return add(mul(a, b), c);
  const wide = (node: Node) => cast(node, 'float64');
  return cast(add(mul(wide(a), wide(b)), wide(c)), 'float32');
}

export function where(condition: Node, a: Node, b: Node): Node {
  demandAlike('WHERE', a, b);
  demandDType('WHERE', condition, 'bool');
  demandShape('WHERE', condition.shape, a.shape);
  return new Node('WHERE', a.dtype, a.shape, [condition, a, b], null);
}

/** The value of `a`; reading it is an error, told as `complaint`, where `ok` (bool) is false. */
export function checked(a: Node, ok: Node, complaint: string): Node {
  const node = new Node('CHECK', a.dtype, a.shape, [a, ok], null);
  node.origin = complaint;
  return node;
}

/** The same value as a node of its own: another history, or another owner. */
export const alias = (a: Node): Node => new Node('ALIAS', a.dtype, a.shape, [a], null);

// ---- movement

export function reshape(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  demandSize('RESHAPE', a, shape, sizeOf(shape));
  if (a.op === 'CONST') return reshaped(a, shape);
  const inner = a.op === 'RESHAPE' && a.buffer === null && a.history?.kind !== 'custom';
  const source = inner ? a.sources[0]! : a;
  if (inner && sameShape(source.shape, shape)) return source;
  return new Node('RESHAPE', a.dtype, shape, [source], null);
}

export function permute(a: Node, order: readonly number[]): Node {
  demandOrder('PERMUTE', a.shape, order);
  if (order.every((axis, i) => axis === i)) return a;
  // turned twice, as the gradient of a transposed weight is; where a gradient passes, each step is its own
  if (a.op === 'PERMUTE' && a.history === null && a.sources.length > 0) {
    const first = argOf<'PERMUTE'>(a).order;
    return permute(
      a.sources[0]!,
      order.map((axis) => first[axis]!),
    );
  }
  const shape = order.map((axis) => a.shape[axis]!);
  if (a.op === 'CONST') return reshaped(a, shape);
  return new Node('PERMUTE', a.dtype, shape, [a], { order });
}

/** Axes of size 1 grow to `shape`, which has the same rank. */
export function expand(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  if (a.shape.length !== shape.length) demandShape('EXPAND', a.shape, shape);
  demandGrows('EXPAND', a.shape, shape);
  if (a.op === 'CONST') return reshaped(a, shape);
  return new Node('EXPAND', a.dtype, shape, [a], null);
}

/** Broadcasts as PyTorch does: new axes in front, axes of size 1 grow. */
export function broadcastTo(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  demandGrows('EXPAND', a.shape, shape);
  if (a.op === 'CONST') return reshaped(a, shape);
  const missing = shape.length - a.shape.length;
  const lifted = missing > 0 ? reshape(a, [...new Array<number>(missing).fill(1), ...a.shape]) : a;
  return sameShape(lifted.shape, shape)
    ? lifted
    : new Node('EXPAND', a.dtype, shape, [lifted], null);
}

/** Every element's place along `axis`, in `shape`. */
export const coordinate = (shape: Shape, axis: number, dtype: DType = 'int32'): Node =>
  broadcastTo(
    reshape(
      iota(shape[axis]!, dtype),
      shape.map((n, i) => (i === axis ? n : 1)),
    ),
    shape,
  );

export function pad(a: Node, before: readonly number[], after: readonly number[], value = 0): Node {
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return a;
  const shape = a.shape.map((n, i) => before[i]! + n + after[i]!);
  return new Node('PAD', a.dtype, shape, [a], { before }, [value]);
}

/** out[i] = a[start + step * i] per axis, `shape` long. */
export function shrink(
  a: Node,
  starts: readonly number[],
  steps: readonly number[],
  shape: Shape,
): Node {
  if (sameShape(a.shape, shape) && steps.every((s) => s === 1)) return a;
  demandInside('SHRINK', a.shape, starts, steps, shape);
  if (a.op === 'CONST') return reshaped(a, shape);
  return new Node('SHRINK', a.dtype, shape, [a], { steps }, starts);
}

/** `count` elements of one axis from `start`. */
export const narrow = (a: Node, axis: number, start: number, count: number): Node =>
  shrink(
    a,
    a.shape.map((_, i) => (i === axis ? start : 0)),
    a.shape.map(() => 1),
    a.shape.map((n, i) => (i === axis ? count : n)),
  );

export const flip = (a: Node, axes: readonly number[]): Node =>
  axes.length === 0 || a.op === 'CONST' ? a : new Node('FLIP', a.dtype, a.shape, [a], { axes });

export function diagonal(
  a: Node,
  x: number,
  y: number,
  starts: readonly number[],
  length: number,
): Node {
  const shape = [...a.shape.filter((_, i) => i !== x && i !== y), length];
  return new Node('DIAGONAL', a.dtype, shape, [a], { a: x, b: y }, starts);
}

export function window(a: Node, axis: number, size: number, step: number): Node {
  const count = Math.floor((a.shape[axis]! - size) / step) + 1;
  const shape = [...a.shape.map((n, i) => (i === axis ? count : n)), size];
  return new Node('WINDOW', a.dtype, shape, [a], { axis, size, step });
}

/** The transpose of window(): adds the last axis back into an axis of length `length`. */
export function fold(a: Node, axis: number, size: number, step: number, length: number): Node {
  const shape = a.shape.slice(0, -1).map((n, i) => (i === axis ? length : n));
  return new Node('FOLD', a.dtype, shape, [a], { axis, size, step });
}

// ---- reductions

/** Which order a sum takes: 16 lanes where the last axis is summed, else in sequence. From the shape alone. */
export const sumOrder = (shape: Shape, axes: readonly number[]): SumOrder => {
  let last = shape.length - 1;
  while (last >= 0 && shape[last] === 1) last--;
  return axes.includes(last) ? 'lanes' : 'serial';
};

/** Reduces `axes` away (ascending, distinct). No axes: the node itself. */
export function reduce(
  a: Node,
  kind: ReduceKind,
  axes: readonly number[],
  order: SumOrder = sumOrder(a.shape, axes),
): Node {
  if (axes.length === 0) return a;
  const shape = a.shape.filter((_, i) => !axes.includes(i));
  if (axes.every((axis) => a.shape[axis] === 1)) return reshape(a, shape);
  return new Node('REDUCE', a.dtype, shape, [a], { kind, axes, order });
}

/** Reduces and keeps the axes as size 1. */
export const reduceKeep = (a: Node, kind: ReduceKind, axes: readonly number[]): Node =>
  reshape(
    reduce(a, kind, axes),
    a.shape.map((n, i) => (axes.includes(i) ? 1 : n)),
  );

/** The transpose of broadcastTo: sums what was broadcast back to `shape`. */
export function sumTo(a: Node, shape: Shape): Node {
  if (sameShape(a.shape, shape)) return a;
  const missing = a.shape.length - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < a.shape.length; i++) {
    if (i < missing || (shape[i - missing] === 1 && a.shape[i] !== 1)) axes.push(i);
  }
  return reshape(reduce(a, 'sum', axes), shape);
}

/** [..., M, K] by [..., K, N] with equal batch axes: the sum over K of products, in sequence. */
export function contract(a: Node, b: Node): Node {
  const rank = a.shape.length;
  const [m, k] = [a.shape[rank - 2]!, a.shape[rank - 1]!];
  const n = b.shape[rank - 1]!;
  const batch = a.shape.slice(0, -2);
  const full = [...batch, m, n, k];
  const left = expand(reshape(a, [...batch, m, 1, k]), full);
  const swapped = permute(b, [...batch.keys(), rank - 1, rank - 2]);
  const right = expand(reshape(swapped, [...batch, 1, n, k]), full);
  return reduce(mul(left, right), 'sum', [rank], 'serial');
}

export const scan = (a: Node, kind: ReduceKind, axis: number): Node =>
  new Node('SCAN', a.dtype, a.shape, [a], { kind, axis });

// ---- indexed

export function gather(table: Node, index: Node, axis: number): Node {
  if (table.shape[axis] === 0 && index.size > 0) {
    throw new RangeError(
      `index out of range: dimension ${axis} of the tensor [${table.shape.join(', ')}] has no element`,
    );
  }
  return new Node('GATHER', table.dtype, index.shape, [table, index], { axis });
}

export function scatter(
  base: Node,
  index: Node,
  value: Node,
  axis: number,
  kind: ScatterKind,
): Node {
  demandDType('SCATTER', value, base.dtype);
  demandShape('SCATTER', value.shape, index.shape);
  return new Node('SCATTER', base.dtype, base.shape, [base, index, value], { axis, kind });
}

export function splice(
  base: Node,
  value: Node,
  view: SpliceView,
  scalars: readonly number[],
): Node {
  demandDType('SPLICE', value, base.dtype);
  return new Node('SPLICE', base.dtype, base.shape, [base, value], { view }, scalars);
}

export const host = (
  routine: HostRoutine,
  dtype: DType,
  shape: Shape,
  inputs: readonly Node[],
): Node => new Node('HOST', dtype, shape, inputs, { routine });

export const isEmpty = (a: Node): boolean => sizeOf(a.shape) === 0;
