// What is computed at sizes around boundaries: products, convolutions, norms, reductions, indexing, recurrences, layers.

import { between } from '../writer.js';
import type { Dice } from '../../test/dice.js';

/** `of(...shape)`: an input. */
export type SizedFormula = (d: Dice, of: (...shape: number[]) => string) => string;

/** Lanes are 4, partial sums 16, tiles of rows 16, blocks of rows and sums 64. */
const boundaries = [
  1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 81, 96, 100, 127, 128,
  129, 130, 144, 150, 160, 192, 193, 255, 256, 257, 320, 511, 513, 600, 640, 1000, 1023, 1024, 1025,
  2049, 4097,
] as const;

/** A size of at most `most`. */
const edge = (d: Dice, most: number): number => {
  const fits = boundaries.filter((size) => size <= most);
  return fits[d.below(fits.length)]!;
};

/** Sizes whose product is at most `most`, in any order. */
function edges(d: Dice, count: number, most: number): number[] {
  const sizes: number[] = [];
  let left = most;
  for (let i = 0; i < count; i++) {
    sizes.push(edge(d, Math.max(1, left)));
    left = Math.floor(left / sizes[i]!);
  }
  for (let i = count - 1; i > 0; i--) {
    const j = d.below(i + 1);
    [sizes[i], sizes[j]] = [sizes[j]!, sizes[i]!];
  }
  return sizes;
}

/** Multiplications of a formula, elements of an input. */
const [most, large] = [600_000, 20_000];

const labels = (n: number, classes: number, turn: number): string =>
  `data([${n}], ${turn}, 'int64').abs().remainder(${classes})`;

const convolution =
  (axes: 1 | 2 | 3): SizedFormula =>
  (d, of) => {
    const groups = d.pick([1, 1, 1, 2, 3]);
    const [n, c, o] = [between(d, 1, 3), groups * between(d, 1, 5), groups * edge(d, 9)];
    const [stride, dilation] = [between(d, 1, 3), between(d, 1, 2)];
    const kernel = Array.from({ length: axes }, () => between(d, 1, 4));
    const cost = n * c * o * kernel.reduce((a, b) => a * b, 1);
    const room = Math.max(4 ** axes, most / cost);
    const sizes = kernel.map((k) => {
      const side = d.below(3) > 0 ? Math.floor(room ** (1 / axes)) : 12;
      return Math.max(edge(d, Math.max(1, side)), dilation * (k - 1) + 1);
    });
    const padding = d.below(Math.min(...kernel) + 1);
    const bias = d.below(2) === 0 ? 'null' : of(o);
    if (d.below(3) === 0) {
      return `F.convTranspose${axes}d(${of(n, c, ...sizes)}, ${of(c, o / groups, ...kernel)}, ${bias}, { stride: ${stride}, dilation: ${dilation}, groups: ${groups} })`;
    }
    return `F.conv${axes}d(${of(n, c, ...sizes)}, ${of(o, c / groups, ...kernel)}, ${bias}, { padding: ${padding}, stride: ${stride}, dilation: ${dilation}, groups: ${groups} })`;
  };

const product: SizedFormula = (d, of) => {
  const [m, k, n] = edges(d, 3, most);
  return d.pick([
    () => `${of(m!, k!)}.matmul(${of(k!, n!)})`,
    () => `${of(m!, k!)}.matmul(${of(n!, k!)}.t())`,
    () => `${of(k!, m!)}.t().matmul(${of(k!, n!)})`,
    () => `${of(k!, m!)}.t().matmul(${of(n!, k!)}.t())`,
    () => `${of(m!, k!)}.matmul(${of(k!)})`,
    () => `${of(k!)}.matmul(${of(k!, n!)})`,
    () => `F.linear(${of(m!, k!)}, ${of(n!, k!)}, ${of(n!)})`,
    () => `${of(n!)}.addmm(${of(m!, k!)}, ${of(k!, n!)}, { alpha: 0.5 })`,
  ])();
};

const batched: SizedFormula = (d, of) => {
  const [b, m, k, n] = edges(d, 4, most);
  return d.pick([
    () => `${of(b!, m!, k!)}.bmm(${of(b!, k!, n!)})`,
    () => `${of(b!, m!, k!)}.matmul(${of(k!, n!)})`,
    () => `${of(m!, k!)}.matmul(${of(b!, k!, n!)})`,
    () => `${of(b!, m!, k!)}.bmm(${of(b!, n!, k!)}.transpose(1, 2))`,
    () =>
      `einsum('bmk,bkn->${d.pick(['bmn', 'mn', 'bm', 'nbm', 'n'])}', ${of(b!, m!, k!)}, ${of(b!, k!, n!)})`,
    () => `${of(b!, 2, m!, k!)}.matmul(${of(2, k!, n!)})`,
  ])();
};

