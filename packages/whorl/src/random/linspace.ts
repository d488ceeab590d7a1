// Evenly spaced numbers: torch.linspace, torch.logspace, torch.arange, with PyTorch's rounding.
// in:  bounds     out: the array, filled

import { fillWhole } from './elements.js';
import { fma64 } from './fma.js';
import type { TypedArray } from '../graph/dtype.js';

/** Lanes of the AVX2 kernels, which also run on AVX-512 machines. */
const SINGLE_LANES = 8;
const DOUBLE_LANES = 4;

/**
 * Fills `out` with numbers from start to end, both included, as torch.linspace: the first half
 * counts from start, the second back from end, each with one fused multiply-add. Integer arrays
 * compute in double and cut off. One element is start.
 */
export function fillLinspace(out: TypedArray, start: number, end: number): void {
  const n = out.length;
  if (out instanceof Float32Array) {
    fillSingle(out, Math.fround(start), Math.fround(end));
  } else if (out instanceof Float64Array) {
    const value = doubleRule(n, start, end);
    for (let i = 0; i < n; i++) out[i] = value(i);
  } else {
    const value = doubleRule(n, wholeIn(out, start), wholeIn(out, end));
    fillWhole(out, (i) => Math.trunc(value(i)));
  }
}

/** Cut off; a byte has no minus. */
const wholeIn = (out: TypedArray, end: number): number =>
  out instanceof Uint8Array ? Math.trunc(end) & 255 : Math.trunc(end);

function fillSingle(out: Float32Array, start: number, end: number): void {
  const n = out.length;
  const half = n === 1 ? 1 : Math.floor(n / 2);
  const step = n === 1 ? 0 : Math.fround(Math.fround(end - start) / Math.fround(n - 1));
  for (let i = 0; i < half; i++) out[i] = step * Math.fround(i) + start;
  for (let i = half; i < n; i++) out[i] = end - step * Math.fround(n - 1 - i);
}

function doubleRule(n: number, start: number, end: number): (i: number) => number {
  if (n === 1) return () => start;
  const half = Math.floor(n / 2);
  const step = (end - start) / (n - 1);
  return (i) => (i < half ? fma64(step, i, start) : fma64(-step, n - 1 - i, end));
}

/** Fills `out` with base^start .. base^end, evenly spaced in the exponent, as torch.logspace. */
export function fillLogspace(out: TypedArray, start: number, end: number, base = 10): void {
  const n = out.length;
  const half = Math.floor(n / 2);
  const isWhole = !(out instanceof Float32Array || out instanceof Float64Array);
  const round = out instanceof Float32Array ? Math.fround : (v: number) => v;
  // an integer array cuts its ends off first, but for a single element
  const own = isWhole && n > 1 ? (end: number) => wholeIn(out, end) : round;
  const [from, to] = [own(start), own(end)];
  const step = n > 1 ? round(round(to - from) / (n - 1)) : 0;
  const exponent = (i: number) =>
    i < half || n === 1 ? round(fma64(step, i, from)) : round(fma64(-step, n - 1 - i, to));
  fillWhole(out, (i) => (isWhole ? Math.trunc(base ** exponent(i)) : base ** exponent(i)));
}

/** How many elements torch.arange(start, end, step) has. Throws where it has no answer. */
export function arangeLength(start: number, end: number, step: number): number {
  if (step === 0) throw new Error('arange: step must be nonzero');
  if (!Number.isFinite(start) || !Number.isFinite(end)) {
    throw new Error(`arange: unsupported range: ${start} -> ${end}`);
  }
  if (step > 0 ? end < start : end > start) {
    throw new Error('arange: upper bound and lower bound inconsistent with step sign');
  }
  return Math.ceil((end - start) / step);
}

/**
 * Fills `out` with start, start + step, ... as torch.arange. Float arrays follow the vectorised
 * kernel: each vector of 8 (float64: 4) counts from its own first value, and what does not fill
 * two vectors counts from start. Integer arrays cut start and step off first.
 */
export function fillArange(out: TypedArray, start = 0, step = 1): void {
  if (out instanceof Float32Array) {
    fillVectors(out, SINGLE_LANES, (k, from) => Math.fround(fma64(step, k, from)), start);
  } else if (out instanceof Float64Array) {
    fillVectors(out, DOUBLE_LANES, (k, from) => fma64(step, k, from), start);
  } else {
    const whole = Math.trunc(start);
    const stride = Math.trunc(step);
    fillWhole(out, (i) => whole + stride * i);
  }
}

function fillVectors(
  out: Float32Array | Float64Array,
  lanes: number,
  advance: (k: number, from: number) => number,
  start: number,
): void {
  const vectors = out.length - (out.length % (2 * lanes));
  for (let i = 0; i < vectors; i += lanes) {
    const base = advance(i, start);
    for (let k = 0; k < lanes; k++) out[i + k] = advance(k, base);
  }
  for (let i = vectors; i < out.length; i++) out[i] = advance(i, start);
}
