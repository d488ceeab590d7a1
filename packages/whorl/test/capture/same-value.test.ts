// Tensors that have one value between them when a step is recorded, and each its own later.

import { describe, expect, it } from 'vitest';
import { compile, nn, noGrad, randn, type Tensor, tensor, zeros } from '../../src/index.js';
import type { Loose } from '../loose.js';

const origins: [string, () => Loose][] = [
  ['a number', () => tensor(3, { dtype: 'int64' })],
  ['what was drawn', () => randn(3)],
  ['what is pending', () => randn(3).mul(2)],
];

describe.each(origins)('a copy of %s', (_, make) => {
  it('is followed when one of the two is written between the calls', () => {
    const [a, b] = [make(), make()];
    b.copy_(a);
    const written = (x: Tensor) => a.mul(x).sum().add(b.sum().mul(100));
    const replayed = compile(written);
    const one = tensor([1n]);
    for (let i = 0; i < 20; i++) replayed(one).itemSync();
    for (const changed of [b, a]) {
      changed.add_(1);
      expect(replayed(one).itemSync()).toBe(written(one).itemSync());
    }
  });

  it('is followed when one of the two is written inside', () => {
    const [a, b] = [make(), make()];
    b.copy_(a);
    const before = b.clone().toArraySync();
    const step = compile((x: Tensor) => {
      a.add_(1);
      return b.mul(x).sum();
    });
    for (let i = 0; i < 5; i++) step(tensor([1n])).itemSync();
    expect(b.toArraySync()).toEqual(before);
  });

  it('and its original may be arguments', () => {
    const first = make();
    const step = compile((x: Loose, y: Loose) => x.sub(y).sum());
    for (const y of [first.clone(), first, first.add(1)])
      expect(step(first, y).itemSync()).toBe(first.sub(y).sum().itemSync());
  });
});

it('a copy that is brought up to date in the step keeps the buffers, too', () => {
  const [model, average] = [new nn.BatchNorm1d(2), new nn.BatchNorm1d(2)] as Loose[];
  average.loadStateDict(model.stateDict());
  const step = compile((x: Tensor) => {
    const loss = model.forward(x).square().mean();
    noGrad(() => {
      const now = [...model.buffers()];
      [...average.buffers()].forEach((b, i) => b.copy_(now[i]));
    });
    return loss;
  });
  for (let i = 0; i < 5; i++) step(zeros(4, 2)).itemSync();
  expect(average.numBatchesTracked.itemSync()).toBe(5);
});
