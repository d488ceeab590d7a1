// How a test runner compares tensors: by one line, which docs/porting.md tells (Vitest and Jest have it alike).

import { describe, expect, it } from 'vitest';
import { ones, Tensor, tensor } from '../../src/index.js';

describe('tensors in expect', () => {
  it('do not say what they are equal to by themselves, and name what does', () => {
    expect(() => expect(ones(2)).toEqual(ones(2))).toThrow(/0-d tensor.*equal/);
    expect(() => expect(ones(2)).not.toEqual(tensor([1, 2]))).toThrow(/0-d tensor.*equal/);
  });

  it('are compared by dtype, shape and values once the runner is told how', () => {
    expect.addEqualityTesters([
      (a, b) =>
        a instanceof Tensor && b instanceof Tensor
          ? a.dtype === b.dtype && a.equalSync(b)
          : undefined,
    ]);
    expect(tensor([1, 2])).toEqual(ones(2).cumsum(0));
    expect({ loss: tensor(1), all: [ones(2, 2)] }).toStrictEqual({
      loss: ones([]),
      all: [ones(2, 2)],
    });
    expect(ones(2)).not.toEqual(tensor([1, 2]));
    expect(ones(2)).not.toEqual(ones(2, 1));
    expect(ones(2)).not.toEqual(ones(2).double());
    expect(tensor(1)).not.toEqual(tensor(2));
    expect(ones(2)).not.toEqual([1, 1]);
  });
});
