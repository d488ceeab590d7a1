// Adam in jax-js, which has no optimizers in its package: with PyTorch's defaults and weight decay.
// in:  weights by name, their gradients     out: the next weights and moments

import type { Array as JaxArray } from '@jax-js/jax';
import type { Jax } from './jax-js.js';

export type Weights = Record<string, JaxArray>;
/** Weights, both moments, the powers of the betas. */
export type State = [Weights, Weights, Weights, JaxArray, JaxArray];

const [learningRate, beta1, beta2, epsilon] = [1e-3, 0.9, 0.999, 1e-8];

export function startAdam({ numpy }: Jax, weights: Weights): State {
  const zeros = (): Weights =>
    Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [name, numpy.zeros(weight.shape)]),
    );
  return [weights, zeros(), zeros(), numpy.array(1), numpy.array(1)];
}

/** Takes the state and the gradients over, as jax-js counts references. */
export function adam({ numpy }: Jax, state: State, gradient: Weights, decay: number): State {
  const [weights, first, second] = state;
  const power1 = state[3].mul(beta1);
  const power2 = state[4].mul(beta2);
  const next: [Weights, Weights, Weights] = [{}, {}, {}];
  for (const [name, weight] of Object.entries(weights)) {
    const own = gradient[name]!;
    const g = decay === 0 ? own : own.add(weight.ref.mul(decay));
    const m = first[name]!.mul(beta1).add(g.ref.mul(1 - beta1));
    const v = second[name]!.mul(beta2).add(numpy.square(g).mul(1 - beta2));
    const root = numpy.sqrt(v.ref.div(numpy.subtract(1, power2.ref)));
    const move = m.ref.div(numpy.subtract(1, power1.ref)).div(root.add(epsilon));
    next[0][name] = weight.sub(move.mul(learningRate));
    next[1][name] = m;
    next[2][name] = v;
  }
  return [...next, power1, power2];
}
