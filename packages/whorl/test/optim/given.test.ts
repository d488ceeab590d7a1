// What optimizers and schedules are given: groups, names, tensors as numbers, closures, epochs; and how they print.

import { describe, expect, it, vi } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { nn, ones, optim, tensor, zeros } = whorl;
const { lrScheduler } = optim;

const leaf = (value = 1) => tensor([value], { requiresGrad: true });

describe('String(optimizer)', () => {
  const sgd = (lr: string, more = '') =>
    `    dampening: 0\n    differentiable: False\n    foreach: None\n    fused: None\n${more}    lr: ${lr}\n` +
    '    maximize: False\n    momentum: 0\n    nesterov: False\n    weight_decay: 0\n';

  it("is PyTorch's", () => {
    const groups = [{ params: [leaf()], lr: 1e-5 }, { params: [leaf()] }];
    const optimizer = new optim.SGD(groups, { lr: tensor(0.5) });
    expect(String(optimizer)).toBe(
      `SGD (\nParameter Group 0\n${sgd('1e-05')}\nParameter Group 1\n${sgd('0.5')})`,
    );
    const scheduled = new optim.SGD([leaf()], { lr: 1 });
    new lrScheduler.StepLR(scheduled, { stepSize: 3 });
    expect(String(scheduled)).toBe(`SGD (\nParameter Group 0\n${sgd('1', '    initial_lr: 1\n')})`);
    expect(String(new optim.AdamW([leaf()]))).toBe(
      'AdamW (\nParameter Group 0\n    amsgrad: False\n    betas: (0.9, 0.999)\n    capturable: False\n' +
        '    decoupled_weight_decay: True\n    differentiable: False\n    eps: 1e-08\n    foreach: None\n' +
        '    fused: None\n    lr: 0.001\n    maximize: False\n    weight_decay: 0.01\n)',
    );
    expect(String(new optim.Adadelta([leaf()]))).toMatch(/\n {4}lr: 1\.0\n/);
    expect(String(new optim.Rprop([leaf()]))).toMatch(/\n {4}step_sizes: \(1e-06, 50\)\n\)/);
  });
});

describe('parameters', () => {
  it('may come with their names', () => {
    const layer = new nn.Linear(2, 1);
    const optimizer = new optim.SGD(layer.namedParameters(), { lr: 0.1 });
    const { params } = optimizer.paramGroups[0];
    expect([params[0] === layer.weight, params[1] === layer.bias]).toEqual([true, true]);
    expect(optimizer.paramGroups[0].paramNames).toEqual(['weight', 'bias']);
  });

  it('given twice in a group are warned of, and updated twice', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const p = leaf();
    const optimizer = new optim.SGD([p, p], { lr: 0.25 });
    p.mul(1).sum().backward();
    optimizer.step();
    expect([p.itemSync(), warn.mock.calls.length]).toEqual([0.5, 1]);
    warn.mockRestore();
  });

  const made = leaf().mul(2);
  const taken = leaf();
  const used = new nn.Linear(1, 1).parameters();
  it.each<[() => unknown, string]>([
    [() => new optim.SGD(taken), 'but got a Tensor: give [tensor]'],
    [() => new optim.SGD(new nn.Linear(1, 1)), 'but got object: give model.parameters()'],
    [() => new optim.SGD(undefined), "argument 'params' (position 1)"],
    [() => [...used, new optim.SGD(used)], 'call it again'],
    [() => new optim.SGD([5]), 'a parameter group must be an object with params, but got number'],
    [() => new optim.SGD([taken, 5]), 'one of the params is number'],
    [() => new optim.SGD([made]), "can't optimize a non-leaf Tensor of shape [1]"],
    [
      () => new optim.SGD([{ params: [taken] }, { params: taken }]),
      'more than one parameter group',
    ],
    [() => new optim.SGD([{ params: [taken], rate: 1 }]), 'unknown option "rate"'],
    [() => new optim.SGD([{ params: 7 }]), 'params of a group must be Tensors, but got number'],
    [() => new optim.SGD([taken], { lr: zeros(2) }), 'Tensor lr must be 1-element'],
    [() => new optim.SGD([taken]).step(async () => 1), 'the closure must be synchronous'],
  ])('that are none are refused: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('a tensor as a number', () => {
  it('is read at every step, and written by schedules', () => {
    const [lr, p] = [tensor(0.5), leaf(4)];
    const optimizer = new optim.SGD([p], { lr });
    const step = () => {
      optimizer.zeroGrad();
      p.mul(1).sum().backward();
      optimizer.step();
      return p.itemSync();
    };
    expect(step()).toBe(3.5);
    lr.fill_(1);
    expect(step()).toBe(2.5);
    const schedule = new lrScheduler.ExponentialLR(optimizer, { gamma: 0.5 });
    schedule.step();
    expect([lr.itemSync(), step(), schedule.getLastLr()]).toEqual([0.5, 2, [0.5]]);
    expect(optimizer.stateDict().paramGroups[0].lr).toBe(0.5);
  });

  it('follows in a compiled step, too', () => {
    const [lr, p] = [tensor(0.5), leaf(4)];
    const optimizer = new optim.SGD([p], { lr });
    const step = whorl.compile(() => {
      optimizer.zeroGrad();
      const loss = p.mul(1).sum();
      loss.backward();
      optimizer.step();
      return loss;
    });
    const seen = [0.5, 1, 0.25, 0.5].map((rate) => {
      lr.fill_(rate);
      return step().itemSync();
    });
    expect([...seen, p.itemSync()]).toEqual([4, 3.5, 2.5, 2.25, 1.75]);
  });
});

