// Zeros and ones: Tensor.bernoulli_, torch.bernoulli, and the mask of dropout.
// in:  a generator and probabilities     out: the array, filled in order

import { fillWhole } from './elements.js';
import type { FloatArray } from './elements.js';
import type { TypedArray } from '../graph/dtype.js';
import type { Generator } from './generator.js';

/**
 * Fills `out` with ones of probability p, as Tensor.bernoulli_(p): 53 bits each, any dtype.
 * Throws when p is not in [0, 1].
 */
export function fillBernoulli(out: TypedArray, generator: Generator, p: number): void {
  if (!(p >= 0 && p <= 1)) {
    throw new Error(`bernoulli_ expects p to be in [0, 1], but got p=${p}`);
  }
  fillWhole(out, () => (generator.uniform53() < p ? 1 : 0));
}

/**
 * Fills out[i] with a one of probability probabilities[i], as torch.bernoulli(P) and
 * bernoulli_(P): 24 bits each where P is float32, 53 where it is float64.
 */
export function fillBernoulliFrom(
  out: TypedArray,
  generator: Generator,
  probabilities: FloatArray,
): void {
  checkProbabilities(probabilities);
  if (probabilities instanceof Float32Array) {
    fillWhole(out, (i) => (generator.uniform24() < probabilities[i] ? 1 : 0));
  } else {
    fillWhole(out, (i) => (generator.uniform53() < probabilities[i] ? 1 : 0));
  }
}

function checkProbabilities(probabilities: FloatArray): void {
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) {
      throw new Error(`bernoulli expects probabilities in [0, 1], but got ${p} at element ${i}`);
    }
  }
}

/** The same in two steps: uniform numbers of the probabilities' dtype, before those are known. */
export function fillUniformFor(out: FloatArray, generator: Generator): void {
  const isSingle = out instanceof Float32Array;
  for (let i = 0; i < out.length; i++) {
    out[i] = isSingle ? generator.uniform24() : generator.uniform53();
  }
}

/** Ones where the uniform number is below the probability. */
export function fillBelow(out: TypedArray, probabilities: FloatArray, uniform: FloatArray): void {
  checkProbabilities(probabilities);
  fillWhole(out, (i) => (uniform[i] < probabilities[i] ? 1 : 0));
}

/**
 * Fills `out` with the factors of dropout (at::native::dropout in training): 0 with probability p,
 * else 1 / (1 - p); the caller multiplies. For p = 1 all zeros, and nothing is drawn. PyTorch draws
 * nothing for p = 0, in eval mode or on empty input either: do not call it then.
 */
export function fillDropoutMask(out: FloatArray, generator: Generator, p: number): void {
  if (!(p >= 0 && p <= 1)) {
    throw new Error(`dropout probability has to be between 0 and 1, but got ${p}`);
  }
  if (p === 1) {
    out.fill(0);
    return;
  }
  const keep = 1 - p;
  const factor = out instanceof Float32Array ? 1 / Math.fround(keep) : 1 / keep;
  for (let i = 0; i < out.length; i++) out[i] = generator.uniform53() < keep ? factor : 0;
}
