// Batch tiling: a training step's rows go through the whole network tile by tile; every bit stays what it was.

import { afterEach, describe, expect, it } from 'vitest';
import { type DeviceName, useDevice } from '../devices/default.js';
import { setFusion } from '../../src/engine/flush/options.js';
import { type KernelRecord, observeFlushes } from '../../src/engine/observe/record.js';
import { type Loose, whorl } from '../loose.js';

const { manualSeed, nn, optim, randint, randn } = whorl;

/** A network, its loss, and what happens between the gradients and the step. */
interface Training {
  readonly model: () => Loose;
  readonly loss: (model: Loose, x: Loose, y: Loose) => Loose;
  readonly between?: (model: Loose) => void;
  readonly inputs?: number;
}

const crossEntropy = (model: Loose, x: Loose, y: Loose): Loose =>
  nn.functional.crossEntropy(model.forward(x), y);
const mlp = (): Loose =>
  new nn.Sequential(new nn.Linear(2, 20), new nn.ReLU(), new nn.Linear(20, 4));

const trainings: Record<string, Training> = {
  'the exercise': { model: mlp, loss: crossEntropy },
  'a linear network': {
    model: () => new nn.Sequential(new nn.Linear(2, 20), new nn.Linear(20, 4)),
    loss: crossEntropy,
  },
  'three layers, tanh and sigmoid': {
    model: () =>
      new nn.Sequential(
        new nn.Linear(2, 12),
        new nn.Tanh(),
        new nn.Linear(12, 9),
        new nn.Sigmoid(),
        new nn.Linear(9, 4),
      ),
    loss: crossEntropy,
  },
  'layer norm': {
    model: () =>
      new nn.Sequential(
        new nn.Linear(2, 70),
        new nn.LayerNorm([70]),
        new nn.GELU(),
        new nn.Linear(70, 4),
      ),
    loss: crossEntropy,
  },
  'batch norm, which needs finished sums': {
    model: () =>
      new nn.Sequential(
        new nn.Linear(2, 20),
        new nn.BatchNorm1d(20),
        new nn.ReLU(),
        new nn.Linear(20, 4),
      ),
    loss: crossEntropy,
  },
  'weighted classes': {
    model: mlp,
    loss: (model, x, y) =>
      nn.functional.crossEntropy(model.forward(x), y, {
        weight: whorl.tensor([0.5, 1, 2, 0.25]),
      }),
  },
  'clipping by norm': {
    model: mlp,
    loss: crossEntropy,
    between: (model) => nn.utils.clipGradNorm_(model.parameters(), 0.01),
  },
  regression: {
    model: () => new nn.Sequential(new nn.Linear(2, 30), new nn.SiLU(), new nn.Linear(30, 1)),
    loss: (model, x) => nn.functional.mseLoss(model.forward(x), x.sum(1, { keepdim: true })),
  },
  dropout: {
    model: () =>
      new nn.Sequential(
        new nn.Linear(2, 24),
        new nn.ReLU(),
        new nn.Dropout(0.4),
        new nn.Linear(24, 4),
      ),
    loss: crossEntropy,
  },
};

/** Trains some steps without reading in between; the parameters, gradients and the last loss. */
function trained({ model, loss, between }: Training, rows: number, steps = 2): number[][] {
  manualSeed(11);
  const network = model();
  const optimizer = new optim.Adam(network.parameters(), { lr: 0.01 });
  const [x, y] = [randn(rows, 2), randint(0, 4, [rows])];
  let last: Loose;
  for (let i = 0; i < steps; i++) {
    last = loss(network, x, y);
    optimizer.zeroGrad();
    last.backward();
    between?.(network);
    optimizer.step();
  }
  const parameters = [...network.parameters()] as Loose[];
  return [
    [last.itemSync()],
    ...parameters.flatMap((p) => [[...p.detach().dataSync()], [...p.grad.dataSync()]]),
  ];
}

function kernelsOf(program: () => void): KernelRecord[] {
  const kernels: KernelRecord[] = [];
  const stop = observeFlushes((record) => kernels.push(...record.kernels));
  program();
  stop();
  return kernels;
}

const isTiled = ({ name }: KernelRecord): boolean => name.startsWith('batch');

afterEach(() => {
  setFusion(true);
  useDevice('cpu');
});

describe('the same bits as one kernel for every value', () => {
  const sizes = [128, 200, 1003, 4500];
  // 4500 rows: blocks of 80, and four rows left over
  const cases = Object.keys(trainings).flatMap((name, i) => [
    [name, sizes[i % sizes.length]!] as const,
    [name, sizes[(i + 1) % sizes.length]!] as const,
  ]);
  it.each(cases)('%s, %i rows', (name, rows) => {
    const ways = (['cpu', 'reference'] as DeviceName[]).map((device) => {
      useDevice(device);
      let result: number[][] = [];
      const kernels = kernelsOf(() => {
        result = trained(trainings[name]!, rows);
      });
      expect(kernels.filter(isTiled).length).toBeGreaterThan(0);
      return result;
    });
    useDevice('cpu');
    setFusion(false);
    const unfused = trained(trainings[name]!, rows);
    expect(ways[0]).toEqual(unfused);
    expect(ways[1]).toEqual(unfused);
  });
});

describe('what runs together', () => {
  /** Of the second of two steps: the first one also draws the parameters. */
  const tiledIn = (training: Training): KernelRecord[] => {
    const [one, two] = [1, 2].map((steps) =>
      kernelsOf(() => trained(training, 256, steps)).filter(isTiled),
    );
    return two!.slice(one!.length);
  };

  it('the whole step of the exercise', () => {
    expect(tiledIn(trainings['the exercise']!)).toHaveLength(1);
  });

  it('one group a phase: batch norm needs its mean, its variance, then their gradients', () => {
    expect(tiledIn(trainings['batch norm, which needs finished sums']!).length).toBeGreaterThan(1);
  });

  it('gradients of weights are added up in the group, and finished after it', () => {
    const [group] = tiledIn(trainings['the exercise']!);
    expect(group!.stores.filter((name) => name.includes('block sums'))).toHaveLength(4);
  });

  it('wide layers, whose weights do not stay in the cache, are left alone', () => {
    const wide: Training = {
      model: () => new nn.Sequential(new nn.Linear(2, 512), new nn.Linear(512, 512)),
      loss: (model, x) => model.forward(x).pow(2).mean(),
    };
    const kernels = kernelsOf(() => trained(wide, 256, 1));
    expect(kernels.some(({ name }) => name.startsWith('add_256x512'))).toBe(true);
  });

  it('few rows are left alone', () => {
    expect(kernelsOf(() => trained(trainings['the exercise']!, 64, 1)).some(isTiled)).toBe(false);
  });
});

it('an error in values is told as before: a class out of range', () => {
  const model = mlp();
  const loss = nn.functional.crossEntropy(
    model.forward(randn(256, 2)),
    whorl.full([256], 7, { dtype: 'int64' }),
  );
  expect(() => loss.itemSync()).toThrow(/crossEntropy: index out of range.*with size 4/);
});
