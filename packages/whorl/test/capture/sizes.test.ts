// A compiled function that is called with many sizes in turn: each is recorded once, as long as there is room.

import { afterEach, expect, it, vi } from 'vitest';
import { compile, ones, type Tensor } from '../../src/index.js';

afterEach(() => vi.restoreAllMocks());

/** A function, and how often it ran; each size in turn, for some rounds. */
function counted() {
  let runs = 0;
  const fn = compile((x: Tensor) => {
    runs++;
    return x.mul(2).sum();
  });
  const go = async (sizes: number, rounds: number): Promise<number> => {
    const before = runs;
    for (let round = 0; round < rounds; round++) {
      for (let n = 1; n <= sizes; n++) expect(await fn(ones(n)).item()).toBe(2 * n);
    }
    return runs - before;
  };
  return { go };
}

it('forty sizes in turn are forty recordings', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const { go } = counted();
  await go(40, 40);
  // compared now and then, which runs the function, but recorded no more
  expect(await go(40, 10)).toBeLessThan(200);
  expect(warn).not.toHaveBeenCalled();
});

it('more sizes than there is room for are warned of once', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const { go } = counted();
  await go(260, 3);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]![0]).toMatch(/more kinds in turn than the 256 recordings/);
});
