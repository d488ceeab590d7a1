// One recorded case -> the same call over this folder's functions, in PyTorch's order of draws.
// in:  a case's function name and arguments     out: the arrays it records

import { fillBernoulli, fillBernoulliFrom, fillDropoutMask } from '../../src/random/bernoulli.js';
import { defaultGenerator, manualSeed } from '../../src/random/default.js';
import {
  fillCauchy,
  fillExponential,
  fillGeometric,
  fillLogNormal,
} from '../../src/random/distributions.js';
import { Generator } from '../../src/random/generator.js';
import {
  fillKaimingNormal,
  fillKaimingUniform,
  fillLayerBias,
  fillLayerWeight,
  fillSparse,
  fillXavierNormal,
  fillXavierUniform,
} from '../../src/random/init.js';
import { fillRandint, fillRandom, fillRandperm } from '../../src/random/integers.js';
import { fillLinspace } from '../../src/random/linspace.js';
import { drawMultinomial } from '../../src/random/multinomial.js';
import { fillNormal } from '../../src/random/normal.js';
import { fillOrthogonal } from '../../src/random/orthogonal.js';
import { PythonRandom } from '../../src/random/python.js';
import {
  batchesOf,
  drawBaseSeed,
  randomOrder,
  randomSplitIndices,
  sequentialOrder,
  subsetRandomOrder,
} from '../../src/random/samplers.js';
import { fillTruncNormal } from '../../src/random/truncnormal.js';
import { fillUniform } from '../../src/random/uniform.js';
import type { DType, TypedArray } from '../../src/graph/dtype.js';
import type { FanMode, Nonlinearity } from '../../src/random/init.js';

type Outputs = (TypedArray | readonly number[])[];
type Arguments = any[];

const g = defaultGenerator;
const f32 = (n: number) => new Float32Array(n);
const f64 = (n: number) => new Float64Array(n);

function filled<T extends TypedArray>(out: T, fill: (out: T) => void): T {
  fill(out);
  return out;
}

const rand = (n: number) => filled(f32(n), (out) => fillUniform(out, g));
const randn = (n: number) => filled(f32(n), (out) => fillNormal(out, g));
const size = (shape: readonly number[]) => shape.reduce((product, s) => product * s, 1);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const linspace = (a: number, b: number, n: number) =>
  filled(f32(n), (out) => fillLinspace(out, a, b));

const randomArrays: Record<string, () => TypedArray> = {
  int64: () => new BigInt64Array(20),
  int32: () => new Int32Array(20),
  uint8: () => new Uint8Array(20),
  bool: () => new Uint8Array(20),
  float32: () => f32(20),
  float64: () => f64(20),
};

function linear(inputs: number, outputs: number, hasBias: boolean): Float32Array[] {
  return layer([outputs, inputs], hasBias);
}

function layer(shape: number[], hasBias: boolean): Float32Array[] {
  const weight = filled(f32(size(shape)), (out) => fillLayerWeight(out, g, shape));
  return hasBias
    ? [weight, filled(f32(shape[0]), (out) => fillLayerBias(out, g, shape))]
    : [weight];
}

function dropout(n: number, p: number): Float32Array {
  const x = linspace(-2, 3, n);
  if (p === 0) return x;
  const mask = filled(f32(n), (out) => fillDropoutMask(out, g, p));
  return x.map((value, i) => value * mask[i]);
}

/** One pass over a DataLoader, as its iterator draws. */
function epoch(n: number, shuffled: boolean, generator?: Generator): number[] {
  const batchSize = new Map([
    [10, 3],
    [100, 32],
    [7, 7],
  ]).get(n)!;
  drawBaseSeed(generator);
  const order = shuffled ? randomOrder(n, { generator }) : sequentialOrder(n);
  return Array.from(batchesOf(order, batchSize)).flat();
}

