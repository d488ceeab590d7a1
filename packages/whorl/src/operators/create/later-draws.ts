// Draws whose chances a compiled function computes itself: bernoulli(p), multinomial(weights).
// in:  a tensor of chances     out: a node that is chosen when they are known
//
// How many random numbers there are does not depend on the chances, so these are drawn at their
// place among all draws; the choice is a routine in JavaScript between the kernels.

import { drawn } from '../../capture/looking/draw.js';
import { host } from '../../graph/build.js';
import type { DType, TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { fillBelow, fillUniformFor } from '../../random/bernoulli.js';
import type { FloatArray } from '../../random/elements.js';
import type { Generator } from '../../random/generator.js';
import {
  chooseByNoise,
  drawNoise,
  type MultinomialShape,
  noiseSize,
} from '../../random/multinomial.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Ones of `dtype` with the chances `p`. */
export function bernoulliLater(p: Tensor, dtype: DType, generator: Generator): Node {
  const fill = (out: TypedArray) => fillUniformFor(out as FloatArray, generator);
  const uniform = drawn('bernoulli', p.dtype, p.shape, fill, generator, p.device);
  const routine = {
    key: 'bernoulli',
    run: (out: TypedArray, [chances, numbers]: readonly TypedArray[]) =>
      fillBelow(out, chances as FloatArray, numbers as FloatArray),
  };
  return host(routine, dtype, p.shape, [p.detach().node, uniform]);
}

/** Indices of `shape`, chosen by the weights. */
export function multinomialLater(
  weights: Tensor,
  shape: readonly number[],
  size: MultinomialShape,
  replacement: boolean,
  generator: Generator,
): Node {
  const isSingle = !replacement || size.samples === 1;
  const what = `multinomial ${size.samples} ${replacement}`;
  const fill = (out: TypedArray) => void drawNoise(out as FloatArray, size, replacement, generator);
  const noise = drawn(
    what,
    isSingle ? weights.dtype : 'float64',
    [noiseSize(size, replacement)],
    fill,
    generator,
    weights.device,
  );
  const routine = {
    key: `${what} ${size.rows} ${size.categories}`,
    run: (out: TypedArray, [chances, numbers]: readonly TypedArray[]) => {
      const [w, n] = [chances as FloatArray, numbers as FloatArray];
      const chosen = chooseByNoise(w, size, replacement, n);
      (out as BigInt64Array).set(BigInt64Array.from(chosen, BigInt));
    },
  };
  return host(routine, 'int64', shape, [weights.detach().node, noise]);
}
