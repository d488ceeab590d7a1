// What a new model costs before it runs: the first step of a process traces, schedules and compiles.
// in:  the perceptron, built, its parameters computed     out: milliseconds of the first step

import { compile, type Tensor } from 'whorl';
import { jaxMlp } from '../peers/jax-js-mlp.js';
import { tfjsMlp } from '../peers/tfjs-mlp.js';
import { type Contestant, identity, pytorch, type Timed, type Work } from '../work.js';
import { makeMlp } from './mlp-network.js';

const whorl =
  (wrap: (train: () => Tensor<[]>) => () => Tensor<[]>): Contestant =>
  async (): Promise<Timed> => {
    const { model, train } = makeMlp();
    for (const parameter of model.parameters()) await (parameter as Tensor).data();
    const step = wrap(train);
    let value = 0;
    return {
      step: async () => {
        value = await step().item();
      },
      check: () => value,
    };
  };

export const mlpFirstStep: Work = {
  name: 'mlp-first-step',
  says: "the MLP's first step in a process: trace, schedule, compile, run",
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  cold: true,
  rounds: 5,
  contestants: {
    whorl: whorl((train) => train),
    'whorl-compiled': whorl((train) => compile(train)),
    'pytorch-eager': pytorch,
    // With its cache on disk as it is: the first run ever takes some twenty times as long.
    'torch-compile': { threads: 1, compiled: true },
    'jax-js': jaxMlp,
    tfjs: tfjsMlp,
  },
};
