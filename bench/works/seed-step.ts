// One epoch of the exercise: forward, loss, accuracy, both read, backward, Adam.
// in:  4000 points on four arms, a network 2 -> 100 -> 4     out: milliseconds an epoch

import { datasets, manualSeed, nn, optim } from 'whorl';
import { jaxSeedStep } from '../peers/jax-js-seed-step.js';
import { limitSeedStep } from '../peers/limit.js';
import { tfjsSeedStep } from '../peers/tfjs-seed-step.js';
import { identity, type Timed, type Work } from '../work.js';

async function whorl(): Promise<Timed> {
  manualSeed(12345);
  const { X, Y } = datasets.spiral();
  const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-5 });
  let values = [0, 0];
  return {
    step: async () => {
      const logits = model.forward(X);
      const loss = criterion.forward(logits, Y);
      const accuracy = logits.argmax(1).eq(Y).sum().float().div(Y.shape[0]!);
      values = [await loss.item(), await accuracy.item()];
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
    },
    check: () => values[0]!,
  };
}

export const seedStep: Work = {
  name: 'seed-step',
  says: "an epoch of the exercise's second network, loss and accuracy read",
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 20,
  contestants: {
    whorl,
    limit: limitSeedStep,
    'pytorch-eager': 'python',
    'jax-js': jaxSeedStep,
    tfjs: tfjsSeedStep,
  },
};
