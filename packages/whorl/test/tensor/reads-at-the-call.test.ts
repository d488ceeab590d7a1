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
      (x) => x.indexPut([tensor([0n])], tensor([1n])),
      /dtypes match: got float32 .* int64/,
    ],
    [
      'many values of another dtype',
      (x) => x.indexPut([x.gt(1)], tensor([1n, 2n])),
      /dtypes match/,
    ],
    [
      'a mask of another shape',
      (x) => x.indexPut([tensor([true, false])], tensor([1])),
      /shape of the mask \[2\] at index 0 does not match the shape of the indexed tensor \[3\]/,
    ],
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

  it.each<[string, (x: Loose) => unknown, number[]]>([
    ['a number behind a mask', (x) => x.setAt([x.gt(1)], tensor(7.5)), [1, 7, 7]],
    ['values behind a mask', (x) => x.setAt([x.gt(1)], tensor([10, 20])), [1, 10, 20]],
    ['an array behind a mask', (x) => x.setAt([x.gt(1)], [10, 20]), [1, 10, 20]],
    [
      'values behind an index tensor',
      (x) => x.setAt([tensor([2n, 0n])], tensor([8, 9])),
      [9, 2, 8],
    ],
    ['a value in a place', (x) => x.setAt([0], tensor([5.5])), [5, 2, 3]],
    ["a number behind indexPut_'s mask", (x) => x.indexPut_([x.gt(1)], tensor([7])), [1, 7, 7]],
  ])('%s is converted to the dtype of what it is written to', (_, write, wanted) => {
    const x = tensor([1n, 2n, 3n]);
    write(x);
    expect(x.dtype).toBe('int64');
    expect(x.toArraySync()).toEqual(wanted);
  });

  it.each<[string, (x: Loose, mask: Loose) => Loose]>([
    ['setAt', (x, mask) => x.setAt([mask], tensor([7, 8]))],
    ['indexPut_', (x, mask) => x.indexPut_([mask], tensor([7, 8]))],
    ['indexPut', (x, mask) => x.indexPut([mask], tensor([7, 8]))],
    ['indexPut_ that adds', (x, mask) => x.indexPut_([mask], tensor([6, 5]), true)],
  ])('of uint8 are a mask to %s, as to at', (_, write) => {
    const mask = tensor([1, 0, 1], { dtype: 'uint8' });
    expect(write(three(), mask).toArraySync()).toEqual([7, 2, 8]);
    expect(three().atSync(mask).toArraySync()).toEqual([1, 3]);
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
