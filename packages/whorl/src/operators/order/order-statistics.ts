// What stands at a place of the sorted order: median, nanmedian, quantile, nanquantile; and the
// mode.
// in:  a tensor and a dim     out: values, with indices where PyTorch gives them; gradients go to
// them

import {
  cast,
  constant,
  eq,
  gather,
  host,
  mul,
  multiplyAdd,
  neg,
  sub,
  unary,
  where,
  withNumber,
} from '../../graph/build.js';
import { reaching } from '../../autograd/paths.js';
import { broadcastTo, permute, reshape } from '../../graph/movement.js';
import { isFloating, type TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { evenly } from '../reduce/evenly.js';
import { dataSync } from '../../tensor/read.js';
import { type KeepDim, reduceNode, untracked, valuesIndices } from '../reduce/reduce.js';
import { orderNode } from './sort.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import type { Shape } from '../../tensor/types/shape.js';
import type { ValuesIndices } from '../reduce/types.js';

export interface QuantileOptions extends KeepDim {
  interpolation?: 'linear' | 'lower' | 'higher' | 'nearest' | 'midpoint';
}
type Median = <const Dim extends number | undefined = undefined>(
  dim?: Dim,
  options?: KeepDim,
) => [Dim] extends [undefined] ? Tensor : ValuesIndices;
type Quantile = (
  q: number | Tensor,
  dim?: number | null | QuantileOptions,
  options?: QuantileOptions,
) => Tensor;

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * The median of all elements, or per row its value and index. NaN is the median where there is
     * one. Of an even number it is the lower of the two in the middle. Errors: bool, an empty
     * dim. Source: torch.median.
     */
    median: Median;
    /** The median of what is not NaN. Source: torch.nanmedian. */
    nanmedian: Median;
    /**
     * The q-th quantiles along dim (of all elements without dim); several q make a first dimension.
     * Errors: integers, q outside [0, 1]. NaN where a row has one. Source: torch.quantile.
     */
    quantile: Quantile;
    /** quantile of what is not NaN. Source: torch.nanquantile. */
    nanquantile: Quantile;
    /** The most frequent value along dim and its last index. Source: torch.mode. */
    mode(dim?: number, options?: KeepDim): ValuesIndices;
  }
}

const whole = (a: Node, value: number): Node => constant(value, a.dtype, a.shape);
const lifted = (a: Node): Node => (a.shape.length === 0 ? reshape(a, [1]) : a);

/** How many along the axis are NaN, as int64, the axis kept. */
function countNaN(a: Node, axis: number): Node {
  const shape = a.shape.map((n, i) => (i === axis ? 1 : n));
  if (!isFloating(a.dtype)) return constant(0, 'int64', shape);
  const missing = cast(unary('NOT', eq(a, a)), 'int64');
  return reduceNode(missing, 'sum', [axis], true);
}

/**
 * The index of the median: the lower of the two in the middle; where there are NaN, one of them.
 */
function medianIndex(a: Node, axis: number, skip: boolean): Node {
  const n = a.shape[axis]!;
  const missing = countNaN(a, axis);
  const among = skip ? sub(whole(missing, n), missing) : whole(missing, n);
  const middle = withNumber('IDIV', withNumber('SUB', among, 1), 2);
  const none = withNumber('LT', middle, 0);
  const place = skip
    ? where(none, whole(middle, 0), middle)
    : where(withNumber('EQ', missing, 0), middle, whole(middle, n - 1));
  return gather(orderNode(a, axis, false), place, axis);
}

function medianOf(name: string, skip: boolean) {
  return (x: Tensor, dim?: number | null, { keepdim = false }: KeepDim = {}) => {
    demandNumbers(name, x);
    if (dim === undefined || dim === null) return medianOfAll(name, x, skip);
    const axis = wrapDim(name, dim, x.ndim);
    const a = lifted(x.node);
    if (a.shape[axis] === 0) {
      throw new RangeError(`${name}: expected reduction dim ${axis} to have non-zero size`);
    }
    const index = medianIndex(untracked(a), axis, skip);
    return finished(x, a, index, axis, keepdim);
  };
}

/** Values at an index and the index, in the shape that a reduction leaves. */
function finished(x: Tensor, a: Node, index: Node, axis: number, keepdim: boolean) {
  const values = gather(a, index, axis);
  const kept = keepdim ? index.shape : index.shape.filter((_, i) => i !== axis);
  const shape = x.ndim === 0 ? [] : kept;
  return valuesIndices(fromNode(reshape(values, shape)), fromNode(reshape(index, shape)));
}

