// The parts of a job: every block in one of them, large ones first, few of them, small ones last.

import { describe, expect, it } from 'vitest';
import { mostBounds, mostThreads } from '../../../src/runtime/wasm/threads/control.js';
import { partsOf } from '../../../src/runtime/wasm/threads/parts.js';

const sizesOf = (blocks: number, threads: number): number[] => {
  const bounds = partsOf(blocks, threads);
  expect(bounds[0]).toBe(0);
  return bounds.slice(1).map((to, i) => to - bounds[i]!);
};

describe('parts', () => {
  it('hand out half of what is left, round after round', () => {
    expect(sizesOf(63, 2)).toEqual([16, 16, 8, 8, 4, 4, 2, 2, 1, 1, 1]);
    expect(sizesOf(2, 2)).toEqual([1, 1]);
    expect(sizesOf(1000, 3).slice(-6)).toEqual([11, 11, 11, 11, 11, 3]);
  });

  it('hold every block once, never grow, and fit into the control block', () => {
    const counts = [1, 2, 3, 7, 63, 64, 65, 250, 1000, 4097, 65_536, 1_000_003, 2 ** 31 - 1];
    for (const blocks of counts) {
      for (let threads = 2; threads <= mostThreads; threads++) {
        const sizes = sizesOf(blocks, threads);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(blocks);
        expect(sizes.every((size, i) => size > 0 && (i === 0 || size <= sizes[i - 1]!))).toBe(true);
        expect(sizes.at(-1)!).toBeLessThanOrEqual(Math.ceil(blocks / (32 * threads)));
        expect(sizes.length).toBeLessThan(mostBounds);
      }
    }
  });
});
