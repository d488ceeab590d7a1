// The multilayer perceptron that several works train: 784 -> 256 -> 128 -> 10, a batch of 128, Adam.
// in:  nothing     out: the network with its batch, and one step of its training

import { manualSeed, nn, optim, tensor, type Tensor } from 'whorl';
import { fractions } from './fractions.js';

export const batch = 128;
export const widths = [784, 256, 128, 10] as const;

/** peers/mlp.py has the twins. */
export const images = (): Float32Array => fractions(batch * widths[0]).map((x) => x - 0.5);
export const labels = (): Int32Array => Int32Array.from({ length: batch }, (_, i) => (7 * i) % 10);

export function makeLayers() {
  manualSeed(12345);
  return [
    new nn.Linear(widths[0], widths[1]),
    new nn.Linear(widths[1], widths[2]),
    new nn.Linear(widths[2], widths[3]),
  ] as const;
}

export function makeMlp() {
  const [first, second, third] = makeLayers();
  const model = new nn.Sequential(first, new nn.ReLU(), second, new nn.ReLU(), third);
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  const x: Tensor<[128, 784]> = tensor(images(), { shape: [batch, widths[0]] });
  const y = tensor(labels(), { dtype: 'int64' });
  /** Everything but reading the loss. */
  const train = (): Tensor<[]> => {
    const loss = criterion.forward(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  };
  return { model, optimizer, train, x, y };
}
