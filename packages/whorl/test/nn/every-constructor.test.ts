// Every layer, loss, optimizer, schedule and sampler, made and called with one argument too many of each kind and with an
// option that it does not have: it says so, and nothing is dropped.

import { describe, expect, it } from 'vitest';
import { whorl } from '../loose.js';

type Make = () => readonly unknown[];
type Class = new (...args: unknown[]) => { forward?(...args: unknown[]): unknown };

const { nn, ones, optim, tensor, zeros } = whorl;
const schedules = optim.lrScheduler;
const parameters = () => [ones(2).requiresGrad_()];
const sgd = () => new optim.SGD(parameters(), { lr: 0.1, momentum: 0.9 });
const list = [1, 2, 3];

/** What must be given; nothing where everything has a default. */
const required: Record<string, Make> = {
  ...Object.fromEntries(
    [1, 2, 3].flatMap((n) => [
      [`AdaptiveAvgPool${n}d`, () => [1]],
      [`AdaptiveMaxPool${n}d`, () => [1]],
      [`AvgPool${n}d`, () => [1]],
      [`MaxPool${n}d`, () => [1]],
      [`BatchNorm${n}d`, () => [2]],
      [`InstanceNorm${n}d`, () => [2]],
      [`Conv${n}d`, () => [2, 2, 1]],
      [`ConvTranspose${n}d`, () => [2, 2, 1]],
    ]),
  ),
  ...Object.fromEntries(
    ['GRU', 'LSTM', 'RNN', 'GRUCell', 'LSTMCell', 'RNNCell', 'Linear', 'Embedding'].map((name) => [
      name,
      () => [2, 2],
    ]),
  ),
  Bilinear: () => [2, 2, 2],
  GroupNorm: () => [1, 2],
  LayerNorm: () => [2],
  RMSNorm: () => [2],
  MultiheadAttention: () => [2, 1],
  Threshold: () => [0.1, 0.2],
  TransformerEncoder: () => [new nn.TransformerEncoderLayer(2, 1), 1],
  TransformerEncoderLayer: () => [2, 1],
  CosineAnnealingLR: () => [sgd(), { tMax: 3 }],
  CosineAnnealingWarmRestarts: () => [sgd(), { t0: 3 }],
  CyclicLR: () => [sgd(), { baseLr: 0.1, maxLr: 0.2 }],
  ExponentialLR: () => [sgd(), { gamma: 0.9 }],
  LambdaLR: () => [sgd(), { lrLambda: () => 1 }],
  MultiplicativeLR: () => [sgd(), { lrLambda: () => 1 }],
  MultiStepLR: () => [sgd(), { milestones: [1] }],
  OneCycleLR: () => [sgd(), { maxLr: 0.2, totalSteps: 5 }],
  StepLR: () => [sgd(), { stepSize: 2 }],
  BatchSampler: () => [new whorl.SequentialSampler(list), 1],
  DataLoader: () => [list],
  RandomSampler: () => [list],
  SequentialSampler: () => [list],
  SubsetRandomSampler: () => [list],
  Subset: () => [list, [0]],
  WeightedRandomSampler: () => [list, 2],
};

/** Made of a list of things, or of another kind. */
const left =
  /^(Identity|Layer|Module|ModuleDict|ModuleList|Parameter|Sequential|StateDict|Optimizer|LRScheduler|ChainedScheduler|SequentialLR)$/;
const isOptimizer = (name: string) => name in optim;

function classesOf(owner: Record<string, unknown>): [string, Class][] {
  return Object.entries(owner).filter(
    ([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name) && !left.test(name),
  ) as [string, Class][];
}

const samplers = Object.keys(required).filter((name) =>
  /Sampler$|^DataLoader$|^Subset$/.test(name),
);
const classes: [string, Class][] = [
  ...classesOf(nn),
  ...classesOf(optim),
  ...classesOf(schedules),
  ...samplers.map((name): [string, Class] => [name, whorl[name]]),
];

const argumentsOf = (name: string): readonly unknown[] => {
  if (required[name] !== undefined) return required[name]();
  if (isOptimizer(name)) return [parameters(), { lr: 0.1 }];
  return name in schedules ? [sgd()] : [];
};

const surplus: unknown[] = [7, true, 'seven', null, tensor([7]), [7], () => 7];

const words = (call: () => unknown): string => {
  try {
    call();
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('every constructor', () => {
  it('is in the list, and can be called', () => {
    expect(classes.length).toBeGreaterThan(110);
    const refused = classes.map(([name, C]) => [name, words(() => new C(...argumentsOf(name)))]);
    expect(refused.filter(([, said]) => said !== 'nothing')).toEqual([]);
  });

  it('refuses more arguments than it has parameters, whatever they are', () => {
    const silent = classes.flatMap(([name, C]) =>
      surplus
        .map((value) => words(() => new C(...argumentsOf(name), ...Array(20).fill(value))))
        .filter((said) => !said.includes(name.replace(/\dd$|(?<=Dropout)\dd/, '')))
        .map((said) => `${name}: ${said}`),
    );
    expect(silent).toEqual([]);
  });

  it('refuses an option that it does not have', () => {
    const silent = classes.flatMap(([name, C]) => {
      const places = argumentsOf(name).filter(
        (value) => Object.getPrototypeOf(value) !== Object.prototype,
      );
      const options = argumentsOf(name).find(
        (value) => Object.getPrototypeOf(value) === Object.prototype,
      );
      const said = words(() => new C(...places, { ...(options as object), zebra: 1 }));
      return said.includes('unknown option "zebra"') || /takes at most|must be/.test(said)
        ? []
        : [`${name}: ${said}`];
    });
    expect(silent).toEqual([]);
  });
});

const inputs: Record<string, Make> = {
  Bilinear: () => [ones(1, 2), ones(1, 2)],
  Embedding: () => [zeros(1, { dtype: 'int64' })],
  MultiheadAttention: () => [ones(1, 1, 2), ones(1, 1, 2), ones(1, 1, 2)],
};
const shapeOf = (name: string): number[] => {
  const rank = Number(/(\d)d$/.exec(name)?.[1] ?? 0);
  if (rank > 0) return [1, 2, ...Array(rank).fill(4)];
  return /^(GRU|LSTM|RNN|TransformerEncoder\w*)$/.test(name) ? [1, 1, 2] : [2, 2];
};

describe('every forward', () => {
  it('refuses more arguments than it has parameters', () => {
    const silent: string[] = [];
    for (const [name, C] of classesOf(nn)) {
      const layer = new C(...argumentsOf(name));
      const given = inputs[name]?.() ?? [ones(...shapeOf(name))];
      for (const value of surplus) {
        const said = words(() => layer.forward!(...given, ...Array(20).fill(value)));
        if (!/takes at most|must be|expected/.test(said)) silent.push(`${name}: ${said}`);
      }
    }
    expect([...new Set(silent)]).toEqual([]);
  });
});
