// A long training: 100,000 recorded steps of the exercise, and what they leave behind.
// in:  how many steps, how many threads     out: heap, pool and allocations after a tenth, half and all of them
// usage: node scripts/run-source.mjs bench/long-run.ts [STEPS] [THREADS]

import { memory, setNumThreads } from 'whorl';
import { driver } from '../packages/whorl/test/devices/default.js';
import { findCollector } from '../packages/whorl/src/runtime/memory/collector.js';
import { compiledExercise } from './works/seed-step.js';

const [steps, threads] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 1)];
setNumThreads(threads);
const device = driver();
let allocated = 0;
const allocate = device.allocate.bind(device);
device.allocate = (bytes) => {
  allocated++;
  return allocate(bytes);
};

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(2).padStart(9);
const collect = findCollector();

/** What is there once everything that was dropped is gone. */
function say(done: number, since: number, loss: number): void {
  collect?.();
  const { used, reserved, buffers } = memory();
  const { heapUsed, rss } = process.memoryUsage();
  console.log(
    `${String(done).padStart(7)} steps: heap ${mebibytes(heapUsed)} MiB, process ${mebibytes(rss)} MiB, ` +
      `pool ${mebibytes(reserved)} MiB, in ${buffers} buffers ${mebibytes(used)} MiB, ` +
      `${(allocated / since).toFixed(4)} allocations a step, loss ${loss.toFixed(6)}`,
  );
}

const epoch = compiledExercise();
const marks = [1000, steps / 10, steps / 2, steps];
let [said, loss] = [0, 0];
for (let done = 1; done <= steps; done++) {
  const [first, second] = epoch();
  loss = await first.item();
  await second.item();
  if (!marks.includes(done)) continue;
  say(done, done - said, loss);
  [said, allocated] = [done, 0];
}
console.log('done; the process ends by itself');
