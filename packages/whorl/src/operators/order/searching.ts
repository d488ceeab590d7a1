// Finding places and members: searchsorted, bucketize, isin, nonzeroStatic.
// in:  sorted sequences or sets of numbers, and values     out: indices or truth values

import { cast, constant, host, unary } from '../../graph/build.js';
import { promote, type TypedArray } from '../../graph/dtype.js';
import type { HostRoutine } from '../../graph/op.js';
import { define, method } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { demandNumbers } from '../../tensor/floating.js';
import { type Operand, operandNode, resultType, shapeOf } from '../../tensor/promotion.js';
import { untracked } from '../reduce/reduce.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';

interface BucketOptions {
  /** int32 indices in place of int64 */
  outInt32?: boolean;
  /** the last suitable place in place of the first */
  right?: boolean;
}
export interface SearchOptions extends BucketOptions {
  side?: 'left' | 'right' | null;
  /** the permutation that sorts the sequence, where it is not sorted */
  sorter?: Tensor | null;
}

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * Coordinates of the first `size` nonzero elements, the rest filled: [size, ndim], whatever the
     * values are, so nothing is read. Source: torch.nonzero_static.
     */
    nonzeroStatic(options: { size: number; fillValue?: number }): Tensor<[number, number], 'int64'>;
    isin<T extends Tensor>(
      this: T,
      testElements: Operand,
      options?: { assumeUnique?: boolean; invert?: boolean },
    ): Tensor<T['sizes'], 'bool'>;
  }
}

type Value = number | bigint;

/** Whether a value's place is behind an element; behind NaN, and that of NaN behind everything. */
const precedes = (own: Value, value: Value, right: boolean): boolean =>
  right ? !(own > value) : !(own >= value);

