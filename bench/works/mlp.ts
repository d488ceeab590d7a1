// A step of training a perceptron whose matrices are large enough for their products to matter.
// in:  a batch of 128, 784 -> 256 -> 128 -> 10     out: milliseconds a step, its loss read

import { jaxMlp } from '../peers/jax-js-mlp.js';
import { tfjsMlp } from '../peers/tfjs-mlp.js';
import { restarting } from '../restart.js';
import { identity, pytorch, type Timed, type Work } from '../work.js';
import { makeMlp } from './mlp-network.js';
import { running, type Way } from './ways.js';

export const whorlMlp = (way: Way = {}): (() => Promise<Timed>) =>
  running(() => {
    const { model, optimizer, train } = makeMlp();
    const restart = restarting(model, optimizer);
    return { step: () => [train()], check: ([loss]) => loss!, restart };
  }, way);

export const mlp: Work = {
  name: 'mlp',
  says: 'a step of an MLP 784-256-128-10, batch 128, Adam, loss read',
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 20,
  contestants: {
    whorl: whorlMlp(),
    'whorl-compiled': whorlMlp({ compiled: true }),
    'whorl-compiled-2-threads': whorlMlp({ compiled: true, threads: 2 }),
    'whorl-compiled-relaxed': whorlMlp({ compiled: true, relaxed: true }),
    'pytorch-eager': pytorch,
    'jax-js': jaxMlp,
    tfjs: tfjsMlp,
  },
};
