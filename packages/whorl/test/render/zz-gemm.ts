import { optimise } from '../../src/optimise/index.js';
import { describeKernel } from '../../src/render/index.js';
import { prepareWasm, randomInputs, runJs, fingerprint } from './run.js';
import * as L from './loops.js';
import { renderWasm } from '../../src/render/index.js';
import fs from 'node:fs';
export function matmul(m: number, k: number, n: number, ta: boolean, tb: boolean, blocks = true) {
  const i = L.range('i0', m),
    j = L.range('i1', n);
  const sum = L.local('sum0'),
    part = L.local('part0'),
    part1 = L.local('part1');
  const A = (kk: any) =>
    ta
      ? L.load(0, L.at(...kk.map(([c, a]: any) => [c * m, a]).filter((x: any) => x[0]), [1, i], 0))
      : L.load(0, L.at([k, i], ...kk));
  const least = Math.max(64, Math.ceil(k / 64));
  const whole = Math.floor(k / least),
    rest = k - whole * least;
  const b = L.range('b0', whole),
    kr = L.range('k0', blocks && k > least ? least : k),
    kr1 = L.range('k1', rest);
  const idx = (terms: any[], c: number, scale: number) =>
    L.at(...terms.map(([f, a]: any) => [f * scale, a] as any), c * scale);
  const load = (terms: any[], c: number) => {
    const a = ta ? idx(terms, c, m) : idx(terms, c, 1);
    const ai = ta
      ? { constant: a.constant, terms: [...a.terms, { coefficient: 1, atom: i }] }
      : { constant: a.constant, terms: [{ coefficient: k, atom: i }, ...a.terms] };
    const bb = tb ? idx(terms, c, 1) : idx(terms, c, n);
    const bi = tb
      ? { constant: bb.constant, terms: [...bb.terms, { coefficient: k, atom: j }] }
      : { constant: bb.constant, terms: [...bb.terms, { coefficient: 1, atom: j }] };
    return L.mul(L.load(0, ai), L.load(1, bi));
  };
  const zero = L.constant('float32', 0);
  const body: any[] = [L.varIn(sum, zero)];
  if (!blocks || k <= least) body.push(L.loop(kr, [L.assign(sum, L.add(sum, load([[1, kr]], 0)))]));
  else {
    body.push(
      L.loop(b, [
        L.varIn(part, zero),
        L.loop(kr, [
          L.assign(
            part,
            L.add(
              part,
              load(
                [
                  [least, b],
                  [1, kr],
                ],
                0,
              ),
            ),
          ),
        ]),
        L.assign(sum, L.add(sum, part)),
      ]),
    );
    if (rest)
      body.push(
        L.varIn(part1, zero),
        L.loop(kr1, [L.assign(part1, L.add(part1, load([[1, kr1]], whole * least)))]),
        L.assign(sum, L.add(sum, part1)),
      );
  }
  body.push(L.store(2, L.at([n, i], [1, j]), sum));
  return L.kernel(
    [L.input('float32', m * k), L.input('float32', k * n), L.output('float32', m * n)],
    [L.loop(i, [L.loop(j, body)])],
  );
}
if (process.argv[2]) {
  const lim: any = new WebAssembly.Instance(
    new WebAssembly.Module(fs.readFileSync('/work/shared/reference/limit/gemm.wasm')),
    {},
  ).exports;
  const cases: [string, number, number, number, boolean, boolean][] = [
    ['512 AB', 512, 512, 512, false, false],
    ['512 ABt', 512, 512, 512, false, true],
    ['512 AtB', 512, 512, 512, true, false],
    ['4000x100x4', 4000, 100, 4, false, false],
    ['4000x100x4 Bt', 4000, 100, 4, false, true],
    ['4x4000x100', 4, 4000, 100, false, false],
    ['4x4000x100 At', 4, 4000, 100, true, false],
    ['100x4000x4 At', 100, 4000, 4, true, false],
    ['4000x4x100', 4000, 4, 100, false, false],
    ['4000x2x100 Bt', 4000, 2, 100, false, true],
    ['100x4000x2 At', 100, 4000, 2, true, false],
    ['128 AB', 128, 128, 128, false, false],
    ['1000 AB', 1000, 1000, 1000, false, false],
  ];
  for (const [name, m, k, n, ta, tb] of cases) {
    if (process.argv[3] && !name.includes(process.argv[3])) continue;
    const kern = matmul(m, k, n, ta, tb);
    const t0 = performance.now();
    const fast = optimise(kern);
    const t1 = performance.now();
    if (process.argv[2] === 'show') {
      console.log(describeKernel(fast));
      fs.writeFileSync('/tmp/k.wasm', renderWasm(fast, { shared: false }));
    }
    const bytes = renderWasm(fast, { shared: false });
    const t2 = performance.now();
    const inputs = randomInputs(kern, 1, 0);
    const p = prepareWasm(fast, inputs);
    p.run();
    const ok =
      m * k * n < 2e7 ? fingerprint(p.read())[3] === fingerprint(runJs(kern, inputs))[3] : '-';
    let best = Infinity,
      limit = Infinity;
    const until = performance.now() + 1500;
    for (let w = 0; w < 200 && performance.now() < until; w++) {
      for (let r = 0; r < 4; r++) {
        const s = performance.now();
        p.run();
        best = Math.min(best, performance.now() - s);
      }
      if (w % 10 === 0) {
        const s = performance.now();
        lim.gemm();
        limit = Math.min(limit, performance.now() - s);
      }
      if (w === 5) await new Promise((r) => setTimeout(r, 20));
    }
    console.log(
      name.padEnd(18),
      ((2 * m * k * n) / best / 1e6).toFixed(1).padStart(6),
      'GFLOP/s',
      ((2 * 512 ** 3) / limit / 1e6).toFixed(1),
      best.toFixed(4),
      'ms',
      'same',
      ok,
      'bytes',
      bytes.length,
      'optimise ms',
      (t1 - t0).toFixed(1),
      'render',
      (t2 - t1).toFixed(1),
    );
  }
}
