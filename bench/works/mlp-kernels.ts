// How many pieces a training step is cut into: loop nests, and calls from JavaScript that start them.
// in:  a step of the perceptron, after two that warmed up     out: counts

import { root } from '../../scripts/packages.mjs';
import { jaxMlp } from '../peers/jax-js-mlp.js';
import { countWasmCalls } from '../peers/wasm-calls.js';
import { type Contestant, type Counted, identity, type Timed, type Work } from '../work.js';
import { whorlMlp } from './mlp.js';

type Records = typeof import('../../packages/whorl/src/engine/observe/record.js');

/** What `count` says of the third step. */
async function ofThirdStep({ step }: Timed, count: () => number): Promise<Counted> {
  await step();
  await step();
  const before = count();
  await step();
  return { value: count() - before };
}

/** By the records that every flush and every replay leaves: one kernel is one loop nest. */
const kernels =
  (prepare: () => Promise<Timed>): Contestant =>
  async () => {
    const path = `${root}/packages/whorl/dist/engine/observe/record.js`;
    const { observeFlushes } = (await import(path)) as Records;
    let seen = 0;
    const prepared = await prepare();
    observeFlushes((record) => {
      seen += record.kernels.length;
    });
    return ofThirdStep(prepared, () => seen);
  };

const calls =
  (prepare: () => Promise<Timed>): Contestant =>
  async () => {
    const made = countWasmCalls();
    return ofThirdStep(await prepare(), () => made.count);
  };

const counting = {
  better: 'lower',
  fromMs: identity,
  warmUp: 0,
  rounds: 1,
} as const;

export const mlpKernels: readonly Work[] = [
  {
    ...counting,
    name: 'mlp-kernels',
    says: "loop nests in the MLP's step",
    unit: 'kernels',
    looksInside: true,
    contestants: {
      whorl: kernels(whorlMlp()),
      'whorl-compiled': kernels(whorlMlp({ compiled: true })),
      // A kernel of jax-js is a call.
      'jax-js': calls(jaxMlp),
    },
  },
  {
    ...counting,
    name: 'mlp-calls',
    says: "calls into WebAssembly in the MLP's step",
    unit: 'calls',
    contestants: {
      whorl: calls(whorlMlp()),
      'whorl-compiled': calls(whorlMlp({ compiled: true })),
      'jax-js': calls(jaxMlp),
    },
  },
];
