// Kernels large enough to be shared, of odd sizes: one, two and three threads give the same bits, fresh and compiled.

import type { Family } from '../family.js';
import type { Case } from '../program.js';
import { between, diceOf, Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';

type Sizes = (low: number, high: number) => number;
/** Statements; the last is an expression, or several. */
type Formula = (n: Sizes, d: Dice) => readonly string[];

const formulas: readonly Formula[] = [
  (n) => {
    const k = n(60, 250);
    return [`randn(${n(60, 250)}, ${k}).matmul(randn(${k}, ${n(60, 250)}))`];
  },
  (n) => {
    const k = n(60, 250);
    return [`randn(${k}, ${n(60, 250)}).t().matmul(randn(${n(60, 250)}, ${k}).t())`];
  },
  (n) => {
    const [b, k] = [n(2, 8), n(30, 80)];
    return [`randn(${b}, ${n(30, 80)}, ${k}).bmm(randn(${b}, ${k}, ${n(30, 80)}))`];
  },
  (n) => {
    const k = n(500, 2000);
    return [`randn(${n(1, 3)}, ${k}).matmul(randn(${k}, ${n(300, 900)}))`];
  },
  (n) => {
    const k = n(1, 40);
    return [`randn(${n(2000, 6000)}, ${k}).matmul(randn(${k}, ${n(1, 5)}))`];
  },
  (n) => [`a = randn(${n(50_000, 200_000)})`, 'a.exp().add(1).log()', 'a.tanh().mul(a.sigmoid())'],
  (n) => [
    `a = randint(0, 1000, [${n(100_000, 200_000)}])`,
    'a.mul(3).add(7).remainder(11)',
    'a.floorDivide(7)',
  ],
  (n, d) => [`randn(${n(100, 500)}, ${n(100, 500)}).softmax(${d.below(2)})`],
  (n) => {
    const width = n(50, 300);
    return [`F.layerNorm(randn(${n(100, 600)}, ${width}), [${width}])`];
  },
  (n) => [
    `a = randn(${n(100, 600)}, ${n(100, 600)})`,
    ...['sum(0)', 'sum(1)', 'amax(0)', 'argmax(1)', 'var(0)', 'mean()'].map((end) => `a.${end}`),
  ],
  (n) => [`a = randn(${n(100_000, 400_000)})`, 'a.sum()', 'a.norm()', 'a.max()', 'a.std()'],
  (n, d) => {
    const [c, h, k] = [n(1, 8), n(12, 36), d.pick([1, 3, 5])];
    return [
      `F.conv2d(randn(${n(1, 4)}, ${c}, ${h}, ${h + 3}), randn(${n(1, 15)}, ${c}, ${k}, ${k}), null, { padding: ${k >> 1}, stride: ${d.pick([1, 2])} })`,
    ];
  },
  (n) => {
    const [c, h] = [n(1, 6), n(12, 28)];
    return [
      `a = randn(${n(1, 4)}, ${c}, ${h}, ${h}).requiresGrad_()`,
      `b = randn(${n(1, 12)}, ${c}, 3, 3).requiresGrad_()`,
      'F.conv2d(a, b, null, { padding: 1 }).square().mean().backward()',
      'a.grad',
      'b.grad',
    ];
  },
  (n) => [
    `a = randn(${n(2, 8)}, ${n(3, 10)}, ${n(20, 50)}, 31)`,
    'F.maxPool2d(a, 2)',
    'F.avgPool2d(a, 3)',
  ],
  (n, d) => [`randn(${n(100, 400)}, ${n(100, 400)}).cumsum(${d.below(2)})`],
  (n) => {
    const rows = n(100, 800);
    return [
      `a = randn(${rows}, ${n(50, 300)})`,
      `a.indexSelect(0, randint(0, ${rows}, [${n(1000, 4000)}]))`,
    ];
  },
  (n) => {
    const [rows, width, count] = [n(100, 800), n(50, 200), n(1000, 3000)];
    return [
      `zeros(${rows}, ${width}).indexAdd(0, randint(0, ${rows}, [${count}]), randn(${count}, ${width}))`,
    ];
  },
  (n) => [
    `a = randn(${n(200, 700)}, ${n(200, 700)})`,
    'a.t().contiguous().mul(2)',
    'a.flip(0).roll(3, 1)',
    'cat([a, a.mul(2)], 1)',
    'constantPadNd(a, [3, 5, 2, 1], 0.5).mul(2)',
    'a.unfold(1, 5, 2).sum(-1)',
  ],
  (n) => {
    const [t, e] = [n(30, 100), n(8, 40)];
    return [
      `a = randn(2, 3, ${t}, ${e}).requiresGrad_()`,
      `b = F.scaledDotProductAttention(a, randn(2, 3, ${t}, ${e}), randn(2, 3, ${t}, ${e}), { isCausal: true })`,
      'b.square().sum().backward()',
      'b',
      'a.grad',
    ];
  },
  (n) => [
    `a = randn(${n(100_000, 200_000)})`,
    'a.dataSync()',
    'a.add_(1).mul_(0.5)',
    'a.narrow(0, 3, 90000).mul_(2)',
    'a.tanh_()',
    'a',
  ],
  (n) => {
    const k = n(60, 150);
    return [`randn(${n(60, 150)}, ${k}).double().matmul(randn(${k}, ${n(60, 150)}).double())`];
  },
  (n) => [
    `a = new nn.LSTM(${n(5, 30)}, ${n(5, 50)}, { batchFirst: true })`,
    'a.forward(randn(5, 20, a.inputSize))[0].square().mean().backward()',
    '[...a.parameters()].map((p) => p.grad)',
  ],
  (n) => {
    const c = n(3, 20);
    return [
      `a = new nn.BatchNorm2d(${c})`,
      `b = randn(${n(2, 8)}, ${c}, ${n(10, 28)}, 17).requiresGrad_()`,
      'a.forward(b).square().sum().backward()',
      'b.grad',
      'a.runningVar',
    ];
  },
  (n) => [
    `a = randn(${n(50, 250)}, ${n(50, 250)})`,
    'a.sort(1).values',
    'a.topk(5).indices',
    'a.median()',
  ],
];

function training(w: Writer, n: Sizes): void {
  const [rows, width, hidden] = [n(50, 500), n(5, 60), n(5, 150)];
  w.say(
    `m = new nn.Sequential(new nn.Linear(${width}, ${hidden}), new nn.ReLU(), new nn.Linear(${hidden}, 10))`,
  );
  w.say('o = new optim.Adam(m.parameters(), { lr: 1e-3 })');
  const texts = [
    'const loss = F.crossEntropy(m.forward(x), y)',
    'o.zeroGrad()',
    'loss.backward()',
    'o.step()',
    'return loss',
  ];
  w.say('f = compile((x, y) => {', { body: texts.map((text) => ({ text })), end: '})' });
  w.say(`a = randn(${rows}, ${width})`);
  w.say(`b = randint(0, 10, [${rows}])`);
  for (let i = 0; i < 4; i++) w.say('show(f(a, b))');
  w.say('show([...m.parameters()].map((p) => p.detach()))');
}

function generate(seed: number): Case {
  const w = new Writer(diceOf(seed));
  const { dice: d } = w;
  const n = (low: number, high: number) => between(d, low, high);
  w.say(`manualSeed(${seed % 1000})`);
  if (d.below(6) === 0) training(w, n);
  else {
    for (const text of d.pick(formulas)(n, d)) {
      const isSaid = /^\w+ = |_\(|backward\(\)$|dataSync\(\)$/.test(text);
      w.say(isSaid ? text : `show(${text})`);
    }
  }
  return [w.statements];
}

export const threadsFamily: Family = {
  name: 'threads',
  about: 'kernels that are shared: one, two and three threads, bit for bit, plain and compiled',
  ways: [
    { name: 'one thread' },
    { name: 'two threads', threads: 2, compiled: true },
    { name: 'three threads', threads: 3 },
    { name: 'one thread again', compiled: true },
  ],
  batch: 8,
  generate,
};