const layers: SizedFormula = (d, of) => {
  const [rows, a, b] = [edge(d, 1025), edge(d, 33), edge(d, 33)];
  const c = between(d, 1, 12);
  const act = () => d.pick(['relu()', 'tanh()', 'sigmoid()', 'square()', 'softmax(1)']);
  const hidden = `F.linear(${of(rows, a)}, ${of(b, a)}, ${of(b)}).${act()}`;
  const out = `F.linear(${hidden}, ${of(c, b)}, ${of(c)})`;
  const turn = d.below(17);
  return d.pick([
    () => `F.crossEntropy(${out}, ${labels(rows, c, turn)})`,
    () => `F.crossEntropy(F.layerNorm(${out}, [${c}]), ${labels(rows, c, turn)})`,
    () => `F.mseLoss(${out}, ${of(rows, c)}.detach())`,
    () => `${out}.logSoftmax(1)`,
    () => `F.linear(${out}.${act()}, ${of(a, c)}).sum(${d.below(2)})`,
  ])();
};

const norm: SizedFormula = (d, of) => {
  const [a, b, c] = edges(d, 3, large);
  return d.pick([
    () => `${of(a!, b!)}.${d.pick(['softmax', 'logSoftmax'])}(${d.below(2)})`,
    () =>
      `${of(a!, b!, c!)}.${d.pick(['softmax', 'logSoftmax', 'logsumexp', 'logcumsumexp'])}(${d.below(3)})`,
    () => `F.layerNorm(${of(a!, b!)}, [${b}], ${of(b!)}, ${of(b!)})`,
    () => `F.layerNorm(${of(a!, b!, c!)}, [${b}, ${c}])`,
    () =>
      `F.batchNorm(${of(a! + 1, b!, c!)}, null, null, ${of(b!)}, ${of(b!)}, { training: true })`,
    () => `F.batchNorm(${of(a! + 1, b!)}, null, null, null, null, { training: true })`,
    () => `F.groupNorm(${of(a!, 4, b! + 1)}, 2, ${of(4)}, ${of(4)})`,
    () => `F.normalize(${of(a!, b!)}.add(9), { dim: ${d.below(2)} })`,
  ])();
};

const reduction: SizedFormula = (d, of) => {
  const sizes = edges(d, between(d, 1, 4), large);
  const axes = sizes.map((_, i) => i).filter(() => d.below(2) === 0);
  const list = axes.length === 0 ? [d.below(sizes.length)] : axes;
  const kind = d.pick(['sum', 'mean', 'amax', 'amin', 'sum', 'logsumexp']);
  const x = of(...sizes);
  const keep = `{ keepdim: true }`;
  const axis = d.below(sizes.length);
  return d.pick([
    () => `${x}.${kind}([${list}])`,
    () =>
      `(() => { const v = ${x}; return v.sub(v.mean([${list}], ${keep})).square().sum([${list}]); })()`,
    () => `(() => { const v = ${x}; return v.sum([${list}]).add(v.square().sum([${list}])); })()`,
    () =>
      `(() => { const v = ${x}; return v.div(v.square().sum(${axis}, ${keep}).add(1).sqrt()); })()`,
    () => `${x}.cumsum(${axis})`,
    () => `${x}.flip(${axis}).cumsum(${axis})`,
    () => `${x}.mul(0.1).add(1).cumprod(${axis})`,
    () => `${x}.sort(${axis}).values`,
    () => `${x}.max(${axis}).values`,
    () => `${x}.argmax(${axis}).to('float32')`,
    () => `${x}.add(${x}).var(${axis}, { correction: 0 })`,
    () => `${x}.norm()`,
  ])();
};

const indexed: SizedFormula = (d, of) => {
  const [n, m, k] = [edge(d, 257), edge(d, 65), edge(d, 257)];
  const places = labels(k, n, d.below(17));
  return d.pick([
    () => `F.embedding(${places}, ${of(n, m)})`,
    () => `${of(n, m)}.indexSelect(0, ${places})`,
    () => `${of(m, n)}.indexSelect(1, ${places})`,
    () => `${of(m, n)}.gather(1, ${places}.expand(${m}, ${k}))`,
    () =>
      `zeros(${m}, ${n}, { dtype: 'float64' }).to('float32').scatterAdd(1, ${places}.expand(${m}, ${k}), ${of(m, k)}.to('float32'))`,
    () => `${of(n, m)}.indexAdd(0, ${places}, ${of(k, m)})`,
    () => `${of(n, m)}.tril(${between(d, -9, 9)}).triu(${between(d, -9, 9)})`,
    () => `${of(n, m)}.repeatInterleave(${between(d, 1, 4)}, ${d.below(2)})`,
    () => `${of(n, m + 3)}.unfold(1, ${between(d, 1, 4)}, ${between(d, 1, 3)}).sum(${d.below(3)})`,
  ])();
};

