// Categories drawn by weight: torch.multinomial.
// in:  rows of weights, a generator     out: for each row, the indices drawn

import { fillExponential } from './distributions.js';
import { roundingOf } from './elements.js';
import type { FloatArray } from './elements.js';
import type { Generator } from './generator.js';

export interface MultinomialShape {
  rows: number;
  categories: number;
  samples: number;
}

/**
 * The indices that torch.multinomial draws from `weights` ([rows, categories], row-major), as
 * [rows, samples] row-major. Without replacement, or for one sample, the largest of
 * weight / exponential noise win; with replacement it searches the cumulative weights.
 */
export function drawMultinomial(
  weights: FloatArray,
  shape: MultinomialShape,
  replacement: boolean,
  generator: Generator,
): Int32Array {
  const { rows, categories, samples } = shape;
  if (!(samples > 0)) throw new Error('multinomial: cannot sample n_sample <= 0 samples');
  if (!replacement && samples > categories) {
    throw new Error(
      'multinomial: cannot sample n_sample > prob_dist.size(-1) samples ' + 'without replacement',
    );
  }
  checkWeights(weights, rows, categories);
  const drawn = new Int32Array(rows * samples);
  if (!replacement || samples === 1) drawDistinct(drawn, weights, shape, generator);
  else drawRepeated(drawn, weights, shape, generator);
  return drawn;
}

function checkWeights(weights: FloatArray, rows: number, categories: number): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (const weight of weights.subarray(row * categories, (row + 1) * categories)) {
      if (!(weight >= 0 && weight < Infinity)) {
        throw new Error(
          'multinomial: probability tensor contains either `inf`, `nan` ' + 'or element < 0',
        );
      }
      sum += weight;
    }
    if (!(sum > 0)) {
      throw new Error(
        'multinomial: invalid multinomial distribution ' + '(sum of probabilities <= 0)',
      );
    }
  }
}

/** Keys of all weights are drawn first; the largest key of a row comes first. */
function drawDistinct(
  drawn: Int32Array,
  weights: FloatArray,
  shape: MultinomialShape,
  generator: Generator,
): void {
  const { rows, categories, samples } = shape;
  const keys = weights.slice();
  fillExponential(keys, generator, 1);
  for (let i = 0; i < keys.length; i++) keys[i] = weights[i] / keys[i];
  for (let row = 0; row < rows; row++) {
    const own = keys.subarray(row * categories, (row + 1) * categories);
    const order = Array.from(own.keys()).sort((a, b) => own[b] - own[a]);
    for (let s = 0; s < samples; s++) drawn[row * samples + s] = order[s];
  }
}

function drawRepeated(
  drawn: Int32Array,
  weights: FloatArray,
  shape: MultinomialShape,
  generator: Generator,
): void {
  const { rows, categories, samples } = shape;
  for (let row = 0; row < rows; row++) {
    const own = cumulative(weights.subarray(row * categories, (row + 1) * categories));
    for (let s = 0; s < samples; s++) {
      drawn[row * samples + s] = firstNotBelow(own, generator.uniform53());
    }
  }
}

/** Running sums in the weights' own precision, divided by the total; the last is 1. */
function cumulative(weights: FloatArray): FloatArray {
  const round = roundingOf(weights);
  const sums = weights.slice();
  let sum = 0;
  for (let j = 0; j < sums.length; j++) sums[j] = sum = round(sum + weights[j]);
  for (let j = 0; j < sums.length; j++) sums[j] /= sum;
  sums[sums.length - 1] = 1;
  return sums;
}

/** The leftmost index whose sum is at least u. */
function firstNotBelow(sums: FloatArray, u: number): number {
  let left = 0;
  let right = sums.length;
  while (right > left) {
    const middle = left + ((right - left) >> 1);
    if (sums[middle] < u) left = middle + 1;
    else right = middle;
  }
  return left;
}
