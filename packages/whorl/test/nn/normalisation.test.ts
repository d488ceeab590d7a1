// What the normalising layers keep and when they use it.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { nn, tensor, randn, manualSeed } = whorl;
const near = (a: Loose, b: Loose) => expect(a.sub(b).abs().max().itemSync()).toBeLessThan(1e-5);

describe('BatchNorm', () => {
  const x = tensor([[1], [2], [6]], { dtype: 'float32' });

  it('blends the mean and the unbiased variance into its running statistics', () => {
    const bn = new nn.BatchNorm1d(1, { momentum: 0.25 });
    bn.forward(x);
    expect(bn.runningMean.toArraySync()).toEqual([0.75]);
    expect(bn.runningVar.toArraySync()).toEqual([2.5]);
    expect(bn.numBatchesTracked.itemSync()).toBe(1);
  });

  it('uses them in eval mode and leaves them alone', () => {
    const bn = new nn.BatchNorm1d(1).eval();
    near(bn.forward(x), x.div(Math.sqrt(1 + 1e-5)));
    expect(bn.numBatchesTracked.itemSync()).toBe(0);
  });

  it('with momentum null takes the mean over all batches', () => {
    const bn = new nn.BatchNorm1d(1, { momentum: null });
    for (const shift of [0, 3, 6]) bn.forward(x.add(shift));
    expect(bn.runningMean.itemSync()).toBeCloseTo(6, 5);
  });

  it("has PyTorch's names in its state, buffers behind parameters", () => {
    expect([...new nn.BatchNorm2d(3).stateDict().keys()]).toEqual([
      'weight',
      'bias',
      'running_mean',
      'running_var',
      'num_batches_tracked',
    ]);
  });

  it('says which inputs it takes', () => {
    expect(() => new nn.BatchNorm2d(3).forward(randn(2, 3))).toThrow(/BatchNorm2d: expected 4D/);
    expect(() => new nn.BatchNorm1d(3, { epsilon: 1 })).toThrow(/unknown option "epsilon"/);
  });
});

describe('norms within a sample', () => {
  manualSeed(3);
  const x = randn(2, 6, 5);

  it('agree where they are the same', () => {
    near(new nn.GroupNorm(1, 6).forward(x), new nn.LayerNorm([6, 5]).forward(x));
    near(new nn.GroupNorm(6, 6).forward(x), new nn.InstanceNorm1d(6).forward(x));
  });

  it('need channels that divide into the groups', () => {
    expect(() => new nn.GroupNorm(4, 6)).toThrow(/must be divisible/);
  });
});

describe('Dropout2d', () => {
  it('zeroes whole channels and scales the others', () => {
    manualSeed(5);
    const y = new nn.Dropout2d(0.5).forward(whorl.ones(4, 8, 3, 3));
    const channels = y.flatten(2).toArraySync().flat() as number[][];
    expect(new Set(channels.map((c) => c.join()))).toEqual(
      new Set([Array(9).fill(0).join(), Array(9).fill(2).join()]),
    );
  });
});
