// Distinct values: unique and uniqueConsecutive. Their number depends on the values, so both read.
// in:  a tensor     out: a promise of the values, with inverse indices and counts where asked for

import { upload } from '../../engine/devices/host.js';
import { arrayOf, type TypedArray } from '../../graph/dtype.js';
import { alias } from '../../graph/build.js';
import { permute } from '../../graph/movement.js';
import { recording } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { wrapDim } from '../../tensor/dims.js';
import { dataSync, soon } from '../../tensor/read.js';
import { sortRow } from './sort-row.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';

interface RunOptions {
  returnInverse?: boolean;
  returnCounts?: boolean;
  /** compares slices of this dim in place of elements */
  dim?: number | null;
}
export interface UniqueOptions extends RunOptions {
  /** ascending order; always so here */
  sorted?: boolean;
}
type Parts<O> = O extends { returnInverse: true } | { returnCounts: true } ? Tensor[] : Tensor;

declare module '../../tensor/methods.js' {
  interface Methods {
    /** The distinct elements (or slices of dim), ascending. Source: torch.unique. */
    unique<const O extends UniqueOptions = object>(options?: O): Promise<Parts<O>>;
    uniqueSync<const O extends UniqueOptions = object>(options?: O): Parts<O>;
    /**
     * The first of each run of equal elements (or slices of dim). Source: torch.unique_consecutive.
     */
    uniqueConsecutive<const O extends RunOptions = object>(options?: O): Promise<Parts<O>>;
    uniqueConsecutiveSync<const O extends RunOptions = object>(options?: O): Parts<O>;
  }
}

/** Slices as rows of one array. */
interface Rows {
  readonly data: TypedArray;
  readonly count: number;
  readonly width: number;
}

const compare = (a: number | bigint, b: number | bigint): number => {
  if (a === b) return 0;
  if (a !== a || b !== b) return a === a ? -1 : b === b ? 1 : 0;
  return a < b ? -1 : 1;
};

