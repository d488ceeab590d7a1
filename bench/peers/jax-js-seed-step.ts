// The exercise's step in jax-js, the whole of it under one jit: what its documents recommend.
// in:  the start that all share     out: a contestant

import type { Array as JaxArray } from '@jax-js/jax';
import type { Timed } from '../work.js';
import { type Jax, loadJax } from './jax-js.js';
import { adam, type State, startAdam, type Weights } from './jax-js-adam.js';
import { makeStart, transpose } from './start.js';

const decay = 1e-5;

function lossOf({ numpy, nn }: Jax) {
  return (weights: Weights, x: JaxArray, classes: JaxArray, y: JaxArray): [JaxArray, JaxArray] => {
    const hidden = nn.relu(numpy.matmul(x, weights['w1']!).add(weights['b1']!));
    const logits = numpy.matmul(hidden, weights['w2']!).add(weights['b2']!);
    const hits = numpy.equal(numpy.argmax(logits.ref, 1), y).astype(numpy.float32);
    const loss = nn.logSoftmax(logits, 1).mul(classes).sum(1).mean().neg();
    return [loss, hits.mean()];
  };
}

function stepOf(jax: Jax) {
  const lossAndGradient = jax.valueAndGrad(lossOf(jax), { hasAux: true });
  return (
    state: State,
    x: JaxArray,
    classes: JaxArray,
    y: JaxArray,
  ): [State, JaxArray, JaxArray] => {
    const weights = jax.tree.ref(state[0]);
    const [[loss, accuracy], gradient] = lossAndGradient(weights, x, classes, y);
    return [adam(jax, state, gradient, decay), loss, accuracy];
  };
}

export async function jaxSeedStep(): Promise<Timed> {
  const jax = await loadJax();
  const { numpy, nn } = jax;
  const start = await makeStart();
  const matrix = (values: Float32Array, ...shape: number[]) => numpy.array(values, { shape });
  const first = () =>
    startAdam(jax, {
      w1: matrix(transpose(start.w1, 100, 2), 2, 100),
      b1: matrix(start.b1, 100),
      w2: matrix(transpose(start.w2, 4, 100), 100, 4),
      b2: matrix(start.b2, 4),
    });
  let state = first();
  const x = matrix(start.x, 4000, 2);
  const y = numpy.array(start.y);
  const classes = nn.oneHot(y.ref, 4);
  const step = jax.jit(stepOf(jax));
  let values = [0, 0];
  return {
    step: async () => {
      const [next, loss, accuracy] = step(state, x.ref, classes.ref, y.ref);
      state = next;
      values = [(await loss.data())[0]!, (await accuracy.data())[0]!];
    },
    check: () => values[0]!,
    restart: () => {
      jax.tree.dispose(state);
      state = first();
    },
  };
}
