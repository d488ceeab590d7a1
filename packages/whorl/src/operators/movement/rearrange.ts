// Rearrangements that copy: flip, roll, rot90, repeatInterleave, tril, triu.
// in:  a tensor     out: a new tensor with its elements in other places

import { differentiated } from '../../autograd/custom.js';
import { alias, binary, constant, where, withNumber } from '../../graph/build.js';
import { expand, flip, narrow, reshape, coordinate } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { arange, tensor } from '../create/create.js';
import { define, method } from '../../tensor/define.js';
import { showShape, sizesOf, wrapDim, wrapDims } from '../../tensor/dims.js';
import { joined } from './join.js';
import { copyLayout } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import { permute } from './movement.js';
import type { Changing, Shuffling } from '../types.js';
import type { RepeatingEach } from './types.js';
import type { Sizes } from '../../tensor/types/shape.js';
import type { Unary } from '../pointwise/types.js';
import type { SizesGiven } from '../../tensor/dims.js';
import { withTwin } from '../twins.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** Each element several times in a row. Source: torch.repeat_interleave. */
    repeatInterleave: RepeatingEach;
    /**
     * The order along dims turned round; without dims a copy. PyTorch copies, too. Source:
     * torch.flip.
     */
    flip: Shuffling<(number | readonly number[])[]>;
    /** flip along dim 1. Errors: fewer than 2 dims. Source: torch.fliplr. */
    fliplr: Unary;
    /** flip along dim 0. Errors: 0-d. Source: torch.flipud. */
    flipud: Unary;
    /**
     * Elements `shifts` further along dims, those at the end to the beginning; negative shifts go
     * back. Without dims the tensor is rolled as if flat. Source: torch.roll.
     */
    roll: Shuffling<[shifts: number | readonly number[], dims?: number | readonly number[] | null]>;
    /**
     * k quarter turns from dims[0] towards dims[1] ([0, 1]); negative k turns back. Errors: fewer
     * than 2 dims, dims that are the same. Source: torch.rot90.
     */
    rot90<T extends Tensor>(
      this: T,
      k?: number,
      dims?: readonly number[],
    ): Tensor<Sizes<T['sizes']>, T['dtype']>;
    /** Each matrix with zeros above the diagonal, which `diagonal` moves up. Source: torch.tril. */
    tril: Shuffling<[diagonal?: number]>;
    /** Each matrix with zeros below the diagonal, which `diagonal` moves up. Source: torch.triu. */
    triu: Shuffling<[diagonal?: number]>;
    tril_: Changing<[diagonal?: number]>;
    triu_: Changing<[diagonal?: number]>;
  }
}

const flipped = (name: string, x: Tensor, dims: readonly number[]): Tensor =>
  fromNode(
    alias(flip(x.node, dims.length === 0 ? [] : wrapDims(name, dims, x.ndim))),
    copyLayout(x),
  );

method('flip', '...dims', (x: Tensor, ...dims: SizesGiven) => flipped('flip', x, sizesOf(dims)));
method('fliplr', '', (x: Tensor) => {
  if (x.ndim < 2) throw new Error(`fliplr: input must be >= 2-d, got ${showShape(x.shape)}`);
  return flipped('fliplr', x, [1]);
});
method('flipud', '', (x: Tensor) => {
  if (x.ndim < 1) throw new Error('flipud: input must be >= 1-d');
  return flipped('flipud', x, [0]);
});

// two slices that change places; shifts of more than n or below 0 are taken modulo n
function rolled(a: Node, shift: number, axis: number): Node {
  const n = a.shape[axis]!;
  if (n === 0) return a;
  const by = ((shift % n) + n) % n;
  if (by === 0) return a;
  return joined([narrow(a, axis, n - by, by), narrow(a, axis, 0, n - by)], axis);
}

