import { optimise } from '../../src/optimise/index.js';
import { RandomKernel } from './random-kernel.js';
import { fingerprint, randomInputs, randomSource, runJs, runWasm } from './run.js';
const failed = ([status, ...rest]: string[]) => [status === 'status 0' ? status : 'failed', ...rest].join('\n');
let bad = 0;
const first = +process.argv[2], count = +process.argv[3];
for (let seed = first; seed < first + count; seed++) {
  const kernel = new RandomKernel(randomSource(seed)).make();
  const inputs = randomInputs(kernel, seed, 0.05);
  try {
    const fast = optimise(kernel);
    const a = failed(fingerprint(runJs(kernel, inputs, [5, 1.5]))), b = failed(fingerprint(runWasm(fast, inputs, [5, 1.5]))), c = failed(fingerprint(runWasm(kernel, inputs, [5, 1.5])));
    if (a !== b || a !== c) { bad++; console.log('seed', seed, a === b, a === c); }
  } catch (e) { bad++; console.log('seed', seed, String(e)); }
}
console.log('bad', bad);
