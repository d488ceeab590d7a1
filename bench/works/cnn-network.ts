// The small convolutional network of the bench, after LeNet: 28 x 28 images, a batch of 64.
// in:  nothing     out: the network with its batch; its first weights in plain arrays for the peers

import { manualSeed, nn, tensor, type Tensor } from 'whorl';
import { fractions } from './fractions.js';

export const batch = 64;
export const side = 28;

/** peers/cnn.py has the twins. */
export const images = (): Float32Array => fractions(batch * side * side).map((x) => x - 0.5);
export const labels = (): Int32Array => Int32Array.from({ length: batch }, (_, i) => (7 * i) % 10);

export function makeCnn() {
  manualSeed(12345);
  const model = new nn.Sequential(
    new nn.Conv2d(1, 6, 5, { padding: 2 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(6, 16, 5),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Linear(400, 120),
    new nn.ReLU(),
    new nn.Linear(120, 84),
    new nn.ReLU(),
    new nn.Linear(84, 10),
  );
  const x: Tensor<[64, 1, 28, 28]> = tensor(images(), { shape: [batch, 1, side, side] });
  const y = tensor(labels(), { dtype: 'int64' });
  return { model, x, y };
}

export interface Parameter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Weight, bias, weight, ... of the two convolutions and the three linear layers. */
export async function cnnStart(): Promise<Parameter[]> {
  const found: Parameter[] = [];
  for (const parameter of makeCnn().model.parameters()) {
    const values = (await (parameter as Tensor).data()) as Float32Array;
    found.push({ shape: parameter.shape, values });
  }
  return found;
}

/** What contestants compare: the loss, and the gradient of the first filters. */
export const checkOf = (loss: number, filterGradient: ArrayLike<number>): number =>
  loss + Array.from(filterGradient).reduce((sum, g) => sum + g * g, 0);
