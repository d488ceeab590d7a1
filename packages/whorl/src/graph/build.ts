// Makes nodes: leaves, pointwise ones, indexed ones (movement.ts and reductions.ts make the
// others). Simplifies what it sees at once, and refuses sources that do not go together (one dtype,
// shapes that fit): the tensor layer says it better, but what it forgot stops here and not in the
// stages behind.
// in:  nodes and plain arguments     out: a node, an old one where the operation changes nothing

import type { Device } from './device.js';
import { type DType, isFloating } from './dtype.js';
import { demandAlike, demandDType, demandShape } from './fits.js';
import { Live, liveOf, markLive, numberIn } from './live.js';
import { Node, type Shape, sizeOf } from './node.js';
import type { BinaryOp, HostRoutine, ScatterKind, SpliceView, UnaryOp } from './op.js';

export const sameShape = (a: Shape, b: Shape): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

// ---- leaves

/** A number, or a bigint that no number is. */
export type Constant = number | bigint | Live;

/** `device`: that of the tensor whose value it is; null: it is a number, welcome everywhere. */
export function constant(
  value: Constant,
  dtype: DType,
  shape: Shape = [],
  device: Device | null = null,
): Node {
  if (typeof value === 'bigint') return constantOfBits(value, dtype, shape, device);
  const given = numberIn(value);
  const number = given instanceof Live ? given.value : given;
  const node = new Node('CONST', dtype, shape, [], null, [asElement(number, dtype)]);
  node.device = device;
  if (given instanceof Live) markLive(node, given);
  return node;
}

const half = 32n;

/** A CONST holds a number: what is longer is made of two, the low 64 bits in the end. */
function constantOfBits(value: bigint, dtype: DType, shape: Shape, device: Device | null): Node {
  const bits = BigInt.asIntN(64, value);
  const part = (own: bigint | number): Node => constant(Number(own), dtype, shape, device);
  if (dtype === 'bool') return part(value === 0n ? 0 : 1);
  if (isFloating(dtype)) return part(value);
  if (dtype !== 'int64') return part(BigInt.asIntN(32, bits));
  if (Number.isSafeInteger(Number(bits))) return part(bits);
  const high = binary('SHL', part(bits >> half), part(half));
  return binary('OR', high, part(BigInt.asUintN(32, bits)));
}

/** A number as an element of `dtype`: integers truncate, bool is 0 or 1. */
const asElement = (value: number, dtype: DType): number => {
  if (isFloating(dtype)) return value;
  return dtype === 'bool' ? Number(value !== 0) : Math.trunc(value);
};

/** A number in the dtype and shape of `a`. */
export const constantLike = (a: Node, value: Constant): Node =>
  constant(value, a.dtype, a.shape, a.device);

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
  if (value !== null) return constant(value, dtype, a.shape, a.device);
  return new Node('CAST', dtype, a.shape, [a], null);
}

/**
 * What a kernel would make of the element: null where that is not plain to see, and it is left to
 * one.
 */
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
 * a * b + c rounded once, as PyTorch's float32 kernels compute it where one instruction does both.
 * float64 and integers round twice.
 */
export function multiplyAdd(a: Node, b: Node, c: Node): Node {
  if (!isFloating(c.dtype)) return add(mul(a, b), c);
  demandAlike('FMA', a, b);
  demandAlike('FMA', a, c);
  return new Node('FMA', c.dtype, c.shape, [a, b, c], null);
}

/**
 * `a`, and zeros where it is smaller than `least`, the one number of a list: nodes with the same
 * list share a parameter.
 */
export const withoutSmall = (a: Node, least: readonly number[]): Node =>
  new Node('FLUSH', a.dtype, a.shape, [a], null, least);

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

// ---- indexed

export function gather(table: Node, index: Node, axis: number): Node {
  if (table.shape[axis] === 0 && index.size > 0) {
    throw new RangeError(
      `index out of range: dimension ${axis} of the tensor [${table.shape.join(', ')}] has ` +
        'no element',
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
