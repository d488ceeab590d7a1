// The exercise's step in jax-js, the whole of it under one jit: what its documents recommend.
// in:  the start that all share     out: a contestant

import type { Array as JaxArray } from '@jax-js/jax';
import type { Timed } from '../work.js';
import { type Jax, loadJax } from './jax-js.js';
import { makeStart, transpose } from './start.js';

const names = ['w1', 'b1', 'w2', 'b2'] as const;
type Weights = { [name in (typeof names)[number]]: JaxArray };
/** Weights, both moments, the powers of the betas. */
type State = [Weights, Weights, Weights, JaxArray, JaxArray];

const [learningRate, decay, beta1, beta2, epsilon] = [1e-3, 1e-5, 0.9, 0.999, 1e-8];

function lossOf({ numpy, nn }: Jax) {
  return (weights: Weights, x: JaxArray, classes: JaxArray, y: JaxArray): [JaxArray, JaxArray] => {
    const hidden = nn.relu(numpy.matmul(x, weights.w1).add(weights.b1));
    const logits = numpy.matmul(hidden, weights.w2).add(weights.b2);
    const hits = numpy.equal(numpy.argmax(logits.ref, 1), y).astype(numpy.float32);
    const loss = nn.logSoftmax(logits, 1).mul(classes).sum(1).mean().neg();
    return [loss, hits.mean()];
  };
}

function stepOf(jax: Jax) {
  const { numpy, tree, valueAndGrad } = jax;
  const lossAndGradient = valueAndGrad(lossOf(jax), { hasAux: true });
  return (
    state: State,
    x: JaxArray,
    classes: JaxArray,
    y: JaxArray,
  ): [State, JaxArray, JaxArray] => {
    const [weights, first, second] = state;
    const [[loss, accuracy], gradient] = lossAndGradient(tree.ref(weights), x, classes, y);
    const power1 = state[3].mul(beta1);
    const power2 = state[4].mul(beta2);
    const next: [Weights, Weights, Weights] = [{} as Weights, {} as Weights, {} as Weights];
    for (const name of names) {
      const g = gradient[name].add(weights[name].ref.mul(decay));
      next[1][name] = first[name].mul(beta1).add(g.ref.mul(1 - beta1));
      next[2][name] = second[name].mul(beta2).add(numpy.square(g).mul(1 - beta2));
      const root = numpy.sqrt(next[2][name].ref.div(numpy.subtract(1, power2.ref)));
      const move = next[1][name].ref.div(numpy.subtract(1, power1.ref)).div(root.add(epsilon));
      next[0][name] = weights[name].sub(move.mul(learningRate));
    }
    return [[...next, power1, power2], loss, accuracy];
  };
}

export async function jaxSeedStep(): Promise<Timed> {
  const jax = await loadJax();
  const { numpy, nn } = jax;
  const start = await makeStart();
  const matrix = (values: Float32Array, ...shape: number[]) => numpy.array(values, { shape });
  const zeros = (): Weights => ({
    w1: numpy.zeros([2, 100]),
    b1: numpy.zeros([100]),
    w2: numpy.zeros([100, 4]),
    b2: numpy.zeros([4]),
  });
  const weights: Weights = {
    w1: matrix(transpose(start.w1, 100, 2), 2, 100),
    b1: matrix(start.b1, 100),
    w2: matrix(transpose(start.w2, 4, 100), 100, 4),
    b2: matrix(start.b2, 4),
  };
  const x = matrix(start.x, 4000, 2);
  const y = numpy.array(start.y);
  const classes = nn.oneHot(y.ref, 4);
  const step = jax.jit(stepOf(jax));
  let state: State = [weights, zeros(), zeros(), numpy.array(1), numpy.array(1)];
  let values = [0, 0];
  return {
    step: async () => {
      const [next, loss, accuracy] = step(state, x.ref, classes.ref, y.ref);
      state = next;
      values = [(await loss.data())[0]!, (await accuracy.data())[0]!];
    },
    check: () => values[0]!,
  };
}