method(
  'roll',
  'shifts dims?',
  (x: Tensor, shifts: number | readonly number[], dims?: number | readonly number[] | null) => {
    const by = [shifts].flat() as number[];
    const axes = dims === undefined || dims === null ? [] : ([dims].flat() as number[]);
    if (x.ndim === 0 && axes.length > 0) {
      throw new RangeError(`roll: dimension specified as ${axes[0]} but tensor has no dimensions`);
    }
    if (by.length === 0) throw new Error('roll: `shifts` required');
    if (axes.length === 0 && by.length === 1) {
      return fromNode(alias(reshape(rolled(reshape(x.node, [x.numel()]), by[0]!, 0), x.shape)));
    }
    if (by.length !== axes.length) {
      throw new Error(
        `roll: shifts and dimensions must align. shifts: ${by.length}, dims: ${axes.length}`,
      );
    }
    return fromNode(
      alias(
        by.reduce((a, shift, i) => rolled(a, shift, wrapDim('roll', axes[i]!, x.ndim)), x.node),
      ),
    );
  },
);

method('rot90', 'k? dims?', (x: Tensor, k = 1, dims: readonly number[] = [0, 1]) => {
  if (dims.length !== 2)
    throw new Error(`rot90: expected total rotation dims == 2, but got dims = ${dims.length}`);
  if (x.ndim < 2)
    throw new Error(`rot90: expected total dims >= 2, but got total dims = ${x.ndim}`);
  const [a, b] = dims.map((d) => wrapDim('rot90', d, x.ndim)) as [number, number];
  if (a === b)
    throw new Error(`rot90: expected rotation dims to be different, but got ${showShape(dims)}`);
  const swap = [...x.shape.keys()];
  [swap[a], swap[b]] = [b, a];
  const turns = ((k % 4) + 4) % 4;
  if (turns === 2) return flipped('rot90', x, [a, b]);
  if (turns === 0) return fromNode(alias(x.node));
  // a flipped copy, turned in place
  const turned = permute(flipped('rot90', x, [turns === 1 ? b : a]), swap);
  return fromNode(alias(turned.node), turned.strides);
});

method(
  'repeatInterleave',
  'repeats? dim? | * output_size:int?',
  (
    x: Tensor,
    repeats?: number | Tensor,
    dim?: number | null,
    { outputSize }: { outputSize?: number | null } = {},
  ) => {
    if (repeats === undefined) return repeatedPlaces(x, outputSize);
    const flat = dim === undefined || dim === null;
    const source = flat ? reshape(x.node, [x.numel()]) : x.node;
    if (x.ndim === 0 && !flat)
      throw new RangeError(`repeatInterleave: a 0-d tensor has no dimension ${dim}`);
    const lifted = source.shape.length === 0 ? reshape(source, [1]) : source;
    const axis = flat ? 0 : wrapDim('repeatInterleave', dim, Math.max(x.ndim, 1));
    if (repeats instanceof Tensor && repeats.numel() !== 1)
      return interleaved(lifted, repeats, axis, outputSize);
    const times = repeats instanceof Tensor ? Number(repeats.itemSync()) : repeats;
    demandCounts([times]);
    const { shape } = lifted;
    const size = shape[axis]! * times;
    if (outputSize != null && outputSize !== size) {
      throw new Error(
        `repeatInterleave: Invalid outputSize, expected ${size} but got ${outputSize}`,
      );
    }
    const head = shape.slice(0, axis + 1);
    const tail = shape.slice(axis + 1);
    const spread = expand(reshape(lifted, [...head, 1, ...tail]), [...head, times, ...tail]);
    return fromNode(
      alias(
        reshape(
          spread,
          shape.map((n, i) => (i === axis ? size : n)),
        ),
      ),
    );
  },
);

function demandCounts(repeats: readonly number[]): void {
  for (const times of repeats) {
    if (times < 0) throw new Error(`repeatInterleave: repeats can not be negative, got ${times}`);
    if (Number.isInteger(times)) continue;
    throw new TypeError(`repeatInterleave: repeats must be whole numbers, got ${times}`);
  }
}

/**
 * x says how often each of its places comes: [2, 0, 1] gives [0, 0, 2]. Source:
 * torch.repeat_interleave(repeats).
 */
