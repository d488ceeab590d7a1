// Small values that optimizers store as zeros: what it saves, what it changes, and how it is switched.

import { afterEach, describe, expect, it } from 'vitest';
import '../../src/engine/devices/reference.js';
import { setDefaultDevice } from '../../src/engine/devices/default.js';
import { counting, subnormalShare } from '../devices/counting.js';
import { type Loose, whorl } from '../loose.js';

const { compile, datasets, manualSeed, nn, noGrad, optim, setFlushDenormal, tensor } = whorl;

afterEach(() => {
  setFlushDenormal(true);
  setDefaultDevice('cpu');
});

/** The exercise's second network. */
function exercise() {
  manualSeed(12345);
  const { X, Y } = datasets.spiral();
  const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-5 });
  const epoch = (): Loose => {
    const loss = criterion.forward(model.forward(X), Y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss;
  };
  return { model, optimizer, epoch };
}

/** As it is at epoch 2,000: of a fifth of the hidden units the weights have decayed to nothing. */
function decay(model: Loose): void {
  const [hidden, bias, output] = [...model.parameters()];
  noGrad(() => {
    hidden.at(whorl.slice(0, 20)).copy_(hidden.at(whorl.slice(0, 20)).mul(1e-37));
    bias.at(whorl.slice(0, 20)).fill_(-1e-3);
    output.at('...', whorl.slice(0, 20)).mul_(1e-37);
  });
}

describe('an exercise with dead units', () => {
  function shares(): number[] {
    setDefaultDevice(counting);
    const { model, epoch } = exercise();
    decay(model);
    return [1, 2, 3].map(() => subnormalShare(() => epoch().itemSync()));
  }

  it('computes subnormal numbers in one step and none in the next', () => {
    const [first, second, third] = shares();
    expect(first).toBeGreaterThan(0.01);
    expect(second).toBeLessThan(0.001);
    expect(third).toBeLessThan(0.001);
  });

  it('goes on computing them with setFlushDenormal(false)', () => {
    setFlushDenormal(false);
    for (const share of shares()) expect(share).toBeGreaterThan(0.01);
  });
});

it('each loss of the exercise has the same bits in either mode', () => {
  function losses(flushes: boolean): number[] {
    setFlushDenormal(flushes);
    const step = compile(exercise().epoch);
    return Array.from({ length: 1000 }, () => step().itemSync());
  }
  expect(losses(true)).toEqual(losses(false));
});

describe('what a step stores', () => {
  const values = [1e-38, -1e-38, 1e-30, -1e-30, 1e-20, 0, -0, Number.NaN];
  /** Weights without a gradient after a step; 1e-10 is a decay that changes none of them. */
  function afterStep(device: string, weightDecay: number): number[] {
    setDefaultDevice(device);
    const p = tensor(values, { requiresGrad: true });
    p.grad = whorl.zerosLike(p);
    new optim.SGD([p], { lr: 1e-10, weightDecay }).step();
    return [...p.dataSync()];
  }
  const [small, rest] = [Math.fround(1e-30), [Math.fround(1e-20), 0, -0, Number.NaN]];

  it.each(['cpu', 'reference'])('is zero where it is subnormal, with its sign: %s', (device) => {
    expect(afterStep(device, 0)).toEqual([0, -0, small, -small, ...rest]);
  });

  it.each(['cpu', 'reference'])('and where it only decays and is near there: %s', (device) => {
    expect(afterStep(device, 1e-10)).toEqual([0, -0, 0, -0, ...rest]);
  });

  it('moments that no gradient keeps up end at zero', () => {
    const moments = (flushes: boolean): number[] => {
      setFlushDenormal(flushes);
      const p = tensor([1], { requiresGrad: true });
      const optimizer = new optim.Adam([p]);
      for (let i = 0; i < 900; i++) {
        p.grad = tensor([i === 0 ? 1 : 0]);
        optimizer.step();
      }
      return [optimizer.state.get(p).expAvg.itemSync(), p.itemSync()];
    };
    const [flushed, p] = moments(true);
    const [kept, q] = moments(false);
    expect(flushed).toBe(0);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(1e-38);
    expect(p).toBe(q);
  });

  it('of float64 what is subnormal in float64', () => {
    const p = tensor([1e-310, 1e-300, 1e-200], { dtype: 'float64', requiresGrad: true });
    p.grad = whorl.zerosLike(p);
    new optim.SGD([p], { lr: 1 }).step();
    expect([...p.dataSync()]).toEqual([0, 1e-300, 1e-200]);
  });
});

describe('setFlushDenormal', () => {
  const makeStep = () => {
    const p = tensor([1e-39, 1], { requiresGrad: true });
    const optimizer = new optim.SGD([p], { lr: 0.5 });
    return {
      p,
      step: () => {
        p.grad = tensor([0, 1]);
        optimizer.step();
      },
    };
  };

  it('says that it is supported, and takes a boolean', () => {
    expect([setFlushDenormal(true), setFlushDenormal(false)]).toEqual([true, true]);
    expect(() => setFlushDenormal(1)).toThrow('setFlushDenormal expects a boolean, got number');
  });

  it.each([false, true])('holds from the next step on, compiled: %s', (compiled) => {
    const { p, step } = makeStep();
    const run = compiled ? compile(step) : step;
    const small = tensor([1e-39]).itemSync();
    const seen = [false, false, true, false, true].map((mode) => {
      setFlushDenormal(mode);
      noGrad(() => p.setAt([0], 1e-39));
      run();
      return p.dataSync()[0];
    });
    expect(seen).toEqual([small, small, 0, small, 0]);
  });

  it('is set again by each replay of a function that sets it', () => {
    const { p, step } = makeStep();
    const run = compile(() => {
      setFlushDenormal(false);
      step();
    });
    for (let i = 0; i < 4; i++) {
      setFlushDenormal(true);
      run();
      expect(p.dataSync()[0]).toBeGreaterThan(0);
    }
    step();
    expect(p.dataSync()[0]).toBeGreaterThan(0);
    setFlushDenormal(true);
    step();
    expect(p.dataSync()[0]).toBe(0);
  });
});
