// The perceptron's step in jax-js, the whole of it under one jit.
// in:  the start that all share     out: a contestant

import type { Array as JaxArray } from '@jax-js/jax';
import type { Timed } from '../work.js';
import { batch, images, labels, widths } from '../works/mlp-network.js';
import { type Jax, loadJax } from './jax-js.js';
import { adam, type State, startAdam, type Weights } from './jax-js-adam.js';
import { mlpStart } from './mlp-start.js';

function lossOf({ numpy, nn }: Jax, layers: number) {
  return (weights: Weights, x: JaxArray, classes: JaxArray): JaxArray => {
    let value = x;
    for (let i = 0; i < layers; i++) {
      value = numpy.matmul(value, weights[`w${i}`]!).add(weights[`b${i}`]!);
      if (i < layers - 1) value = nn.relu(value);
    }
    return nn.logSoftmax(value, 1).mul(classes).sum(1).mean().neg();
  };
}

function stepOf(jax: Jax, layers: number) {
  const lossAndGradient = jax.valueAndGrad(lossOf(jax, layers));
  return (state: State, x: JaxArray, classes: JaxArray): [State, JaxArray] => {
    const [loss, gradient] = lossAndGradient(jax.tree.ref(state[0]), x, classes);
    return [adam(jax, state, gradient, 0), loss];
  };
}

export async function jaxMlp(): Promise<Timed> {
  const jax = await loadJax();
  const { numpy, nn } = jax;
  const layers = await mlpStart();
  const weights: Weights = {};
  layers.forEach(({ inputs, outputs, weight, bias }, i) => {
    weights[`w${i}`] = numpy.array(weight, { shape: [inputs, outputs] });
    weights[`b${i}`] = numpy.array(bias);
  });
  let state = startAdam(jax, weights);
  const x = numpy.array(images(), { shape: [batch, widths[0]] });
  const classes = nn.oneHot(numpy.array(labels()), widths[3]);
  const step = jax.jit(stepOf(jax, layers.length));
  let value = 0;
  return {
    step: async () => {
      const [next, loss] = step(state, x.ref, classes.ref);
      state = next;
      value = (await loss.data())[0]!;
    },
    check: () => value,
  };
}
