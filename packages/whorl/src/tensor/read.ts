// Reading: the only places where values are computed and come back to JavaScript.
// in:  a tensor     out: promises of numbers, typed arrays, nested arrays; *Sync twins for the CPU

import { capturing, demandValues, readingAs } from '../capture/looking/capturing.js';
import { deliver } from '../engine/flush/deliver.js';
import { demandReadNow, isReadNow } from '../engine/devices/context.js';
import { demandStored, download, elementsOf } from '../engine/devices/host.js';
import { readSoon } from '../engine/flush/journal.js';
import { flush, flushThen } from '../engine/flush/pending.js';
import { FailedValues } from '../engine/observe/errors.js';
import { cpu, type Device } from '../graph/device.js';
import type { DType, TypedArray } from '../graph/dtype.js';
import { alias } from '../graph/build.js';
import { type Node, sizeOf } from '../graph/node.js';
import { method } from './define.js';
import { showShape } from './dims.js';
import { copyLayout } from './promotion.js';
import { isContiguous } from './strides.js';
import { fromNode, Tensor } from './tensor.js';
import { to } from './convert.js';

export type NestedNumbers = number | bigint | boolean | NestedNumbers[];

/**
 * All values, row-major, as a copy. Computes what is needed. Only where the device is read at once.
 */
export function dataSync(x: Tensor, reader = 'data'): TypedArray {
  const node = x.node;
  if (capturing.now?.isConstant(node) !== true) demandValues(reader);
  flush([node]);
  return download(node, reader);
}

/**
 * Whether the values can be looked at in this very call: not while a
 * function is captured, nor on every device.
 */
export const isReadable = (x: Tensor): boolean =>
  (capturing.now === null || capturing.now.isConstant(x.node)) && isReadNow(x.device);

/** Whether the values can be looked at now, without computing anything. */
export const areKnown = (x: Tensor): boolean =>
  isReadable(x) && (capturing.now !== null || x.cell.node.buffer !== null);

/** Where something beside them failed, the values are computed once more. */
async function valuesSoon(node: Node, start?: number, count?: number): Promise<TypedArray> {
  try {
    return await readSoon(node, start, count);
  } catch (error) {
    if (!(error instanceof FailedValues)) throw error;
    if (error.culprits.length > 0) throw error.error;
    return flushThen([node], () => valuesSoon(node, start, count));
  }
}

/** The same, where other threads may have to be awaited. */
function dataSoon<T>(x: Tensor, reader: string, use: (data: TypedArray) => T): T | Promise<T> {
  const node = x.node;
  if (capturing.now?.isConstant(node) !== true) demandValues(reader);
  return flushThen([node], () =>
    isReadNow(node.device!) ? use(download(node)) : valuesSoon(node).then(use),
  );
}

/**
 * What one element is read from: straight from memory, where the tensor shows a stored value
 * through plain strides. The whole of it: a loop that reads element after element computes it once.
 */
function elementOf(x: Tensor, reader: string): Node {
  if (capturing.now?.isConstant(x.node) !== true) demandValues(reader);
  if (x.numel() !== 1) {
    throw new Error(
      `item: a Tensor with ${x.numel()} elements cannot be converted to Scalar: its shape ` +
        `is ${showShape(x.shape)}; use data() or toArray()`,
    );
  }
  return isPlain(x) ? x.cell.node : x.node;
}

const isPlain = (x: Tensor): boolean => x.steps.length === 0 || x.plain;

/** Where it stands in that node. */
const placeOf = (x: Tensor): number => (isPlain(x) ? x.offset : 0);

function readElement(node: Node, offset: number): number | Promise<number> {
  const { dtype } = node;
  if (isReadNow(node.device!)) return asNumber(elementsOf(node, offset, 1)[0]!, dtype) as number;
  return valuesSoon(node, offset, 1).then((values) => asNumber(values[0]!, dtype) as number);
}

