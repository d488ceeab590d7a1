// What the conformance file leaves out, recorded from PyTorch 2.15 and CPython 3.11: other dtypes,
// odd bounds, samplers' options. A line of recorded.json: [name, arguments, dtype, values].

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fillBernoulli, fillDropoutMask } from '../../src/random/bernoulli.js';
import { defaultGenerator as g, manualSeed } from '../../src/random/default.js';
import { fillCauchy, fillGeometric, fillLogNormal } from '../../src/random/distributions.js';
import { Generator } from '../../src/random/generator.js';
import { fillSparse } from '../../src/random/init.js';
import { fillRandint, fillRandperm } from '../../src/random/integers.js';
import { arangeLength, fillArange, fillLinspace } from '../../src/random/linspace.js';
import { drawMultinomial } from '../../src/random/multinomial.js';
import { fillNormal } from '../../src/random/normal.js';
import { PythonRandom } from '../../src/random/python.js';
import { randomOrder, randomSplitIndices, weightedRandomOrder } from '../../src/random/samplers.js';
import { fillTruncNormal } from '../../src/random/truncnormal.js';
import type { DType, TypedArray } from '../../src/graph/dtype.js';

type Values = ArrayLike<number | bigint>;
type Recorded = [name: string, a: any[], dtype: string, values: string[]];

const lines: Recorded[] = JSON.parse(
  readFileSync(new URL('./recorded.json', import.meta.url), 'utf8'),
);

const kinds = {
  f32: [Float32Array, 'float32'],
  f64: [Float64Array, 'float64'],
  i64: [BigInt64Array, 'int64'],
  i32: [Int32Array, 'int32'],
  u8: [Uint8Array, 'uint8'],
  bool: [Uint8Array, 'bool'],
} as const;
type Kind = keyof typeof kinds;

function filled(kind: Kind, n: number, fill: (out: any, dtype: DType) => void): TypedArray {
  const [ArrayType, dtype] = kinds[kind];
  const out = new ArrayType(n);
  fill(out, dtype);
  return out;
}

const weights = [0.1, 0.9, 0.4, 0.7, 3, 0.6];

const unseeded: Record<string, (...a: any[]) => Values> = {
  // torch.arange(start, end, step, dtype)
  arange: (start, end, step, kind: Kind) =>
    filled(kind, arangeLength(start, end, step), (out) => fillArange(out, start, step)),
  // torch.linspace(start, end, n, dtype)
  linspace: (start, end, n, kind: Kind) => filled(kind, n, (out) => fillLinspace(out, start, end)),
};

/** The first argument is the seed. */
const seeded: Record<string, (seed: number, ...a: any[]) => Values> = {
  // empty(12, dtype).random_(low, high)
  random_: (_s, low, high, kind: Kind) =>
    filled(kind, 12, (out, dtype) => fillRandint(out, g, BigInt(low), BigInt(high), dtype)),
  randperm: (_s, n, kind: Kind) => filled(kind, n, (out) => fillRandperm(out, g)),
  geometric: (_s, p, kind: Kind) => filled(kind, 20, (out) => fillGeometric(out, g, p)),
  bernoulli: (_s, p, kind: Kind) => filled(kind, 20, (out) => fillBernoulli(out, g, p)),
  // nn.init.trunc_normal_(empty(5, 7, dtype), mean, std, a, b)
  trunc: (_s, mean, std, a, b, kind: Kind) =>
    filled(kind, 35, (out) => fillTruncNormal(out, g, { mean, std, a, b })),
  cauchy: (_s, kind: Kind) => filled(kind, 20, (out) => fillCauchy(out, g, 1, 3)),
  lognormal: (_s, kind: Kind) => filled(kind, 20, (out) => fillLogNormal(out, g, 0.5, 0.7)),
  // F.dropout(full(20, 1.7, dtype), p)
  dropout: (_s, p, kind: Kind) => {
    const x = filled(kind, 20, (out) => out.fill(1.7)) as Float64Array;
    const mask = filled(kind, 20, (out) => fillDropoutMask(out, g, p)) as Float64Array;
    return x.map((value, i) => value * mask[i]);
  },
  // torch.multinomial((arange(1, 22, dtype) ** 2).reshape(3, 7), k, replacement)
  multinomial: (_s, samples, replacement, kind: Kind) => {
    const squares = filled(kind, 21, (out) => fillArange(out, 1)) as Float64Array;
    const shape = { rows: 3, categories: 7, samples };
    return drawMultinomial(
      squares.map((x) => x * x),
      shape,
      replacement,
      g,
    );
  },
  weighted: (_s, replacement) => Array.from(weightedRandomOrder(weights, 5, { replacement })),
  RandomSampler: (_s, n, numSamples, replacement) =>
    Array.from(randomOrder(n, { numSamples, replacement })),
  // With a generator of its own, whose next random_() on int32 closes the line.
  RandomSamplerG: (seed, n, numSamples, replacement) => {
    const generator = new Generator().manualSeed(seed);
    const order = Array.from(randomOrder(n, { numSamples, replacement, generator }));
    return [...order, generator.bits() & 0x7fffffff];
  },
  // random_split(range(n), [.3, .3, .4]), -1 after each part
  split: (_s, n) => randomSplitIndices(n, [0.3, 0.3, 0.4]).flatMap((part) => [...part, -1]),
  // The start of the SHA-256 of get_rng_state() after randn(3) and rand(700)
  state: () => {
    fillNormal(new Float32Array(3), g);
    for (let i = 0; i < 700; i++) g.bits();
    const digest = createHash('sha256').update(g.getState()).digest('hex');
    return [Number.parseInt(digest.slice(0, 12), 16)];
  },
  // Python: weighted choices, randrange with and without steps, long and wide draws
  py: (seed) => {
    const r = new PythonRandom(seed);
    const byWeight = { weights: [1, 2, 3, 4, 5, 6, 7, 8, 0.5], k: 9 };
    return [
      ...r.choices([0, 1, 2, 3, 4, 5, 6, 7, 8], byWeight),
      r.randrange(3, 100, 7),
      r.randrange(50),
      r.randrange(100, 3, -7),
      r.randint(0, 2 ** 40),
      r.getrandbits(53),
      r.getrandbits(32),
      r.randrange(2 ** 32),
    ];
  },
  // nn.init.sparse_(empty(9, 4), 0.4, generator=...): the zeros' places ignore the generator
  sparse_g: () =>
    filled('f32', 36, (out) => fillSparse(out, new Generator().manualSeed(5), [9, 4], 0.4)),
};

/** Their float64 values end in a library's log, exp or tan: three units in the last place. */
const transcendental = new Set(['trunc', 'lognormal', 'cauchy']);

describe('what else PyTorch 2.15 and CPython 3.11 drew', () => {
  for (const name of new Set(lines.map(([own]) => own))) {
    it(`${name} is the recorded one`, () => {
      for (const [, a, dtype, values] of lines.filter(([own]) => own === name)) {
        if (name in seeded) manualSeed(a[0]);
        const actual = Array.from((seeded[name] ?? unseeded[name])(...(a as [number])));
        const label = JSON.stringify(a);
        if (!dtype.startsWith('float')) expect(actual.map(String), label).toEqual(values);
        else if (dtype === 'float64' && transcendental.has(name)) {
          expect(actual.length).toBe(values.length);
          actual.forEach((x, i) => {
            const expected = Number(values[i]);
            const off = Math.abs(Number(x) - expected);
            expect(off, label).toBeLessThanOrEqual(7e-16 * Math.abs(expected));
          });
        } else expect(actual, label).toEqual(values.map(Number));
      }
    });
  }
});