/** The gradient is shared by all elements that equal the median. */
function medianOfAll(name: string, x: Tensor, skip: boolean): Tensor {
  const a = reshape(x.node, [x.numel()]);
  if (x.numel() === 0) return fromNode(reaching(constant(Number.NaN, x.dtype, []), [a]));
  const index = medianIndex(untracked(a), 0, skip);
  const value = reshape(gather(a, index, 0), []);
  return fromNode(evenly(name, value, a));
}

method('median', 'dim? | keepdim', medianOf('median', false));
method('nanmedian', 'dim? | keepdim', medianOf('nanmedian', true));

const modes = {
  key: 'mode',
  run(output: TypedArray, inputs: readonly TypedArray[], shapes: readonly Shape[]): void {
    const n = shapes[0]![shapes[0]!.length - 1]!;
    for (let row = 0; row < output.length; row++) {
      output[row] = modeIndex(inputs[0]!.subarray(row * n, (row + 1) * n));
    }
  },
};

/** The last index of the most frequent value, the smallest of several. */
function modeIndex(row: TypedArray): bigint {
  if (row.some((v: number | bigint) => v !== v)) return modeAmongNaN([...(row as Float64Array)]);
  const seen = new Map<number | bigint, { count: number; last: number }>();
  row.forEach((value: number | bigint, i: number) => {
    const entry = seen.get(value) ?? { count: 0, last: i };
    seen.set(value, { count: entry.count + 1, last: i });
  });
  let best: [number | bigint, { count: number; last: number }] | undefined;
  for (const each of seen) {
    const more = best === undefined || each[1].count > best[1].count;
    if (more || (each[1].count === best![1].count && each[0] < best![0])) best = each;
  }
  return BigInt(best![1].last);
}

/** Ascending and stable, NaN last. */
const sortedWithNaN = (row: readonly number[]): number[] => {
  const rank = (value: number) => (value !== value ? 1 : 0);
  return [...row.keys()].sort(
    (i, j) =>
      rank(row[i]!) - rank(row[j]!) || (row[i]! < row[j]! ? -1 : row[i]! > row[j]! ? 1 : i - j),
  );
};

/**
 * As std::sort treats up to 16: in front at once where it is less than the first, else back step by
 * step.
 */
function inserted(row: readonly number[]): number[] {
  const order: number[] = [];
  row.forEach((value, i) => {
    let place = order.length;
    if (place > 0 && value < row[order[0]!]!) place = 0;
    while (place > 0 && value < row[order[place - 1]!]!) place--;
    order.splice(place, 0, i);
  });
  return order;
}

/**
 * No NaN equals another, and none is put in order: PyTorch looks for the longest run in the row as
 * it is once sorted by insertion, where NaN stops what would pass it. In rows that are too long for
 * that NaN comes last.
 */
function modeAmongNaN(row: readonly number[]): bigint {
  const order = row.length > 16 ? sortedWithNaN(row) : inserted(row);
  let [best, most, run] = [0, 0, 0];
  order.forEach((index, at) => {
    run++;
    if (at + 1 < order.length && row[index] === row[order[at + 1]!]) return;
    if (run > most) [best, most] = [index, run];
    run = 0;
  });
  return BigInt(best);
}

method('mode', 'dim? | keepdim', (x: Tensor, dim = -1, { keepdim = false }: KeepDim = {}) => {
  const axis = wrapDim('mode', dim, x.ndim);
  const a = lifted(x.node);
  if (a.shape[axis] === 0) {
    throw new RangeError(`mode: expected reduction dim ${axis} to have non-zero size`);
  }
  const order = [...a.shape.keys()].filter((i) => i !== axis);
  const rows = permute(untracked(a), [...order, axis]);
  const index = host(modes, 'int64', rows.shape.slice(0, -1), [rows]);
  const kept = reshape(
    index,
    a.shape.map((n, i) => (i === axis ? 1 : n)),
  );
  return finished(x, a, kept, axis, keepdim);
});

