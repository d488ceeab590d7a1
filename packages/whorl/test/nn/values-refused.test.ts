// Values that a loss cannot take: an error when the value is read, since nothing is computed before.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, nn, ones, tensor } = whorl;
const F = nn.functional;

const bce = (x: number, y: number) =>
  F.binaryCrossEntropy(tensor([0.5, x]), tensor([1, y], { dtype: 'float32' }));

describe('values outside of what a loss is of', () => {
  it.each([
    ['an input above 1', () => bce(1.5, 1), /all elements of input should be between 0 and 1/],
    ['a negative input', () => bce(-0.1, 1), /all elements of input should be between 0 and 1/],
    ['NaN', () => bce(NaN, 1), /all elements of input should be between 0 and 1/],
    ['labels 1 and 2', () => bce(0.5, 2), /all elements of target should be between 0 and 1/],
    [
      'a negative variance',
      () => F.gaussianNllLoss(ones(2), ones(2), tensor([1, -1], { dtype: 'float32' })),
      /var has negative entry/,
    ],
  ])('%s is an error in values', (_, make, message) => {
    const loss = make();
    expect(() => loss.itemSync()).toThrow(message);
    expect(ones(2).sum().itemSync()).toBe(2);
  });

  it('the bounds themselves are inside', () => {
    const x = tensor([0, 1], { dtype: 'float32' });
    expect(F.binaryCrossEntropy(x, x).itemSync()).toBe(0);
  });

  it('reading the gradient alone says it too', () => {
    const x = tensor([1.5], { requiresGrad: true });
    F.binaryCrossEntropy(x, ones(1)).backward();
    expect(() => x.grad.toArraySync()).toThrow(/between 0 and 1/);
  });

  it('a compiled function says it at the call that meets them', () => {
    const loss = compile((x: Loose) => F.binaryCrossEntropy(x, ones(2)));
    const at = (value: number) => loss(tensor([0.5, value])).itemSync();
    for (const value of [0.5, 0.25, 0.75]) expect(at(value)).toBeGreaterThan(0);
    expect(() => at(1.25)).toThrow(/between 0 and 1/);
    expect(at(0.5)).toBeCloseTo(Math.LN2, 5);
  });

  it('a variance that is a number is looked at once', () => {
    expect(() => F.gaussianNllLoss(ones(2), ones(2), -1)).toThrow(/var has negative entry/);
  });
});
