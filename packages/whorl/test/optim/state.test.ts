// State dicts of optimizers: what is saved, and that training goes on from it as if nothing had happened.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { manualSeed, nn, optim, randn } = whorl;

const makers: Record<string, (m: Loose) => Loose> = {
  SGD: (m) => new optim.SGD(m.parameters(), { lr: 0.1, momentum: 0.9, nesterov: true }),
  Adam: (m) => new optim.Adam(m.parameters(), { lr: 0.01, amsgrad: true }),
  AdamW: (m) => new optim.AdamW(m.parameters(), { lr: 0.01 }),
};

function steps(model: Loose, optimizer: Loose, inputs: Loose[]): void {
  for (const x of inputs) {
    optimizer.zeroGrad();
    model.forward(x).square().sum().backward();
    optimizer.step();
  }
}

const weights = (model: Loose): number[] =>
  [...model.parameters()].flatMap((p: Loose) => [...p.dataSync()]);

function copyOf(model: Loose): Loose {
  const copy = new nn.Linear(3, 2);
  copy.loadStateDict(model.stateDict());
  return copy;
}

describe.each(Object.entries(makers))('the state of %s', (_, make) => {
  const start = () => {
    manualSeed(5);
    const model = new nn.Linear(3, 2);
    return { model, optimizer: make(model), inputs: [0, 1, 2, 3, 4, 5].map(() => randn(4, 3)) };
  };

  it('loaded into a new optimizer goes on bit for bit as the old one', () => {
    const { model, optimizer, inputs } = start();
    steps(model, optimizer, inputs.slice(0, 3));
    const copy = copyOf(model);
    const other = make(copy);
    other.loadStateDict(optimizer.stateDict());
    steps(model, optimizer, inputs.slice(3));
    steps(copy, other, inputs.slice(3));
    expect(weights(copy)).toEqual(weights(model));
  });

  it('is needed for that: without it the steps differ', () => {
    const { model, optimizer, inputs } = start();
    steps(model, optimizer, inputs.slice(0, 3));
    const copy = copyOf(model);
    steps(model, optimizer, inputs.slice(3));
    steps(copy, make(copy), inputs.slice(3));
    expect(weights(copy)).not.toEqual(weights(model));
  });

  it('is a copy once it was loaded: the two optimizers go separate ways', () => {
    const { model, optimizer, inputs } = start();
    steps(model, optimizer, inputs.slice(0, 2));
    const other = make(copyOf(model));
    other.loadStateDict(optimizer.stateDict());
    const values = () => Object.values(other.stateDict().state[0]).map(String);
    const before = values();
    steps(model, optimizer, inputs.slice(2));
    expect(values()).toEqual(before);
  });

  it('numbers parameters by their position and holds the options of the groups', () => {
    const { model, optimizer, inputs } = start();
    steps(model, optimizer, inputs.slice(0, 1));
    const { state, paramGroups } = optimizer.stateDict();
    expect(Object.keys(state)).toEqual(['0', '1']);
    expect(paramGroups.map((g: Loose) => g.params)).toEqual([[0, 1]]);
    expect(paramGroups[0].lr).toBe(optimizer.paramGroups[0].lr);
  });
});

describe('loadStateDict', () => {
  it('takes over the options that were saved', () => {
    const model = new nn.Linear(1, 1);
    const saved = new optim.SGD(model.parameters(), { lr: 0.5 }).stateDict();
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    optimizer.loadStateDict(saved);
    expect(optimizer.paramGroups[0].lr).toBe(0.5);
    expect(optimizer.paramGroups[0].params[0] === model.weight).toBe(true);
  });

  it('refuses groups of other sizes, and says which', () => {
    const [one, two] = [new nn.Linear(1, 1), new nn.Linear(1, 1, { bias: false })];
    const saved = new optim.SGD(one.parameters()).stateDict();
    expect(() => new optim.SGD(two.parameters()).loadStateDict(saved)).toThrow(
      /sizes \[2\].*has \[1\]/,
    );
  });
});
