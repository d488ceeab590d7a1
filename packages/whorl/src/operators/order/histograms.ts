// Counting values: histc, histogram, bincount.
// in:  a tensor of numbers     out: counts per bin (bincount's size depends on the values: it
// reads)

import { namedResults } from '../../tensor/named-results.js';
import { upload } from '../../engine/devices/host.js';
import { host } from '../../graph/build.js';
import { arrayOf, isFloating, type TypedArray } from '../../graph/dtype.js';
import { fillLinspace } from '../../random/linspace.js';
import { method } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { dataSync, soon } from '../../tensor/read.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';

export interface HistogramOptions {
  /** [lowest, highest] bin edge; the data's extremes by default */
  range?: readonly [number, number] | null;
  weight?: Tensor | null;
  /** areas that sum to 1 in place of counts */
  density?: boolean;
}
export interface Histogram extends Iterable<Tensor>, ArrayLike<Tensor> {
  readonly hist: Tensor;
  readonly binEdges: Tensor;
}

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * How many elements fall into each of `bins` equal bins from min to max (where they are equal,
     * the data's own extremes). Errors: integers, bins < 1, min > max. Source: torch.histc.
     */
    histc<T extends Tensor>(
      this: T,
      bins?: number,
      min?: number,
      max?: number,
    ): Tensor<[number], T['dtype']>;
    /**
     * Counts (or summed weights) between edges, and the edges. Reads the tensor where edges are not
     * given. Errors: integers, weights of another shape. Source: torch.histogram.
     */
    histogram(bins?: number | Tensor, options?: HistogramOptions): Histogram;
    bincount(weights?: Tensor | null, minlength?: number): Promise<Tensor>;
    bincountSync(weights?: Tensor | null, minlength?: number): Tensor;
  }
}

type Floats = Float32Array | Float64Array;

/** The outer edges: given ones, or the data's extremes; moved apart where they are one. */
function outer(
  name: string,
  data: Floats,
  low: number,
  high: number,
  apart: number,
): [number, number] {
  const round = data instanceof Float32Array ? Math.fround : (v: number) => v;
  let [from, to] = [round(low), round(high)];
  if (from === to && data.length > 0) {
    [from, to] = [Infinity, -Infinity];
    // NaN goes into both, and is refused below
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (!(value >= from)) from = value;
      if (!(value <= to)) to = value;
      if (value !== value) break;
    }
  }
  if (from === to) [from, to] = [from - apart, to + apart];
  if (!Number.isFinite(from) || !Number.isFinite(to)) {
    throw new RangeError(`${name}: range of [${from}, ${to}] is not finite`);
  }
  if (from > to) throw new RangeError(`${name}: max must be larger than min, got [${from}, ${to}]`);
  return [from, to];
}

/** Counts into equal bins; what lies outside, and NaN, is left out. */
function count(out: Floats, data: Floats, low: number, high: number): void {
  if (out instanceof Float32Array) countSingle(out, data as Float32Array, low, high);
  else countDouble(out, data as Float64Array, low, high);
}

// PyTorch's order: the product first
function countSingle(out: Float32Array, data: Float32Array, low: number, high: number): void {
  const { fround } = Math;
  const width = fround(high - low);
  const bins = out.length;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (!(value >= low && value <= high)) continue;
    const at = fround(fround(fround(value - low) * bins) / width) | 0;
    out[at < bins ? at : bins - 1]!++;
  }
}

function countDouble(out: Float64Array, data: Float64Array, low: number, high: number): void {
  const width = high - low;
  const bins = out.length;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (!(value >= low && value <= high)) continue;
    const at = (((value - low) * bins) / width) | 0;
    out[at < bins ? at : bins - 1]!++;
  }
}

function demandFloat(name: string, x: Tensor): void {
  if (isFloating(x.dtype)) return;
  throw new TypeError(`${name}: not implemented for ${x.dtype} tensors; convert it with float()`);
}

function demandBins(name: string, bins: number): void {
  if (Number.isInteger(bins) && bins > 0) return;
  throw new RangeError(`${name}: bins must be > 0, but got ${bins}`);
}

method('histc', 'bins:int? min:number? max:number?', (x: Tensor, bins = 100, min = 0, max = 0) => {
  demandFloat('histc', x);
  demandBins('histc', bins);
  if (min > max) throw new RangeError(`histc: max must be larger than min, got [${min}, ${max}]`);
  const node = host(
    {
      key: `histc ${min} ${max}`,
      run(output, inputs) {
        const data = inputs[0] as Floats;
        const [low, high] = outer('histc', data, min, max, 1);
        count(output as Floats, data, low, high);
      },
    },
    x.dtype,
    [bins],
    [x.node],
  );
  node.history = null;
  return fromNode(node);
});

/** The bin of a value among ascending edges, the last edge counting to the last bin; -1 outside. */
function binOf(edges: Floats, value: number): number {
  const last = edges.length - 1;
  if (!(value >= edges[0]! && value <= edges[last]!)) return -1;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= edges[middle]!) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The given edges, or bins + 1 evenly spaced ones over the range or the data's extremes; 0 to 1 of
 * no data.
 */
