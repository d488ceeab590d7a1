// The experiment itself: one network trained on the spiral, epoch by epoch.
// in:  data, a model, its optimizer     out: the epochs' losses and accuracies, as they come

import type { Points } from '../data/datasets.js';
import { compile, nn, optim, type Tensor } from '../index.js';
import type { ModelName, OptimizerName, SpiralOptions } from './options.js';

export interface Network {
  readonly name: ModelName;
  readonly optimizerName: OptimizerName;
  readonly model: nn.TensorModule;
  readonly optimizer: optim.SGD | optim.Adam;
  readonly losses: number[];
  readonly accuracies: number[];
  seconds: number;
}

/** What each model of the exercise is trained with where nothing else is asked for. */
const usual: Record<ModelName, OptimizerName> = { linear: 'sgd', relu: 'adam' };

/** Two linear layers; a ReLU between them or nothing. Draws the weights. */
export function makeNetwork(name: ModelName, options: SpiralOptions): Network {
  const first = new nn.Linear(2 as number, options.hidden);
  const layers = name === 'relu' ? [first, new nn.ReLU()] : [first];
  const last = new nn.Linear(options.hidden, options.classes);
  const model = new nn.Sequential(...([...layers, last] as nn.TensorModule[]));
  const optimizerName = options.optimizer ?? usual[name];
  const Optimizer = optimizerName === 'sgd' ? optim.SGD : optim.Adam;
  const { lr, weightDecay } = options;
  const optimizer = new Optimizer(model.parameters(), { lr, weightDecay });
  return { name, optimizerName, model, optimizer, losses: [], accuracies: [], seconds: 0 };
}

/** A training step over all the data: gives the loss and the accuracy before the update. */
function stepOf({ model, optimizer }: Network, { X, Y }: Points): () => readonly [Tensor, Tensor] {
  const criterion = new nn.CrossEntropyLoss();
  return () => {
    const logits = model.forward(X as unknown as Tensor);
    const loss = criterion.forward(logits, Y as unknown as Tensor);
    // of the logits before the step: loss and accuracy belong to the same weights
    const hits = logits.argmax(1).eq(Y as unknown as Tensor) as Tensor;
    const accuracy = hits.sum().float().div(Y.shape[0]!) as Tensor;
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return [loss, accuracy];
  };
}

/** Trains until the epochs are over or `isStopped` says so, and reports every epoch. */
export async function train(
  network: Network,
  data: Points,
  epochs: number,
  report: (epoch: number, loss: number, accuracy: number) => void,
  isStopped: () => boolean,
  compiled = false,
): Promise<void> {
  const written = stepOf(network, data);
  const step = compiled ? compile(written) : written;
  const start = performance.now();
  for (let epoch = 0; epoch < epochs && !isStopped(); epoch++) {
    const [loss, accuracy] = step();
    const values = [await loss.item(), await accuracy.item()] as [number, number];
    network.losses.push(values[0]);
    network.accuracies.push(values[1]);
    report(epoch, ...values);
    network.seconds = (performance.now() - start) / 1000;
  }
}
