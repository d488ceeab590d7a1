import { zeros, randn } from '../src/index.js';
import { observeFlushes } from '../src/engine/record.js';
const X: any = zeros([4000, 2]);
let n = 0; let k = 0; observeFlushes((r) => { n++; k += r.kernels.length; });
const t = performance.now();
for (let i = 0; i < 4000; i++) { X.setAt([i, 0], i); X.setAt([i, 1], -i); }
X.dataSync();
console.log('loop ms', performance.now() - t, 'flushes', n, 'kernels', k, X.dataSync().slice(-4));
const y: any = randn([1100]);
const t2 = performance.now();
for (let i = 1; i <= 1000; i++) y.narrow(0, 0, i).sum().itemSync();
console.log('narrow ms', performance.now() - t2);