describe('step(closure)', () => {
  it('computes the loss, with gradients, and gives it back', () => {
    const p = leaf(3);
    const optimizer = new optim.SGD([p], { lr: 0.5 });
    const closure = () => {
      optimizer.zeroGrad();
      const loss = p.square().sum();
      loss.backward();
      return loss;
    };
    const losses = [0, 1].map(() => whorl.noGrad(() => optimizer.step(closure)).itemSync());
    expect([...losses, p.itemSync()]).toEqual([9, 0, 0]);
  });
});

describe('an optimizer state', () => {
  it('survives JSON, and is loaded in the dtype of the parameters', () => {
    const layer = new nn.Linear(2, 1);
    const first = new optim.Adam(layer.parameters(), { lr: 0.1, betas: [0.5, 0.9] });
    layer.forward(ones(1, 2)).sum().backward();
    first.step();
    layer.double();
    const second = new optim.Adam(layer.parameters());
    second.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
    const { expAvg, step } = second.state.get(layer.weight);
    expect([expAvg.dtype, step, second.paramGroups[0].betas]).toEqual(['float64', 1, [0.5, 0.9]]);
    expect(expAvg.toArraySync()).toEqual([[0.5, 0.5]]);
  });
});

/** The rates that PyTorch 2.15 gives after step(epoch) for these epochs, from lr 1. */
const epochs: [string, Loose, number[], number[]][] = [
  ['StepLR', { stepSize: 2 }, [4, 1, 7], [0.010000000000000002, 1, 0.0010000000000000002]],
  ['MultiStepLR', { milestones: [2, 5] }, [4, 1, 7], [0.1, 1, 0.010000000000000002]],
  ['ExponentialLR', { gamma: 0.5 }, [4, 1, 3], [0.0625, 0.5, 0.125]],
  ['ConstantLR', { factor: 0.5 }, [4, 7, 1], [0.5, 1, 0.5]],
  ['LinearLR', { startFactor: 0.5 }, [4, 7, 1], [0.9, 1, 0.6]],
  ['PolynomialLR', { totalIters: 4 }, [3, 1, 9], [0.25, 0.75, 0]],
  ['CosineAnnealingLR', { tMax: 4 }, [2, 4, 1], [0.5, 0, 0.8535533905932737]],
  ['LambdaLR', { lrLambda: (e: number) => 1 / (1 + e) }, [3, 1, 0], [0.25, 0.5, 1]],
];

describe('scheduler.step(epoch)', () => {
  it.each(epochs)('%s', (name, options, at, wanted) => {
    const optimizer = new optim.SGD([leaf()], { lr: 1 });
    const schedule = new lrScheduler[name](optimizer, options);
    const seen = at.map((epoch) => {
      schedule.step(epoch);
      return optimizer.paramGroups[0].lr;
    });
    seen.forEach((lr, i) => expect(lr).toBeCloseTo(wanted[i]!, 14));
    expect(schedule.lastEpoch).toBe(at.at(-1));
  });

  it('refuses a loss, which only ReduceLROnPlateau takes', async () => {
    const optimizer = new optim.SGD([leaf()], { lr: 1 });
    const schedule = new lrScheduler.StepLR(optimizer, { stepSize: 2 });
    expect(() => schedule.step(tensor(1))).toThrow('the number of an epoch, got a Tensor');
    const plateau = new lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0 });
    expect(() => plateau.step(tensor(1).item())).toThrow('got a promise: await it first');
    plateau.step(tensor(1));
    plateau.step(tensor([2]));
    expect(optimizer.paramGroups[0].lr).toBeCloseTo(0.1, 15);
  });
});

describe('schedules beside others', () => {
  it("CyclicLR begins at the first schedule's rate, as in PyTorch", () => {
    const optimizer = new optim.SGD([leaf()], { lr: 0.5, momentum: 0.9 });
    new lrScheduler.CosineAnnealingLR(optimizer, { tMax: 20 });
    const cyclic = new lrScheduler.CyclicLR(optimizer, { baseLr: 0.1, maxLr: 0.3, stepSizeUp: 2 });
    const seen = [optimizer.paramGroups[0].lr];
    for (let i = 0; i < 3; i++) {
      cyclic.step();
      seen.push(optimizer.paramGroups[0].lr);
    }
    [0.5, 0.2, 0.3, 0.2].forEach((lr, i) => expect(seen[i]).toBeCloseTo(lr, 14));
  });

  it('ReduceLROnPlateau asks for the rates of groups that were added', () => {
    const optimizer = new optim.SGD([leaf()], { lr: 1 });
    const plateau = new lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0, minLr: [0.5] });
    optimizer.addParamGroup({ params: [leaf()], lr: 1 });
    plateau.step(1);
    expect(() => plateau.step(1)).toThrow('Please modify minLrs');
    plateau.minLrs = [0.5, 0.2];
    plateau.step(1);
    expect(optimizer.paramGroups.map((g: Loose) => g.lr)).toEqual([0.5, 0.2]);
  });
});