const pooling: SizedFormula = (d, of) => {
  const [n, c, h, w] = edges(d, 4, large);
  const [k, stride] = [between(d, 1, 3), between(d, 1, 3)];
  const [H, W] = [h! + k, w! + k];
  return d.pick([
    () => `F.maxPool2d(${of(n!, c!, H, W)}, ${k}, { stride: ${stride}, padding: ${k >> 1} })`,
    () => `F.avgPool2d(${of(n!, c!, H, W)}, ${k}, { stride: ${stride}, padding: ${k >> 1} })`,
    () => `F.maxPool1d(${of(n!, c!, W)}, ${k}, { stride: ${stride} })`,
    () => `F.avgPool1d(${of(n!, c!, W)}, ${k}, { stride: ${stride} })`,
    () => `F.adaptiveAvgPool2d(${of(n!, c!, H, W)}, [${between(d, 1, 5)}, ${between(d, 1, 5)}])`,
    () =>
      `F.interpolate(${of(n!, c!, h!, w!)}, { scaleFactor: 2, mode: '${d.pick(['nearest', 'bilinear'])}' })`,
    () =>
      `F.pad(${of(n!, c!, H, W)}, [${k >> 1}, 1, 1, ${k >> 1}], { mode: '${d.pick(['reflect', 'replicate', 'circular'])}' })`,
  ])();
};

const attention: SizedFormula = (d, of) => {
  const [b, h] = [between(d, 1, 3), between(d, 1, 3)];
  const [l, s, e] = [edge(d, 129), edge(d, 129), edge(d, 33)];
  const causal = d.below(2) === 0;
  return `F.scaledDotProductAttention(${of(b, h, l, e)}, ${of(b, h, causal ? l : s, e)}, ${of(b, h, causal ? l : s, e)}, { isCausal: ${causal} })`;
};

/** Steps of one cell after the other. */
const recurrence: SizedFormula = (d, of) => {
  const [steps, batch, input, hidden] = [
    d.pick([1, 2, 7, 16, 17, 33, 65, 150]),
    edge(d, 17),
    edge(d, 17),
    edge(d, 17),
  ];
  const gates = d.pick([1, 3, 4]);
  const x = of(steps, batch, input);
  const [wi, wh, bias] = [
    of(gates * hidden, input),
    of(gates * hidden, hidden),
    of(gates * hidden),
  ];
  const step = {
    1: 'h = a.add(b).tanh();',
    3: 'const [r, z, n] = a.chunk(3, 1); const [s, y, m] = b.chunk(3, 1); const u = z.add(y).sigmoid(); h = n.add(r.add(s).sigmoid().mul(m)).tanh().mul(u.rsub(1)).add(u.mul(h));',
    4: 'const [i, f, g, o] = a.add(b).chunk(4, 1); c = c.mul(f.sigmoid()).add(i.sigmoid().mul(g.tanh())); h = c.tanh().mul(o.sigmoid());',
  }[gates]!;
  return `(() => { const [v, wi, wh, k] = [${x}, ${wi}, ${wh}, ${bias}]; let h = v.newZeros([${batch}, ${hidden}]); let c = h; const all = []; for (let t = 0; t < ${steps}; t++) { const a = F.linear(v.select(0, t), wi, k); const b = F.linear(h, wh, k); ${step} all.push(h); } return stack(all)${d.pick(['', '.sum(0)', '.select(0, -1)', '.mean()'])}; })()`;
};

const adam: SizedFormula = (d, of) => {
  const [rows, a, b] = [edge(d, 600), edge(d, 65), edge(d, 33)];
  const kind = d.pick(['Adam', 'AdamW', 'SGD', 'RMSprop']);
  return `(() => { const [v, y] = [${of(rows, a)}.detach(), ${of(rows, b)}.detach()]; const w = ${of(b, a)}.detach().clone().requiresGrad_(); const k = ${of(b)}.detach().clone().requiresGrad_(); const s = new optim.${kind}([w, k], { lr: 0.01 }); for (let t = 0; t < 3; t++) { s.zeroGrad(); F.mseLoss(F.linear(v, w, k).${d.pick(['relu()', 'tanh()', 'mul(2)'])}, y).backward(); s.step(); } return cat([w.detach().reshape(-1), k.detach()]); })()`;
};

export const sizedFormulas: readonly SizedFormula[] = [
  product,
  product,
  product,
  batched,
  batched,
  layers,
  layers,
  layers,
  convolution(1),
  convolution(2),
  convolution(2),
  convolution(3),
  norm,
  norm,
  reduction,
  reduction,
  indexed,
  pooling,
  attention,
  recurrence,
  recurrence,
  adam,
];
