// What all optimizers share: parameter groups, zeroGrad, what they refuse.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { optim, tensor } = whorl;
const leaf = (value: unknown = 1) => tensor(value, { requiresGrad: true });
const withGrad = (value: number, gradient: number) => {
  const p = leaf(value);
  p.mul(gradient).backward();
  return p;
};
const every: Record<string, (params: Loose, options?: object) => Loose> = {
  SGD: (params, options) => new optim.SGD(params, options),
  Adam: (params, options) => new optim.Adam(params, options),
  AdamW: (params, options) => new optim.AdamW(params, options),
};

describe('parameter groups', () => {
  it('have options of their own, and the defaults for the rest', () => {
    const [a, b] = [withGrad(1, 1), withGrad(1, 1)];
    const optimizer = new optim.SGD([{ params: [a], lr: 0.5 }, { params: b }], { lr: 0.25 });
    optimizer.step();
    expect([a.itemSync(), b.itemSync()]).toEqual([0.5, 0.75]);
    expect(optimizer.paramGroups.map((g: Loose) => [g.lr, g.momentum])).toEqual([
      [0.5, 0],
      [0.25, 0],
    ]);
  });

  it('can be added later', () => {
    const [a, b] = [withGrad(1, 1), withGrad(1, 1)];
    const optimizer = new optim.SGD([a], { lr: 0.5 });
    optimizer.addParamGroup({ params: [b], lr: 0.25 });
    optimizer.step();
    expect([a.itemSync(), b.itemSync()]).toEqual([0.5, 0.75]);
  });

  it('can be changed between steps', () => {
    const a = withGrad(4, 1);
    const optimizer = new optim.SGD([a], { lr: 1 });
    optimizer.step();
    optimizer.paramGroups[0].lr = 0.5;
    optimizer.step();
    expect(a.itemSync()).toBe(2.5);
  });

  it.each(Object.entries(every))(
    '%s takes parameters() of a module, and a generator',
    (_, make) => {
      const model = new whorl.nn.Linear(2, 1);
      const { params } = make(model.parameters()).paramGroups[0];
      expect([params.length, params[0] === model.weight, params[1] === model.bias]).toEqual([
        2,
        true,
        true,
      ]);
    },
  );
});

describe('refused', () => {
  it.each(Object.entries(every))(
    '%s: nothing to optimise, what is no tensor or no leaf, a parameter twice',
    (name, make) => {
      const a = leaf();
      expect(() => make([])).toThrow(`${name}: optimizer got an empty parameter list`);
      expect(() => make([{ params: [a] }, 3])).toThrow();
      expect(() => make([leaf([1, 2]).mul(2)])).toThrow(
        `${name}: can't optimize a non-leaf Tensor of shape [2]`,
      );
      expect(() => make([{ params: [a] }, { params: [a] }])).toThrow(
        'more than one parameter group',
      );
    },
  );

  it.each<[string, (p: Loose) => unknown, RegExp]>([
    ['a negative rate', (p) => new optim.SGD([p], { lr: -1 }), /^SGD: invalid lr: -1/],
    [
      'a rate that is NaN',
      (p) => new optim.Adam([p], { lr: Number.NaN }),
      /^Adam: invalid lr: NaN/,
    ],
    [
      'a negative rate of a group',
      (p) => new optim.SGD([{ params: [p], lr: -1 }]),
      /^SGD: invalid lr: -1/,
    ],
    [
      'a beta of 1',
      (p) => new optim.Adam([p], { betas: [0.9, 1] }),
      /^Adam: invalid beta.*index 1: 1/,
    ],
    [
      'Nesterov without momentum',
      (p) => new optim.SGD([p], { nesterov: true }),
      /^SGD: Nesterov momentum/,
    ],
    [
      'an unknown option',
      (p) => new optim.AdamW([p], { decay: 1 }),
      /^AdamW: unknown option "decay"/,
    ],
  ])('%s', (_, make, message) => {
    expect(() => {
      make(leaf());
    }).toThrow(message);
  });
});

describe('zeroGrad', () => {
  it('sets gradients to null, or to zeros where asked', () => {
    const [a, b] = [withGrad(1, 3), withGrad(1, 3)];
    new optim.SGD([a]).zeroGrad();
    new optim.SGD([b]).zeroGrad({ setToNone: false });
    expect([a.grad, b.grad.itemSync()]).toEqual([null, 0]);
  });

  it('leaves gradients alone that somebody kept', () => {
    const a = withGrad(1, 3);
    const kept = a.grad.clone();
    new optim.SGD([a]).zeroGrad({ setToNone: false });
    expect(kept.itemSync()).toBe(3);
  });
});

describe('step', () => {
  it.each(Object.entries(every))('%s skips parameters without a gradient', (_, make) => {
    const [a, b] = [withGrad(1, 1), leaf(5)];
    const optimizer = make([a, b], { lr: 0.1 });
    optimizer.step();
    expect([a.itemSync() < 1, b.itemSync(), optimizer.state.has(b)]).toEqual([true, 5, false]);
  });

  it.each(Object.entries(every))('%s climbs with maximize', (_, make) => {
    const [down, up] = [withGrad(1, 1), withGrad(1, 1)];
    make([down], { lr: 0.1, weightDecay: 0 }).step();
    make([up], { lr: 0.1, weightDecay: 0, maximize: true }).step();
    expect(up.itemSync() - 1).toBeCloseTo(1 - down.itemSync(), 6);
    expect(up.itemSync()).toBeGreaterThan(1);
  });

  it.each(['Adam', 'AdamW'])(
    '%s with amsgrad divides by the largest second moment so far',
    (name) => {
      const [plain, ams] = [leaf(1), leaf(1)];
      const pair = [
        every[name]!([plain], { lr: 0.1 }),
        every[name]!([ams], { lr: 0.1, amsgrad: true }),
      ];
      for (const gradient of [10, 0.1, 0.1, 0.1]) {
        for (const p of [plain, ams]) p.grad = tensor(gradient);
        for (const optimizer of pair) optimizer.step();
      }
      const [state] = pair[1]!.state.values();
      expect(state.maxExpAvgSq.itemSync()).toBeGreaterThan(state.expAvgSq.itemSync());
      expect(ams.itemSync()).toBeGreaterThan(plain.itemSync());
    },
  );

  it('decays weights through the gradient in Adam, apart from it in AdamW', () => {
    const [a, w] = [leaf(2), leaf(2)];
    for (const p of [a, w]) p.grad = tensor(0);
    new optim.Adam([a], { lr: 0.1, weightDecay: 0.5 }).step();
    new optim.AdamW([w], { lr: 0.1, weightDecay: 0.5 }).step();
    expect(a.itemSync()).toBeCloseTo(2 - 0.1, 5);
    expect(w.itemSync()).toBeCloseTo(2 * (1 - 0.1 * 0.5), 5);
  });

  it('does not record itself: parameters stay leaves', () => {
    const a = withGrad(1, 1);
    new optim.Adam([a]).step();
    expect([a.isLeaf, a.requiresGrad]).toEqual([true, true]);
  });
});
