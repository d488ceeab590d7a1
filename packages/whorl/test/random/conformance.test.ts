// Every recorded case of PyTorch's generator, distributions, initialisers and samplers, and of
// Python's random module.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCase } from './cases.js';
import type { TypedArray } from '../../src/graph/dtype.js';

interface Recorded {
  t: 'f32' | 'f64' | 'i64' | 'i32';
  n: number;
  hex?: string;
  head?: string;
  tail?: string;
  sha256_le?: string;
}

interface Case {
  fn: string;
  a: any[];
  out: Recorded[];
}

const file = new URL('../../conformance/recorded/random.json', import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(file, 'utf8')).cases;

/** Last bits of float64 transcendentals differ between C libraries; LAPACK's QR is float32. */
const nearly: Record<string, (expected: number, actual: number) => boolean> = {
  orthogonal: (expected, actual) => Math.abs(expected - actual) <= 2e-5,
};
for (const fn of ['randn64', 'normal64_', 'exponential64_', 'py.gauss']) {
  nearly[fn] = (expected, actual) => {
    const ulp = 2 ** (Math.floor(Math.log2(Math.abs(expected))) - 52);
    return Math.abs(expected - actual) <= Math.max(4 * ulp, 1e-15);
  };
}

function typed(values: TypedArray | readonly number[], t: Recorded['t']): TypedArray {
  const numbers = values as ArrayLike<number | bigint>;
  if (t === 'f32') return Float32Array.from(numbers as ArrayLike<number>);
  if (t === 'f64') return Float64Array.from(numbers as ArrayLike<number>);
  if (t === 'i32') return Int32Array.from(numbers as ArrayLike<number>);
  return BigInt64Array.from(Array.from(numbers, BigInt));
}

const bytesOf = (a: TypedArray) => Buffer.from(a.buffer, a.byteOffset, a.byteLength);

/** Big-endian digits of each element, as the recording writes them. */
function hexOf(a: TypedArray): string {
  const bytes = Buffer.from(bytesOf(a));
  return (a.BYTES_PER_ELEMENT === 4 ? bytes.swap32() : bytes.swap64()).toString('hex');
}

function numbersOf(hex: string, t: Recorded['t']): number[] {
  const bytes = Buffer.from(hex, 'hex');
  return t === 'f32'
    ? Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatBE(4 * i))
    : Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleBE(8 * i));
}

function compareNearly(fn: string, actual: TypedArray, expected: Recorded): void {
  const pairs: [string, TypedArray][] =
    expected.hex !== undefined
      ? [[expected.hex, actual]]
      : [
          [expected.head!, actual.slice(0, 32)],
          [expected.tail!, actual.slice(-32)],
        ];
  for (const [hex, part] of pairs) {
    numbersOf(hex, expected.t).forEach((value, i) => {
      if (!nearly[fn](value, Number(part[i]))) expect(part[i], `element ${i}`).toBe(value);
    });
  }
}

function compareExactly(actual: TypedArray, expected: Recorded): void {
  if (expected.hex !== undefined) {
    expect(hexOf(actual)).toBe(expected.hex);
    return;
  }
  expect(hexOf(actual.slice(0, 32) as TypedArray)).toBe(expected.head);
  expect(hexOf(actual.slice(-32) as TypedArray)).toBe(expected.tail);
  expect(createHash('sha256').update(bytesOf(actual)).digest('hex')).toBe(expected.sha256_le);
}

describe('what PyTorch 2.15 and CPython 3.11 drew comes out again', () => {
  for (const fn of new Set(cases.map((one) => one.fn))) {
    it(`${fn} is the recorded one`, () => {
      for (const { a, out } of cases.filter((one) => one.fn === fn)) {
        const actual = runCase(fn, a);
        expect(actual.length, JSON.stringify(a)).toBe(out.length);
        out.forEach((expected, i) => {
          const values = typed(actual[i], expected.t);
          expect(values.length, JSON.stringify(a)).toBe(expected.n);
          if (fn in nearly) compareNearly(fn, values, expected);
          else compareExactly(values, expected);
        });
      }
    });
  }
});
