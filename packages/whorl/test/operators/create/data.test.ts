// What creators make of what they are given: nothing wraps, nothing is guessed, what cannot be a number is named.

import { describe, expect, it } from 'vitest';
import * as whorl from '../../../src/index.js';

type Any = any;
const { arange, FloatTensor, full, grad, linalg, ones, tensor, zeros } = whorl as Any;

// biome-ignore format: a table
const typed: [Any, string, unknown[]][] = [
  [new Int8Array([-1]), 'int32', [-1]],
  [new Int16Array([-1, 300]), 'int32', [-1, 300]],
  [new Uint16Array([65535]), 'int32', [65535]],
  [new Uint32Array([4e9]), 'int64', [4e9]],
  [new BigUint64Array([5n]), 'int64', [5]],
  [new Uint8ClampedArray([300]), 'uint8', [255]],
  [[new Float64Array([1, 2])], 'float64', [[1, 2]]],
  [[tensor(1), tensor(2.5)], 'float32', [1, 2.5]],
  [[tensor(1n), tensor(2n)], 'int64', [1, 2]],
  [[1n, 2], 'int64', [1, 2]],
  [[[], []], 'float32', [[], []]],
];

describe('data', () => {
  it.each(typed)('%s makes %s', (data, dtype, values) => {
    const made = tensor(data);
    expect([made.dtype, made.toArraySync()]).toEqual([dtype, values]);
  });

  it('wraps as PyTorch does where it does: whole negative numbers of a byte', () => {
    expect(tensor([-1, -255], { dtype: 'uint8' }).toArraySync()).toEqual([255, 1]);
    expect(tensor(new Float32Array([300]), { dtype: 'uint8' }).toArraySync()).toEqual([44]);
  });

  // biome-ignore format: a table
  const refused: [string, () => Any, string][] = [
    ['more than a byte', () => tensor([300], { dtype: 'uint8' }), '300 cannot be converted to uint8'],
    ['a negative fraction as a byte', () => tensor([-0.5], { dtype: 'uint8' }), '-0.5 cannot be converted to uint8'],
    ['more than 32 bits', () => tensor([2 ** 40], { dtype: 'int32' }), 'cannot be converted to int32'],
    ['more than 64 bits', () => tensor([2n ** 63n]), 'cannot be converted to int64'],
    ['64 unsigned bits', () => tensor(new BigUint64Array([2n ** 63n])), 'cannot be converted to int64'],
    ['a large float as an integer', () => tensor([1e30], { dtype: 'int64' }), 'cannot be converted to int64'],
    ['a fraction beside bigints', () => tensor([1n, 2.5]), '2.5 stands beside bigints'],
    ['tensors of more dimensions', () => tensor([ones(2)]), 'use stack()'],
    ['rows of unequal length', () => tensor([[1, 2], [3]]), 'expected sequence of length 2 at dim 1'],
    ['an empty row among others', () => tensor([[1], []]), 'expected sequence of length 1 at dim 1'],
    ['a word', () => tensor(['a']), "expected numbers, booleans or bigints, got 'a'"],
    ['nothing', () => tensor(undefined), 'got undefined'],
    ['a hole', () => tensor(Array(2)), 'got undefined'],
    ['a record', () => tensor({ a: 1 }), 'got { a }'],
    ['a size that is no whole number', () => zeros(2.5), "argument 'size' (position 1) must be an integer"],
    ['a size that is NaN', () => zeros(NaN), 'got NaN'],
    ['a negative size', () => zeros(-1), 'sizes must be whole numbers from 0 up'],
    ['a dtype among the sizes', () => zeros(2, 'float64'), "got 'float64'"],
    ['a dtype as an end', () => arange(3, 'float32'), "argument 'end' (position 2) must be a number"],
    ['a value that is none', () => full([2], 'a'), "argument 'fillValue' (position 2) must be a number"],
    ['sizes where the constructor stands', () => new (whorl.Tensor as Any)(2, 3), 'tensors are made by functions'],
    ['a word as an index', () => ones(2).at('0'), "valid indices, got '0'"],
    ['a record as an index', () => ones(2).at({ start: 1 }), 'valid indices, got { start }'],
  ];
  it.each(refused)('%s is refused', (_, make, words) => {
    expect(make).toThrow(words);
  });
});

describe('forms', () => {
  it('FloatTensor of sizes has that shape', () => {
    expect([FloatTensor(5).shape, FloatTensor(2, 3).shape, FloatTensor([5]).shape]).toEqual([
      [5],
      [2, 3],
      [1],
    ]);
  });

  it('0-d tensors and bigints are sizes, ends and steps', () => {
    expect(zeros(tensor(2n), 3).shape).toEqual([2, 3]);
    expect(zeros([tensor(2n), 3]).shape).toEqual([2, 3]);
    expect(arange(0n, 10n, 2n).toArraySync()).toEqual([0, 2, 4, 6, 8]);
    expect(ones(1).newZeros(2, 3).shape).toEqual([2, 3]);
  });

  it('results that have names have places, too', () => {
    expect(linalg.slogdet(whorl.eye(2))[1].itemSync()).toBe(0);
    expect(ones(3).histogram(2)[0].toArraySync()).toEqual([0, 3]);
    expect(linalg.lstsq(whorl.eye(2), ones(2, 1))[2].itemSync()).toBe(2);
    expect(ones(3).aminmax()[0].itemSync()).toBe(1);
  });

  it('they have both when a compiled function gives them', async () => {
    const f = whorl.compile((x: Any) => [x.max(0), x.aminmax()] as Any) as Any;
    for (let i = 0; i < 3; i++) {
      const [best, ends] = f(tensor([1, 3, 2]));
      expect([best.values.itemSync(), best[1].itemSync()]).toEqual([3, 1]);
      expect([ends.min.itemSync(), ends[1].itemSync()]).toEqual([1, 3]);
    }
  });

  it('grad takes its arguments by place', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const [slope] = grad(x.mul(x), [x], ones(2), true);
    expect(slope.toArraySync()).toEqual([2, 4]);
    expect(grad(x.mul(x).sum(), [x], null, {})[0].toArraySync()).toEqual([2, 4]);
  });
});
