// Samplers read twice give two epochs; their counts and refusals are PyTorch's.

import { describe, expect, it } from 'vitest';
import {
  BatchSampler,
  RandomSampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from '../../src/data/sampler.js';
import { Generator } from '../../src/random/generator.js';

const items = { length: 10 };
const sorted = (order: Iterable<number>) => Array.from(order).sort((a, b) => a - b);

describe('samplers', () => {
  it('in sequence need no generator', () => {
    expect(Array.from(new SequentialSampler(items))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('draw another order each time they are read, and the same from the same seed', () => {
    const sampler = new RandomSampler(items, { generator: new Generator().manualSeed(0) });
    const again = new RandomSampler(items, { generator: new Generator().manualSeed(0) });
    const first = Array.from(sampler);
    expect(Array.from(again)).toEqual(first);
    expect(Array.from(sampler)).not.toEqual(first);
    expect(sorted(first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('of a subset or by weight give only what they were given', () => {
    expect(sorted(new SubsetRandomSampler([4, 2, 8]))).toEqual([2, 4, 8]);
    expect(Array.from(new WeightedRandomSampler([0, 1, 0], 4))).toEqual([1, 1, 1, 1]);
  });

  it('are grouped into batches, the last one short or dropped', () => {
    const order = new SequentialSampler(items);
    const kept = new BatchSampler(order, 4);
    const dropped = new BatchSampler(order, 4, true);
    expect(Array.from(kept)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect([kept.length, dropped.length, Array.from(dropped).length]).toEqual([3, 2, 2]);
  });

  it('refuse counts that are not positive', () => {
    expect(() => new RandomSampler({ length: 0 })).toThrow('but got numSamples=0');
    expect(() => new BatchSampler(new SequentialSampler(items), 0)).toThrow('batchSize=0');
  });
});
