// Layers, losses, optimizers and schedules made as PyTorch makes them: by place, by name, or refused with the form that
// would do. Everything is called through `any`, as plain JavaScript would.

import { describe, expect, it } from 'vitest';
import {
  manualSeed,
  nn as typed,
  ones,
  optim as typedOptim,
  tensor,
  zeros,
} from '../../src/index.js';

type Any = any;
const nn = typed as Any;
const optim = typedOptim as Any;
const schedules = typedOptim.lrScheduler as Any;

// biome-ignore format: a table
const layers: [string, () => Any, () => Any][] = [
  ['Linear(a, b, false)', () => new nn.Linear(2, 3, false), () => new nn.Linear(2, 3, { bias: false })],
  ['Conv2d(1, 6, 5, 2, 1)', () => new nn.Conv2d(1, 6, 5, 2, 1), () => new nn.Conv2d(1, 6, 5, { stride: 2, padding: 1 })],
  ['Conv2d by names', () => new nn.Conv2d(1, 2, { kernelSize: 3 }), () => new nn.Conv2d(1, 2, 3)],
  ['Conv1d with all its places', () => new nn.Conv1d(2, 4, 3, 1, 'same', 2, 2, false, 'reflect'), () => new nn.Conv1d(2, 4, 3, { padding: 'same', dilation: 2, groups: 2, bias: false, paddingMode: 'reflect' })],
  ['ConvTranspose2d(i, o, 4, 2, 1)', () => new nn.ConvTranspose2d(2, 3, 4, 2, 1), () => new nn.ConvTranspose2d(2, 3, 4, { stride: 2, padding: 1 })],
  ['MaxPool2d(3, 2)', () => new nn.MaxPool2d(3, 2), () => new nn.MaxPool2d(3, { stride: 2 })],
  ['AvgPool2d(3, 2, 1, true)', () => new nn.AvgPool2d(3, 2, 1, true), () => new nn.AvgPool2d(3, { stride: 2, padding: 1, ceilMode: true })],
  ['LayerNorm(n, eps)', () => new nn.LayerNorm(4, 0.5), () => new nn.LayerNorm(4, { eps: 0.5 })],
  ['GroupNorm(g, c, eps, false)', () => new nn.GroupNorm(2, 4, 0.5, false), () => new nn.GroupNorm(2, 4, { eps: 0.5, affine: false })],
  ['BatchNorm1d(n, eps, null)', () => new nn.BatchNorm1d(4, 0.5, null), () => new nn.BatchNorm1d(4, { eps: 0.5, momentum: null })],
  ['Dropout(p, true)', () => new nn.Dropout(0.25, true), () => new nn.Dropout({ p: 0.25, inplace: true })],
  ['ReLU(true)', () => new nn.ReLU(true), () => new nn.ReLU({ inplace: true })],
  ['LeakyReLU(slope, true)', () => new nn.LeakyReLU(0.2, true), () => new nn.LeakyReLU({ negativeSlope: 0.2, inplace: true })],
  ['LSTM(i, h, layers, false, true)', () => new nn.LSTM(3, 4, 2, false, true), () => new nn.LSTM(3, 4, { numLayers: 2, bias: false, batchFirst: true })],
  ["RNN(i, h, 1, 'relu')", () => new nn.RNN(3, 4, 1, 'relu'), () => new nn.RNN(3, 4, { nonlinearity: 'relu' })],
  ['GRUCell(i, h, false)', () => new nn.GRUCell(3, 4, false), () => new nn.GRUCell(3, 4, { bias: false })],
  ['Embedding(n, d, paddingIdx)', () => new nn.Embedding(4, 2, 1), () => new nn.Embedding(4, 2, { paddingIdx: 1 })],
  ['MultiheadAttention(e, h, dropout)', () => new nn.MultiheadAttention(4, 2, 0.1), () => new nn.MultiheadAttention(4, 2, { dropout: 0.1 })],
  ['TransformerEncoderLayer(d, h, ff, dropout)', () => new nn.TransformerEncoderLayer(4, 2, 8, 0), () => new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8, dropout: 0 })],
  ['PReLU(n, init)', () => new nn.PReLU(2, 0.5), () => new nn.PReLU(2, { init: 0.5 })],
  ['Softmax()', () => new nn.Softmax(), () => new nn.Softmax(null)],
];

