// nn.init.trunc_normal_ by rejection, as PyTorch draws it since 2.12.
// in:  mean, std and bounds     out: the array, every element within the bounds

import { roundingOf } from './elements.js';
import { fillNormal } from './normal.js';
import { fillUniform } from './uniform.js';
import type { FloatArray } from './elements.js';
import type { Generator } from './generator.js';

export interface TruncNormalOptions {
  mean?: number;
  std?: number;
  /** The lower bound, -2 by default, and the upper, 2. */
  a?: number;
  b?: number;
}

/**
 * nn.init.trunc_normal_: normal numbers, those outside [a, b] drawn again. Where less than 0.3 of
 * the distribution lies inside, uniform proposals accepted by density. `contiguous` as in
 * fillNormal. Each round draws the whole size again, and only what is still missing is taken.
 */
export function fillTruncNormal(
  out: FloatArray,
  generator: Generator,
  options: TruncNormalOptions = {},
  contiguous = true,
): void {
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  const inside = normalCdf((b - mean) / std) - normalCdf((a - mean) / std);
  if (inside > 0.3) rejectNormals(out, generator, mean, std, a, b, contiguous);
  else rejectProposals(out, generator, mean, std, a, b);
}

function rejectNormals(
  out: FloatArray,
  generator: Generator,
  mean: number,
  std: number,
  a: number,
  b: number,
  contiguous: boolean,
): void {
  const round = roundingOf(out);
  const low = round(a);
  const high = round(b);
  const isOutside = (x: number) => x < low || x > high;
  fillNormal(out, generator, mean, std, contiguous);
  if (!out.some(isOutside)) return;
  const fresh = out.slice();
  do {
    fillNormal(fresh, generator, mean, std, contiguous);
    for (let i = 0; i < out.length; i++) if (isOutside(out[i])) out[i] = fresh[i];
  } while (out.some(isOutside));
}

function rejectProposals(
  out: FloatArray,
  generator: Generator,
  mean: number,
  std: number,
  a: number,
  b: number,
): void {
  const round = roundingOf(out);
  const mode = Math.max(a, Math.min(mean, b));
  const shift = round(-0.5 * ((mode - mean) / std) ** 2);
  const center = round(mean);
  const scale = round(std);
  const logDensity = (x: number) => {
    const z = round(round(x - center) / scale);
    return round(round(round(z * z) * -0.5) - shift);
  };
  const isRejected = (proposal: number, u: number) => round(Math.log(u)) > logDensity(proposal);

  const proposals = out.slice();
  const uniforms = out.slice();
  const pending = new Uint8Array(out.length).fill(1);
  let left = out.length;
  do {
    fillUniform(proposals, generator, a, b);
    fillUniform(uniforms, generator);
    for (let i = 0; i < out.length; i++) {
      if (pending[i] === 0) continue;
      out[i] = proposals[i];
      if (isRejected(proposals[i], uniforms[i])) continue;
      pending[i] = 0;
      left--;
    }
  } while (left > 0);
}

/** It only chooses between the two ways, at 0.3. */
const normalCdf = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

/** erf by its Taylor series, or by the continued fraction of erfc where that converges fast. */
function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2) {
    let term = x;
    let sum = x;
    for (let k = 1; Math.abs(term) > 1e-18; k++) {
      term *= (-x * x) / k;
      sum += term / (2 * k + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (size + fraction);
  const erfc = Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction);
  return Math.sign(x) * (1 - erfc);
}
