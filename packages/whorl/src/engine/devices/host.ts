// Moves values between JavaScript and a device's memory.
// in:  typed arrays or stored nodes     out: BUFFER nodes, or copies as typed arrays

import { arrayOf, type DType, itemSize, type TypedArray } from '../../graph/dtype.js';
import { Node, type Shape, sizeOf } from '../../graph/node.js';
import type { Memory } from '../../runtime/device.js';
import { capturing } from '../../capture/looking/capturing.js';
import { currentDevice } from './device.js';
import { hold } from '../ownership/hold.js';
import { scalarOf } from './scalar-of.js';

/** A stored node that holds a copy of `data`. */
export const upload = (data: TypedArray, dtype: DType, shape: Shape): Node =>
  stored(dtype, shape, (own) => own.set(data as never));

/** A stored node that holds a number everywhere: no kernel is worth making for that. */
export const filled = (value: number, dtype: DType, shape: Shape): Node =>
  stored(dtype, shape, (own) => own.fill(scalarOf(value, dtype) as never));

function stored(dtype: DType, shape: Shape, write: (own: TypedArray) => void): Node {
  const { device } = currentDevice();
  const size = sizeOf(shape);
  const memory = device.allocate(Math.max(size, 1) * itemSize[dtype]);
  write(elements(memory, dtype, 0, size));
  const node = new Node('BUFFER', dtype, shape, [], null);
  hold(node, memory);
  if (capturing.now !== null) capturing.now.bring(node);
  return node;
}

/** Throws OutOfMemoryError now where a value would not fit, before work is spent on its elements. */
export function demandRoom(name: string, dtype: DType, shape: Shape): void {
  const bytes = sizeOf(shape) * itemSize[dtype];
  if (bytes < 2 ** 26) return;
  const { device } = currentDevice();
  try {
    device.free(device.allocate(bytes));
  } catch (error) {
    (error as Error).message =
      `${name} of ${dtype}[${shape.join(', ')}]: ${(error as Error).message}`;
    throw error;
  }
}

/** Elements in place: valid until the next allocation. */
export function elements(memory: Memory, dtype: DType, start: number, count: number): TypedArray {
  const { buffer, offset } = currentDevice().device.locate(memory);
  return new arrayOf[dtype](buffer as ArrayBuffer, offset + start * itemSize[dtype], count);
}

/** A copy of a stored node's values. */
export const download = (node: Node): TypedArray =>
  elements(node.buffer as Memory, node.dtype, 0, sizeOf(node.shape)).slice();
