// Uniform numbers: torch.rand and Tensor.uniform_.
// in:  a generator and bounds     out: the array, filled in order

import { fma64 } from './fma.js';
import type { FloatArray } from './elements.js';
import type { Generator } from './generator.js';

const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * Fills `out` with numbers of [from, to), as Tensor.uniform_ (at::uniform_real_distribution):
 * one draw of 24 bits each for float32, two draws of 53 bits for float64.
 * Throws when from > to, or when to - from overflows.
 */
export function fillUniform(out: FloatArray, generator: Generator, from = 0, to = 1): void {
  if (!(from <= to)) {
    throw new Error(
      `uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`,
    );
  }
  const isSingle = out instanceof Float32Array;
  if (!(to - from <= (isSingle ? FLOAT32_MAX : Number.MAX_VALUE))) {
    throw new Error(
      'uniform_ expects to-from <= the largest number of its dtype, but found ' +
        `to=${to} and from=${from} which result in to-from to exceed the limit`,
    );
  }
  if (isSingle) fillSingle(out, generator, Math.fround(from), Math.fround(to));
  else fillDouble(out, generator, from, to);
}

/** Drawn at once. */
const draws = new Int32Array(1024);

function fillSingle(out: Float32Array, generator: Generator, from: number, to: number): void {
  const scale = Math.fround(to - from) * 2 ** -24;
  for (let at = 0; at < out.length; at += draws.length) {
    const count = Math.min(draws.length, out.length - at);
    generator.fill24(draws, count);
    for (let i = 0; i < count; i++) {
      const value = Math.fround(draws[i]! * scale + from);
      // The upper bound can only come out by rounding, and is not part of the range.
      out[at + i] = value === to ? from : value;
    }
  }
}

function fillDouble(out: Float64Array, generator: Generator, from: number, to: number): void {
  const span = to - from;
  for (let i = 0; i < out.length; i++) {
    const value = fma64(generator.uniform53(), span, from);
    out[i] = value === to ? from : value;
  }
}