function program(): Outputs {
  manualSeed(12345);
  const x = f32(8000);
  const quarter = (2 * Math.PI) / 4;
  for (let c = 0; c < 4; c++) {
    const t = linspace(0, 1, 1000);
    const angle = linspace(quarter * c, quarter * (2 + c), 1000);
    const noise = randn(1000);
    for (let i = 0; i < 1000; i++) {
      const a = Math.fround(angle[i] + Math.fround(noise[i] * Math.fround(0.2)));
      x[2 * (1000 * c + i)] = t[i] * Math.fround(Math.sin(a));
      x[2 * (1000 * c + i) + 1] = t[i] * Math.fround(Math.cos(a));
    }
  }
  const layers = [
    [2, 100],
    [100, 4],
    [2, 100],
    [100, 4],
  ];
  return [x, ...layers.flatMap(([i, o]) => linear(i, o, true)), rand(1)];
}

function sequence(): Outputs {
  const parts = [
    randn(3),
    rand(5),
    randn(1),
    randn(20),
    randn(2),
    randn(16),
    randn(15),
    Float32Array.from(filled(f64(1), (out) => fillNormal(out, g))),
    rand(1),
  ];
  return [parts.flatMap((part) => Array.from(part))];
}

/** The default generator is seeded with the case's first argument before each of these. */
export const seededCases: Record<string, (...a: Arguments) => Outputs> = {
  rand: (n) => [rand(n)],
  randn: (n) => [randn(n)],
  rand64: (n) => [filled(f64(n), (out) => fillUniform(out, g))],
  randn64: (n) => [filled(f64(n), (out) => fillNormal(out, g))],
  uniform_: (n, a, b) => [filled(f32(n), (out) => fillUniform(out, g, a, b))],
  uniform64_: (n, a, b) => [filled(f64(n), (out) => fillUniform(out, g, a, b))],
  normal_: (n, m, s) => [filled(f32(n), (out) => fillNormal(out, g, m, s))],
  normal64_: (n, m, s) => [filled(f64(n), (out) => fillNormal(out, g, m, s))],
  'torch.normal': (n, m, s) => [filled(f32(n), (out) => fillNormal(out, g, m, s))],
  normal_nc: (n) => [filled(f32(n), (out) => fillNormal(out, g, 0, 1, false))],
  seq: sequence,
  randint: (n, lo, hi) => [
    filled(new BigInt64Array(n), (out) => fillRandint(out, g, BigInt(lo), BigInt(hi))),
  ],
  random_: (_n, dtype: DType) => [
    filled(randomArrays[dtype](), (out) => fillRandom(out, g, dtype)),
  ],
  randperm: (n) => [filled(new BigInt64Array(n), (out) => fillRandperm(out, g))],
  bernoulli_p: (n, p) => [filled(f32(n), (out) => fillBernoulli(out, g, p))],
  bernoulli_t32: (n) => [filled(f32(n), (out) => fillBernoulliFrom(out, g, linspace(0, 1, n)))],
  bernoulli_t64: (n) => {
    const p = filled(f64(n), (out) => fillLinspace(out, 0, 1));
    return [filled(f64(n), (out) => fillBernoulliFrom(out, g, p))];
  },
  dropout: (n, p) => [dropout(n, p), rand(1)],
  exponential_: (n, lambda) => [filled(f32(n), (out) => fillExponential(out, g, lambda))],
  exponential64_: (n, lambda) => [filled(f64(n), (out) => fillExponential(out, g, lambda))],
  geometric_: (n, p) => [filled(f32(n), (out) => fillGeometric(out, g, p))],
  log_normal_: (n, m, s) => [filled(f32(n), (out) => fillLogNormal(out, g, m, s))],
  cauchy_: (n, m, s) => [filled(f32(n), (out) => fillCauchy(out, g, m, s))],
  multinomial: (samples, replacement) => {
    const shape = { rows: 3, categories: 10, samples };
    return [drawMultinomial(linspace(0.5, 3, 30), shape, replacement, g), rand(1)];
  },
  Linear: (inputs, outputs, bias) => [...linear(inputs, outputs, bias === 1), rand(1)],
  Conv2d: (inputs, outputs, kh, kw, groups) => layer([outputs, inputs / groups, kh, kw], true),
  Embedding: (n, d, padding) => {
    const table = randn(n * d);
    if (padding !== null) table.fill(0, padding * d, (padding + 1) * d);
    return [table];
  },
  xavier_uniform: (shape, gain) => [
    filled(f32(size(shape)), (out) => fillXavierUniform(out, g, shape, gain)),
  ],
  xavier_normal: (shape, gain) => [
    filled(f32(size(shape)), (out) => fillXavierNormal(out, g, shape, gain)),
  ],
  kaiming_uniform: (shape, a, mode: FanMode, nonlinearity: Nonlinearity) => [
    filled(f32(size(shape)), (out) => fillKaimingUniform(out, g, shape, { a, mode, nonlinearity })),
  ],
  kaiming_normal: (shape, a, mode: FanMode, nonlinearity: Nonlinearity) => [
    filled(f32(size(shape)), (out) => fillKaimingNormal(out, g, shape, { a, mode, nonlinearity })),
  ],
  trunc_normal: (shape, mean, std, a, b) => [
    filled(f32(size(shape)), (out) => fillTruncNormal(out, g, { mean, std, a, b })),
  ],
  orthogonal: (rows, cols, gain) => [
    filled(f32(rows * cols), (out) => fillOrthogonal(out, g, [rows, cols], gain)),
  ],
  sparse: (rows, cols, sparsity, std) => [
    filled(f32(rows * cols), (out) => fillSparse(out, g, [rows, cols], sparsity, std)),
  ],
  DataLoader: (n, epochs) => [range(epochs).flatMap(() => epoch(n, true)), rand(1)],
  DataLoaderNoShuffle: (n) => {
    epoch(n, false);
    return [rand(1)];
  },
  DataLoaderGen: (n, epochs) => {
    const generator = new Generator().manualSeed(g.initialSeed());
    return [range(epochs).flatMap(() => epoch(n, true, generator)), rand(1)];
  },
  RandomSampler: (n) => [Array.from(randomOrder(n))],
  SubsetRandomSampler: (n) => [Array.from(subsetRandomOrder(range(n)))],
  random_split: (n) => [randomSplitIndices(n, [n - 2, 2]).flat()],
};