const asNumber = (value: number | bigint, dtype: DType): number | bigint | boolean => {
  if (dtype === 'bool') return value !== 0;
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

/** The one element as a JavaScript value. Only where the device is read at once. */
export function itemSync(x: Tensor, reader = 'item'): number {
  const node = elementOf(x, reader);
  demandReadNow(x.device, reader);
  if (node.buffer === null) flush([node]);
  demandStored(node, reader);
  return readElement(node, placeOf(x)) as number;
}

function itemSoon(x: Tensor): number | Promise<number> {
  const node = elementOf(x, 'item');
  // now: the tensor may be given another shape before it is read
  const place = placeOf(x);
  const read = () => readElement(node, place);
  return node.buffer === null ? flushThen([node], read) : read();
}

function nest(data: TypedArray, dtype: DType, shape: readonly number[]): NestedNumbers {
  let level: NestedNumbers[] = Array.from(data as ArrayLike<number | bigint>, (v) =>
    asNumber(v, dtype),
  );
  for (let i = shape.length - 1; i >= 1; i--) {
    const next: NestedNumbers[] = [];
    const count = sizeOf(shape.slice(0, i));
    for (let j = 0; j < count; j++) next.push(level.slice(j * shape[i]!, (j + 1) * shape[i]!));
    level = next;
  }
  return shape.length === 0 ? level[0]! : level;
}

method('dataSync', '', (x: Tensor) => dataSync(x));
method('itemSync', '', (x: Tensor) => itemSync(x));
method('toArraySync', '', (x: Tensor) => nest(dataSync(x, 'toArray'), x.dtype, x.shape));
// asynchronous twins compute at the call: a later write does not change what they give
function later<T>(
  name: 'data' | 'item' | 'toArray' | 'tolist',
  read: (x: Tensor) => T | Promise<T>,
): void {
  method(name, '', (x: Tensor) => {
    // at the call, for nobody may be waiting for the promise
    if (capturing.now !== null) read(x);
    return promised(x, read);
  });
}
const promised = <T>(x: Tensor, read: (x: Tensor) => T | Promise<T>): Promise<T> =>
  deliver(() => read(x));

/**
 * A promise of what `read` makes of the operands now: a later write does not change it. Operands on
 * a device that is only read by waiting are read from copies on the cpu. What a compiled function
 * cannot read is thrown at once, for nobody may be waiting for the promise.
 */
export function soon<T, A extends readonly unknown[]>(
  name: string,
  operands: A,
  read: (...operands: A) => T,
): Promise<T> {
  if (capturing.now !== null) {
    return Promise.resolve(readingAs(name, () => read(...operands)));
  }
  const late = operands.find((x) => x instanceof Tensor && !isReadNow(x.device));
  return late === undefined ? now(operands, read) : fromCopies(operands, read, late as Tensor);
}

const now = async <T, A extends readonly unknown[]>(
  operands: A,
  read: (...operands: A) => T,
): Promise<T> => read(...operands);

async function fromCopies<T, A extends readonly unknown[]>(
  operands: A,
  read: (...operands: A) => T,
  { device }: Tensor,
): Promise<T> {
  const copies = operands.map((x) => (x instanceof Tensor ? to(x, cpu) : x));
  const waits = copies.map((x) => (x instanceof Tensor ? promised(x, dataOf) : null));
  await Promise.all(waits);
  return moved(read(...(copies as never)), device) as T;
}

const dataOf = (x: Tensor) => dataSoon(x, 'data', (data) => data);

/** Tensors of a result, on a device. */
function moved(result: unknown, device: Device): unknown {
  if (result instanceof Tensor) return to(result, device);
  return Array.isArray(result) ? result.map((one) => moved(one, device)) : result;
}

later('data', (x) => dataSoon(x, 'data', (data) => data));
later('item', itemSoon);
later('toArray', (x) => dataSoon(x, 'toArray', (data) => nest(data, x.dtype, x.shape)));
later('tolist', (x) => dataSoon(x, 'tolist', (data) => nest(data, x.dtype, x.shape)));

const isOwnOrder = (x: Tensor): boolean => x.layout === null || isContiguous(x.shape, x.layout);

method('clone', '', (x: Tensor) => fromNode(alias(x.node), copyLayout(x)));
method('contiguous', '', (x: Tensor) => (isOwnOrder(x) ? x : fromNode(alias(x.node))));
method('isContiguous', '', isOwnOrder);
method('stride', 'dim?', (x: Tensor, dim?: number) => {
  if (dim === undefined) return [...x.strides];
  return x.strides[dim < 0 ? dim + x.ndim : dim];
});
method('storageOffset', '', (x: Tensor) => x.offset);
method('size', 'dim?', (x: Tensor, dim?: number) => {
  if (dim === undefined) return [...x.shape];
  return x.shape[dim < 0 ? dim + x.ndim : dim];
});
method('dim', '', (x: Tensor) => x.ndim);
