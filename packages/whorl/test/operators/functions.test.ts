// Methods that are functions, too: the same values, the same sentences, the receiver first.

import { describe, expect, it } from 'vitest';
import * as functions from '../../src/functions.js';
import { concat, hypot, matmul, ones, Tensor, tensor } from '../../src/index.js';

describe('what treats two operands alike', () => {
  it('gives as a function what it gives as a method', () => {
    const [x, y] = [tensor([3, 5]), tensor([4, 12])];
    expect(hypot(x, y).tolist()).toEqual(x.hypot(y).tolist());
    expect(hypot(x, y).toArraySync()).toEqual([5, 13]);
  });

  it('follows shapes as the method does', () => {
    const product: Tensor<[2, 4], 'float32'> = matmul(ones(2, 3), ones(3, 4));
    expect(product.shape).toEqual([2, 4]);
    // @ts-expect-error the inner sizes differ
    expect(() => matmul(ones(2, 3), ones(2, 4))).toThrow('matmul');
  });

  it('says what it takes in the place of a tensor', () => {
    const call = functions.hypot as unknown as (x: unknown) => unknown;
    expect(() => call(3)).toThrow("hypot: argument 'input' (position 1) must be a Tensor, got 3");
  });

  it('is a method under the same name, each of them', () => {
    for (const name of Object.keys(functions)) expect(name in Tensor.prototype).toBe(true);
  });

  it('has the other names of cat', () => {
    expect(concat([ones(1), ones(2)]).shape).toEqual([3]);
  });
});
