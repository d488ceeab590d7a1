// The memory of compiled functions: a replay takes what it returns, and nothing else.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { driver } from '../devices/default.js';
import { type Loose, whorl } from '../loose.js';

const { compile, manualSeed, memory, nn, ones, optim, randint, randn, tensor } = whorl;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('in the steady state', () => {
  it('10,000 replays allocate what is returned and nothing else, and nothing grows', () => {
    manualSeed(1);
    const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 3));
    const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
    const criterion = new nn.CrossEntropyLoss();
    const [x, y] = [randn(32, 2), randint(0, 3, [32])];
    const step = compile((x: Loose, y: Loose) => {
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(x), y);
      loss.backward();
      optimizer.step();
      return loss;
    });
    for (let i = 0; i < 3; i++) step(x, y).itemSync();
    driver().reclaim();
    const before = memory();
    const allocate = vi.spyOn(driver(), 'allocate');
    for (let i = 0; i < 10_000; i++) step(x, y);
    expect(allocate).toHaveBeenCalledTimes(10_000);
    driver().reclaim();
    expect(memory().buffers - before.buffers).toBeLessThan(50);
    expect(memory().reserved).toBe(before.reserved);
  });

  it('a step that returns nothing allocates nothing', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const optimizer = new optim.SGD([w], { lr: 0.1, momentum: 0.9 });
    const f = compile((x: Loose) => {
      w.grad = null;
      w.mul(x).square().sum().backward();
      optimizer.step();
    });
    const x = ones(2);
    for (let i = 0; i < 5; i++) f(x);
    const allocate = vi.spyOn(driver(), 'allocate');
    for (let i = 0; i < 100; i++) f(x);
    expect(allocate).not.toHaveBeenCalled();
  });
});

it('a parameter, its gradient and its two moments are four pieces of memory, from the first call on', () => {
  const n = 300;
  const unit = n * n * 4;
  const model = new nn.Linear(n, n);
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  const x = randn(4, n);
  x.dataSync();
  const step = compile(() => {
    const loss = model.forward(x).square().mean();
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  });
  const allocate = vi.spyOn(driver(), 'allocate');
  for (let i = 0; i < 4; i++) step().itemSync();
  const large = allocate.mock.calls.filter(([bytes]) => bytes >= unit);
  expect(large).toHaveLength(3);
});
