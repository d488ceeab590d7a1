// Random kernels give the same bits by both renderers, as they are and with any loop run as lanes.

import { describe, expect, it } from 'vitest';
import type { Kernel, Stmt } from '../../src/ir/loop.js';
import { isIndependent } from '../../src/optimise/accesses.js';
import { fingerprint, randomInputs, randomSource, runJs, runWasm } from './run.js';
import { RandomKernel } from './random-kernel.js';

/** Loops whose turns are independent run as lanes, by chance. */
function withLanes(kernel: Kernel, random: () => number): Kernel {
  const mark = (stmts: readonly Stmt[]): Stmt[] =>
    stmts.map((stmt): Stmt => {
      if (stmt.kind !== 'loop' && stmt.kind !== 'if') return stmt;
      const body = mark(stmt.body);
      if (stmt.kind === 'if') return { ...stmt, body };
      const runs = random() < 0.6 && isIndependent(stmt.range, stmt.body);
      return { ...stmt, body, mode: runs ? 'vector' : 'serial' };
    });
  return { ...kernel, body: mark(kernel.body) };
}

/** Which check failed first may depend on the order of the turns. */
const failed = ([status, ...rest]: string[]): string[] => [
  status === 'status 0' ? status : 'failed',
  ...rest,
];

describe('random kernels', () => {
  it.each(Array.from({ length: 40 }, (_, batch) => batch))('batch %i', (batch) => {
    for (let n = 0; n < 5; n++) {
      const seed = 1000 * batch + n;
      const random = randomSource(seed);
      const kernel = withLanes(new RandomKernel(random).make(), random);
      const inputs = randomInputs(kernel, seed, 0.05);
      const params = [5, 1.5];
      expect(failed(fingerprint(runWasm(kernel, inputs, params))), `seed ${seed}`).toEqual(
        failed(fingerprint(runJs(kernel, inputs, params))),
      );
    }
  });
});
