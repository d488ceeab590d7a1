// An optimised kernel gives the same bits as the one it was made from, by both renderers.

import { describe, expect, it } from 'vitest';
import { optimise } from '../../src/optimise/index.js';
import { RandomKernel } from '../render/random-kernel.js';
import { fingerprint, randomInputs, randomSource, runJs, runWasm } from '../render/run.js';

const failed = ([status, ...rest]: string[]): string[] =>
  [status === 'status 0' ? status : 'failed', ...rest];

describe('optimise', () => {
  it.each(Array.from({ length: 40 }, (_, batch) => batch))('random kernels, batch %i', (batch) => {
    for (let n = 0; n < 5; n++) {
      const seed = 5000 + 1000 * batch + n;
      const kernel = new RandomKernel(randomSource(seed)).make();
      const fast = optimise(kernel);
      const inputs = randomInputs(kernel, seed, 0.05);
      const params = [5, 1.5];
      const expected = failed(fingerprint(runJs(kernel, inputs, params)));
      expect(failed(fingerprint(runJs(fast, inputs, params))), `seed ${seed}, js`).toEqual(expected);
      expect(failed(fingerprint(runWasm(fast, inputs, params))), `seed ${seed}, wasm`).toEqual(expected);
    }
  });
});
