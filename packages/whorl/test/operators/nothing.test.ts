// Tensors without elements, lists without dims: PyTorch's answers, which no rule for others would give.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { grad, nn, ones, tensor, zeros } = whorl;
const none = (...shape: number[]): Loose => zeros(...shape, { dtype: 'int64' });

describe('a tensor without elements', () => {
  it.each<[string, Loose]>([
    ['0 in front', zeros(0, 3, 4).transpose(1, 2)],
    ['0 in the middle', zeros(2, 0, 3).permute(2, 1, 0)],
    ['0 behind', zeros(3, 0).t()],
  ])('is contiguous whatever its strides: %s', (_, x) => {
    expect(x.isContiguous()).toBe(true);
    expect(x.contiguous()).toBe(x);
  });

  it.each<[string, (x: Loose) => Loose]>([
    ['softmax', (x) => x.softmax(0)],
    ['logSoftmax', (x) => x.logSoftmax(-1)],
    ['softmax to a dtype', (x) => x.softmax(0, { dtype: 'int64' })],
    ['softmin', (x) => nn.functional.softmin(x, 1)],
  ])('of integers has a %s, which has none either', (_, call) => {
    const result = call(none(0, 2));
    expect([result.dtype, result.shape]).toEqual(['int64', [0, 2]]);
    expect(() => call(ones(1, 2, { dtype: 'int64' }))).toThrow(/not implemented for int64/);
  });

  it('is a part of cat that has a gradient without elements', () => {
    const empty = tensor([], { requiresGrad: true });
    const full = ones(2, 3, { requiresGrad: true });
    const [, gradient] = grad(whorl.cat([full, empty]).sum(), [full, empty], { allowUnused: true });
    expect(gradient.shape).toEqual([0]);
  });
});

describe('an empty list of dims', () => {
  const x = tensor([
    [0, 2],
    [3, 0],
  ]);
  it.each<[string, () => Loose]>([
    ['any', () => x.any([])],
    ['all', () => x.all([])],
    ['any, keepdim', () => x.any([], { keepdim: true })],
    ['all of booleans', () => x.ne(0).all([])],
  ])('%s: of each element by itself', (_, call) => {
    expect(call().toArraySync()).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('keeps the uint8 of any', () => expect(none(2).to('uint8').any([]).dtype).toBe('uint8'));
  it('means all dims to a sum', () => expect(x.sum([]).itemSync()).toBe(5));
});
