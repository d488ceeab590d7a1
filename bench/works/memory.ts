// How much memory training takes beyond what its values need: parameters, gradients, two moments.
// in:  15 square matrices, 1,007 MB of values in all, three steps of Adam     out: a ratio

import { compile, full, memory, optim, randn, type Tensor } from 'whorl';
import { type Counted, identity, pytorch, type Work } from '../work.js';

const [matrices, width, rows, steps] = [15, 2048, 4, 3];
const needed = matrices * width * width * 4 * 4;

function chain() {
  const weights = Array.from({ length: matrices }, (): Tensor => {
    const weight: Tensor = full([width, width], 1 / width);
    return weight.requiresGrad_();
  });
  const optimizer = new optim.Adam(weights as never, { lr: 1e-5 });
  const x: Tensor = randn(rows, width);
  return (): Tensor => {
    let value = x;
    for (const weight of weights) value = value.matmul(weight);
    const loss = value.square().mean();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  };
}

type Measure = 'peak' | 'reserved';

const whorl =
  (measure: Measure, wrap: (step: () => Tensor) => () => Tensor) => async (): Promise<Counted> => {
    const step = wrap(chain());
    for (let i = 0; i < steps; i++) await step().item();
    return { value: memory()[measure] / needed };
  };

const asWritten = (step: () => Tensor): (() => Tensor) => step;
export const memoryUse: Work = {
  name: 'memory-1000MB',
  says: '1,007 MB of parameters, gradients and moments: peak memory over what they need',
  unit: 'times',
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  cold: true,
  rounds: 1,
  contestants: {
    // In buffers at once, and taken from the system.
    whorl: whorl('peak', asWritten),
    'whorl-reserved': whorl('reserved', asWritten),
    'whorl-compiled': whorl('peak', compile),
    'whorl-compiled-reserved': whorl('reserved', compile),
    'pytorch-eager': pytorch,
  },
};
