// Operands of two dtypes: promoted where PyTorch promotes, else refused at the call, in a sentence.
// Which is which, and the numbers, are PyTorch's.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { einsum, linalg, nn, ones, tensor } = whorl;
const F = nn.functional;
const narrow = () =>
  tensor([
    [1, 2],
    [3, 4],
  ]);
const wide = () =>
  tensor(
    [
      [1, 3],
      [2, 5],
    ],
    { dtype: 'float64' },
  );
const whole = () =>
  tensor([
    [1n, 2n],
    [3n, 4n],
  ]);
const double = (...shape: number[]) => ones(...shape, { dtype: 'float64' });
const batch = (x: Loose) => x.unsqueeze(0);

describe('promoted', () => {
  it.each<[string, () => Loose, string, number[]]>([
    [
      'cosineSimilarity',
      () => F.cosineSimilarity(narrow(), wide()),
      'float64',
      [0.98994948, 0.96561578],
    ],
    [
      'pairwiseDistance',
      () => F.pairwiseDistance(narrow(), wide()),
      'float64',
      [0.999999, Math.SQRT2],
    ],
    ['dist', () => narrow().dist(wide()), 'float64', [1.73205081]],
    ['inner with a 0-d tensor', () => tensor([1, 2]).inner(tensor(2n)), 'float32', [2, 4]],
    ['dist of integers', () => narrow().dist(whole()), 'float32', [0]],
    ['trapezoid', () => whorl.trapezoid(narrow(), wide()), 'float64', [3, 10.5]],
    ['addr', () => wide().addr(tensor([1, 2]), tensor([1, 2])), 'float64', [2, 5, 4, 9]],
    ['outer', () => tensor([1, 2]).outer(double(2)), 'float64', [1, 1, 2, 2]],
    ['where', () => whorl.where(narrow().gt(1), narrow(), wide()), 'float64', [1, 2, 3, 4]],
    ['clamp', () => narrow().clamp(wide()), 'float64', [1, 3, 3, 5]],
    [
      'lerp by a 0-d tensor',
      () => narrow().lerp(narrow(), tensor(0.5, { dtype: 'float64' })),
      'float32',
      [1, 2, 3, 4],
    ],
  ])('%s', (_, call, dtype, wanted) => {
    const result = call();
    expect(result.dtype).toBe(dtype);
    const values = result.flatten().toArraySync();
    wanted.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 4));
  });
});

describe('refused', () => {
  it.each<[string, () => Loose]>([
    ['cdist', () => whorl.cdist(narrow(), wide())],
    ['cdist', () => whorl.cdist(narrow(), whole())],
    ['dist', () => whole().dist(whole())],
    ['einsum', () => einsum('ij,jk->ik', narrow(), wide())],
    ['lstsq', () => linalg.lstsq(narrow(), wide())],
    ['prelu', () => F.prelu(narrow(), double(1))],
    ['bilinear', () => F.bilinear(narrow(), wide(), ones(2, 2, 2))],
    ['bilinear', () => F.bilinear(narrow(), narrow(), ones(2, 2, 2), double(2))],
    ['conv1d', () => F.conv1d(ones(1, 1, 4), ones(1, 1, 2), double(1))],
    ['convTranspose1d', () => F.convTranspose1d(ones(1, 1, 4), ones(1, 1, 2), double(1))],
    [
      'embeddingBag',
      () =>
        F.embeddingBag(tensor([[0n, 1n]]), narrow(), null, {
          perSampleWeights: double(1, 2),
          mode: 'sum',
        }),
    ],
    ['histogram', () => tensor([1, 2, 3]).histogram(3, { weight: tensor([1n, 1n, 1n]) })],
    ['addmm', () => wide().addmm(narrow(), narrow())],
    ['addmv', () => double(2).addmv(narrow(), ones(2))],
    ['baddbmm', () => batch(wide()).baddbmm(batch(narrow()), batch(narrow()))],
    ['addbmm', () => wide().addbmm(batch(narrow()), batch(narrow()))],
    ['lerp', () => narrow().lerp(narrow(), wide())],
    ['choleskySolve', () => narrow().choleskySolve(wide())],
    ['linear', () => F.linear(narrow(), narrow(), tensor([1n, 2n]))],
    ['matmul', () => narrow().matmul(whole())],
  ])('%s', (name, call) => {
    expect(() => void call()).toThrow(new RegExp(`^(linalg\\.)?${name}: .*(dtype|float)`));
    expect(ones(2).sum().itemSync()).toBe(2);
  });
});

describe('a gradient that is assigned', () => {
  const leaf = () => ones(2, { requiresGrad: true });
  it.each<[string, (x: Loose) => unknown, RegExp]>([
    ['of another shape', () => ones(3), /gradient of size \[3\] to a tensor of size \[2\]/],
    [
      'of another dtype',
      () => double(2),
      /gradient with dtype float64 to a tensor with dtype float32/,
    ],
    ['that is no tensor', () => 5, /expected to be a Tensor or null but got grad of type number/],
    ['that is the tensor itself', (x) => x, /as its own grad/],
  ])('%s is refused', (_, gradient, message) => {
    const x = leaf();
    expect(() => {
      x.grad = gradient(x);
    }).toThrow(message);
    expect(x.grad).toBe(null);
  });

  it('of its shape and dtype is added to', () => {
    const x = leaf();
    x.grad = ones(2).mul(3);
    x.sum().backward();
    expect(x.grad.toArraySync()).toEqual([4, 4]);
  });
});

describe('forms', () => {
  it('repeatInterleave() of repeats gives their places', () => {
    expect(tensor([2n, 0n, 1n]).repeatInterleave().toArraySync()).toEqual([0, 0, 2]);
    expect(tensor([2n, 0n, 1n]).repeatInterleave({ outputSize: 3 }).toArraySync()).toEqual([
      0, 0, 2,
    ]);
    expect(() => void tensor([2n, 1n]).repeatInterleave({ outputSize: 5 })).toThrow('outputSize 5');
    expect(() => void tensor([2, 1]).repeatInterleave()).toThrow('int64 or int32');
    for (const repeats of [
      [NaN, 1],
      [1, 1.5],
      [Infinity, 0],
    ]) {
      const refused = () => void tensor([2, 1]).repeatInterleave(tensor(repeats));
      expect(refused).toThrow(`whole numbers, got ${repeats.find((n) => !Number.isInteger(n))}`);
    }
  });

  it('gridSample of an input without pixels is refused', () => {
    expect(() => void F.gridSample(whorl.randn(1, 1, 0, 2), whorl.zeros(1, 1, 1, 2))).toThrow(
      /non-empty spatial dimensions.*\[1, 1, 0, 2\] with dimension 2 being empty/,
    );
  });

  it('lstsq: a rank for each A', () => {
    expect(linalg.lstsq(whorl.randn(1, 3, 3), whorl.randn(2, 3, 3)).rank.shape).toEqual([1]);
  });
});
