// Random bodies under compile(): with state, closed-over tensors, modules, optimizers and arguments of every kind, and
// somebody who interferes between the calls. Against the function as it is.

import type { Family } from '../family.js';
import type { Case, Statement } from '../program.js';
import { between, diceOf, type Value, Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';
import { writeInto } from './formulas.js';

const shape = [4, 6];
const known = { shape, dtype: 'float32' };

const formulas: readonly ((x: string, d: Dice) => string)[] = [
  (x) => `${x}.neg()`,
  (x) => `${x}.tanh()`,
  (x) => `${x}.relu()`,
  (x) => `${x}.clamp(-3, 3).square()`,
  (x) => `${x}.add(1.5)`,
  (x) => `${x}.mul(-0.75)`,
  (x) => `${x}.clone()`,
  (x) => `${x}.detach()`,
  (x) => `${x}.gt(0).float()`,
  (x) => `${x}.flip(0)`,
  (x) => `${x}.roll(1, 0)`,
  (x) => `${x}.softmax(-1)`,
  (x) => `${x}.cumsum(0).clamp(-9, 9)`,
  (x) => `${x}.sort(0).values`,
  (x) => `${x}.sub(${x}.mean())`,
  (x) => `${x}.t().mul(1).t()`,
  (x) => `${x}.reshape(6, 4).reshape(4, 6)`,
  (x) => `F.dropout(${x}, 0.3)`,
  (x) => `${x}.add(randn(4, 6).mul(0.1))`,
  (x) => `${x}.matmul(${x}.t()).matmul(${x}).tanh()`,
];
const pairs: readonly ((x: string, y: string) => string)[] = [
  (x, y) => `${x}.add(${y})`,
  (x, y) => `${x}.sub(${y})`,
  (x, y) => `${x}.mul(${y}.tanh())`,
  (x, y) => `${x}.maximum(${y})`,
  (x, y) => `where(${x}.lt(${y}), ${x}, ${y})`,
  (x, y) => `${x}.lerp(${y}, 0.25)`,
];
/** Views of what is 4 by 6, returned as they are: nobody asked for their values inside. */
const outlooks: readonly ((x: string) => string)[] = [
  (x) => `${x}.t()`,
  (x) => `${x}.reshape(-1)`,
  (x) => `${x}.narrow(0, 1, 2)`,
  (x) => `${x}.at(-1)`,
  (x) => `${x}.detach()`,
  (x) => x,
];

/** What becomes of a gradient inside: it is set anew, or handed out in another shape. */
const regradings: readonly ((p: string) => string)[] = [
  (p) => `${p}.grad = ${p}.grad?.mul(0.5) ?? null`,
  (p) => `${p}.grad = ${p}.grad?.clamp(-1, 1).narrow(0, 0, 6) ?? null`,
  (p) => `${p}.grad = ${p}.grad?.detach() ?? null`,
  (p) => `${p}.grad?.mul_(0.5)`,
];
const gradients: readonly ((p: string) => string)[] = [
  (p) => `${p}.grad`,
  (p) => `${p}.grad?.t()`,
  (p) => `${p}.grad?.detach()`,
  (p) => `${p}.grad?.at(0)`,
  (p) => `${p}.grad?.reshape(-1).narrow(0, 1, 3)`,
];

interface World {
  readonly w: Writer;
  readonly state: readonly Value[];
  readonly model: string | null;
  readonly optimizer: string | null;
  /** A parameter beside the model's. */
  readonly extra: string | null;
}

function bodyOf({ w, state, model, optimizer, extra }: World): Statement[] {
  const { dice: d } = w;
  const body: Statement[] = [];
  const pool = ['x', 'y', ...state.map(({ name }) => name)];
  const out: string[] = [];
  const fresh = (text: string): string => {
    const name = `v${body.length}`;
    body.push({ text: `const ${name} = ${text}` });
    pool.push(name);
    return name;
  };
  for (let i = between(d, 1, 6); i > 0; i--) {
    const [a, b] = [d.pick(pool), d.pick(pool)];
    const kind = d.below(10);
    if (kind < 3) fresh(d.pick(formulas)(a, d));
    else if (kind < 5) fresh(d.pick(pairs)(a, b));
    else if (kind < 7) out.push(d.pick(outlooks)(a));
    else {
      const target = d.below(4) > 0 && state.length > 0 ? d.pick(state).name : d.pick(pool);
      body.push({ text: writeInto({ name: target, ...known }, b, d) });
    }
  }
  if (model !== null && optimizer !== null) {
    const clearing = d.below(3);
    if (clearing === 0) body.push({ text: `${optimizer}.zeroGrad()` });
    if (clearing === 1) body.push({ text: `${optimizer}.zeroGrad({ setToNone: false })` });
    const hidden = fresh(`${model}.forward(${d.pick(pool)}.detach().clamp(-9, 9))`);
    pool.pop();
    const scaled = extra !== null && d.below(2) === 0 ? `${hidden}.mul(${extra})` : hidden;
    const loss = fresh(`${scaled}.sub(0.3).square().mean()`);
    pool.pop();
    body.push({ text: `${loss}.backward()` });
    const vectors = extra === null ? [] : [extra];
    const parameter = d.pick([`${model}.at(0).weight`, `${model}.at(0).bias`, ...vectors]);
    if (d.below(4) === 0) body.push({ text: d.pick(regradings)(parameter) });
    if (d.below(4) > 0) body.push({ text: `${optimizer}.step()` });
    out.push(loss);
    if (d.below(3) === 0) out.push(d.pick(gradients)(parameter));
    if (d.below(3) === 0) out.push(hidden);
  }
  if (d.below(3) === 0) out.push(`${d.pick(['x', 'y'])}.mul(2)`);
  out.push(pool[pool.length - 1]!);
  body.push({ text: `return [${out.join(', ')}]` });
  return body;
}

/** Arguments: new ones, views, the same twice, closed-over ones, results of the call before. */
function argumentOf({ w, state, model }: World, before: string | null): string {
  const { dice: d } = w;
  const turn = d.below(17);
  const held = state.length > 0 ? d.pick(state).name : null;
  return d.pick([
    `data([4, 6], ${turn})`,
    `data([4, 6], ${turn})`,
    `randn(4, 6)`,
    `randn(6, 4).t()`,
    `randn(6, 6).narrow(0, ${d.below(3)}, 4)`,
    d.pick(['randn(4, 6).requiresGrad_()', 'randn(4, 6).requiresGrad_().mul(2)', 'randn(4, 6)']),
    held ?? `data([4, 6], ${turn})`,
    held === null ? `ones(4, 6)` : `${held}.detach()`,
    before === null
      ? `full([4, 6], 0.5)`
      : `(${before}.at(-1).shape.join() === '4,6' ? ${before}.at(-1).detach() : ones(4, 6))`,
    model === null && d.below(4) === 0 ? `data([4, 6], ${turn}, 'float64')` : 'zeros(4, 6)',
  ]);
}

const betweenState: readonly ((s: string, d: Dice) => string)[] = [
  (s) => `show(${s})`,
  (s) => `keep.push(${s}.clone())`,
  (s) => `keep.push(${s}.narrow(0, 1, 2).mul(1))`,
  (s, d) => `${s}.fill_(${d.below(9) / 4})`,
  (s, d) => `${s}.setAt([${d.below(4)}, ${d.below(6)}], ${d.below(9) / 4})`,
  (s) => `${s}.copy_(randn(4, 6))`,
  (s) => `${s}.add_(${s}.flip(0))`,
  (s) => `keep.push(${s}.detach())`,
  (s) => `keep.push(${s}.t())`,
  (s) => `${s}.zero_()`,
  (s) => `nn.init.ones_(${s})`,
];
const betweenParameters: readonly ((p: string, d: Dice) => string)[] = [
  (p) => `noGrad(() => ${p}.mul_(0.5))`,
  (p) => `noGrad(() => ${p}.fill_(0.1))`,
  (p) => `keep.push(${p}.grad)`,
  (p) => `keep.push(${p}.grad?.mul(2))`,
  (p) => `${p}.grad = null`,
  (p) => `keep.push(noGrad(() => ${p}.mul(3)))`,
  (p) => `${p}.grad?.zero_()`,
  (p, d) => `${p}.requiresGrad_(${d.below(3) > 0})`,
];

function interfere(world: World): void {
  const { w, state, model, optimizer, extra } = world;
  const { dice: d } = w;
  const kind = d.below(12);
  if (kind < 5 && state.length > 0) return w.say(d.pick(betweenState)(d.pick(state).name, d));
  if (model === null || optimizer === null) return;
  const parameter =
    extra !== null && d.below(3) === 0 ? extra : `${model}.at(0).${d.pick(['weight', 'bias'])}`;
  if (kind < 8) return w.say(d.pick(betweenParameters)(parameter, d));
  w.say(
    d.pick([
      `${optimizer}.paramGroups[0].lr *= 0.5`,
      `${model}.eval()`,
      `${model}.train()`,
      `${optimizer}.step()`,
      `${optimizer}.zeroGrad({ setToNone: false })`,
      `keep.push(noGrad(() => ${model}.forward(randn(4, 6))))`,
      'gc()',
      `${model}.loadStateDict(${model}.stateDict())`,
      `${optimizer}.loadStateDict(${optimizer}.stateDict())`,
      extra === null ? `${model}.eval()` : `${optimizer}.addParamGroup({ params: [${extra}] })`,
    ]),
  );
}

const optimizers = [
  'SGD($, { lr: 0.05, momentum: 0.9 })',
  'SGD($, { lr: 0.05 })',
  'Adam($, { lr: 0.02 })',
  'RMSprop($, { lr: 0.01 })',
  'AdamW($, { lr: 0.01, amsgrad: true })',
];
const second = ['ReLU()', 'Dropout(0.3)', 'BatchNorm1d(6)', 'LayerNorm([6])'];

function worldOf(w: Writer): World {
  const { dice: d } = w;
  w.say('keep = []');
  const begin = [
    'zeros(4, 6)',
    'ones(4, 6)',
    'full([4, 6], 0.5)',
    'randn(4, 6)',
    `data([4, 6], ${d.below(17)})`,
  ];
  const state = Array.from({ length: d.below(4) }, () => w.make(d.pick(begin), known));
  if (d.below(3) === 0) return { w, state, model: null, optimizer: null, extra: null };
  const model = w.name();
  w.say(`${model} = new nn.Sequential(new nn.Linear(6, 6), new nn.${d.pick(second)})`);
  const extra = d.below(2) === 0 ? w.name() : null;
  if (extra !== null)
    w.say(`${extra} = ${d.pick(['zeros(6)', 'randn(6)', 'ones(6)'])}.requiresGrad_()`);
  const optimizer = w.name();
  const isGiven = extra !== null && d.below(2) === 0;
  const given = isGiven ? `[...${model}.parameters(), ${extra}]` : `[...${model}.parameters()]`;
  w.say(`${optimizer} = new optim.${d.pick(optimizers).replace('$', given)}`);
  return { w, state, model, optimizer, extra };
}

function generate(seed: number): Case {
  const w = new Writer(diceOf(seed));
  const { dice: d } = w;
  const world = worldOf(w);
  const body = bodyOf(world);
  w.say('f = compile((x, y) => {', { body, end: '})' });
  let before: string | null = null;
  for (let call = between(d, 3, 7); call > 0; call--) {
    const x = w.name();
    w.say(`${x} = ${argumentOf(world, before)}`);
    const same = d.below(8) === 0;
    const result = w.name();
    w.say(`${result} = f(${x}, ${same ? x : argumentOf(world, before)})`);
    before = result;
    w.say(d.pick([`show(${result})`, `show(${result})`, `keep.push(${result})`, 'gc()']));
    if (d.below(4) === 0) w.say(`show(${x})`);
    for (let i = d.below(4); i > 0; i--) interfere(world);
  }
  w.say('show(keep.flat())');
  for (const { name } of world.state)
    w.say(`show([${name}, ${name}.reshape(24), ${name}.double()])`);
  if (world.model !== null)
    w.say(
      `show([...${world.model}.parameters()].flatMap((p) => [p.detach().reshape(-1), p.grad]))`,
    );
  if (world.extra !== null) w.say(`show([${world.extra}, ${world.extra}.grad])`);
  return [w.statements];
}

export const compileFamily: Family = {
  name: 'compile',
  about:
    'random functions with state and arguments of every kind under compile(), against the function as it is',
  ways: [{ name: 'plain' }, { name: 'compiled', compiled: true }],
  batch: 25,
  generate,
  // a function that throws half way has done half of it; compiled it has done nothing
  isEnd: ({ text }) => /^refused(?!: compile)|view of memory that the function writes/.test(text),
};
