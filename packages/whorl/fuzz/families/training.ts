// Networks in training with every optimizer, few rows or enough for batch tiling, while somebody freezes parameters, adds
// groups, changes flags and modes. Compiled, plain and on three threads against the reference device.

import type { Family } from '../family.js';
import type { Case, Statement } from '../program.js';
import { between, diceOf, Writer } from '../writer.js';
import { type Network, network } from './networks.js';

const optimizers = [
  'SGD($, { lr: 0.05 })',
  'SGD($, { lr: 0.05, momentum: 0.9, nesterov: true })',
  'Adam($, { lr: 0.01, weightDecay: 1e-3 })',
  'AdamW($, { lr: 0.01, amsgrad: true })',
  'RMSprop($, { lr: 0.01, momentum: 0.5 })',
  'Adagrad($, { lr: 0.05 })',
  'NAdam($, { lr: 0.01 })',
  'RAdam($, { lr: 0.01 })',
  'Adamax($, { lr: 0.01 })',
  'Adadelta($, {})',
  'Rprop($, { lr: 0.01 })',
  'ASGD($, { lr: 0.01 })',
];

interface World {
  readonly w: Writer;
  readonly modules: readonly string[];
  readonly optimizer: string;
  readonly kind: string;
}

function stepOf({ w, optimizer }: World, { body }: Network): Statement[] {
  const { dice: d } = w;
  const clearing = d.below(4);
  const isClipping = d.below(4) === 0;
  const results = [
    'loss.detach()',
    'out.detach().argmax(1)',
    'loss',
    'out.softmax(1)',
    'all[0].detach().clone()',
    'all[0].mul(2)',
  ];
  const texts = [
    clearing === 0
      ? `${optimizer}.zeroGrad()`
      : clearing === 1
        ? `${optimizer}.zeroGrad({ setToNone: false })`
        : '',
    'loss.backward()',
    isClipping ? 'nn.utils.clipGradNorm_(all, 0.5)' : '',
    clearing === 2 ? `if (last) ${optimizer}.step()` : `${optimizer}.step()`,
    clearing > 1 ? `if (last) ${optimizer}.zeroGrad()` : '',
    `return [${[...new Set(Array.from({ length: 3 }, () => d.pick(results)))].join(', ')}]`,
  ];
  const end = texts.filter((text) => text !== '').map((text) => ({ text }));
  return d.below(2) === 0 && clearing < 2 ? [end[0]!, ...body, ...end.slice(1)] : [...body, ...end];
}

function interfere({ w, modules, optimizer, kind }: World): void {
  const { dice: d } = w;
  const p = `all[${d.below(4)} % all.length]`;
  const group = `${optimizer}.paramGroups[${d.below(2)} % ${optimizer}.paramGroups.length]`;
  const grouped = `${optimizer}.paramGroups.flatMap((g) => g.params)`;
  w.say(
    d.pick([
      `${p}.requiresGrad_(false)`,
      `all.map((p) => p.requiresGrad_(true))`,
      `all.filter((p) => !${grouped}.includes(p)).slice(0, 1).map((p) => ${optimizer}.addParamGroup({ params: [p] }))`,
      `${group}.lr = ${d.pick([0.01, 0.1, 0])}`,
      `if ('weightDecay' in ${group}) ${group}.weightDecay = ${d.pick([0, 0.1])}`,
      kind.startsWith('SGD') ? `${group}.momentum = ${d.pick([0.5, 0.9])}` : 'gc()',
      `if ('maximize' in ${group}) ${group}.maximize = !${group}.maximize`,
      `${p}.grad = null`,
      `keep.push(${p}.grad)`,
      `keep.push(noGrad(() => ${p}.mul(2)))`,
      `keep.push(${p}.detach())`,
      `${d.pick(modules)}.${d.pick(['eval', 'train'])}()`,
      `noGrad(() => ${p}.fill_(0.05))`,
      `noGrad(() => ${p}.copy_(randn(${p}.shape).mul(0.3)))`,
      `${p}.grad = full(${p}.shape, 0.1)`,
      `${optimizer}.loadStateDict(${optimizer}.stateDict())`,
      `${optimizer}.zeroGrad()`,
      `${optimizer}.step()`,
      `show(${p})`,
      'gc()',
    ]),
  );
}

function generate(seed: number): Case {
  const w = new Writer(diceOf(seed));
  const { dice: d } = w;
  w.say(`manualSeed(${seed % 1000})`);
  w.say('keep = []');
  const width = d.pick([2, 3, 4, 8]);
  const made = network(w, width);
  const { modules } = made;
  w.say(`all = [${modules.map((module) => `...${module}.parameters()`).join(', ')}]`);
  const kind = d.pick(optimizers);
  const optimizer = w.name();
  const given = d.pick([
    'all',
    'all.slice(0, 2)',
    '[{ params: all.slice(0, 1), lr: 0.03 }, { params: all.slice(1) }]',
  ]);
  w.say(`${optimizer} = new optim.${kind.replace('$', given)}`);
  const world = { w, modules, optimizer, kind };
  w.say('f = compile((x, y, last) => {', { body: stepOf(world, made), end: '})' });
  const rows = d.below(4) === 0 ? d.pick([128, 130, 200, 259, 600]) : d.pick([3, 6, 20]);
  const calls = rows > 100 ? 3 : between(d, 4, 8);
  for (let i = 0; i < calls; i++) {
    const count = d.below(5) === 0 ? d.pick([3, 20]) : rows;
    const result = w.name();
    const labels = `randint(0, 10, [${count}])`;
    w.say(`${result} = f(randn(${count}, ${width}), ${labels}, ${i % 3 === 2})`);
    w.say(d.pick([`show(${result})`, `keep.push(${result})`]));
    for (let j = d.below(3); j > 0; j--) interfere(world);
  }
  w.say('show(keep.flat())');
  w.say('show(all.flatMap((p) => [p.detach(), p.grad]))');
  for (const module of modules) w.say(`show([...${module}.buffers()])`);
  return [w.statements];
}

export const trainingFamily: Family = {
  name: 'training',
  about: 'networks in training, every optimizer, flags and groups changed between the steps',
  ways: [
    { name: 'js, one kernel a value', device: 'reference', fuse: false, inPlace: false },
    { name: 'wasm, compiled', compiled: true },
    { name: 'wasm' },
    { name: 'wasm, three threads', threads: 3 },
  ],
  batch: 10,
  generate,
  isEnd: ({ text }) => /^refused(?!: compile)/.test(text),
};
