// bernoulli and multinomial as methods, with the numbers that PyTorch 2.15 draws after the same seed.

import { beforeEach, describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { Generator, manualSeed, tensor } = whorl;
const chances = () => tensor([0.2, 0.5, 0.9, 1, 0]);
const numbers = (x: Loose) => Array.from(x.dataSync(), Number);

beforeEach(() => manualSeed(0));

describe('bernoulli', () => {
  it.each([
    ['by the chances in the tensor', (p: Loose) => p.bernoulli(), [0, 0, 1, 1, 0]],
    ['by one chance for all', (p: Loose) => p.bernoulli(0.5), [0, 0, 1, 0, 0]],
    ['its chance by name', (p: Loose) => p.bernoulli({ p: 0.3 }), [0, 0, 0, 0, 0]],
    ['of whole numbers', (p: Loose) => p.long().bernoulli(0.5), [0, 0, 1, 0, 0]],
    [
      'from a generator',
      (p: Loose) => p.bernoulli({ generator: new Generator().manualSeed(3) }),
      [1, 1, 1, 1, 0],
    ],
  ])('%s', (_, draw, wanted) => {
    expect(numbers(draw(chances()))).toEqual(wanted);
  });

  it('whole numbers are no chances', () => {
    expect(() => tensor([1n, 0n]).bernoulli()).toThrow('bernoulli: not implemented for int64');
  });

  it('the gradient of the chances is 0', () => {
    const p = chances().requiresGrad_();
    p.bernoulli().mul(3).sum().backward();
    expect(numbers(p.grad)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('multinomial', () => {
  it.each([
    ['without replacement', (w: Loose) => w.multinomial(3), [2, 1, 3]],
    ['with replacement', (w: Loose) => w.multinomial(6, true), [3, 3, 2, 3, 3, 3]],
    [
      'its options by name',
      (w: Loose) => w.multinomial(6, { replacement: true }),
      [3, 3, 2, 3, 3, 3],
    ],
  ])('%s', (_, draw, wanted) => {
    const indices = draw(chances());
    expect(indices.dtype).toBe('int64');
    expect(numbers(indices)).toEqual(wanted);
  });
});
