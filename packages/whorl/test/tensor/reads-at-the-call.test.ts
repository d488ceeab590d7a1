// What gives a promise has read its tensors when it returns: a later write does not change what comes.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { compile, tensor } = whorl;
const begin = () => tensor([1, 2, 3, 4]).mul(1);

const reads: Record<string, (x: Loose) => unknown> = {
  'x.at(mask)': (x) => x.at(x.gt(2)),
  'x.at(array of booleans)': (x) => x.at([true, false, true, false]),
  'x.at(true)': (x) => x.at(true),
  maskedSelect: (x) => x.maskedSelect(x.gt(2)),
  nonzero: (x) => x.nonzero(),
  argwhere: (x) => x.argwhere(),
  unique: (x) => x.unique(),
  uniqueConsecutive: (x) => x.uniqueConsecutive(),
  equal: (x) => x.equal(tensor([1, 2, 3, 4])),
  allclose: (x) => x.allclose(tensor([1, 2, 3, 4])),
  bincount: (x) => x.long().bincount(),
  data: (x) => x.data(),
  toArray: (x) => x.toArray(),
  tolist: (x) => x.tolist(),
  item: (x) => x.at(1).item(),
};

const shown = (value: Loose): unknown =>
  value instanceof whorl.Tensor ? value.toArraySync() : value;

describe('a read', () => {
  it.each(Object.entries(reads))('%s is of the moment of the call', async (_, read) => {
    const x = begin();
    const promise = read(x);
    expect(promise).toBeInstanceOf(Promise);
    x.zero_();
    const late = await promise;
    expect(shown(late)).toEqual(shown(await read(begin())));
  });

  it('of a mask of another shape is a rejected promise', async () => {
    await expect(begin().at(tensor([true, false]))).rejects.toThrow('the shape of the mask');
  });

  it('by a mask is refused at once while compile() captures', () => {
    const f = compile((x: Loose) => {
      void x.at(x.gt(2));
      return x.sum();
    });
    expect(() => void f(begin())).toThrow(/no value can be read while compile/);
  });
});

describe('a whole number in a 0-d tensor', () => {
  it('as index makes a view, as the number does', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]).mul(1);
    x.at(tensor(1n)).add_(10);
    x.at(whorl.slice(), tensor(0, { dtype: 'int32' })).mul_(2);
    expect(x.toArraySync()).toEqual([
      [2, 2],
      [26, 14],
    ]);
  });

  it('is a number to a compiled function, too: one that may change', () => {
    const x = tensor([5, 6, 7]);
    const f = compile((i: Loose) => x.at(i).mul(2));
    expect([0n, 1n, 2n].map((i) => f(tensor(i)).itemSync())).toEqual([10, 12, 14]);
  });
});

describe('indices', () => {
  const three = () => tensor([1, 2, 3]).mul(1);
  it.each<[string, (x: Loose) => unknown, RegExp]>([
    ['indexAdd', (x) => x.indexAdd(0, tensor([-1n]), tensor([1])), /index -1 is out of bounds/],
    ['indexCopy', (x) => x.indexCopy(0, tensor([-1n]), tensor([1])), /index -1 is out of bounds/],
    [
      'a value of another dtype',
      (x) => x.setAt([tensor([0n])], tensor([1n])),
      /dtypes match, got float32 .* int64/,
    ],
    ['many values of another dtype', (x) => x.setAt([x.gt(1)], tensor([1n, 2n])), /dtypes match/],
  ])('%s: refused as in PyTorch', (_, call, message) => {
    expect(() => void call(three())).toThrow(message);
  });

  it('from behind count for indexFill, and nowhere matters where there is nothing', () => {
    expect(
      three()
        .indexFill(0, tensor([-1n]), 9)
        .toArraySync(),
    ).toEqual([1, 2, 9]);
    const none = whorl.zeros(0, 3);
    expect(none.indexAdd(0, tensor([0n]), whorl.ones(1, 3)).shape).toEqual([0, 3]);
  });

  it('a mask takes one number of another dtype, a place takes any', () => {
    const x = three();
    x.setAt([x.gt(1)], tensor(7n));
    x.setAt([0], tensor(5n));
    expect(x.toArraySync()).toEqual([5, 7, 7]);
  });
});

describe('views of next to nothing', () => {
  it('movedim of a number is a view of its own', () => {
    const x = tensor(1);
    const y = x.movedim(-1, -1);
    x.unsqueeze_(0);
    expect([x.shape, y.shape]).toEqual([[1], []]);
  });

  it('T turns any number of dimensions', () => {
    expect(tensor([1, 2]).T.toArraySync()).toEqual([1, 2]);
    expect(whorl.zeros(2, 3, 4).T.shape).toEqual([4, 3, 2]);
  });

  it('sumToSize of the same size is the tensor itself', () => {
    const x = whorl.zeros(2, 3);
    x.sumToSize(2, 3).add_(1);
    expect(x.sum().itemSync()).toBe(6);
  });
});
