// Thirty steps of training, compiled and as written: losses, gradients, parameters and draws are the same, bit for bit.

import { afterEach, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../devices/default.js';
import { setFusion } from '../../src/engine/flush/options.js';
import { type Loose, whorl } from '../loose.js';

const { compile, manualSeed, nn, optim, randint, randn } = whorl;
const steps = 30;

const optimizers: Record<string, (parameters: Loose) => Loose> = {
  SGD: (p) => new optim.SGD(p, { lr: 0.1 }),
  'SGD with momentum': (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, weightDecay: 1e-3 }),
  'SGD with Nesterov': (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true }),
  Adam: (p) => new optim.Adam(p, { lr: 1e-2, weightDecay: 1e-5 }),
  'Adam with amsgrad': (p) => new optim.Adam(p, { lr: 1e-2, amsgrad: true }),
  AdamW: (p) => new optim.AdamW(p, { lr: 1e-2 }),
  Adamax: (p) => new optim.Adamax(p),
  NAdam: (p) => new optim.NAdam(p, { weightDecay: 1e-3, decoupledWeightDecay: true }),
  RAdam: (p) => new optim.RAdam(p, { lr: 1e-2 }),
  Adagrad: (p) => new optim.Adagrad(p, { lrDecay: 1e-2 }),
  Adadelta: (p) => new optim.Adadelta(p),
  RMSprop: (p) => new optim.RMSprop(p),
  'RMSprop centred, with momentum': (p) =>
    new optim.RMSprop(p, { centered: true, momentum: 0.9, lr: 1e-3 }),
  Rprop: (p) => new optim.Rprop(p),
  ASGD: (p) => new optim.ASGD(p, { t0: 7 }),
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

interface Settings {
  readonly compiled: boolean;
  readonly make: (parameters: Loose) => Loose;
  /** What happens between the steps. */
  readonly between?: (i: number, model: Loose, optimizer: Loose) => void;
  readonly schedule?: (optimizer: Loose) => Loose;
  readonly model?: () => Loose;
}

const bitsOf = (numbers: readonly number[]) => new Int32Array(Float32Array.from(numbers).buffer);

