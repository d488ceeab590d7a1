import { lowerKernel } from '../../src/lower/kernel.js';
import { Node } from '../../src/graph/node.js';
import * as g from '../../src/graph/build.js';
import { optimise } from '../../src/optimise/index.js';
import { describeKernel, renderWasm } from '../../src/render/index.js';
import { prepareWasm, randomInputs, runJs, fingerprint } from './run.js';
import type { DType } from '../../src/graph/dtype.js';
const buf = (shape: number[], dtype: DType = 'float32') => {
  const n = new Node('BUFFER', dtype, shape, [], null);
  n.buffer = { bytes: 0 };
  return n;
};
const N = 4000,
  H = 100,
  C = 4;
const X = buf([N, 2]),
  W1 = buf([H, 2]),
  b1 = buf([H]),
  h = buf([N, H]),
  W2 = buf([C, H]),
  b2 = buf([C]),
  logits = buf([N, C]),
  Y = buf([N], 'int64');
const T = (n: Node) => g.permute(n, [1, 0]);
const linear = (x: Node, w: Node, b: Node) =>
  g.add(g.contract(x, T(w)), g.broadcastTo(b, [x.shape[0], w.shape[0]]));
const zero = g.constant(0, 'float32');
const hidden = g.binary('MAX', linear(X, W1, b1), g.broadcastTo(zero, [N, H]));
const m = g.reduceKeep(logits, 'max', [1]);
const sh = g.sub(logits, g.expand(m, [N, C]));
const lse = g.unary('LOG', g.reduceKeep(g.unary('EXP', sh), 'sum', [1]));
const logp = g.sub(sh, g.expand(lse, [N, C]));
const nll = g.neg(g.reshape(g.gather(logp, g.reshape(Y, [N, 1]), 1), [N]));
const loss = g.reduce(nll, 'sum', [0]);
const gl = g.sub(
  g.unary('EXP', logp),
  g.cast(
    g.eq(
      g.expand(g.reshape(Y, [N, 1]), [N, C]),
      g.expand(g.reshape(g.iota(C, 'int64'), [1, C]), [N, C]),
    ),
    'float32',
  ),
);
const dl = buf([N, C]);
const dW2 = g.contract(T(dl), h),
  db2 = g.reduce(dl, 'sum', [0]);
const dh = g.mul(g.contract(dl, W2), g.cast(g.lt(g.broadcastTo(zero, [N, H]), h), 'float32'));
const dhb = buf([N, H]);
const dW1 = g.contract(T(dhb), X);
const db1 = g.reduce(dhb, 'sum', [0]);
const p = buf([H, 2]),
  gr = buf([H, 2]),
  mm = buf([H, 2]),
  vv = buf([H, 2]);
