// The matrices that are multiplied.
// in:  nothing     out: two, N x N, row by row

import { fractions } from './fractions.js';

export const N = 512;

/** A and B: numbers around 0. */
export function matrices(): [Float32Array, Float32Array] {
  const numbers = fractions(2 * N * N).map((x) => x - 0.5);
  return [numbers.slice(0, N * N), numbers.slice(N * N)];
}
