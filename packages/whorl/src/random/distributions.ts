// The other continuous distributions, and the geometric one: Tensor.exponential_ and its family.
// in:  a generator and parameters     out: the array, filled in order
//
// All compute in double from 53 bits (at::*_distribution<double>) and round to the dtype last.

import { fillWhole } from './elements.js';
import { fma64 } from './fma.js';
import type { FloatArray } from './elements.js';
import type { TypedArray } from '../graph/dtype.js';
import type { Generator } from './generator.js';

/** Tensor.exponential_(lambda). Throws unless lambda > 0. */
export function fillExponential(out: FloatArray, generator: Generator, lambda = 1): void {
  if (!(lambda > 0)) {
    throw new Error(`exponential_ expects lambda > 0.0, but found lambda=${lambda}`);
  }
  const scale = -1 / lambda;
  for (let i = 0; i < out.length; i++) out[i] = scale * Math.log1p(-generator.uniform53());
}

/** Tensor.geometric_(p): the number of trials up to the first success. Throws unless 0 < p < 1. */
export function fillGeometric(out: TypedArray, generator: Generator, p: number): void {
  if (!(p > 0 && p < 1)) throw new Error(`geometric_ expects p to be in (0, 1), but got p=${p}`);
  const scale = Math.log(1 - p);
  fillWhole(out, () => Math.ceil(Math.log(generator.uniform53()) / scale));
}

/** Tensor.log_normal_(mean, std): exp of a serial normal, its cached partner included. */
export function fillLogNormal(out: FloatArray, generator: Generator, mean = 1, std = 2): void {
  if (!(std > 0)) throw new Error(`log_normal_ expects std > 0.0, but found std=${std}`);
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.exp(fma64(generator.normal(), std, mean));
  }
}

/** Tensor.cauchy_(median, sigma). Throws unless sigma > 0. */
export function fillCauchy(out: FloatArray, generator: Generator, median = 0, sigma = 1): void {
  if (!(sigma > 0)) throw new Error(`cauchy_ expects sigma > 0.0, but found sigma=${sigma}`);
  for (let i = 0; i < out.length; i++) {
    out[i] = fma64(sigma, Math.tan(Math.PI * (generator.uniform53() - 0.5)), median);
  }
}
