// Forward and backward of a small convolutional network: convolutions and poolings in both directions.
// in:  64 images of 28 x 28     out: milliseconds for the loss and all gradients, the loss read

import { nn, type Tensor } from 'whorl';
import { jaxCnn } from '../peers/jax-js-cnn.js';
import { tfjsCnn } from '../peers/tfjs-cnn.js';
import { identity, pytorch, type Timed, type Work } from '../work.js';
import { checkOf, makeCnn } from './cnn-network.js';
import { compiled, useThreads } from './offered.js';

function network() {
  const { model, x, y } = makeCnn();
  const criterion = new nn.CrossEntropyLoss();
  const [filters] = model.parameters();
  const backward = (): Tensor<[]> => {
    model.zeroGrad();
    const loss = criterion.forward(model.forward(x), y);
    loss.backward();
    return loss;
  };
  const check = async (loss: number) =>
    checkOf(loss, (await (filters!.grad as Tensor).data()) as Float32Array);
  return { backward, check };
}

export async function whorlCnn(): Promise<Timed> {
  const { backward, check } = network();
  let value = 0;
  return {
    step: async () => {
      value = await backward().item();
    },
    check: () => check(value),
  };
}

const whorlCompiled = (threads: number) => async (): Promise<Timed> => {
  if (threads > 1) await useThreads(threads);
  const { backward, check } = network();
  const step = compiled(() => [backward()] as const);
  let value = 0;
  return {
    step: async () => {
      value = await step()[0].item();
    },
    check: () => check(value),
  };
};

export const cnn: Work = {
  name: 'cnn',
  says: 'forward and backward of a LeNet-like CNN, 28 x 28, batch 64, loss read',
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 5,
  contestants: {
    whorl: whorlCnn,
    'whorl-compiled': whorlCompiled(1),
    'whorl-compiled-2-threads': whorlCompiled(2),
    'pytorch-eager': pytorch,
    'jax-js': jaxCnn,
    tfjs: tfjsCnn,
  },
};
