// Thirty steps of a small network: fused against unfused, and WebAssembly against the reference, bit for bit.
// The order of every sum is part of the op, so that no schedule and no device may change a bit.

import { afterEach, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../devices/default.js';
import { setFusion } from '../../src/engine/flush/options.js';
import { type Loose, whorl } from '../loose.js';

const { manualSeed, nn, optim, randint, randn } = whorl;
const steps = 30;

const optimizers: Record<string, (parameters: Loose) => Loose> = {
  'SGD with momentum': (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, weightDecay: 1e-3 }),
  Adam: (p) => new optim.Adam(p, { lr: 1e-2, weightDecay: 1e-5 }),
  AdamW: (p) => new optim.AdamW(p, { lr: 1e-2, amsgrad: true }),
};

const network = (): Loose =>
  new nn.Sequential(
    new nn.Linear(5, 17),
    new nn.Tanh(),
    new nn.Dropout(0.2),
    new nn.Linear(17, 9),
    new nn.ReLU(),
    new nn.Linear(9, 4),
  );

/** All losses, accuracies and gradient norms on the way, and the weights at the end, as their bits. */
function trajectory(make: (parameters: Loose) => Loose): Int32Array {
  manualSeed(12345);
  const model = network();
  const optimizer = make(model.parameters());
  const criterion = new nn.CrossEntropyLoss();
  const [x, y] = [randn(37, 5), randint(0, 4, [37])];
  const seen: number[] = [];
  for (let i = 0; i < steps; i++) {
    const logits = model.forward(x);
    const loss = criterion.forward(logits, y);
    const accuracy = logits.argmax(1).eq(y).mean();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    seen.push(loss.itemSync(), accuracy.itemSync());
  }
  for (const p of model.parameters()) seen.push(...p.dataSync(), ...p.grad.dataSync());
  return new Int32Array(Float32Array.from(seen).buffer);
}

function under(device: DeviceName, fuse: boolean, make: (parameters: Loose) => Loose): Int32Array {
  useDevice(device);
  setFusion(fuse);
  return trajectory(make);
}

afterEach(() => {
  useDevice('cpu');
  setFusion(true);
});

describe.each(Object.entries(optimizers))('thirty steps with %s', (_, make) => {
  it('are the same fused and unfused, and on the reference device', () => {
    const fused = under('cpu', true, make);
    expect(new Set(fused).size).toBeGreaterThan(100);
    expect(under('cpu', false, make)).toEqual(fused);
    expect(under('reference', true, make)).toEqual(fused);
  });
});