/** The first (or behind the last) place of a value in row[from..from + n], by halving. */
function placeOf(
  row: TypedArray,
  from: number,
  n: number,
  value: Value,
  right: boolean,
  order: BigInt64Array | null,
): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    const own = row[from + (order === null ? middle : Number(order[from + middle]!))]!;
    if (precedes(own, value, right)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Inputs: sequences [rows..., n] or [n], values [rows..., m], and perhaps a sorter. */
const search = (right: boolean): HostRoutine => ({
  key: `search ${right}`,
  run(output, inputs, shapes) {
    const [sequence, values, sorter = null] = inputs as [TypedArray, TypedArray, BigInt64Array?];
    const n = shapes[0]![shapes[0]!.length - 1]!;
    const single = shapes[0]!.length === 1;
    const m = single ? values.length : shapes[1]![shapes[1]!.length - 1]!;
    for (let i = 0; i < values.length; i++) {
      const from = single ? 0 : Math.floor(i / m) * n;
      const place = placeOf(sequence, from, n, values[i]!, right, sorter);
      output[i] = output instanceof BigInt64Array ? BigInt(place) : place;
    }
  },
});

function checkSearch(
  sequence: Tensor,
  values: Operand,
  { side, right, sorter }: SearchOptions,
): void {
  if (side != null && side !== 'left' && side !== 'right') {
    throw new Error(`searchsorted: side can only be "left" or "right" but got ${side}`);
  }
  if (side === 'left' && right === true) {
    throw new Error(
      'searchsorted: side and right cannot be set to opposites, got side of left while right was ' +
        'true',
    );
  }
  if (sequence.ndim === 0)
    throw new Error('searchsorted: the sequence must have at least one dimension');
  if (sequence.ndim > 1) {
    const lead = showShape(sequence.shape.slice(0, -1));
    const fits = values instanceof Tensor && showShape(values.shape.slice(0, -1)) === lead;
    if (!fits) {
      throw new Error(
        'searchsorted: sequences of several dimensions need values whose dimensions but the last ' +
          `match: ${showShape(sequence.shape)} and ${showShape(shapeOf(values))}`,
      );
    }
  }
  if (sorter == null) return;
  if (showShape(sorter.shape) !== showShape(sequence.shape) || sorter.dtype !== 'int64') {
    throw new Error(
      'searchsorted: the sorter must be int64 and have the shape of the sequence, got ' +
        `${sorter.dtype}${showShape(sorter.shape)}`,
    );
  }
}

/**
 * Where values would go in a sorted sequence so that it stays sorted. sequence: [N] or [*, N];
 * values:
 * any shape, or [*, M]. Errors: dimensions that do not match. Source: torch.searchsorted.
 */
export const searchsorted = define(
  'searchsorted',
  'sorted_sequence input:operand | * out_int32 right side sorter',
  (sequence: Tensor, values: Operand, options: SearchOptions = {}): Tensor => {
    checkSearch(sequence, values, options);
    const dtype = promote(sequence.dtype, resultType([sequence, values]));
    const shape = values instanceof Tensor ? values.shape : [];
    const nodes = [cast(sequence.node, dtype), operandNode(values, dtype, shape)];
    if (options.sorter != null) nodes.push(options.sorter.node);
    const right = options.right === true || options.side === 'right';
    return fromNode(
      host(search(right), options.outInt32 ? 'int32' : 'int64', shape, nodes.map(untracked)),
    );
  },
);

/** The bucket of each value between sorted boundaries [N], 0 to N. Source: torch.bucketize. */
export const bucketize = define(
  'bucketize',
  'input:operand boundaries | * out_int32 right',
  (values: Operand, boundaries: Tensor, options: BucketOptions = {}): Tensor => {
    if (boundaries.ndim !== 1) {
      throw new Error(
        `bucketize: boundaries tensor must be 1 dimension, but got ${showShape(boundaries.shape)}`,
      );
    }
    return searchsorted(boundaries, values, options);
  },
);

const members: HostRoutine = {
  key: 'isin',
  run(output, [elements, among]) {
    const set = new Set<Value>(among as Iterable<Value>);
    elements!.forEach((value: Value, i: number) => {
      output[i] = value === value && set.has(value) ? 1 : 0;
    });
  },
};

interface MemberOptions {
  assumeUnique?: boolean;
  invert?: boolean;
}

/** Whether each element is one of the test elements (with invert: is none). Source: torch.isin. */
export const isin = define(
  'isin',
  'elements:operand test_elements | * assume_unique invert',
  (elements: Operand, test: Operand, { invert = false }: MemberOptions = {}): Tensor => {
    if (!(elements instanceof Tensor) && !(test instanceof Tensor)) {
      throw new TypeError('isin: elements or testElements must be a tensor');
    }
    demandNumbers('isin', elements, test);
    const dtype = resultType([elements, test]);
    const shape = elements instanceof Tensor ? elements.shape : [];
    const among = operandNode(test, dtype, test instanceof Tensor ? test.shape : []);
    const hit = host(
      members,
      'bool',
      shape,
      [operandNode(elements, dtype, shape), among].map(untracked),
    );
    return fromNode(invert ? unary('NOT', hit) : hit);
  },
);
method(
  'isin',
  'test_elements | * assume_unique invert',
  (x: Tensor, test: Operand, options?: MemberOptions) => isin(x, test, options),
);

const firstNonzero = (fill: number): HostRoutine => ({
  key: `nonzeroStatic ${fill}`,
  run(output, [data], [shape]) {
    const rank = shape!.length;
    const rows = output as BigInt64Array;
    rows.fill(BigInt(fill));
    let row = 0;
    for (let i = 0; i < data!.length && row * rank < rows.length; i++) {
      if (Number(data![i]) === 0) continue;
      let rest = i;
      for (let axis = rank - 1; axis >= 0; axis--) {
        rows[row * rank + axis] = BigInt(rest % shape![axis]!);
        rest = Math.floor(rest / shape![axis]!);
      }
      row++;
    }
  },
});

method(
  'nonzeroStatic',
  '| * size!:int fill_value:int',
  (x: Tensor, { size, fillValue = -1 }: { size: number; fillValue?: number }) => {
    if (!Number.isInteger(size) || size < 0) {
      throw new RangeError(`nonzeroStatic: size must be a whole number from 0 up, got ${size}`);
    }
    const shape = [size, x.ndim];
    if (x.ndim === 0 || size === 0) return fromNode(constant(fillValue, 'int64', shape));
    return fromNode(host(firstNonzero(fillValue), 'int64', shape, [untracked(x.node)]));
  },
);
