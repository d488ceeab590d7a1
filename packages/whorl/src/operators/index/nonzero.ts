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

/** Flat positions of the nonzero elements, in order. */
export function nonzeroPositions(x: Tensor): number[] {
  const data = dataSync(x, 'nonzero') as ArrayLike<number | bigint>;
  const positions: number[] = [];
  for (let i = 0; i < data.length; i++) if (Number(data[i]) !== 0) positions.push(i);
  return positions;
}

/** One coordinate of each position. */
function coordinates(
  positions: readonly number[],
  shape: readonly number[],
  axis: number,
): BigInt64Array {
  const below = shape.slice(axis + 1).reduce((n, d) => n * d, 1);
  return BigInt64Array.from(positions, (p) => BigInt(Math.floor(p / below) % shape[axis]!));
}

/**
 * The coordinates of the nonzero elements, an index tensor per axis; a 0-d tensor counts as [1].
 */
export function nonzeroColumns(x: Tensor): Tensor[] {
  const positions = nonzeroPositions(x);
  const shape = x.ndim === 0 ? [1] : x.shape;
  return shape.map((_, axis) =>
    fromNode(upload(coordinates(positions, shape, axis), 'int64', [positions.length], x.device)),
  );
}

/** [count, ndim] coordinates. */
export function nonzeroSync(x: Tensor): Tensor {
  const positions = nonzeroPositions(x);
  const columns = x.shape.map((_, axis) => coordinates(positions, x.shape, axis));
  const data = new BigInt64Array(positions.length * x.ndim);
  columns.forEach((column, axis) =>
    column.forEach((v, i) => {
      data[i * x.ndim + axis] = v;
    }),
  );
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
