// What only computing shows: values that are errors, not-a-number, no more memory. Nothing is broken afterwards.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';
import { refused } from '../refused.js';

const { full, nn, noGrad, ones, tensor, zeros } = whorl;
const F = nn.functional;
const grid = () => zeros(3, 4);

describe('errors in values, which are known when they are computed', () => {
  const later = (values: bigint[]) => tensor(values).add(1n);
  refused([
    [
      'a class that is too large',
      () => F.crossEntropy(zeros(2, 3), tensor([0n, 3n])).itemSync(),
      /^crossEntropy: index out of range: 3 of the index \[2\] .*dimension 1 with size 3 of the tensor \[2, 3\]; it must be in 0\.\.2/,
    ],
    [
      'a negative class',
      () => F.nllLoss(zeros(2, 3), tensor([0n, -1n])).itemSync(),
      /^nllLoss: index out of range.*\[2, 3\]/,
    ],
    [
      'an index that was computed',
      () =>
        grid()
          .at(later([1n, 4n]))
          .toArraySync(),
      /^at: index out of range.*\[3, 4\]/,
    ],
    [
      'a gather',
      () =>
        grid()
          .gather(1, later([4n]).view(1, 1))
          .toArraySync(),
      /^gather: index out of range.*\[3, 4\]/,
    ],
    [
      'an embedding',
      () => F.embedding(later([4n]), zeros(3, 2)).toArraySync(),
      /^embedding: index out of range.*\[3, 2\]/,
    ],
    [
      'an integer division by zero',
      () =>
        tensor([1n])
          .floorDivide(tensor([0n]))
          .toArraySync(),
      /^floorDivide: integer division or modulo by zero.*\[1\] of int64/,
    ],
    [
      'a remainder by zero',
      () =>
        tensor([1n])
          .remainder(tensor([0n]))
          .toArraySync(),
      /^remainder: .*by zero/,
    ],
  ]);

  it('a failed value throws again wherever it is read, and in what was made of it', () => {
    const loss = F.crossEntropy(zeros(2, 3), tensor([0n, 7n]));
    const scaled = loss.mul(2);
    for (const value of [loss, scaled, loss]) {
      expect(() => {
        value.itemSync();
      }).toThrow(/^crossEntropy: index out of range/);
    }
  });

  it('leaves everything else as it was: the next values are right', () => {
    const x = zeros(2, 3, { requiresGrad: true });
    const bad = F.crossEntropy(x, tensor([0n, 7n]));
    const good = F.crossEntropy(x, tensor([0n, 2n]));
    expect(() => bad.itemSync()).toThrow('index out of range');
    expect(good.itemSync()).toBeCloseTo(Math.log(3), 6);
    good.backward();
    expect(
      x.grad
        .sum(1)
        .toArraySync()
        .every((v: number) => Math.abs(v) < 1e-6),
    ).toBe(true);
  });

  it('throws at the read that asked for it: as a rejected promise where it is awaited', async () => {
    await expect(F.crossEntropy(zeros(1, 3), tensor([3n])).item()).rejects.toThrow('crossEntropy');
  });
});

describe('NaN in data', () => {
  it('travels through sums, products, extrema and losses, as in PyTorch', () => {
    const x = tensor([1, Number.NaN, 3]);
    const seen = [x.sum(), x.mean(), x.max(), x.min(), x.relu().sum(), x.mul(0).sum()];
    expect(seen.map((t: Loose) => t.itemSync())).toEqual(seen.map(() => Number.NaN));
    expect(F.crossEntropy(x.view(1, 3), tensor([0n])).itemSync()).toBeNaN();
  });

  it('compares unequal to everything, and argmax finds it', () => {
    const x = tensor([1, Number.NaN, 3]);
    expect(x.eq(x).toArraySync()).toEqual([true, false, true]);
    expect(x.argmax().itemSync()).toBe(1);
    expect(x.isnan().toArraySync()).toEqual([false, true, false]);
  });

  it('in one sample makes the gradients of that sample NaN, and of no other', () => {
    const x = tensor(
      [
        [1, 2],
        [Number.NaN, 0],
      ],
      { requiresGrad: true },
    );
    F.crossEntropy(x, tensor([0n, 1n])).backward();
    expect(x.grad.isnan().toArraySync()).toEqual([
      [false, false],
      [true, true],
    ]);
  });
});

describe('out of memory', () => {
  const limits = /out of memory: .* asked for while .* in use, .* the device may reserve/;

  it('names the operation and the shape, and everything goes on afterwards', () => {
    const kept = ones(3).mul(2);
    expect(() => {
      zeros(2 ** 20, 2 ** 20)
        .add(kept.sum())
        .dataSync();
    }).toThrow(limits);
    expect(() => {
      zeros(2 ** 20, 2 ** 20)
        .add(kept.sum())
        .dataSync();
    }).toThrow(/float32\[1048576, 1048576\]/);
    expect(kept.toArraySync()).toEqual([2, 2, 2]);
    const model = new nn.Linear(3, 2);
    const loss = model.forward(noGrad(() => kept.view(1, 3))).sum();
    loss.backward();
    expect(model.weight.grad.toArraySync()).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ]);
  });

  it('is found before anything is drawn', () => {
    expect(() => {
      whorl.rand(100_000, 100_000);
    }).toThrow(/^rand of float32\[100000, 100000\]: out of memory/);
  });

  it('is an error that a program can tell from others', () => {
    let name = '';
    try {
      full([2 ** 40], 1)
        .clone()
        .dataSync();
    } catch (error) {
      name = (error as Error).name;
    }
    expect(name).toBe('OutOfMemoryError');
  });
});
