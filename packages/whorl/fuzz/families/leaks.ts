// Loops of many turns: what memory holds after a collection does not grow with their number.

import type { Family } from '../family.js';
import type { Case } from '../program.js';
import { between, diceOf, Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';

/** What a loop does in each turn; `i` counts them. State stands before it. */
interface Loop {
  readonly before: readonly string[];
  readonly turn: readonly string[];
}

function training(d: Dice): Loop {
  const hidden = d.pick([8, 40, 130]);
  const middle = d.pick(['nn.ReLU()', 'nn.Dropout(0.2)', `nn.BatchNorm1d(${hidden})`]);
  const kind = d.pick(['SGD', 'Adam', 'RMSprop', 'AdamW']);
  const ends = ['', 'loss.itemSync()', 'kept = loss', 'kept = loss.detach()', 'void loss.item()'];
  return {
    before: [
      `m = new nn.Sequential(new nn.Linear(6, ${hidden}), new ${middle}, new nn.Linear(${hidden}, 3))`,
      `o = new optim.${kind}(m.parameters(), { lr: 0.01 })`,
      'a = randn(32, 6)',
      'b = randint(0, 3, [32])',
      'kept = null',
    ],
    turn: [
      'const loss = F.crossEntropy(m.forward(a), b)',
      d.pick(['o.zeroGrad()', 'o.zeroGrad({ setToNone: false })']),
      'loss.backward()',
      d.pick(['', 'nn.utils.clipGradNorm_(m.parameters(), 0.5)']),
      'o.step()',
      d.pick(ends),
    ],
  };
}

function failing(d: Dice): Loop {
  return {
    before: [
      `e = new nn.Embedding(${d.pick([500, 2000])}, 32)`,
      `o = new optim.${d.pick(['SGD', 'Adam'])}(e.parameters(), { lr: 0.1 })`,
    ],
    turn: [
      'o.zeroGrad()',
      `try { e.forward(tensor([${d.pick(['i % 2 ? 9999 : 0', '9999'])}, 1], { dtype: 'int64' }).add(0)).sum().backward(); o.step(); } catch {}`,
    ],
  };
}

function views(d: Dice): Loop {
  const reads = [
    's = s.add(0)',
    'a.narrow(0, i % 50, 10).sum().itemSync()',
    'a.at(i % 50).itemSync()',
    'a.reshape(20, 50).t().at(3).dataSync()',
  ];
  const writes = [
    'a.setAt([i % 1000], i)',
    'a.narrow(0, i % 900, 100).add_(1)',
    'a.fill_(i)',
    'a.at(slice(null, null, 2)).mul_(0.5)',
    'a.copy_(a.flip(0))',
    "a.indexAdd_(0, tensor([i % 1000], { dtype: 'int64' }), ones(1))",
  ];
  return {
    before: ['a = randn(1000)', 's = zeros(1)'],
    turn: [
      d.pick(reads),
      d.pick(writes),
      d.pick(reads),
      d.pick([...writes, 'if (i % 10 === 0) a.dataSync()']),
    ],
  };
}

function compiled(d: Dice): Loop {
  const body = d.pick([
    'h.add_(x.tanh()); return h.sum()',
    'h.copy_(h.mul(0.9).add(x)); return [h.narrow(0, 0, 3), x.mul(2)]',
    'return x.matmul(x.t()).softmax(1)',
    'h.setAt([0], x.at(1)); return h.t()',
  ]);
  return {
    before: ['h = zeros(20, 20).add(1)', `f = compile((x) => { ${body}; })`],
    turn: [
      `const r = f(${d.pick(['ones(20, 20)', 'randn(20, 20)', 'h.mul(0.5)'])})`,
      d.pick(['', 'if (i % 7 === 0) h.dataSync()', 'h.zero_()', 'h.clone().sum()']),
      d.pick(['', 'for (const t of [r].flat()) t.dataSync()']),
    ],
  };
}

function growing(d: Dice): Loop {
  const texts = [
    's = s.mul(0.5).add(a.mean())',
    's = s.detach().add(a.sum())',
    'k.push(a.sum().detach()); if (k.length > 20) k.shift()',
    'grad(q.square().sum(), [q])',
    'q.square().sum().backward(); q.grad = null',
    'noGrad(() => q.mul_(0.99))',
    's = cat([s, a.at(0).reshape(1)]).narrow(0, 0, 1)',
  ];
  return {
    before: ['a = randn(100)', 's = zeros(1)', 'k = []', 'q = randn(50).requiresGrad_()'],
    turn: [
      d.pick(texts),
      d.pick(texts),
      d.pick(['', 's.dataSync()', 'if (i % 50 === 0) s.dataSync()']),
    ],
  };
}

function generate(seed: number): Case {
  const w = new Writer(diceOf(seed));
  const { dice: d } = w;
  const { before, turn } = d.pick([training, failing, views, compiled, growing])(d);
  for (const text of before) w.say(text);
  const body = turn.filter((text) => text !== '').map((text) => ({ text }));
  w.say(`await flat(${between(d, 2, 6) * 100}, (i) => {`, { body, end: '})' });
  return [w.statements];
}

export const leaksFamily: Family = {
  name: 'leaks',
  about: 'loops of many turns hold no more memory after than before',
  ways: [
    { name: 'nothing run', device: 'reference', idle: true },
    { name: 'wasm', compiled: true },
  ],
  batch: 4,
  generate,
};