function edgesOf(x: Tensor, bins: number | Tensor, range: HistogramOptions['range']): Floats {
  if (bins instanceof Tensor) {
    if (bins.ndim !== 1 || bins.numel() === 0 || bins.dtype !== x.dtype) {
      throw new TypeError(
        `histogram: bins must be 1-d edges of dtype ${x.dtype}, got ` +
          `${bins.dtype}${showShape(bins.shape)}`,
      );
    }
    return dataSync(bins, 'histogram') as Floats;
  }
  demandBins('histogram', bins);
  const [min, max] = range ?? [0, 0];
  const edges = new arrayOf[x.dtype](bins + 1) as Floats;
  if (x.numel() === 0 && !range) {
    fillLinspace(edges, 0, 1);
    return edges;
  }
  const [low, high] = outer('histogram', dataSync(x, 'histogram') as Floats, min, max, 0.5);
  fillLinspace(edges, low, high);
  return edges;
}

method(
  'histogram',
  'bins? | * range weight density',
  (
    x: Tensor,
    bins: number | Tensor = 100,
    { range = null, weight = null, density = false }: HistogramOptions = {},
  ): Histogram => {
    demandFloat('histogram', x);
    if (weight !== null && showShape(weight.shape) !== showShape(x.shape)) {
      throw new Error(
        `histogram: weight ${showShape(weight.shape)} must have the shape of the input ` +
          showShape(x.shape),
      );
    }
    if (weight !== null && weight.dtype !== x.dtype) {
      throw new TypeError(
        'histogram: if weight is provided, input and weight should have the same dtype, but got ' +
          `${x.dtype} and ${weight.dtype}`,
      );
    }
    const edges = edgesOf(x, bins, range);
    const out = new arrayOf[x.dtype](edges.length - 1) as Floats;
    const weights = weight === null ? null : (dataSync(weight, 'histogram') as Floats);
    (dataSync(x, 'histogram') as Floats).forEach((value: number, i: number) => {
      const bin = binOf(edges, value);
      if (bin >= 0) out[bin]! += weights === null ? 1 : weights[i]!;
    });
    if (density) {
      let total = 0;
      for (const value of out) total += value;
      for (let i = 0; i < out.length; i++) out[i] = out[i]! / total / (edges[i + 1]! - edges[i]!);
    }
    const hist = fromNode(upload(out, x.dtype, [out.length], x.device));
    const binEdges = fromNode(upload(edges as TypedArray, x.dtype, [edges.length], x.device));
    return namedResults({ hist, binEdges });
  },
);

/** As numbers: an int64 from its words, without a bigint. */
function plainNumbers(data: TypedArray): Exclude<TypedArray, BigInt64Array> {
  if (!(data instanceof BigInt64Array)) return data;
  const words = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
  const numbers = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++)
    numbers[i] = words[2 * i + 1]! * 2 ** 32 + (words[2 * i]! >>> 0);
  return numbers;
}

/**
 * How often each number from 0 up occurs (or its summed weights), in a tensor long enough for the
 * largest, at least minlength. Errors: not 1-d, negative or floating numbers. Source:
 * torch.bincount.
 */
function bincountSync(x: Tensor, weights?: Tensor | null, minlength = 0): Tensor {
  if (minlength < 0) throw new RangeError('bincount: minlength should be >= 0');
  if (x.ndim !== 1 || isFloating(x.dtype) || x.dtype === 'bool') {
    throw new TypeError(
      'bincount: only supports 1-d non-negative integral inputs, got ' +
        `${x.dtype}${showShape(x.shape)}`,
    );
  }
  if (weights != null && (weights.ndim !== 1 || weights.shape[0] !== x.shape[0])) {
    throw new Error(
      `bincount: weights should be 1-d and have the same length as input, got ` +
        showShape(weights.shape),
    );
  }
  const values = plainNumbers(dataSync(x, 'histogram'));
  let n = minlength;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < 0) throw new RangeError('bincount: only supports non-negative values');
    if (values[i]! >= n) n = values[i]! + 1;
  }
  if (weights == null) {
    const counts = new BigInt64Array(n);
    const words = new Uint32Array(counts.buffer);
    for (let i = 0; i < values.length; i++) words[2 * values[i]!]!++;
    return fromNode(upload(counts, 'int64', [n], x.device));
  }
  // as PyTorch: float32 is summed up as it is, all else in float64
  const dtype = weights.dtype === 'float32' ? 'float32' : 'float64';
  const sums = new arrayOf[dtype](n);
  const factors = dataSync(weights, 'histogram');
  for (let i = 0; i < values.length; i++) sums[values[i]!]! += Number(factors[i]);
  return fromNode(upload(sums, dtype, [n], x.device));
}
method('bincountSync', 'weights? minlength?', bincountSync);
method(
  'bincount',
  'weights? minlength?',
  (x: Tensor, weights?: Tensor | null, minlength?: number) =>
    soon('bincount', [x, weights, minlength] as const, bincountSync),
);