function checkQuantile(name: string, x: Tensor, q: number | Tensor): void {
  if (!isFloating(x.dtype)) {
    throw new TypeError(
      `${name}: input tensor must be either float or double dtype, got ${x.dtype}`,
    );
  }
  if (x.numel() === 0) throw new Error(`${name}: input tensor must be non-empty`);
  if (q instanceof Tensor) {
    if (q.ndim > 1) {
      throw new Error(`${name}: q must be a number or a 1D tensor, got ${showShape(q.shape)}`);
    }
    if (q.dtype !== x.dtype)
      throw new TypeError(`${name}: q must have the input's dtype ${x.dtype}`);
  }
  const values = q instanceof Tensor ? [...(dataSync(q, 'quantile') as Float32Array)] : [q];
  if (values.some((v) => v < 0 || v > 1)) {
    throw new RangeError(`${name}: q values must be in the range [0, 1], got ${values}`);
  }
}

/** Places among the sorted elements for each q, in float64: [rows..., Q], fractions included. */
function ranks(a: Node, q: Node, skip: boolean): Node {
  const axis = a.shape.length - 1;
  const n = a.shape[axis]!;
  const shape = [...a.shape.slice(0, -1), q.shape[0]!];
  const missing = broadcastTo(cast(countNaN(a, axis), 'float64'), shape);
  const share = broadcastTo(cast(q, 'float64'), shape);
  if (!skip) {
    const some = withNumber('LT', withNumber('MUL', missing, -1), 0);
    return where(some, constant(n - 1, 'float64', shape), withNumber('MUL', share, n - 1));
  }
  const last = sub(constant(n - 1, 'float64', shape), missing);
  const rank = mul(share, last);
  return where(withNumber('LT', rank, 0), constant(0, 'float64', shape), rank);
}

const placements = {
  lower: 'FLOOR',
  higher: 'CEIL',
  nearest: 'ROUND',
  linear: null,
  midpoint: null,
} as const;

/** Elements at fractional places, between neighbours as `interpolation` says. [rows..., Q] */
function interpolated(
  a: Node,
  q: Node,
  skip: boolean,
  interpolation: keyof typeof placements,
): Node {
  const axis = a.shape.length - 1;
  const rank = untracked(ranks(untracked(a), q, skip));
  const order = orderNode(a, axis, false);
  const at = (place: Node) => gather(a, gather(order, cast(place, 'int64'), axis), axis);
  const single = placements[interpolation];
  if (single !== null) return at(unary(single, rank));
  const low = unary('FLOOR', rank);
  const weight =
    interpolation === 'midpoint'
      ? constant(0.5, a.dtype, rank.shape)
      : cast(sub(rank, low), a.dtype);
  return between(at(low), at(unary('CEIL', rank)), weight);
}

/** Written from the nearer end, as lerp: where that one is infinite, so is the result. */
function between(below: Node, above: Node, weight: Node): Node {
  const difference = sub(above, below);
  const rest = sub(constant(1, weight.dtype, weight.shape), weight);
  return where(
    withNumber('LT', weight, 0.5),
    multiplyAdd(weight, difference, below),
    multiplyAdd(neg(difference), rest, above),
  );
}

function quantileOf(name: string, skip: boolean) {
  return (
    x: Tensor,
    q: number | Tensor,
    dim?: number | null,
    { keepdim = false, interpolation = 'linear' }: QuantileOptions = {},
  ): Tensor => {
    checkQuantile(name, x, q);
    if (!(interpolation in placements)) {
      throw new Error(
        `${name}: interpolation must be one of linear, lower, higher, midpoint or ` +
          `nearest, but got ${interpolation}`,
      );
    }
    const all = dim === undefined || dim === null;
    const axis = all ? 0 : wrapDim(name, dim, x.ndim);
    const a = all ? reshape(x.node, [x.numel()]) : lifted(x.node);
    const others = [...a.shape.keys()].filter((i) => i !== axis);
    const rows = permute(a, [...others, axis]);
    const places =
      q instanceof Tensor ? reshape(untracked(q.node), [q.numel()]) : constant(q, x.dtype, [1]);
    const picked = interpolated(rows, places, skip, interpolation);
    const last = others.length;
    const front = permute(picked, [last, ...others.keys()]);
    const kept = all ? x.shape.map(() => 1) : x.shape.map((n, i) => (i === axis ? 1 : n));
    const rest = keepdim ? kept : all || x.ndim === 0 ? [] : others.map((i) => a.shape[i]!);
    const lead = q instanceof Tensor && q.ndim === 1 ? [q.shape[0]!] : [];
    return fromNode(reshape(front, [...lead, ...rest]));
  };
}
method('quantile', 'q dim? | keepdim * interpolation', quantileOf('quantile', false));
method('nanquantile', 'q dim? | keepdim * interpolation', quantileOf('nanquantile', true));