function trajectory({ compiled, make, between, schedule, model: build }: Settings): Int32Array {
  manualSeed(12345);
  const model = (build ?? network)();
  const optimizer = make(model.parameters());
  const scheduler = schedule?.(optimizer);
  const criterion = new nn.CrossEntropyLoss();
  const [x, y] = [randn(37, 5), randint(0, 4, [37])];
  const written = (x: Loose, y: Loose) => {
    const logits = model.forward(x);
    const loss = criterion.forward(logits, y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return { loss, accuracy: logits.argmax(1).eq(y).mean() };
  };
  const step = compiled ? compile(written) : written;
  const seen: number[] = [];
  for (let i = 0; i < steps; i++) {
    const { loss, accuracy } = step(x, y);
    seen.push(loss.itemSync(), accuracy.itemSync());
    scheduler?.step();
    between?.(i, model, optimizer);
  }
  for (const p of model.parameters()) seen.push(...p.dataSync(), ...p.grad.dataSync());
  return bitsOf(seen);
}

function expectSame(settings: Omit<Settings, 'compiled'>): void {
  const written = trajectory({ ...settings, compiled: false });
  expect(new Set(written).size).toBeGreaterThan(100);
  expect(trajectory({ ...settings, compiled: true })).toEqual(written);
}

afterEach(() => {
  useDevice('cpu');
  setFusion(true);
});

describe.each(Object.entries(optimizers))('thirty compiled steps with %s', (_, make) => {
  it('are those that were written', () => {
    expectSame({ make });
  });
});

const adam = optimizers.Adam!;

describe('thirty compiled steps', () => {
  it.each<[DeviceName, boolean]>([
    ['reference', true],
    ['cpu', false],
  ])('are the same on %s, fused: %s', (device, fuse) => {
    const written = trajectory({ make: adam, compiled: false });
    useDevice(device);
    setFusion(fuse);
    expect(trajectory({ make: adam, compiled: true })).toEqual(written);
  });

  it('follow a learning-rate schedule, and one of momentum', () => {
    expectSame({ make: adam, schedule: (o) => new optim.lrScheduler.StepLR(o, { stepSize: 4 }) });
    const schedule = (o: Loose) =>
      new optim.lrScheduler.OneCycleLR(o, { maxLr: 0.1, totalSteps: steps });
    expectSame({ make: adam, schedule });
  });

  it('follow a schedule that steps inside, and a module whose settings change', () => {
    const schedule = (o: Loose) => new optim.lrScheduler.CosineAnnealingLR(o, { tMax: 7 });
    const inside = (make: (o: Loose) => Loose) => (parameters: Loose) => {
      const optimizer = adam(parameters);
      const scheduler = make(optimizer);
      const step = optimizer.step.bind(optimizer);
      optimizer.step = () => {
        step();
        scheduler.step();
      };
      return optimizer;
    };
    const warm = (o: Loose) => new optim.lrScheduler.LinearLR(o, { totalIters: 3 });
    const both = (o: Loose) =>
      new optim.lrScheduler.SequentialLR(o, {
        schedulers: [warm(o), schedule(o)],
        milestones: [5],
      });
    const between = (i: number, model: Loose) => {
      model.at(2).p = i < 15 ? 0.2 : 0.4;
    };
    expectSame({ make: inside(schedule), between });
    expectSame({ make: inside(both) });
  });

  it('follow changed hyperparameters', () => {
    const between = (i: number, _: Loose, optimizer: Loose) => {
      optimizer.paramGroups[0].lr = 0.01 / (i + 1);
      optimizer.paramGroups[0].weightDecay = i % 5 === 0 ? 0 : 1e-3 * i;
    };
    expectSame({ make: optimizers.AdamW!, between });
    expectSame({ make: optimizers['SGD with momentum']!, between });
  });

  it('follow train() and eval()', () => {
    const between = (i: number, model: Loose) => model.train(i % 3 === 0);
    expectSame({ make: adam, between });
  });

  it('update the statistics of batch normalisation', () => {
    const model = () =>
      new nn.Sequential(new nn.Linear(5, 17), new nn.BatchNorm1d(17), new nn.Linear(17, 4));
    const between = (i: number, m: Loose) => m.train(i % 7 !== 0);
    expectSame({ make: adam, model, between });
  });

  it('go on from values that were loaded', () => {
    let saved: Loose;
    let state: Loose;
    const between = (i: number, model: Loose, optimizer: Loose) => {
      if (i === 5) {
        saved = new Map([...model.stateDict()].map(([k, v]: Loose) => [k, v.clone()]));
        state = structuredState(optimizer.stateDict());
      }
      if (i === 11 || i === 12) model.loadStateDict(saved);
      if (i === 12) optimizer.loadStateDict(state);
    };
    expectSame({ make: adam, between });
    expectSame({ make: optimizers['SGD with momentum']!, between });
  });

  it('go on after gradients were dropped, changed and kept', () => {
    const kept: Loose[] = [];
    const between = (i: number, model: Loose) => {
      const [first, second] = [...model.parameters()] as Loose[];
      if (i % 3 === 0) first.grad = null;
      if (i % 4 === 1) kept.push(second.grad);
      if (i % 5 === 2) second.grad.mul_(2);
    };
    expectSame({ make: adam, between });
  });
});

/** Tensors of its own: what an optimizer's state dict shares with the optimizer. */
function structuredState(dict: Loose): Loose {
  const state = Object.fromEntries(
    Object.entries(dict.state).map(([i, own]: Loose) => [
      i,
      Object.fromEntries(
        Object.entries(own).map(([k, v]: Loose) => [k, v?.clone === undefined ? v : v.clone()]),
      ),
    ]),
  );
  return { state, paramGroups: dict.paramGroups.map((g: Loose) => ({ ...g })) };
}
