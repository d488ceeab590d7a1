// Forward and backward of a small convolutional network: convolutions and poolings in both directions.
// in:  64 images of 28 x 28     out: milliseconds for the loss and all gradients, the loss read

import { nn, type Tensor } from 'whorl';
import { jaxCnn } from '../peers/jax-js-cnn.js';
import { tfjsCnn } from '../peers/tfjs-cnn.js';
import { identity, pytorch, type Timed, type Work } from '../work.js';
import { checkOf, makeCnn } from './cnn-network.js';
import { running, type Way } from './ways.js';

function network() {
  const { model, x, y } = makeCnn();
  const criterion = new nn.CrossEntropyLoss();
  const [filters] = model.parameters();
  const backward = (): [Tensor<[]>] => {
    model.zeroGrad();
    const loss = criterion.forward(model.forward(x), y);
    loss.backward();
    return [loss];
  };
  const check = async ([loss]: readonly number[]) =>
    checkOf(loss!, (await (filters!.grad as Tensor).data()) as Float32Array);
  return { step: backward, check };
}

export const whorlCnn = (way: Way = {}): (() => Promise<Timed>) => running(network, way);

export const cnn: Work = {
  name: 'cnn',
  says: 'forward and backward of a LeNet-like CNN, 28 x 28, batch 64, loss read',
  unit: 'ms',
  better: 'lower',
  fromMs: identity,
  warmUp: 5,
  contestants: {
    whorl: whorlCnn(),
    'whorl-compiled': whorlCnn({ compiled: true }),
    'whorl-compiled-2-threads': whorlCnn({ compiled: true, threads: 2 }),
    'whorl-compiled-relaxed': whorlCnn({ compiled: true, relaxed: true }),
    'pytorch-eager': pytorch,
    'jax-js': jaxCnn,
    tfjs: tfjsCnn,
  },
};