function repeatedPlaces(x: Tensor, outputSize?: number | null): Tensor {
  if (x.ndim !== 1) {
    throw new Error(`repeatInterleave: repeats is a vector, got ${showShape(x.shape)}`);
  }
  if (x.dtype !== 'int64' && x.dtype !== 'int32') {
    throw new TypeError(`repeatInterleave: repeats has to be int64 or int32, got ${x.dtype}`);
  }
  const places = arange(x.shape[0]!, { dtype: x.dtype }) as Tensor;
  return interleaved(places.node, x, 0, outputSize);
}

function interleaved(a: Node, repeats: Tensor, axis: number, outputSize?: number | null): Tensor {
  const counts = Array.from(repeats.dataSync() as ArrayLike<number | bigint>, Number);
  if (counts.length !== a.shape[axis]) {
    throw new Error(
      'repeatInterleave: repeats must have the same size as input along dim, but got ' +
        `repeats.size(0) = ${counts.length} and input.size(${axis}) = ${a.shape[axis]}`,
    );
  }
  demandCounts(counts);
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (outputSize != null && outputSize !== total) {
    throw new Error(
      `repeatInterleave: outputSize ${outputSize} does not match the size ${total} that the ` +
        'repeats give',
    );
  }
  const positions = counts.flatMap((n, i) => new Array<number>(n).fill(i));
  return (fromNode(a) as Tensor).indexSelect(axis, tensor(positions, { dtype: 'int64' })) as Tensor;
}

function triangle(name: 'tril' | 'triu', keep: (row: Node, column: Node, k: number) => Node): void {
  withTwin(name, 'diagonal?', (x: Tensor, diagonal = 0) => {
    if (x.ndim < 2)
      throw new Error(
        `${name}: input tensor must have at least 2 dimensions, got ${showShape(x.shape)}`,
      );
    const node = triangular(x.node, diagonal, keep);
    const rule = (g: Node) => [triangular(g, diagonal, keep)];
    return fromNode(differentiated(name, node, [x.node], rule, false));
  });
}

function triangular(a: Node, k: number, keep: (row: Node, column: Node, k: number) => Node): Node {
  const rank = a.shape.length;
  const [row, column] = [coordinate(a.shape, rank - 2), coordinate(a.shape, rank - 1)];
  return where(keep(row, column, k), a, constant(0, a.dtype, a.shape));
}

triangle('tril', (row, column, k) => binary('LE', column, withNumber('ADD', row, k)));
triangle('triu', (row, column, k) => binary('LE', withNumber('ADD', row, k), column));

/** Coordinates of a triangle, [2, count]. Source: torch.tril_indices, torch.triu_indices. */
const indices = (name: string, inside: (r: number, c: number, k: number) => boolean) =>
  define(
    name,
    'row col offset? | * dtype',
    (
      rows: number,
      columns: number,
      offset: number = 0,
      { dtype = 'int64' }: { dtype?: 'int64' } = {},
    ) => {
      let count = 0;
      const each = (put: (r: number, c: number) => void): void => {
        for (let r = 0; r < rows; r++)
          for (let c = 0; c < columns; c++) if (inside(r, c, offset)) put(r, c);
      };
      each(() => count++);
      const data = new BigInt64Array(2 * count);
      const words = new Uint32Array(data.buffer);
      let i = 0;
      each((r, c) => {
        words[2 * i] = r;
        words[2 * (count + i++)] = c;
      });
      return tensor(data, { dtype, shape: [2, count] });
    },
  );
/** trilIndices(2, 2) is [[0, 1, 1], [0, 0, 1]]: rows, then columns. Source: torch.tril_indices. */
export const trilIndices = indices('trilIndices', (r, c, k) => c <= r + k);
/** triuIndices(2, 2) is [[0, 0, 1], [0, 1, 1]]. Source: torch.triu_indices. */
export const triuIndices = indices('triuIndices', (r, c, k) => c >= r + k);
