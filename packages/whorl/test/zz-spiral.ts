import { nn, optim, manualSeed, randn, tensor } from '/work/main/packages/whorl/src/index.js';
import { observeFlushes } from '/work/main/packages/whorl/src/engine/record.js';
import { describeKernel } from '/work/main/packages/whorl/src/render/index.js';
import { useDevice } from '/work/main/packages/whorl/src/engine/device.js';
if (process.env.DEV) useDevice(process.env.DEV as any);
manualSeed(12345);
const N = 4000;
const X: any = randn([N, 2]);
const Y: any = tensor(Array.from({length:N},(_, i)=>BigInt(i%4)), {dtype:'int64'});
const model = new nn.Sequential(new nn.Linear(2, 100), new nn.ReLU(), new nn.Linear(100, 4));
const criterion = new nn.CrossEntropyLoss();
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3, weightDecay: 1e-5 });
async function step(show = false) {
  const logits: any = model.forward(X);
  const loss: any = criterion.forward(logits, Y);
  const accuracy = logits.argmax(1).eq(Y).mean();
  const l = await loss.item(); const a = await accuracy.item();
  optimizer.zeroGrad(); loss.backward(); optimizer.step();
  return [l, a];
}
const E = Number(process.env.E ?? 200);
for (let i = 0; i < 3; i++) await step();
if (process.env.SHOW) {
  const off = observeFlushes((r) => {
    console.log('FLUSH known', r.isKnown, 'nodes', r.graph.length, 'ms', r.time.toFixed(3));
    for (const k of r.kernels) { console.log('   ', k.name, '|', k.stores.join(' | '), k.bytesRead, k.bytesWritten); if (process.env.SHOW === '2' && k.kernel) console.log(describeKernel(k.kernel)); }
    if (process.env.SHOW === '3') console.log(r.graph.join('\n'));
  });
  await step(); off();
}
for (let i = 0; i < 100; i++) await step();
const t = performance.now();
let last;
for (let i = 0; i < E; i++) last = await step();
console.log('ms/epoch', (performance.now() - t) / E, last);
