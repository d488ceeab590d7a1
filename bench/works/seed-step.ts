// One epoch of the exercise: forward, loss, accuracy, both read, backward, Adam.
// in:  4000 points on four arms, a network 2 -> 100 -> 4     out: milliseconds an epoch

import { compile, datasets, manualSeed, nn, optim, type Tensor } from 'whorl';
import { jaxSeedStep } from '../peers/jax-js-seed-step.js';
import { limitSeedStep } from '../peers/limit.js';
import { limitTwice } from '../peers/limit-twice.js';
import { tfjsSeedStep } from '../peers/tfjs-seed-step.js';
import { restarting } from '../restart.js';
import { identity, pytorch, type Timed, type Work } from '../work.js';
import { choose, running, type Way } from './ways.js';

function exercise() {
  manualSeed(12345);
  const { X, Y } = datasets.spiral();
  const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-5 });
  const forward = (): [loss: Tensor<[]>, accuracy: Tensor] => {
    const logits = model.forward(X);
    const loss = criterion.forward(logits, Y);
    return [loss, logits.argmax(1).eq(Y).sum().float().div(Y.shape[0]!)];
  };
  const learn = (loss: Tensor<[]>): void => {
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  };
  return { forward, learn, restart: restarting(model, optimizer) };
}

export const whorlSeedStep =
  (way: Way = {}) =>
  async (): Promise<Timed> => {
    choose(way);
    const { forward, learn, restart } = exercise();
    let values = [0, 0];
    return {
      step: async () => {
        const [loss, accuracy] = forward();
        values = [await loss.item(), await accuracy.item()];
        learn(loss);
      },
      check: () => values[0]!,
      restart,
    };
  };

/** A whole epoch in one function, for compile(). */
function epochOf() {
  const { forward, learn, restart } = exercise();
  const step = () => {
    const read = forward();
    learn(read[0]);
    return read;
  };
  return { step, restart };
}

export const compiledExercise = () => compile(epochOf().step);

/** The same epoch as one replayed call; both numbers are read afterwards. */
export const whorlCompiledSeedStep = (way: Way = {}): (() => Promise<Timed>) =>
  running(() => ({ ...epochOf(), check: ([loss]) => loss! }), { ...way, compiled: true });

export const seedStep: Work = {
  name: 'seed-step',
  says: "an epoch of the exercise's second network, loss and accuracy read",
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 20,
  contestants: {
    whorl: whorlSeedStep(),
    'whorl-compiled': whorlCompiledSeedStep(),
    'whorl-compiled-2-threads': whorlCompiledSeedStep({ threads: 2 }),
    'whorl-compiled-relaxed': whorlCompiledSeedStep({ relaxed: true }),
    limit: limitSeedStep('step.wasm'),
    'limit-tile': limitSeedStep('tile.wasm'),
    'limit-tile-relaxed': limitSeedStep('tile-relaxed.wasm'),
    'limit-tile-2-threads': limitTwice('tile.wasm'),
    'torch-compile': { threads: 1, compiled: true },
    'torch-compile-2-threads': { threads: 2, compiled: true },
    'pytorch-eager': pytorch,
    'pytorch-eager-2-threads': { threads: 2 },
    'jax-js': jaxSeedStep,
    tfjs: tfjsSeedStep,
  },
};
