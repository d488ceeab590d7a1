// What bounds a step: how much of its time passes inside kernels, the rest being the engine's own.
// in:  a work of whorl's, warmed up     out: percent of the time that is spent inside WebAssembly

import { countWasmCalls } from '../peers/wasm-calls.js';
import { type Contestant, identity, type Timed, type Work } from '../work.js';
import { whorlCnn } from './cnn.js';
import { whorlMlp } from './mlp.js';
import { whorlCompiledSeedStep, whorlSeedStep } from './seed-step.js';
import { whorlSmallOp } from './small-op-read.js';

/** Milliseconds before it counts, and while it does. */
const [before, during] = [1000, 1000];

async function repeat(step: () => unknown, milliseconds: number): Promise<number> {
  const start = performance.now();
  let elapsed = 0;
  while (elapsed < milliseconds) {
    await step();
    elapsed = performance.now() - start;
  }
  return elapsed;
}

const share =
  (prepare: () => Promise<Timed>): Contestant =>
  async () => {
    const calls = countWasmCalls();
    const { step } = await prepare();
    await repeat(step, before);
    calls.milliseconds = 0;
    const whole = await repeat(step, during);
    return { value: (100 * calls.milliseconds) / whole };
  };

const shareOf = (name: string, contestants: Work['contestants']): Work => ({
  name: `kernel-share-${name}`,
  says: `the part of ${name}'s time that is spent inside kernels`,
  unit: '%',
  better: 'higher',
  fromMs: identity,
  warmUp: 0,
  cold: true,
  rounds: 3,
  isAside: true,
  contestants,
});

export const kernelShare: readonly Work[] = [
  shareOf('seed-step', {
    whorl: share(whorlSeedStep()),
    'whorl-compiled': share(whorlCompiledSeedStep()),
  }),
  shareOf('mlp', {
    whorl: share(whorlMlp()),
    'whorl-compiled': share(whorlMlp({ compiled: true })),
  }),
  shareOf('cnn', {
    whorl: share(whorlCnn()),
    'whorl-compiled': share(whorlCnn({ compiled: true })),
  }),
  shareOf('small-op-read', { whorl: share(whorlSmallOp) }),
];