/** What a layer is: its repr, and what it drew. */
function contents(make: () => Any): unknown {
  manualSeed(3);
  const layer = make();
  return [String(layer), ...[...layer.stateDict().values()].map((t: Any) => t.toArraySync())];
}

describe('layers made by place are those made by name', () => {
  it.each(layers)('%s', (_, given, meant) => {
    expect(contents(given)).toEqual(contents(meant));
  });

  it('AdaptiveMaxPool and MaxPool give the indices when asked', () => {
    const x = tensor([[[1, 3, 2, 0]]]);
    const pools = [new nn.AdaptiveMaxPool1d(2, true), new nn.MaxPool1d(2, { returnIndices: true })];
    for (const pool of pools) {
      const [values, indices] = pool.forward(x);
      expect(values.toArraySync()).toEqual([[[3, 2]]]);
      expect(indices.toArraySync()).toEqual([[[1, 2]]]);
    }
  });

  it('activations that may write in place do', () => {
    for (const name of [
      'ReLU',
      'ReLU6',
      'ELU',
      'SELU',
      'CELU',
      'SiLU',
      'Mish',
      'LeakyReLU',
      'Hardtanh',
      'Hardswish',
      'Hardsigmoid',
      'Threshold',
    ]) {
      const x = tensor([-2, 7]);
      const y = new nn[name]({ inplace: true }).forward(x);
      expect(x.toArraySync(), name).toEqual(y.toArraySync());
      expect(String(new nn[name]({ inplace: true })).includes('inplace=True'), name).toBe(
        !name.startsWith('Hards'),
      );
    }
  });

  it('a softmax without a dim has the one that PyTorch chooses', () => {
    const F = nn.functional;
    const cube = tensor([[[1, 2]], [[3, 5]]]);
    expect(F.softmax(cube).toArraySync()).toEqual(F.softmax(cube, 0).toArraySync());
    expect(F.softmax(cube.squeeze(1)).toArraySync()).toEqual(
      F.softmax(cube.squeeze(1), 1).toArraySync(),
    );
  });

  it('a loss takes its weight first, as PyTorch does', () => {
    const [x, y, w] = [tensor([[1, 2]]), tensor([1n]), tensor([1, 4])];
    const given = new nn.CrossEntropyLoss(w, { reduction: 'sum' }).forward(x, y);
    expect(given.itemSync()).toBe(
      new nn.CrossEntropyLoss({ weight: w, reduction: 'sum' }).forward(x, y).itemSync(),
    );
  });
});

describe('forward', () => {
  it('of a transposed convolution takes the size of its result', () => {
    const layer = new nn.ConvTranspose1d(1, 1, 3, { stride: 2, padding: 1 });
    const x = zeros(1, 1, 6);
    expect(layer.forward(x).shape).toEqual([1, 1, 11]);
    expect(layer.forward(x, [1, 1, 12]).shape).toEqual([1, 1, 12]);
    expect(layer.forward(x, { outputSize: 12 }).shape).toEqual([1, 1, 12]);
    expect(() => layer.forward(x, [13])).toThrow('valid sizes of dim 0 range from 11 to 12');
  });

  it('refuses what it has no place for', () => {
    const [x, y] = [ones(2, 3), tensor([0n, 1n])];
    expect(() => new nn.CrossEntropyLoss().forward(x, y, x)).toThrow(
      'at most 2 arguments, but 3 were given',
    );
    expect(() => new nn.MSELoss().forward(x, x, 'sum')).toThrow("('sum' is too many)");
    expect(() => new nn.GRUCell(3, 2).forward(x, null, 1)).toThrow(
      'GRUCell.forward: takes at most 2',
    );
  });
});

const parameters = () => [new typed.Parameter(zeros(1))];

