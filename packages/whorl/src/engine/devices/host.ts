// Moves values between JavaScript and a device's memory.
// in:  typed arrays or stored nodes     out: BUFFER nodes, or copies as typed arrays

import { capturing } from '../../capture/looking/capturing.js';
import type { Device } from '../../graph/device.js';
import { arrayOf, type DType, itemSize, type TypedArray } from '../../graph/dtype.js';
import { Node, type Shape, sizeOf } from '../../graph/node.js';
import type { Immediate, Memory } from '../../runtime/index.js';
import { hold } from '../ownership/hold.js';
import { contextOf, demandReadNow, type DeviceContext } from './context.js';
import { defaultDevice } from './default.js';
import { storedAs } from '../../target/elements.js';
import { bytesIn, convertedTo, demandDType } from './elements.js';
import { scalarOf } from './scalar-of.js';

/** A stored node that holds a copy of `data`, on the default device where none is named. */
export function upload(
  data: TypedArray,
  dtype: DType,
  shape: Shape,
  device: Device | null = null,
): Node {
  const context = contextOf(device ?? defaultDevice());
  const node = new Node('BUFFER', dtype, shape, [], null);
  write(giveMemory(node, context), data, dtype, context);
  if (capturing.now !== null) capturing.now.bring(node, data);
  return node;
}

/** A stored node that holds a number everywhere: no kernel is worth making for that. */
export const filled = (value: number, dtype: DType, shape: Shape, device: Device): Node =>
  upload(
    new arrayOf[dtype](sizeOf(shape)).fill(scalarOf(value, dtype) as never),
    dtype,
    shape,
    device,
  );

/** A stored node with the value of another one. */
export function copied({ buffer, dtype, shape, device }: Node): Node {
  const context = contextOf(device!);
  const node = new Node('BUFFER', dtype, shape, [], null);
  const own = giveMemory(node, context);
  context.driver.copy(buffer as Memory, own, own.bytes);
  return node;
}

/** A node gets memory of its size, which nobody has written. */
export function giveMemory(node: Node, context: DeviceContext): Memory {
  const memory = context.driver.allocate(bytesFor(node.dtype, node.size, context));
  hold(node, memory, context);
  return memory;
}

/** Bytes of so many elements. */
export const bytesFor = (dtype: DType, size: number, { target }: DeviceContext): number =>
  Math.max(size, 1) * itemSize[storedAs(target, dtype)];

/** Throws where a node's device has no elements of its dtype. */
export function demandElements({ dtype, device }: Node): void {
  const { target } = contextOf(device!);
  demandDType(dtype, target, device!);
}

/**
 * Throws OutOfMemoryError now where a value would not fit, before work is spent on its elements.
 */
export function demandRoom(name: string, dtype: DType, shape: Shape, device: Device): void {
  const bytes = sizeOf(shape) * itemSize[dtype];
  if (bytes < 2 ** 26) return;
  const { driver } = contextOf(device);
  try {
    driver.free(driver.allocate(bytes));
  } catch (error) {
    (error as Error).message =
      `${name} of ${dtype}[${shape.join(', ')}]: ${(error as Error).message}`;
    throw error;
  }
}

/** Writes values into memory from its beginning on. */
export function write(
  memory: Memory,
  values: TypedArray,
  dtype: DType,
  { driver, target }: DeviceContext,
): void {
  const { now } = driver;
  if (now !== null) elements(now, memory, dtype, 0, values.length).set(values as never);
  else driver.write(memory, 0, bytesIn(convertedTo(values, dtype, storedAs(target, dtype))));
}

/** Elements in place, where the host sees the memory: valid until the next allocation. */
export function elements(
  now: Immediate,
  memory: Memory,
  dtype: DType,
  start: number,
  count: number,
): TypedArray {
  const { buffer, offset } = now.locate(memory);
  return new arrayOf[dtype](buffer as ArrayBuffer, offset + start * itemSize[dtype], count);
}

/**
 * A copy of a stored node's values. Throws where it, or what it comes from, is not read at once.
 */
export function download(node: Node, what = 'dataSync'): TypedArray {
  demandReadNow(node.device!, what);
  demandStored(node, what);
  return elementsOf(node, 0, node.size).slice();
}

/**
 * Throws where a flush could not finish a value: it comes
 * from a device that is only read by waiting.
 */
export function demandStored({ buffer, size }: Node, what: string): void {
  if (buffer !== null || size === 0) return;
  throw new Error(
    `${what}: the value comes from a device that is only read by waiting: await item(), data() ` +
      'or toArray()',
  );
}

/** Elements of a stored node in place: valid until the next allocation. */
export const elementsOf = (
  { device, buffer, dtype }: Node,
  start: number,
  count: number,
): TypedArray => elements(contextOf(device!).driver.now!, buffer as Memory, dtype, start, count);

/** The same on any device: `count` elements from `start` on. */
export const downloadSoon = (
  { buffer, dtype, device }: Node,
  start: number,
  count: number,
): Promise<TypedArray> => downloadMemory(buffer as Memory, dtype, start, count, contextOf(device!));

export async function downloadMemory(
  memory: Memory,
  dtype: DType,
  start: number,
  count: number,
  { driver, target }: DeviceContext,
): Promise<TypedArray> {
  const stored = storedAs(target, dtype);
  const size = itemSize[stored];
  const bytes = await driver.read(memory, start * size, count * size);
  return convertedTo(new arrayOf[stored](bytes.slice().buffer), stored, dtype);
}
