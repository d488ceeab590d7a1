// Programs with more operands and operations than one WebAssembly function may have: kernels stay within its limits.

import { describe, expect, it } from 'vitest';
import { arange, cat, stack, type Tensor, tensor } from '../../src/index.js';

const numbers = (n: number): Tensor[] => Array.from({ length: n }, (_, i) => tensor([i, 1]));
const total = (n: number): number => (n * (n - 1)) / 2 + n;

describe('large programs', () => {
  it('stack and cat take thousands of tensors', async () => {
    const parts = numbers(2500);
    expect(await stack(parts).sum().item()).toBe(total(2500));
    expect(await cat(parts).sum().item()).toBe(total(2500));
  }, 120_000);

  it('one expression has thousands of operations on as many tensors', async () => {
    const parts = numbers(2200);
    let [y, z] = [parts[0]!, arange(2).float() as Tensor];
    for (const part of parts.slice(1)) y = y.add(part.mul(1).cos().mul(0)) as Tensor;
    for (const part of parts) z = z.mul(0).add(part) as Tensor;
    expect([...y.dataSync(), ...z.dataSync()]).toEqual([0, 1, 2199, 1]);
  }, 120_000);
});
