// What the CPU's record promises to the passes is what its renderer and its memory do.

import { describe, expect, it } from 'vitest';
import { scratchesIn, scratchSize } from '../../src/ir/names.js';
import { optimise } from '../../src/optimise/index.js';
import { laneCount } from '../../src/render/wasm/registers.js';
import { renderWasm } from '../../src/render/index.js';
import { jsTarget, wasmTarget } from '../../src/runtime/index.js';
import type { Machine, Target } from '../../src/target/target.js';
import { matmul } from '../optimise/nests.js';
import { fingerprint, randomInputs, runJs, runWasm } from './run.js';
import { plainMemory } from '../targets.js';

describe("the CPU's record", () => {
  it('counts as many lanes as a register has', () => {
    expect(wasmTarget.machine.lanes).toBe(laneCount);
  });

  it('is the one that the reference runs by: both are given the same kernels', () => {
    expect(jsTarget).toBe(wasmTarget);
  });
});

describe('a kernel for another record', () => {
  const own = (machine: Partial<Machine>, more: Partial<Target> = {}): Target => ({
    ...wasmTarget,
    ...more,
    machine: { ...wasmTarget.machine, launchCost: 0, ...machine },
  });
  const records: Record<string, Target> = {
    'few registers': own({ vectorRegisters: 6 }),
    'many registers': own({ vectorRegisters: 31 }),
    'no room for panels': own({ panelBytes: 0 }),
    'little scratch memory': own({}, { scratchBytes: 8192 }),
    'a small first cache': own({ nearBytes: 1024 }),
    'threads that are worth it at once': own({ forkCost: 0 }),
  };
  const kernel = matmul(37, 200, 64, { b: true });
  const inputs = randomInputs(kernel, 7, 0);
  const expected = fingerprint(runJs(kernel, inputs));

  it.each(Object.entries(records))('has the same bits: %s', (_, target) => {
    const made = optimise(kernel, target);
    expect(fingerprint(runWasm(made, inputs))).toEqual(expected);
    const bytes = scratchesIn(made.body).reduce((sum, scratch) => sum + scratchSize(scratch), 0);
    expect(bytes).toBeLessThanOrEqual(Math.min(target.scratchBytes, target.machine.panelBytes));
  });

  it('is refused where its scratch memory is not there', () => {
    const made = optimise(kernel, own({}));
    expect(() => renderWasm(made, { ...plainMemory, scratchBytes: 1024 })).toThrow(
      /wants \d+ bytes of scratch memory, there are 1024/,
    );
  });
});