describe('optimizers and schedules made by place', () => {
  it('the second argument is the learning rate', () => {
    for (const name of [
      'SGD',
      'Adam',
      'AdamW',
      'NAdam',
      'RAdam',
      'Adamax',
      'Adagrad',
      'Adadelta',
      'RMSprop',
      'Rprop',
      'ASGD',
    ])
      expect(new optim[name](parameters(), 0.5).paramGroups[0].lr, name).toBe(0.5);
    expect(new optim.SGD(parameters(), 0.5, 0.9).paramGroups[0].momentum).toBe(0.9);
    expect(new optim.Adam(parameters(), 0.5, [0.8, 0.9]).paramGroups[0].betas).toEqual([0.8, 0.9]);
    expect(new optim.Adam(parameters(), { lr: undefined }).paramGroups[0].lr).toBe(0.001);
  });

  // biome-ignore format: a table
  const made: [string, (o: Any) => Any, (o: Any) => Any][] = [
    ['StepLR(o, 2, 0.5)', (o) => new schedules.StepLR(o, 2, 0.5), (o) => new schedules.StepLR(o, { stepSize: 2, gamma: 0.5 })],
    ['MultiStepLR(o, [1, 3])', (o) => new schedules.MultiStepLR(o, [1, 3]), (o) => new schedules.MultiStepLR(o, { milestones: [1, 3] })],
    ['ExponentialLR(o, 0.9)', (o) => new schedules.ExponentialLR(o, 0.9), (o) => new schedules.ExponentialLR(o, { gamma: 0.9 })],
    ['CosineAnnealingLR(o, 5, 0.1)', (o) => new schedules.CosineAnnealingLR(o, 5, 0.1), (o) => new schedules.CosineAnnealingLR(o, { tMax: 5, etaMin: 0.1 })],
    ['LinearLR(o, 0.1, 1, 3)', (o) => new schedules.LinearLR(o, 0.1, 1, 3), (o) => new schedules.LinearLR(o, { startFactor: 0.1, endFactor: 1, totalIters: 3 })],
    ['LambdaLR(o, f)', (o) => new schedules.LambdaLR(o, (t: number) => 1 / (t + 1)), (o) => new schedules.LambdaLR(o, { lrLambda: (t: number) => 1 / (t + 1) })],
    ['OneCycleLR(o, 1, 8)', (o) => new schedules.OneCycleLR(o, 1, 8), (o) => new schedules.OneCycleLR(o, { maxLr: 1, totalSteps: 8 })],
    ['CyclicLR(o, 0.1, 1, 3)', (o) => new schedules.CyclicLR(o, 0.1, 1, 3), (o) => new schedules.CyclicLR(o, { baseLr: 0.1, maxLr: 1, stepSizeUp: 3 })],
    ['SequentialLR(o, [a, b], [2])', (o) => new schedules.SequentialLR(o, [new schedules.ConstantLR(o, 0.5), new schedules.ExponentialLR(o, 0.5)], [2]), (o) => new schedules.SequentialLR(o, { schedulers: [new schedules.ConstantLR(o, 0.5), new schedules.ExponentialLR(o, 0.5)], milestones: [2] })],
  ];
  it.each(made)('%s', (_, given, meant) => {
    const rates = (make: (o: Any) => Any) => {
      const o = new optim.SGD(parameters(), { lr: 1, momentum: 0.9 });
      const schedule = make(o);
      return [1, 2, 3, 4].map(() => {
        o.step();
        schedule.step();
        return o.paramGroups[0].lr;
      });
    };
    expect(rates(given)).toEqual(rates(meant));
  });
});

// biome-ignore format: a table
const refused: [string, () => Any, string][] = [
  ['a place that PyTorch has not', () => new nn.Linear(2, 3, false, 1), 'Linear: takes at most 3 positional arguments'],
  ['a wrong kind', () => new nn.Dropout('0.5'), "argument 'p' (position 1) must be a number, got '0.5'"],
  ['a wrong kind by name', () => new nn.Dropout({ p: '0.5' }), "argument 'p' must be a number, got '0.5'"],
  ['the old size_average of a loss', () => new nn.MSELoss('sum'), "write MSELoss({ reduction: 'sum' })"],
  ['an option of no such name', () => new nn.MaxPool2d(2, { strides: 2 }), 'MaxPool2d: unknown option "strides"'],
  ['nothing where something must be', () => new nn.Conv2d(1, 2), "Conv2d: missing the required argument 'kernelSize'"],
  ['a keyword-only option', () => new optim.SGD(parameters(), 1, 0, 0, 0, false, true), 'write SGD(params, { maximize: true })'],
  ['an argument too many in forward', () => new nn.ReLU().forward(ones(1), 2), 'ReLU.forward: takes at most 1 argument'],
  ['a forward without an input', () => new nn.ReLU().forward(), "relu: argument 'input' (position 1) must be a Tensor"],
  ['a schedule without its length', () => new schedules.StepLR(new optim.SGD(parameters(), 1)), 'StepLR: the option "stepSize" must be given'],
];

describe('what fits nowhere is refused', () => {
  it.each(refused)('%s', (_, call, words) => {
    expect(call).toThrow(words);
  });
});
