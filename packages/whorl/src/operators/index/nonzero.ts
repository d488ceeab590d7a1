// Where a tensor is not zero: read on the host, since the number of places depends on the values.
// in:  a tensor     out: index tensors, int64

import { upload } from '../../engine/devices/host.js';
import { method } from '../../tensor/define.js';
import { dataSync, soon } from '../../tensor/read.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import type { Nonzero } from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    nonzero: Nonzero;
    argwhere<T extends Tensor>(this: T): Promise<Tensor<[number, T['sizes']['length']], 'int64'>>;
  }
}

/** Flat positions of the nonzero elements, in order. No tensor has 2^32 elements. */
export function nonzeroPositions(x: Tensor): Uint32Array {
  const data = dataSync(x, 'nonzero');
  const isSet = data instanceof BigInt64Array ? wordsSet(data) : data;
  let count = 0;
  for (let i = 0; i < isSet.length; i++) if (isSet[i] !== 0) count++;
  const positions = new Uint32Array(count);
  for (let i = 0, found = 0; found < count; i++) if (isSet[i] !== 0) positions[found++] = i;
  return positions;
}

/** Nonzero where an int64 is: a bigint an element would be made otherwise. */
function wordsSet(data: BigInt64Array): Int32Array {
  const words = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
  return Int32Array.from({ length: data.length }, (_, i) => words[2 * i]! | words[2 * i + 1]!);
}

/** Positions as an index holds them. */
export function indexOf(positions: Uint32Array): BigInt64Array {
  const index = new BigInt64Array(positions.length);
  const words = new Uint32Array(index.buffer);
  for (let i = 0; i < positions.length; i++) words[2 * i] = positions[i]!;
  return index;
}

/** One coordinate of each position, into every `step`th place from `at` on. */
function putCoordinates(
  out: BigInt64Array,
  positions: Uint32Array,
  shape: readonly number[],
  axis: number,
  [at, step]: readonly [number, number] = [0, 1],
): BigInt64Array {
  const below = shape.slice(axis + 1).reduce((n, d) => n * d, 1);
  const n = shape[axis]!;
  const words = new Uint32Array(out.buffer);
  for (let i = 0; i < positions.length; i++) {
    words[2 * (i * step + at)] = Math.floor(positions[i]! / below) % n;
  }
  return out;
}

/**
 * The coordinates of the nonzero elements, an index tensor per axis; a 0-d tensor counts as [1].
 */
export function nonzeroColumns(x: Tensor): Tensor[] {
  const positions = nonzeroPositions(x);
  const shape = x.ndim === 0 ? [1] : x.shape;
  const count = positions.length;
  return shape.map((_, axis) => {
    const column = putCoordinates(new BigInt64Array(count), positions, shape, axis);
    return fromNode(upload(column, 'int64', [count], x.device));
  });
}

/** [count, ndim] coordinates. */
export function nonzeroSync(x: Tensor): Tensor {
  const positions = nonzeroPositions(x);
  const data = new BigInt64Array(positions.length * x.ndim);
  x.shape.forEach((_, axis) => putCoordinates(data, positions, x.shape, axis, [axis, x.ndim]));
  // PyTorch lays the coordinates of each axis side by side
  const layout = [1, Math.max(positions.length, 1)];
  return fromNode(upload(data, 'int64', [positions.length, x.ndim], x.device), layout);
}

interface NonzeroOptions {
  asTuple?: boolean;
}

method('nonzero', '| * as_tuple', (x: Tensor, { asTuple = false }: NonzeroOptions = {}) =>
  soon('nonzero', [x] as const, (own): Tensor | Tensor[] =>
    asTuple ? nonzeroColumns(own) : nonzeroSync(own),
  ),
);
method('argwhere', '', (x: Tensor) => soon('argwhere', [x] as const, nonzeroSync));
