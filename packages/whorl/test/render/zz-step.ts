import { nn, optim, manualSeed, randn, tensor } from '../../src/index.js';
import { observeFlushes } from '../../src/engine/record.js';
import { describeKernel, renderWasm } from '../../src/render/index.js';
import { optimise } from '../../src/optimise/index.js';
import { prepareWasm, randomInputs, runJs, fingerprint } from './run.js';
import fs from 'node:fs';
manualSeed(12345);
const N = 4000;
const X: any = randn([N, 2]);
const Y: any = tensor(
  Array.from({ length: N }, (_, i) => BigInt(i % 4)),
  { dtype: 'int64' },
);
const kind = process.argv[3] ?? 'relu';
const model =
  kind === 'relu'
    ? new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4))
    : new nn.Sequential(new nn.Linear(2, 100), new nn.Linear(100, 4));
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-5 });
async function step() {
  const logits: any = model.forward(X);
  const loss: any = criterion.forward(logits, Y);
  const accuracy = logits.argmax(1).eq(Y).mean();
  const l = await loss.item();
  const a = await accuracy.item();
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return [l, a];
}
for (let i = 0; i < 3; i++) await step();
const kernels: any[] = [];
const off = observeFlushes((r) => {
  for (const k of r.kernels) if (k.kernel) kernels.push(k.kernel);
});
await step();
off();
let total = 0;
for (const [n, kernel] of kernels.entries()) {
  if (process.argv[2] && process.argv[2] !== 'all' && +process.argv[2] !== n) continue;
  const fast = optimise(kernel);
  const inputs = randomInputs(kernel, 1, 0);
  const params = kernel.params.map((d: string) =>
    d === 'int64' ? 1n : d.startsWith('float') ? 0.5 : 0,
  );
  for (const [i, b] of kernel.buffers.entries())
    if (b.dtype === 'int64')
      inputs[i] = (inputs[i] as BigInt64Array).map((v) => ((v % 4n) + 4n) % 4n) as any;
  const q = prepareWasm(fast, inputs, params);
  q.run();
  let best = 1e9;
  for (let i = 0; i < 300; i++) {
    const s = performance.now();
    q.run();
    best = Math.min(best, performance.now() - s);
  }
  const same = process.argv[2]
    ? JSON.stringify(fingerprint(q.read())) ===
      JSON.stringify(fingerprint(runJs(kernel, inputs, params)))
    : '';
  total += best;
  console.log(
    n,
    kernel.name.padEnd(30),
    (best * 1000).toFixed(1).padStart(7),
    'us',
    same,
    renderWasm(fast, { shared: false }).length,
  );
  if (process.argv[2] && process.argv[2] !== 'all') {
    fs.writeFileSync('/tmp/before.txt', describeKernel(kernel));
    fs.writeFileSync('/tmp/after.txt', describeKernel(fast));
    fs.writeFileSync('/tmp/k.wasm', renderWasm(fast, { shared: false }));
  }
}
console.log('total us', (total * 1000).toFixed(0));