function compareRows({ data, width }: Rows, a: number, b: number): number {
  if (width === 1) return compare(data[a]!, data[b]!);
  // beside NaN the next element decides
  for (let i = 0; i < width; i++) {
    const [x, y] = [data[a * width + i]!, data[b * width + i]!];
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

/**
 * In place, each before the first that it is less than, from the back: as C++ sorts a few, whatever
 * NaN does.
 */
function insertionSort(order: number[], compared: (a: number, b: number) => number): void {
  for (let i = 1; i < order.length; i++) {
    const row = order[i]!;
    let at = i;
    if (compared(row, order[0]!) < 0) at = 0;
    else while (compared(row, order[at - 1]!) < 0) at--;
    order.splice(i, 1);
    order.splice(at, 0, row);
  }
}

const few = 16;

/** NaN is never the same. */
function sameRow({ data, width }: Rows, a: number, b: number): boolean {
  for (let i = 0; i < width; i++) if (data[a * width + i] !== data[b * width + i]) return false;
  return true;
}

interface Groups {
  readonly first: number[];
  readonly inverse: BigInt64Array;
  readonly counts: number[];
}

type Order = ArrayLike<number>;

/** Neighbours that are the same, in the given order, make a group. */
function grouped(rows: Rows, order: Order): Groups {
  const groups: Groups = { first: [], inverse: new BigInt64Array(rows.count), counts: [] };
  const inverse = new Uint32Array(groups.inverse.buffer);
  const own = inWords(rows);
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    if (i === 0 || !sameRow(own, order[i - 1]!, row)) {
      groups.first.push(row);
      groups.counts.push(0);
    }
    groups.counts[groups.counts.length - 1]!++;
    inverse[2 * row] = groups.first.length - 1;
  }
  return groups;
}

/** What is the same is so word by word: no bigint is made for an int64. */
function inWords(rows: Rows): Rows {
  const { data, count, width } = rows;
  if (!(data instanceof BigInt64Array)) return rows;
  const words = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
  return { data: words, count, width: 2 * width };
}

/** The rows' places in ascending order; equal ones keep theirs. */
function sortedOrder(rows: Rows): Order {
  const { count, width, data } = rows;
  if (count > few && width === 1) {
    const places = new BigInt64Array(count);
    sortRow(data, places, false);
    const words = new Uint32Array(places.buffer);
    return words.filter((_, i) => i % 2 === 0);
  }
  const order = [...Array(count).keys()];
  const compared = (a: number, b: number): number => compareRows(rows, a, b);
  if (count <= few) insertionSort(order, compared);
  else order.sort((a, b) => compared(a, b) || a - b);
  return order;
}

function rowsOf(name: string, x: Tensor, dim: number | null): { rows: Rows; axis: number } {
  if (dim === null) {
    return { rows: { data: dataSync(x, 'unique'), count: x.numel(), width: 1 }, axis: 0 };
  }
  const axis = wrapDim(name, dim, x.ndim);
  const order = [axis, ...[...x.shape.keys()].filter((i) => i !== axis)];
  const data = dataSync(fromNode(permute(x.node, order)), 'unique');
  const count = x.shape[axis] ?? 1;
  return { rows: { data, count, width: count === 0 ? 0 : data.length / count }, axis };
}

/** The first row of each group, laid out as x was. */
function values(x: Tensor, rows: Rows, groups: Groups, axis: number, flat: boolean): Tensor {
  const { width, data } = rows;
  const n = groups.first.length;
  const out = new arrayOf[x.dtype](n * width);
  if (width === 1) for (let i = 0; i < n; i++) out[i] = data[groups.first[i]!]!;
  else {
    groups.first.forEach((row, i) => {
      out.set(data.subarray(row * width, (row + 1) * width) as never, i * width);
    });
  }
  if (flat || x.ndim <= 1) return fromNode(upload(out, x.dtype, [n], x.device));
  const rest = [...x.shape.keys()].filter((i) => i !== axis);
  const shape = [n, ...rest.map((i) => x.shape[i]!)];
  const order = [...x.shape.keys()].map((i) => [axis, ...rest].indexOf(i));
  return fromNode(permute(upload(out, x.dtype, shape, x.device), order));
}

/** The values still require grad where x does; PyTorch has no derivative for them either. */
function withoutDerivative(name: string, x: Tensor, result: Tensor): Tensor {
  if (!x.requiresGrad || !recording().enabled) return result;
  const node = alias(result.node);
  node.history = {
    kind: 'custom',
    name,
    inputs: [x.node],
    saves: false,
    backward: () => {
      throw new Error(`${name}: the derivative of the distinct values is not implemented`);
    },
  };
  return fromNode(node);
}

function distinct(name: string, sorts: boolean) {
  return (x: Tensor, options: UniqueOptions = {}): Tensor | Tensor[] => {
    const { returnInverse = false, returnCounts = false, dim = null } = options;
    const { rows, axis } = rowsOf(name, x, dim);
    const order = sorts ? sortedOrder(rows) : Uint32Array.from({ length: rows.count }, (_, i) => i);
    const groups = grouped(rows, order);
    const parts = [withoutDerivative(name, x, values(x, rows, groups, axis, dim === null))];
    const inverseShape = dim === null ? x.shape : [rows.count];
    if (returnInverse)
      parts.push(fromNode(upload(groups.inverse, 'int64', inverseShape, x.device)));
    if (returnCounts) {
      const counts = BigInt64Array.from(groups.counts, BigInt);
      parts.push(fromNode(upload(counts, 'int64', [counts.length], x.device)));
    }
    return parts.length === 1 ? parts[0]! : parts;
  };
}

const unique = distinct('unique', true);
const uniqueConsecutive = distinct('uniqueConsecutive', false);

method('unique', '| sorted return_inverse return_counts dim:int?', (x: Tensor, o?: UniqueOptions) =>
  soon('unique', [x, o] as const, unique),
);
method('uniqueSync', '| sorted return_inverse return_counts dim:int?', unique);
method(
  'uniqueConsecutive',
  '| return_inverse return_counts dim:int?',
  (x: Tensor, o?: UniqueOptions) => soon('uniqueConsecutive', [x, o] as const, uniqueConsecutive),
);
method('uniqueConsecutiveSync', '| return_inverse return_counts dim:int?', uniqueConsecutive);
