import { randn } from '../src/index.js';
const y: any = randn([1100]);
const t2 = performance.now();
for (let i = 1; i <= 1000; i++) y.narrow(0, 0, i).sum().itemSync();
console.log('narrow ms', performance.now() - t2);
