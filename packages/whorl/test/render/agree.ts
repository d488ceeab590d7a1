// Both renderers on the same data.
// in:  a kernel, its parameters     out: a failed test where a bit differs

import { expect } from 'vitest';
import type { Kernel, LoopMode } from '../../src/ir/loop.js';
import { fingerprint, randomInputs, runJs, runWasm } from './run.js';

export function agree(
  tested: Kernel,
  params: readonly (number | bigint)[] = [],
  special = 0.1,
): void {
  const inputs = randomInputs(tested, 7, special);
  expect(fingerprint(runWasm(tested, inputs, params))).toEqual(
    fingerprint(runJs(tested, inputs, params)),
  );
}

export const modes: readonly LoopMode[] = ['serial', 'vector'];
