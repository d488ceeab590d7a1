// Pools of values with gradients: formulas, views, writes, backward at any time, optimizers, reads, values let go.
// Lazy, fused and in place against the reference device, value by value.

import type { Family } from '../family.js';
import type { Case } from '../program.js';
import { between, diceOf, sameShape, sizeOf, type Value, Writer } from '../writer.js';
import { grow, writeInto } from './formulas.js';

/** More elements than this are not kept. */
const most = 3000;

interface World {
  readonly w: Writer;
  readonly leaves: readonly Value[];
  readonly optimizer: string;
}

function write({ w }: World, x: Value): void {
  const { dice: d } = w;
  const other = w.pick();
  const fits = other.shape.length === 0 || sameShape(other, x);
  const isAside = x.tracked === true && d.below(3) === 0;
  const source = `${other.name}${fits ? '' : '.mean()'}${isAside ? '.detach()' : ''}`;
  const text = writeInto(x, source, d);
  w.say(isAside ? `noGrad(() => ${text})` : text);
}

function backward({ w, leaves }: World, x: Value): void {
  const { dice: d } = w;
  if (x.tracked !== true) return;
  const total = `${x.name}.mul(0.5).sum()`;
  const retain = `retainGraph: ${d.below(2) === 0}`;
  if (d.below(3) > 0) return w.say(`${total}.backward(null, { ${retain} })`);
  const names = leaves.map(({ name }) => name).join(', ');
  const found = w.name();
  w.say(`${found} = grad(${total}, [${names}], { allowUnused: true, ${retain} })`);
  const leaf = d.below(leaves.length);
  w.make(`${found}[${leaf}] ?? zeros([${leaves[leaf]!.shape}])`, {
    ...leaves[leaf]!,
    tracked: false,
  });
}

function leafStep({ w, leaves, optimizer }: World): void {
  const { dice: d } = w;
  const leaf = d.pick(leaves);
  const { name } = leaf;
  switch (d.below(8)) {
    case 0:
      return w.say(`${name}.grad = null`);
    case 1:
      return w.say(
        `if (${name}.grad) noGrad(() => ${name}.sub_(${name}.grad.mul(0.1).clamp(-1, 1)))`,
      );
    case 2:
      return w.say(`${name}.grad?.zero_()`);
    case 3:
      return w.say(`noGrad(() => ${name}.mul_(0.5))`);
    case 4:
      w.make(`${name}.grad ?? zeros([${leaf.shape}])`, { ...leaf, tracked: false });
      return;
    case 5:
      w.make(`${name}.mul(1)`, leaf);
      return;
    case 6:
      return w.say(`${optimizer}.zeroGrad({ setToNone: ${d.below(2) === 0} })`);
    default:
      return w.say(`${optimizer}.step()`);
  }
}

function step(world: World): void {
  const { w } = world;
  const { dice: d } = w;
  const x = w.pick();
  const kind = d.below(26);
  if (kind < 13) {
    const made = grow(w, x, d);
    if (made !== null && (sizeOf(made.shape) > most || made.shape.length > 4)) w.drop(made);
  } else if (kind < 18) write(world, x);
  else if (kind < 20) backward(world, x);
  else if (kind < 22) leafStep(world);
  else if (kind < 24) w.say(`show(${x.name})`);
  else if (kind === 24) w.say(d.pick(['ones(1).add(1).dataSync()', 'gc()']));
  else if (w.values.length > 5) w.drop(x);
}

const optimizers = [
  'SGD($, { lr: 0.01, momentum: 0.9 })',
  'SGD($, { lr: 0.01 })',
  'Adam($, { lr: 0.01 })',
  'AdamW($, { lr: 0.01, amsgrad: true })',
];

function generate(seed: number): Case {
  const w = new Writer(diceOf(seed));
  const { dice: d } = w;
  const shapes = d.pick<number[][]>([
    [[3, 4], [4], [4, 4]],
    [[6], [3, 4], []],
    [[3, 3], [2, 3, 2], [5]],
    [[1], [2], [8]],
    [[33, 17], [70], [5, 7, 3]],
  ]);
  const leaves = shapes.map((shape, i): Value => {
    const name = w.name();
    w.say(`${name} = data([${shape}], ${d.below(17)}).div(4).detach().requiresGrad_()`);
    return { name, shape, dtype: 'float32', tracked: i >= 0 };
  });
  for (const leaf of leaves) w.make(`${leaf.name}.mul(1)`, leaf);
  for (const shape of [[6], [3, 4]]) {
    const text = d.pick([
      `data([${shape}], ${d.below(17)})`,
      `zeros([${shape}])`,
      `full([${shape}], 0.5)`,
    ]);
    w.make(text, { shape, dtype: 'float32' });
  }
  const optimizer = w.name();
  const names = leaves.map(({ name }) => name).join(', ');
  w.say(`${optimizer} = new optim.${d.pick(optimizers).replace('$', `[${names}]`)}`);
  const world = { w, leaves, optimizer };
  for (let i = between(d, 8, 26); i > 0; i--) step(world);
  for (const { name } of w.values) w.say(`show(${name})`);
  for (const { name } of leaves) w.say(`show([${name}, ${name}.grad])`);
  return [w.statements];
}

export const gradientsFamily: Family = {
  name: 'gradients',
  about: 'values, views, writes, backward and optimizers: lazy against value by value on js',
  ways: [
    {
      name: 'js, eager, one kernel a value',
      device: 'reference',
      fuse: false,
      inPlace: false,
      eager: true,
    },
    { name: 'wasm' },
    { name: 'wasm, one kernel a value', fuse: false },
    { name: 'wasm, nothing in place', inPlace: false },
    { name: 'js', device: 'reference' },
    { name: 'beside the default device', beside: true },
  ],
  batch: 25,
  generate,
};
