// Joining very many tensors: no part is looked at more often for the others being many.

import { describe, expect, it } from 'vitest';
import { walk } from '../../../src/schedule/walk.js';
import { joined } from '../../../src/operators/movement/join.js';
import { type Loose, whorl } from '../../loose.js';
import * as b from '../../nodes.js';

const { arange, cat, full, stack, zeros } = whorl;

/** Elements of all values on the way. */
function elements(count: number): number {
  const parts = Array.from({ length: count }, (_, i) => b.iota(2 + (i % 2), 'int64'));
  return walk([joined(parts, 0)]).reduce((sum, node) => sum + node.size, 0);
}

describe('cat of very many', () => {
  it('makes for each part about as much as for each of few', () => {
    expect(elements(5000) / 5000).toBeLessThan(3 * (elements(60) / 60));
  });

  it('lays them one behind the other, empty ones and all', () => {
    const parts = Array.from({ length: 300 }, (_, i) => full([i % 3, 2], i));
    const expected = parts.flatMap((_, i) => new Array(i % 3).fill([i, i]));
    expect(cat([zeros(0), ...parts]).toArraySync()).toEqual(expected);
    expect(cat(new Array(200).fill(zeros(0, 2))).shape).toEqual([0, 2]);
  });

  it('hands each its gradient', () => {
    const parts = Array.from({ length: 150 }, () => zeros(2, { requiresGrad: true }));
    stack(parts)
      .mul(arange(300, { dtype: 'float32' }).view(150, 2))
      .sum()
      .backward();
    const grads = parts.map((part: Loose) => part.grad.toArraySync());
    expect(grads).toEqual(parts.map((_, i) => [2 * i, 2 * i + 1]));
  });
});
