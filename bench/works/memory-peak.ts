// The most memory that a training step takes, over what its values need: parameters, gradients, Adam's state.
// in:  a linear layer of 250 MB, 1,000 MB of values in all     out: the peak as a multiple of that

import { manualSeed, memory, nn, optim, randn } from 'whorl';
import { type Counted, identity, type Work } from '../work.js';

const features = 7900;
const steps = 6;

async function whorl(): Promise<Counted> {
  manualSeed(1);
  const model = new nn.Linear(features, features);
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  const x = randn(40, features);
  for (let i = 0; i < steps; i++) {
    const loss = model.forward(x).square().mean();
    await loss.item();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
  const needs = 4 * (features + 1) * features * Float32Array.BYTES_PER_ELEMENT;
  return { value: memory().peak / needs };
}

export const memoryPeak: Work = {
  name: 'memory-peak',
  says: '1,000 MB of parameters, gradients and state: peak memory over what the values need',
  unit: 'x',
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  rounds: 1,
  contestants: { whorl },
};
