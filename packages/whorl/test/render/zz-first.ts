import { matmul } from './zz-gemm.js';
import { optimise } from '../../src/optimise/index.js';
import { prepareWasm, randomInputs } from './run.js';
for (const n of [256, 512, 1024]) {
  const k = matmul(n, n, n, false, false);
  const inputs = randomInputs(k, 1, 0);
  const p = prepareWasm(optimise(k), inputs);
  const t: string[] = [];
  for (let i = 0; i < 5; i++) {
    const s = performance.now();
    p.run();
    t.push((performance.now() - s).toFixed(1));
  }
  console.log(n, t.join(' '));
}