const repeated = (n: number, draw: () => number) => range(n).map(draw);

/** Python's generator is seeded with the case's first argument before each of these. */
export const pythonCases: Record<string, (r: PythonRandom, ...a: Arguments) => number[]> = {
  'py.random': (r, n) => repeated(n, () => r.random()),
  'py.shuffle': (r, n) => {
    const list = range(n);
    r.shuffle(list);
    return list;
  },
  'py.choice': (r, from, n) => repeated(n, () => r.choice(range(from))),
  'py.randint': (r, a, b, n) => repeated(n, () => r.randint(a, b)),
  'py.uniform': (r, a, b, n) => repeated(n, () => r.uniform(a, b)),
  'py.sample': (r, from, k) => r.sample(range(from), k),
  'py.choices': (r, from, k) => r.choices(range(from), { k }),
  'py.gauss': (r, n) => repeated(n, () => r.gauss(0, 1)),
  'py.getrandbits': (r, bits, n) => repeated(n, () => r.getrandbits(bits)),
};

/** Runs a recorded case. */
export function runCase(fn: string, a: Arguments): Outputs {
  if (fn === 'program') return program();
  if (fn === 'linspace') return [linspace(a[0], a[1], a[2])];
  if (fn === 'linspace64') return [filled(f64(a[2]), (out) => fillLinspace(out, a[0], a[1]))];
  const [seed, ...rest] = a;
  if (fn in pythonCases) return [pythonCases[fn](new PythonRandom(BigInt(seed)), ...rest)];
  manualSeed(BigInt(seed));
  return seededCases[fn](...rest);
}
