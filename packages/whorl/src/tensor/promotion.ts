// Which dtype an operation computes in: PyTorch's type
// promotion, with JavaScript's one number type.
// in:  tensors, numbers, booleans, bigints     out: a dtype; operands as nodes of it
//
// A dimensioned tensor outranks a 0-d one, and both outrank a plain number,
// within one category (bool < integer < floating). A whole number keeps an
// integer tensor integer; a fraction makes it float32.

import { cast, type Constant, constant } from '../graph/build.js';
import { broadcastTo } from '../graph/movement.js';
import { category, type DType, isFloating, promote } from '../graph/dtype.js';
import { Live } from '../graph/live.js';
import type { Node, Shape } from '../graph/node.js';
import { HostScalar } from './scalar.js';
import { copyStrides, pointwiseStrides } from './strides.js';
import { fromNode, Tensor } from './tensor.js';

export type Scalar = number | boolean | bigint;
export type Operand = Tensor | Scalar;

/** Live numbers count as numbers, although their value is that of the next replay. */
type Liveable = Scalar | Live | HostScalar;

const isLive = (value: unknown): value is Live | HostScalar =>
  value instanceof Live || value instanceof HostScalar;

export const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  typeof value === 'bigint' ||
  isLive(value);

/** A plain number as it goes into a node; a live one as it is. */
export function numberOf(value: Liveable): Constant {
  if (value instanceof HostScalar) return value.number;
  if (value instanceof Live) return value;
  const number = Number(value);
  return typeof value === 'bigint' && !Number.isSafeInteger(number) ? value : number;
}

/** What a number is now. */
export function valueNow(value: Liveable): number {
  if (value instanceof HostScalar) return value.current;
  return value instanceof Live ? value.value : Number(value);
}

const scalarType = (value: Liveable): DType => {
  if (isLive(value)) return 'float32';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'int64';
  return 'float32';
};

/** The dtype that all operands are converted to: torch.result_type. */
export function resultType(operands: readonly Operand[]): DType {
  let [dimensioned, single, plain]: (DType | null)[] = [null, null, null];
  for (const o of operands) {
    if (!(o instanceof Tensor)) plain = both(plain, scalarType(o));
    else if (o.shape.length > 0) dimensioned = both(dimensioned, o.dtype);
    else single = both(single, o.dtype);
  }
  return outranked(outranked(dimensioned, single), plain)!;
}

const both = (a: DType | null, b: DType): DType => (a === null || a === b ? b : promote(a, b));

/** `a`, unless `b` is of a higher category. */
function outranked(a: DType | null, b: DType | null): DType | null {
  if (a === null || b === null) return a ?? b;
  return category(b) > category(a) ? promote(a, b) : a;
}

export const toFloat = (dtype: DType): DType => (isFloating(dtype) ? dtype : 'float32');

/** The common shape, or an error naming the operation and both shapes. */
export function broadcastShapes(name: string, ...shapes: readonly Shape[]): Shape {
  let result: Shape = shapes[0] ?? [];
  for (let i = 1; i < shapes.length; i++) result = broadcastPair(name, result, shapes[i]!);
  return result;
}

function broadcastPair(name: string, a: Shape, b: Shape): Shape {
  if (a === b) return a;
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new Error(
        `${name}: the shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast: ` +
          `the sizes ${x} and ${y} at dimension ${i} differ and neither is 1`,
      );
    }
    result[i] = x === 1 ? y : x;
  }
  return result;
}

/** A tensor or number as a node of the given dtype and shape. */
export function operandNode(operand: Operand, dtype: DType, shape: Shape): Node {
  if (!(operand instanceof Tensor)) return constant(numberOf(operand), dtype, shape);
  return broadcastTo(cast(operand.node, dtype), shape);
}

export const shapeOf = (operand: Operand): Shape =>
  operand instanceof Tensor ? operand.shape : [];

export function checkOperand(name: string, operand: unknown): asserts operand is Operand {
  if (operand instanceof Tensor || isScalar(operand)) return;
  const what = operand === null ? 'null' : Array.isArray(operand) ? 'an array' : typeof operand;
  throw new TypeError(`${name}: expected a tensor or a number, got ${what}`);
}

/** A pointwise operation: operands promoted (or of a dtype chosen by `compute`) and broadcast. */
export function pointwise(
  name: string,
  operands: readonly Operand[],
  make: (...nodes: Node[]) => Node,
  compute: (promoted: DType) => DType = (d) => d,
): Tensor {
  for (const operand of operands) checkOperand(name, operand);
  return pointwiseIn(compute(resultType(operands)), name, operands, make);
}

/** The same of operands that were looked at, in a dtype that is known. */
export function pointwiseIn(
  dtype: DType,
  name: string,
  operands: readonly Operand[],
  make: (...nodes: Node[]) => Node,
): Tensor {
  let shape: Shape = shapeOf(operands[0]!);
  for (let i = 1; i < operands.length; i++) {
    shape = broadcastPair(name, shape, shapeOf(operands[i]!));
  }
  const node = make(...operands.map((o) => operandNode(o, dtype, shape)));
  return fromNode(node, resultLayout(shape, operands));
}

/** PyTorch's strides of a copy of `x`; null where they are contiguous. */
export const copyLayout = (x: Tensor): readonly number[] | null =>
  x.layout === null ? null : copyStrides(x);

/** PyTorch's strides of a pointwise result; null where they are contiguous. */
export function resultLayout(shape: Shape, operands: readonly Operand[]): readonly number[] | null {
  let usual = true;
  for (const o of operands) if (o instanceof Tensor && o.layout !== null) usual = false;
  if (usual) return null;
  const tensors = operands.filter((o): o is Tensor => o instanceof Tensor);
  return pointwiseStrides(
    shape,
    tensors.map((t) => ({ shape: t.shape, strides: t.strides })),
  );
}
