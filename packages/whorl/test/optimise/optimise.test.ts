// An optimised kernel gives the same bits as the one it was made from, by both renderers.

import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../src/ir/loop.js';
import { optimise, type Pass } from '../../src/optimise/index.js';
import { RandomKernel } from '../render/random-kernel.js';
import {
  fingerprint,
  randomInputs,
  randomSource,
  runBlocksReversed,
  runJs,
  runWasm,
} from '../render/run.js';
import { matmul, normaliseRows, twoSums } from './nests.js';
import { inBlocks, inOnePiece } from '../targets.js';

/** Which check failed first may depend on the order of the turns. */
const failed = ([status, ...rest]: string[]): string[] => [
  status === 'status 0' ? status : 'failed',
  ...rest,
];

function expectSame(
  kernel: Kernel,
  seed: number,
  special: number,
  params: number[] = [],
  without: readonly Pass[] = [],
): void {
  const inputs = randomInputs(kernel, seed, special);
  const expected = failed(fingerprint(runJs(kernel, inputs, params)));
  for (const target of [inOnePiece, inBlocks]) {
    const fast = optimise(kernel, target, new Set(without));
    const where = `seed ${seed}, ${target === inBlocks ? 'blocks' : 'whole'}`;
    expect(failed(fingerprint(runJs(fast, inputs, params))), `${where}, js`).toEqual(expected);
    expect(failed(fingerprint(runWasm(fast, inputs, params))), `${where}, wasm`).toEqual(expected);
    const reversed = failed(fingerprint(runBlocksReversed(fast, inputs, params)));
    expect(reversed, `${where}, the last block first`).toEqual(expected);
  }
}

describe('optimise keeps every bit', () => {
  it.each(Array.from({ length: 40 }, (_, batch) => batch))(
    'of random kernels, batch %i',
    (batch) => {
      for (let n = 0; n < 5; n++) {
        const seed = 5000 + 1000 * batch + n;
        expectSame(new RandomKernel(randomSource(seed)).make(), seed, 0.05, [5, 1.5]);
      }
    },
  );

  const sizes = [
    [1, 3, 5],
    [4, 64, 8],
    [5, 100, 4],
    [13, 130, 9],
    [33, 70, 37],
    [8, 200, 64],
  ] as const;
  it.each(sizes)('of a matmul %i x %i x %i, transposed or not', (m, k, n) => {
    for (const a of [false, true]) {
      for (const b of [false, true]) expectSame(matmul(m, k, n, { a, b }), 3, 0);
    }
  });

  it('of rows with sums in 16 lanes', () => {
    for (const [rows, steps] of [
      [1, 1],
      [7, 3],
      [30, 20],
    ])
      expectSame(normaliseRows(rows, steps), 5, 0);
  });

  it('of sums that share what they read', () => {
    for (const [rows, length] of [
      [3, 9],
      [40, 100],
    ])
      expectSame(twoSums(rows, length), 5, 0);
  });

  const passes: Pass[][] = [['fuseLoops'], ['lanes'], ['unroll'], ['tiles'], ['panels']];
  it.each([...passes, passes.flat()])('without %s', (...without) => {
    expectSame(matmul(13, 130, 9, { a: true }), 3, 0, [], without);
    expectSame(normaliseRows(30, 20), 5, 0, [], without);
    for (let seed = 1; seed <= 10; seed++) {
      expectSame(new RandomKernel(randomSource(seed)).make(), seed, 0.05, [5, 1.5], without);
    }
  });

  it('and leaves out what it is told to', () => {
    const kernel = matmul(64, 200, 64, { b: true });
    const choices: Pass[][] = [['lanes'], ['tiles'], ['panels'], []];
    const texts = choices.map((without) =>
      JSON.stringify(optimise(kernel, inOnePiece, new Set(without)).body),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });
});
