// A training step whose value turns out to be an error: PyTorch throws in the forward pass and never comes to step().

import { describe, expect, it } from 'vitest';
import * as whorl from '../../src/index.js';
import type { Loose } from '../loose.js';

const { compile, nn, optim, tensor } = whorl as unknown as Loose;

const options: Record<string, object> = {
  SGD: { lr: 0.1, momentum: 0.9 },
  Adam: { amsgrad: true },
  AdamW: {},
  Adagrad: { lrDecay: 0.1 },
  RMSprop: { momentum: 0.5, centered: true },
  Adadelta: {},
  Adamax: {},
  ASGD: { t0: 1 },
  NAdam: {},
  RAdam: {},
  Rprop: {},
};

const numbers = (x: Loose): number[] | null =>
  x === null ? null : Array.from(x.detach().dataSync() as number[]);

/** What an optimizer remembers; nothing, and what it begins with, are one. */
function memoryOf(optimizer: Loose, p: Loose): unknown {
  const state: Record<string, Loose> = optimizer.state.get(p) ?? {};
  const entries = Object.entries(state).filter(([, value]) => value !== null);
  if (state.step === 0 || entries.length === 0) return {};
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'number' ? value : numbers(value)]),
  );
}

interface Case {
  readonly name: string;
  readonly isCompiled: boolean;
  readonly clears: 'first' | 'last';
}

/** Trains with good and bad batches; what fails is caught. */
function train({ name, isCompiled, clears }: Case, batches: readonly boolean[]): unknown {
  const [dense, table] = [tensor([1, 2, 3]), tensor([[1, 2], [3, 4], [5, 6]])]; // biome-ignore format: short
  const parameters = [dense.requiresGrad_(), table.requiresGrad_()];
  const optimizer = new optim[name](parameters, options[name]);
  const step = (batch: Loose): Loose => {
    if (clears === 'first') optimizer.zeroGrad();
    const rows = nn.functional.embedding(batch, table);
    const loss = dense.square().sum().add(rows.square().sum());
    loss.backward();
    optimizer.step();
    if (clears === 'last') optimizer.zeroGrad();
    return loss;
  };
  const run = isCompiled ? compile(step) : step;
  for (const isGood of batches) {
    const go = () => run(tensor([0, isGood ? 1 : 7], { dtype: 'int64' })).itemSync();
    if (isGood) go();
    else expect(go).toThrow(/out of range/);
  }
  return parameters.map((p) => [numbers(p), memoryOf(optimizer, p)]);
}

const plans: Record<string, readonly boolean[]> = {
  'the only one': [false],
  'the first': [false, true, true],
  'a later one': [true, false, true],
  'several': [true, true, false, false, true, false], // biome-ignore format: names
};

const ways = [
  { isCompiled: false, clears: 'first' },
  { isCompiled: false, clears: 'last' },
  { isCompiled: true, clears: 'first' },
] as const;

describe('a training step that fails never happened', () => {
  const cases = Object.keys(options).flatMap((name) => ways.map((way) => ({ name, ...way })));
  it.each(cases)('$name, compiled $isCompiled, gradients cleared $clears', (given) => {
    for (const batches of Object.values(plans)) {
      const without = batches.filter((isGood) => isGood);
      expect(train(given, batches)).toEqual(train(given, without));
    }
  });

  it('neither with momentum of which none was loaded', () => {
    const w = tensor([1, 2]).requiresGrad_();
    const optimizer = new optim.SGD([w], { lr: 0.5, momentum: 0.5 });
    const { paramGroups } = optimizer.stateDict();
    optimizer.loadStateDict({ state: { 0: { momentumBuffer: null } }, paramGroups });
    w.at(tensor([5], { dtype: 'int64' }).add(0))
      .sum()
      .backward();
    expect(() => optimizer.step()).toThrow(/out of range/);
    expect(optimizer.state.get(w).momentumBuffer).toBe(null);
    expect(w.grad).toBe(null);
  });

  it('nor where the error is in what no parameter is a part of', () => {
    const [w, other] = [tensor([1, 2]).requiresGrad_(), tensor([3]).requiresGrad_()];
    const optimizer = new optim.Adam([w], { lr: 0.5 });
    const wrong = tensor([1, 2])
      .at(tensor([5], { dtype: 'int64' }).add(0))
      .sum();
    w.square().sum().add(wrong).backward();
    expect(() => optimizer.step()).toThrow(/out of range/);
    expect([numbers(w), w.grad, optimizer.state.size]).toEqual([[1, 2], null, 0]);
    other.square().sum().backward();
    expect(numbers(other.grad)).toEqual([6]);
  });

  it('and a gradient that was there is as it was', () => {
    const w = tensor([1, 2]).requiresGrad_();
    w.square().sum().backward();
    const before = numbers(w.grad);
    const wrong = w.at(tensor([5], { dtype: 'int64' }).add(0)).sum();
    w.sum().add(wrong).backward();
    nn.utils.clipGradNorm_([w], 0.1);
    expect(() => numbers(w.grad)).toThrow(/out of range/);
    expect(numbers(w.grad)).toEqual(before);
  });

  it('of an optimizer of your own neither', () => {
    class Sign extends (optim.Optimizer as new (...given: Loose[]) => Loose) {
      update(p: Loose, gradient: Loose, group: Loose): void {
        const state = this.stateOf(p, () => ({ step: 0 }));
        this.count(state);
        p.sub_(gradient.sign().mul(group.lr));
      }
    }
    const w = tensor([1, 2]).requiresGrad_();
    const optimizer = new Sign([w], { lr: 0.5 });
    const goes = (at: number) => {
      optimizer.zeroGrad();
      w.at(tensor([at], { dtype: 'int64' }).add(0))
        .sum()
        .backward();
      optimizer.step();
    };
    goes(0);
    expect(() => goes(5)).toThrow(/out of range/);
    goes(1);
    expect([numbers(w), optimizer.state.get(w).step]).toEqual([[0.5, 1.5], 2]);
  });

  it.each(Object.keys(options))('nor in a compiled function that throws after it, %s', (name) => {
    const train = (throws: readonly boolean[]): unknown => {
      const w = tensor([1, 2]).requiresGrad_();
      const optimizer = new optim[name]([w], options[name]);
      let isThrowing = false;
      const step = compile(() => {
        optimizer.zeroGrad();
        w.square().sum().backward();
        optimizer.step();
        if (isThrowing) throw new Error('of the user');
      });
      for (isThrowing of throws) {
        if (isThrowing) expect(() => step()).toThrow('of the user');
        else step();
      }
      return [numbers(w), memoryOf(optimizer, w)];
    };
    expect(train([true, true, false, false])).toEqual(train([false, false]));
  });
});