const sc = (v: number) => g.broadcastTo(g.constant(v, 'float32'), [H, 2]);
const m2 = g.add(g.mul(mm, sc(0.9)), g.mul(gr, sc(0.1)));
const v2 = g.add(g.mul(vv, sc(0.999)), g.mul(g.mul(gr, gr), sc(0.001)));
const p2 = g.sub(p, g.div(g.mul(m2, sc(0.001)), g.add(g.unary('SQRT', v2), sc(1e-8))));
const acc = g.reduce(g.cast(g.eq(Y, buf([N], 'int64')), 'float32'), 'sum', [0]);
const soft = buf([1000, 300]);
const sm = g.sub(soft, g.expand(g.reduceKeep(soft, 'max', [1]), [1000, 300]));
const smx = g.div(
  g.unary('EXP', sm),
  g.expand(g.reduceKeep(g.unary('EXP', sm), 'sum', [1]), [1000, 300]),
);
const kernels: [string, Node[]][] = [
  ['hidden', [hidden]],
  ['logits', [linear(h, W2, b2)]],
  ['gl', [gl]],
  ['nll', [nll]],
  ['loss', [loss]],
  ['dW2', [dW2]],
  ['db2', [db2]],
  ['dh', [dh]],
  ['dW1', [dW1]],
  ['db1', [db1]],
  ['adam', [m2, v2, p2]],
  ['acc', [acc]],
  ['softmax', [smx]],
  ['pad', [g.pad(soft, [1, 1], [1, 1])]],
  ['transpose', [g.mul(T(soft), g.broadcastTo(g.constant(2, 'float32'), [300, 1000]))]],
  ['add', [g.add(soft, soft)]],
  ['cumsum', [g.scan(soft, 'sum', 1)]],
  ['exp', [g.unary('EXP', soft)]],
  ['sumall', [g.reduce(soft, 'sum', [0, 1])]],
  ['rowsum', [g.reduce(soft, 'sum', [1])]],
  ['colsum', [g.reduce(soft, 'sum', [0])]],
];
if (process.argv[2] === 'cold') {
  const u0 = process.cpuUsage();
  const w0 = performance.now();
  let bytes = 0;
  const lowered = kernels.map(
    ([, stores]) =>
      lowerKernel({ stores, isStored: (n) => n.buffer !== null, inPlace: false }).kernel,
  );
  const u1 = process.cpuUsage();
  const o = lowered.map(optimise);
  const u2 = process.cpuUsage();
  for (const k of o) bytes += renderWasm(k, { shared: false }).length;
  const u3 = process.cpuUsage();
  const ms = (a: any, b: any) => ((b.user - a.user + b.system - a.system) / 1000).toFixed(1);
  console.log(
    'cold cpu ms: lower',
    ms(u0, u1),
    'optimise',
    ms(u1, u2),
    'render',
    ms(u2, u3),
    'wall',
    (performance.now() - w0).toFixed(1),
    bytes,
  );
  for (let i = 0; i < 20; i++) {
    lowered.map(optimise).map((k) => renderWasm(k, { shared: false }));
  }
  const u4 = process.cpuUsage();
  const o2 = lowered.map(optimise);
  const u5 = process.cpuUsage();
  for (const k of o2) renderWasm(k, { shared: false });
  const u6 = process.cpuUsage();
  console.log('warm: optimise', ms(u4, u5), 'render', ms(u5, u6));
  process.exit();
}
for (const [name, stores] of kernels) {
  if (process.argv[2] && process.argv[2] !== name) continue;
  const { kernel } = lowerKernel({ stores, isStored: (n) => n.buffer !== null, inPlace: false });
  const fast = optimise(kernel);
  if (process.argv[2]) {
    console.log(describeKernel(kernel));
    console.log(describeKernel(fast));
  }
  const t0 = performance.now();
  for (let i = 0; i < 10; i++) optimise(kernel);
  const t1 = performance.now();
  let bytes!: Uint8Array;
  for (let i = 0; i < 10; i++) bytes = renderWasm(fast, { shared: false });
  const t2 = performance.now();
  if (process.argv[2]) (await import('node:fs')).writeFileSync('/tmp/k.wasm', bytes);
  const inputs = randomInputs(kernel, 1, 0);
  const params = kernel.params.map((d) => (d === 'int64' ? 1n : d.startsWith('float') ? 0.5 : 0));
  for (const [i, b] of kernel.buffers.entries())
    if (b.dtype === 'int64')
      inputs[i] = (inputs[i] as BigInt64Array).map((v) => ((v % 4n) + 4n) % 4n) as any;
  const plain = 0;
  const time = (k: typeof kernel) => {
    const q = prepareWasm(k, inputs, params);
    q.run();
    let best = 1e9;
    for (let i = 0; i < 300; i++) {
      const s = performance.now();
      q.run();
      best = Math.min(best, performance.now() - s);
    }
    return [best, fingerprint(q.read())] as const;
  };
  const [a, fa] = time(kernel),
    [b, fb] = time(fast);
  const same =
    JSON.stringify(fa) === JSON.stringify(fingerprint(runJs(kernel, inputs, params))) &&
    JSON.stringify(fa) === JSON.stringify(fb);
  console.log(
    name.padEnd(10),
    'plain us',
    (a * 1000).toFixed(1).padStart(8),
    'fast us',
    (b * 1000).toFixed(1).padStart(8),
    'same',
    same,
    'optimise ms',
    ((t1 - t0) / 10).toFixed(2),
    'render ms',
    ((t2 - t1) / 10).toFixed(2),
    'bytes',
    bytes.length,
  );
}
