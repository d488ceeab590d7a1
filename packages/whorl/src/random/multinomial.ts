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
  demandSamples(shape, replacement);
  checkWeights(weights, shape.rows, shape.categories);
  const isSingle = isDistinct(shape, replacement) && weights instanceof Float32Array;
  const out = new (isSingle ? Float32Array : Float64Array)(noiseSize(shape, replacement));
  return chosen(weights, shape, replacement, drawNoise(out, shape, replacement, generator));
}

/** Errors: no samples, more than there are categories. */
export function demandSamples(shape: MultinomialShape, replacement: boolean): void {
  const { categories, samples } = shape;
  if (!(samples > 0)) throw new Error('multinomial: cannot sample n_sample <= 0 samples');
  if (!replacement && samples > categories) {
    throw new Error(
      'multinomial: cannot sample n_sample > prob_dist.size(-1) samples ' + 'without replacement',
    );
  }
}

/** Whether each sample is another category: one sample always is. */
const isDistinct = ({ samples }: MultinomialShape, replacement: boolean): boolean =>
  !replacement || samples === 1;

/** How many random numbers decide: one a weight, or one a sample. */
export const noiseSize = (shape: MultinomialShape, replacement: boolean): number =>
  shape.rows * (isDistinct(shape, replacement) ? shape.categories : shape.samples);

/**
 * What decides, drawn before the weights are known: exponential noise of their dtype, or uniform
 * numbers.
 */
export function drawNoise<T extends FloatArray>(
  out: T,
  shape: MultinomialShape,
  replacement: boolean,
  generator: Generator,
): T {
  if (isDistinct(shape, replacement)) fillExponential(out, generator, 1);
  else for (let i = 0; i < out.length; i++) out[i] = generator.uniform53();
  return out;
}

/** The same with noise that was drawn. Errors: weights that are no distribution. */
export function chooseByNoise(
  weights: FloatArray,
  shape: MultinomialShape,
  replacement: boolean,
  noise: FloatArray,
): Int32Array {
  checkWeights(weights, shape.rows, shape.categories);
  return chosen(weights, shape, replacement, noise);
}

function chosen(
  weights: FloatArray,
  shape: MultinomialShape,
  replacement: boolean,
  noise: FloatArray,
): Int32Array {
  const drawn = new Int32Array(shape.rows * shape.samples);
  if (isDistinct(shape, replacement)) drawDistinct(drawn, weights, shape, noise);
  else drawRepeated(drawn, weights, shape, noise);
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

/** The largest key of a row comes first. */
function drawDistinct(
  drawn: Int32Array,
  weights: FloatArray,
  shape: MultinomialShape,
  noise: FloatArray,
): void {
  const { rows, categories, samples } = shape;
  const keys = weights.slice();
  for (let i = 0; i < keys.length; i++) keys[i] = weights[i] / noise[i];
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
  noise: FloatArray,
): void {
  const { rows, categories, samples } = shape;
  for (let row = 0; row < rows; row++) {
    const own = cumulative(weights.subarray(row * categories, (row + 1) * categories));
    for (let s = 0; s < samples; s++) {
      drawn[row * samples + s] = firstNotBelow(own, noise[row * samples + s]);
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
