import { ones } from '../src/index.js';
const x: any = ones([4]).requiresGrad_();
const N = Number(process.env.N ?? 20000);
let z: any = x; for (let i = 0; i < N; i++) z = z.sin();
let t = performance.now(); z.sum().backward(); console.log('backward', performance.now() - t); t = performance.now();
console.log(x.grad.toArraySync()[0], performance.now() - t);
