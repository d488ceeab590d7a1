// Normal numbers: torch.randn, Tensor.normal_, torch.normal.
// in:  a generator, mean and std     out: the array, filled in order
//
// Three paths, as in ATen: fewer than 16 elements, or memory that is not row-major, take doubles
// one by one with the generator's cached partner; larger float32 arrays go in blocks of 16 through
// the AVX2 kernel's polynomials; larger float64 arrays in the same blocks through libm.

import { fma64 } from './fma.js';
import { normalPairs } from './boxmuller.js';
import type { FloatArray } from './elements.js';
import type { Generator } from './generator.js';

const BLOCK = 16;

/**
 * Fills `out` with normal numbers, as Tensor.normal_ (at::native::templates::cpu::normal_kernel).
 * Pass contiguous = false when `out` is the memory, in order, of a tensor that is not row-major
 * contiguous: PyTorch then takes the serial path whatever the size. Throws when std < 0.
 */
export function fillNormal(
  out: FloatArray,
  generator: Generator,
  mean = 0,
  std = 1,
  contiguous = true,
): void {
  if (!(std >= 0)) throw new Error(`normal expects std >= 0.0, but found std ${std}`);
  if (out.length < BLOCK || !contiguous) fillSerial(out, generator, mean, std);
  else if (out instanceof Float32Array) fillSingle(out, generator, mean, std);
  else fillDouble(out, generator, mean, std);
}

function fillSerial(out: FloatArray, generator: Generator, mean: number, std: number): void {
  for (let i = 0; i < out.length; i++) out[i] = fma64(generator.normal(), std, mean);
}

/** Drawn at once: whole blocks. */
const draws = new Int32Array(32 * BLOCK);

/** normal_fill_AVX2. The size's rest is drawn, thrown away, and the last 16 are drawn afresh. */
function fillSingle(out: Float32Array, generator: Generator, mean: number, std: number): void {
  const [m, s] = [Math.fround(mean), Math.fround(std)];
  const blocks = (from: number, to: number): void => {
    for (let at = from; at < to; at += draws.length) {
      const count = Math.min(draws.length, to - at);
      generator.fill24(draws, count);
      normalPairs(out, at, draws, count, m, s);
    }
  };
  const whole = out.length - (out.length % BLOCK);
  blocks(0, whole);
  if (whole === out.length) return;
  for (let i = whole; i < out.length; i++) generator.bits();
  blocks(out.length - BLOCK, out.length);
}

/** normal_fill over doubles: the same order of draws, two to a number. */
function fillDouble(out: Float64Array, generator: Generator, mean: number, std: number): void {
  const whole = out.length - (out.length % BLOCK);
  const block = (at: number) => {
    for (let j = at; j < at + BLOCK; j++) out[j] = generator.uniform53();
    for (let j = at; j < at + BLOCK / 2; j++) {
      const radius = Math.sqrt(-2 * Math.log(1 - out[j]));
      const theta = 2 * Math.PI * out[j + BLOCK / 2];
      out[j] = fma64(radius * Math.cos(theta), std, mean);
      out[j + BLOCK / 2] = fma64(radius * Math.sin(theta), std, mean);
    }
  };
  for (let at = 0; at < whole; at += BLOCK) block(at);
  if (whole === out.length) return;
  for (let i = whole; i < out.length; i++) generator.uniform53();
  block(out.length - BLOCK);
}
