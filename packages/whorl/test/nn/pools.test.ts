// What pools promise beside their values: gradients at ties, padding, indices, errors.

import { describe, expect, it } from 'vitest';
import { type Loose, whorl } from '../loose.js';

const { nn, tensor, arange, randn, full, manualSeed } = whorl;
const F = nn.functional;
const image = (rows: number[][]): Loose => tensor([[rows]], { dtype: 'float32' });

describe('a maximum pool', () => {
  it('gives the gradient to the first of equal elements alone', () => {
    const x = full([1, 1, 4, 4], 2).requiresGrad_();
    F.maxPool2d(x, 2).sum().backward();
    const first = [1, 0, 1, 0];
    const none = [0, 0, 0, 0];
    expect(x.grad.toArraySync()).toEqual([[[first, none, first, none]]]);
  });

  it('never takes an element of the padding, not even below zero', () => {
    const x = full([1, 1, 3, 3], -5);
    const [values, indices] = F.maxPool2d(x, 3, { stride: 2, padding: 1, returnIndices: true });
    expect(values.toArraySync()).toEqual([
      [
        [
          [-5, -5],
          [-5, -5],
        ],
      ],
    ]);
    expect(indices.toArraySync()).toEqual([
      [
        [
          [0, 1],
          [3, 4],
        ],
      ],
    ]);
  });

  it('counts indices within the plane, so that maxUnpool puts the values back', () => {
    const x = image([
      [1, 7, 2],
      [9, 3, 4],
      [5, 6, 8],
    ]);
    const [values, indices] = F.maxPool2d(x, 2, { stride: 1, returnIndices: true });
    expect(indices.toArraySync()).toEqual([
      [
        [
          [3, 1],
          [3, 8],
        ],
      ],
    ]);
    const back = F.maxUnpool2d(values, indices, 2, { stride: 1 });
    expect(back.toArraySync()).toEqual([
      [
        [
          [0, 7, 0],
          [9, 0, 0],
          [0, 0, 8],
        ],
      ],
    ]);
  });

  it('refuses padding of more than half the kernel', () => {
    expect(() => F.maxPool1d(randn(1, 1, 9), 3, { padding: 2 })).toThrow(/at most half/);
  });

  it('hands NaN on', () => {
    expect(F.maxPool1d(tensor([[1, NaN, 3, 4]]), 2).toArraySync()).toEqual([[NaN, 4]]);
  });
});

describe('an average pool', () => {
  it('counts the padding unless it is told not to', () => {
    const x = full([1, 1, 2], 6);
    const pool = (countIncludePad: boolean) =>
      F.avgPool1d(x, 2, { stride: 2, padding: 1, countIncludePad }).toArraySync();
    expect(pool(true)).toEqual([[[3, 3]]]);
    expect(pool(false)).toEqual([[[6, 6]]]);
  });

  it('of an adaptive size shares the input out evenly', () => {
    const x = arange(7).float().reshape(1, 7);
    expect(F.adaptiveAvgPool1d(x, 3).toArraySync()).toEqual([[1, 3, 5]]);
    expect(F.adaptiveAvgPool1d(x, 7).toArraySync()).toEqual([[0, 1, 2, 3, 4, 5, 6]]);
  });

  it('keeps the sizes that are null', () => {
    const size = (wanted: Loose) => F.adaptiveAvgPool2d(randn(2, 5, 6), wanted).shape;
    expect(size([null, 2])).toEqual([2, 5, 2]);
    expect(size([3, null])).toEqual([2, 3, 6]);
  });
});

describe('a transposed convolution', () => {
  it('is the transpose of the convolution with the same weight', () => {
    manualSeed(1);
    const options = { stride: 2, padding: 1, dilation: 2, groups: 2 };
    const weight = randn(6, 2, 3, 2);
    const x = randn(2, 4, 9, 8);
    const y = F.conv2d(x, weight, null, options);
    const other = randn(...y.shape);
    const back = F.convTranspose2d(other, weight, null, { ...options, outputPadding: [0, 1] });
    expect(back.shape).toEqual([2, 4, 9, 8]);
    expect(back.mul(x).sum().itemSync()).toBeCloseTo(y.mul(other).sum().itemSync(), 2);
  });
});
