// Errors in values among good values, writes and training steps: an index out of range is known when it is computed, and
// then nothing may be undone or lost but what it spoiled. The reference leaves out what PyTorch would refuse.

import type { Family } from '../family.js';
import type { Case } from '../program.js';
import { between, diceOf, type Value, Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';

const shape = [4, 3];
const known = { shape, dtype: 'float32' };

const index = (rows: readonly number[]): string => `tensor([${rows}], { dtype: 'int64' }).add(0)`;

/** A value of 4 by 3 that cannot be computed. */
function spoiled(d: Dice, from: string): string {
  const rows = Array.from({ length: 4 }, () => between(d, 0, 3)).with(d.below(4), between(d, 4, 9));
  const text = d.pick([
    `${from}.indexSelect(0, ${index(rows)})`,
    `F.embedding(${index(rows)}, ${from})`,
    `${from}.gather(0, ${index(rows)}.unsqueeze(1).expand(4, 3))`,
    `${index([1, 1, 1, 1])}.floorDivide(${index([1, 1, 0, 1])}).float().unsqueeze(1).expand(4, 3).mul(${from})`,
    `linalg.cholesky(tensor([[1, 2, 0], [2, 1, 0], [0, 0, 1]])).sum().add(${from})`,
  ]);
  return `${text}${d.pick(['', '', '.mul(2)', `.add(${from})`, '.tanh()', '.flip(0)'])}`;
}

const good: readonly ((x: string, y: string, d: Dice) => string)[] = [
  (x) => `${x}.mul(2).clamp(-9, 9)`,
  (x) => `${x}.tanh()`,
  (x) => `${x}.clone()`,
  (x) => `${x}.flip(0)`,
  (x) => `${x}.sort(0).values`,
  (x) => `${x}.sum(0).expand(4, 3).mul(0.5)`,
  (x, y) => `${x}.add(${y}.tanh())`,
  (x, y) => `where(${x}.gt(0), ${x}, ${y})`,
  (x, _, d) => `${x}.indexSelect(0, ${index(Array.from({ length: 4 }, () => d.below(4)))})`,
];
const writes: readonly ((x: string, y: string, d: Dice) => string)[] = [
  (x) => `${x}.add_(1)`,
  (x) => `${x}.mul_(0.5)`,
  (x) => `${x}.zero_()`,
  (x, y) => `${x}.add_(${y}.tanh())`,
  (x, y) => `${x}.copy_(${y})`,
  (x, y) => `${x}.setAt([1], ${y}.at(2).clone())`,
  (x, _, d) => `${x}.setAt([${d.below(4)}, ${d.below(3)}], ${between(d, -3, 3)})`,
  (x, y) => `${x}.narrow(0, 0, 2).add_(${y}.narrow(0, 1, 2).mul(1))`,
  (x, y) => `${x}.indexAdd_(0, ${index([0, 1, 2, 3])}, ${y}.tanh())`,
];

/** Reads until nothing fails any more: whoever reads first hears of an error. */
const settle = (x: string): string =>
  `for (let turn = 0; turn < 12; turn++) try { ${x}.dataSync(); break; } catch {}`;

/** A write of what fails: in PyTorch it never happens. Nobody looks before it was tried. */
function failingWrite(w: Writer, x: Value): void {
  const { dice: d } = w;
  const from = w.pick().name;
  const write = d.pick([
    `${x.name}.add_(${spoiled(d, from)})`,
    `${x.name}.copy_(${spoiled(d, from)})`,
    `${x.name}.narrow(0, 1, 2).add_(${spoiled(d, from)}.sum())`,
    `${x.name}.setAt([0], ${spoiled(d, from)}.sum(0))`,
  ]);
  w.say('try {', {
    fails: true,
    body: [{ text: write }, { text: settle(x.name) }],
    end: '} catch {}',
  });
}

function trainingStep(
  w: Writer,
  names: { table: string; optimizer: string; clearsFirst: boolean },
  isFailing: boolean,
): void {
  const { dice: d } = w;
  const { table, optimizer, clearsFirst } = names;
  const rows = isFailing ? [0, 1, 2, between(d, 4, 9)] : [0, 1, d.below(4), 3];
  const clear = `${optimizer}.zeroGrad()`;
  const steps = [
    `F.embedding(${index(rows)}, ${table}).mul(${w.pick().name}.detach().tanh()).square().sum().backward()`,
    `${optimizer}.step()`,
  ];
  if (clearsFirst) steps.unshift(clear);
  else steps.push(clear);
  const body = steps.map((text) => ({ text }));
  // an error of before is told here: not every step has to hear of it
  w.say('try { ones(1).add(1).dataSync(); } catch {}', { whole: true });
  w.say('try {', { fails: isFailing, whole: true, body, end: '} catch {}' });
  if (isFailing) w.say(settle(`${table}.detach()`), { fails: true });
}

const optimizers = [
  'SGD($, { lr: 0.1 })',
  'SGD($, { lr: 0.1, momentum: 0.9 })',
  'Adagrad($, { lr: 0.1 })',
  'Adam($, { lr: 0.1, amsgrad: true })',
  'RMSprop($, { lr: 0.1, momentum: 0.5 })',
  'NAdam($, { lr: 0.1 })',
  'ASGD($, { lr: 0.1, t0: 1 })',
];

function generate(seed: number): Case {
  const w = new Writer(diceOf(seed));
  const { dice: d } = w;
  w.say('spoiled = []');
  for (let i = 0; i < 3; i++) {
    const text = d.pick([
      `data([4, 3], ${d.below(17)})`,
      'zeros(4, 3)',
      'ones(4, 3)',
      `data([4, 3], ${d.below(17)}).mul(0.5)`,
    ]);
    const made = w.make(text, known);
    if (d.below(2) === 0) w.say(`${made.name}.dataSync()`);
  }
  const names = { table: w.name(), optimizer: w.name(), clearsFirst: d.below(2) === 0 };
  w.say(`${names.table} = data([4, 3], ${d.below(17)}).div(8).detach().requiresGrad_()`);
  w.say(`${names.optimizer} = new optim.${d.pick(optimizers).replace('$', `[${names.table}]`)}`);
  for (let i = between(d, 5, 16); i > 0; i--) {
    const [x, y] = [w.pick(), w.pick()];
    const kind = d.below(12);
    if (kind < 3) w.make(d.pick(good)(x.name, y.name, d), known);
    else if (kind < 6) w.say(d.pick(writes)(x.name, y.name, d));
    else if (kind < 8) w.say(`spoiled.push(${spoiled(d, x.name)})`, { fails: true });
    else if (kind === 8) failingWrite(w, x);
    else if (kind < 11) trainingStep(w, names, kind === 9);
    else w.say(`insist(${x.name})`);
  }
  for (const { name } of w.values) w.say(`insist(${name})`);
  w.say(`insist(${names.table}.detach())`);
  for (const { name } of w.values) w.say(`insist(${name}.reshape(-1))`);
  return [w.statements];
}

export const errorsFamily: Family = {
  name: 'errors',
  about: 'errors in values among good values, writes and steps: only what they spoil is undone',
  ways: [
    {
      name: 'js, without what fails',
      device: 'reference',
      fuse: false,
      inPlace: false,
      eager: true,
      sparing: true,
    },
    { name: 'wasm' },
    { name: 'wasm, one kernel a value', fuse: false },
    { name: 'beside the default device', beside: true },
  ],
  batch: 50,
  generate,
};
