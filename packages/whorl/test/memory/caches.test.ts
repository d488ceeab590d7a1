// What is kept to run known programs again is bounded, and memory() tells how much it is.

import { expect, it } from 'vitest';
import { memory, ones } from '../../src/index.js';

it('of 1,050 sizes a thousand plans are kept', () => {
  for (let n = 1; n <= 1050; n++) expect(ones(n).cumsum(0).at(-1).itemSync()).toBe(n);
  const { kernels, plans } = memory();
  expect(plans).toBe(1000);
  expect(kernels).toBeGreaterThan(1000);
  expect(kernels).toBeLessThanOrEqual(2000);
});
