// What two threads can give on this machine: the limit's step in two threads that share nothing.
// in:  the module of a step     out: a contestant whose steps are done by whoever has time
//
// Cores of a shared machine slow each other down. This shows by how much: two threads that share a
// step cannot be faster than two that do not have to.

import { Worker } from 'node:worker_threads';
import type { Timed } from '../work.js';
import { loadSeedStep, readLimit, type SeedStepFile } from './limit.js';

/** Words: whether the other thread is to go on, else it sleeps; how many steps it has done. */
const [going, done] = [0, 1];
/** Milliseconds after the last step of this thread until the other one stops. */
const patience = 2;

/** As a text: Node 20 starts no worker from a file in TypeScript. It trains anew now and then. */
const other = `
const { code, values, words } = require('node:worker_threads').workerData;
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), {});
for (let t = 1; ; t = (t % 500) + 1) {
  if (t === 1) new Uint8Array(exports.memory.buffer).set(new Uint8Array(values));
  Atomics.wait(words, ${going}, 0);
  exports.step(1, 1e-3, 1e-5, t, 1 - 0.9 ** t, 1 - 0.999 ** t);
  Atomics.add(words, ${done}, 1);
}`;

export const limitTwice = (file: SeedStepFile) => async (): Promise<Timed> => {
  const { memory, step } = await loadSeedStep(file);
  const words = new Int32Array(new SharedArrayBuffer(8));
  const workerData = { code: readLimit(file), values: memory.buffer, words };
  new Worker(other, { eval: true, workerData }).unref();
  const first = new Uint8Array(memory.buffer).slice();
  let t = 0;
  let counted = 0;
  let stop: NodeJS.Timeout | undefined;
  return {
    step: () => {
      if (Atomics.exchange(words, going, 1) === 0) {
        counted = Atomics.load(words, done);
        Atomics.notify(words, going);
      }
      // a step that the other thread did meanwhile counts as this one
      if (counted < Atomics.load(words, done)) {
        counted++;
        return;
      }
      t++;
      step(1, 1e-3, 1e-5, t, 1 - 0.9 ** t, 1 - 0.999 ** t);
      clearTimeout(stop);
      stop = setTimeout(() => Atomics.store(words, going, 0), patience);
    },
    restart: () => {
      new Uint8Array(memory.buffer).set(first);
      t = 0;
    },
  };
};
