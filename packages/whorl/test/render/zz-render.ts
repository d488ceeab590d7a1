import { lowerKernel } from '../../src/lower/kernel.js';
import { Node } from '../../src/graph/node.js';
import * as g from '../../src/graph/build.js';
import { optimise } from '../../src/optimise/index.js';
import { renderWasm } from '../../src/render/index.js';
const buf = (shape: number[]) => { const n = new Node('BUFFER', 'float32', shape, [], null); n.buffer = { bytes: 0 }; return n; };
const x = buf([1000]);
const kernels = Array.from({ length: 1000 }, (_, i) => lowerKernel({ stores: [g.reduce(g.narrow(x, 0, 0, i + 1), 'sum', [0])], isStored: (n) => n.buffer !== null, inPlace: false }).kernel);
for (let r = 0; r < 6; r++) {
const a = process.cpuUsage().user; const fast = kernels.map(optimise); const b = process.cpuUsage().user; fast.map((k) => renderWasm(k, { shared: false })); const c = process.cpuUsage().user;
console.log('cpu us per kernel: optimise', ((b - a) / 1000).toFixed(0), 'render', ((c - b) / 1000).toFixed(0));
}
