// A step of training a perceptron whose matrices are large enough for their products to matter.
// in:  a batch of 128, 784 -> 256 -> 128 -> 10     out: milliseconds a step, its loss read

import { jaxMlp } from '../peers/jax-js-mlp.js';
import { tfjsMlp } from '../peers/tfjs-mlp.js';
import { identity, pytorch, type Timed, type Work } from '../work.js';
import { makeMlp } from './mlp-network.js';
import { compiled, useThreads } from './offered.js';

export async function whorlMlp(): Promise<Timed> {
  const { train } = makeMlp();
  let value = 0;
  return {
    step: async () => {
      value = await train().item();
    },
    check: () => value,
  };
}

export const whorlCompiledMlp = (threads: number) => async (): Promise<Timed> => {
  if (threads > 1) await useThreads(threads);
  const { train } = makeMlp();
  const step = compiled(() => [train()] as const);
  let value = 0;
  return {
    step: async () => {
      value = await step()[0].item();
    },
    check: () => value,
  };
};

export const mlp: Work = {
  name: 'mlp',
  says: 'a step of an MLP 784-256-128-10, batch 128, Adam, loss read',
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 20,
  contestants: {
    whorl: whorlMlp,
    'whorl-compiled': whorlCompiledMlp(1),
    'whorl-compiled-2-threads': whorlCompiledMlp(2),
    'pytorch-eager': pytorch,
    'jax-js': jaxMlp,
    tfjs: tfjsMlp,
  },
};
