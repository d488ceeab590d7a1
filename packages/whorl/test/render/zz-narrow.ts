import { lowerKernel } from '../../src/lower/kernel.js';
import { Node } from '../../src/graph/node.js';
import * as g from '../../src/graph/build.js';
import { optimise } from '../../src/optimise/index.js';
import { describeKernel, renderWasm } from '../../src/render/index.js';
const buf = (shape: number[]) => {
  const n = new Node('BUFFER', 'float32', shape, [], null);
  n.buffer = { bytes: 0 };
  return n;
};
const x = buf([1000]);
const t = [0, 0, 0, 0];
const memory = new WebAssembly.Memory({ initial: 10 });
const w0 = performance.now();
let bytes = 0;
for (let i = 1; i <= 1000; i++) {
  const a = performance.now();
  const { kernel } = lowerKernel({
    stores: [g.reduce(g.narrow(x, 0, 0, i), 'sum', [0])],
    isStored: (n) => n.buffer !== null,
    inPlace: false,
  });
  const b = performance.now();
  const fast = optimise(kernel);
  if (i === 700) console.log(describeKernel(fast));
  const c = performance.now();
  const code = renderWasm(fast, { shared: false });
  bytes += code.length;
  const d = performance.now();
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(code as any), { env: { memory } })
    .exports as any;
  run(65536, 131072, 0, 64, 0);
  const e = performance.now();
  t[0] += b - a;
  t[1] += c - b;
  t[2] += d - c;
  t[3] += e - d;
}
console.log(
  'lower, optimise, render, compile+run ms',
  t.map((v) => v.toFixed(0)).join(' '),
  'total',
  (performance.now() - w0).toFixed(0),
  bytes / 1000,
);
