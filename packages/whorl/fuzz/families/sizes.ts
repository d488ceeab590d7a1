// One formula at sizes around every boundary of the optimiser, forward and backward: as it is written, under compile(),
// on threads, and without each technique, against loops that nothing was done to.

import type { Family } from '../family.js';
import type { Case } from '../program.js';
import { between, diceOf, sizeOf, Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';
import { sizedFormulas } from './sizes-of-formulas.js';

/** An input of a shape, as it is or as a part of something larger, turned, joined or computed on the way. */
function view(
  d: Dice,
  text: (shape: readonly number[]) => string,
  shape: readonly number[],
): string {
  const rank = shape.length;
  const axis = d.below(rank);
  const size = shape[axis]!;
  const sized = (own: number): number[] => shape.map((s, i) => (i === axis ? own : s));
  const whole = text(shape);
  return d.pick([
    () => whole,
    () => whole,
    () => {
      const [before, after] = [between(d, 0, 4), between(d, 0, 4)];
      return `${text(sized(size + before + after))}.narrow(${axis}, ${before}, ${size})`;
    },
    () => {
      const [before, after] = [between(d, 0, 9), between(d, 0, 9)];
      const pads = Array.from({ length: rank - axis - 1 }, () => '0, 0, ').join('');
      const start = d.below(before + after + 1);
      return `constantPadNd(${whole}, [${pads}${before}, ${after}], ${d.below(3)}).narrow(${axis}, ${start}, ${size})`;
    },
    () => {
      const other = d.below(rank);
      const turned = [...shape];
      [turned[axis], turned[other]] = [turned[other]!, turned[axis]!];
      return `${text(turned)}.transpose(${axis}, ${other})`;
    },
    () => `${whole}.flip(${axis})`,
    () => `${whole}.roll(${between(d, -9, 9)}, ${axis})`,
    () =>
      `${text(sized(2 * size))}.unflatten(${axis}, [${size}, 2]).select(${axis + 1}, ${d.below(2)})`,
    () => `${text(sized(1))}.expand(${shape.join(', ')})`,
    () => {
      const first = d.below(size);
      const parts = [first, size - first].filter((s) => s > 0).map((s) => text(sized(s)));
      return `cat([${parts.join(', ')}], ${axis})`;
    },
  ])();
}

const pointwise = (d: Dice): string =>
  d.pick([
    '',
    '',
    '',
    '.mul(0.5)',
    '.add(0.25).relu()',
    '.tanh()',
    '.square()',
    '.mul(1 / 3).neg()',
  ]);

function program(seed: number, own: number): Writer {
  const d = diceOf(seed, own);
  // all cases of a seed are one formula at other sizes
  const formula = diceOf(seed, 31).pick(sizedFormulas);
  const dtype = diceOf(seed, 32).pick(['float32', 'float32', 'float32', 'float64']);
  const w = new Writer(d);
  const given: string[] = [];
  const body: string[] = [];
  const leaves: string[] = [];
  const option = dtype === 'float32' ? '' : `, '${dtype}'`;
  const of = (...shape: number[]): string => {
    const text = (sizes: readonly number[]): string => {
      const { name } = w.make(`data([${sizes}], ${d.below(17)}${option}).div(8)`, {
        shape: sizes,
        dtype,
      });
      const parameter = `x${given.length}`;
      given.push(name);
      if (d.below(3) === 0) return parameter;
      body.push(`const p${leaves.length} = ${parameter}.detach().requiresGrad_()`);
      leaves.push(`p${leaves.length}`);
      return leaves[leaves.length - 1]!;
    };
    return sizeOf(shape) === 0 || shape.length === 0
      ? text(shape)
      : `${view(d, text, shape)}${pointwise(d)}`;
  };
  const result = formula(d, of);
  body.push(`const out = ${result}${pointwise(d)}`);
  const parameters = given.map((_, i) => `x${i}`).join(', ');
  const shown = ['out.detach()'];
  if (leaves.length > 0) {
    const loss = d.pick(['out.sum()', 'out.square().mean()', 'out.mul(out.detach().cos()).sum()']);
    body.push(`if (out.requiresGrad) ${loss}.backward()`);
    shown.push(...leaves.map((leaf) => `${leaf}.grad`));
  }
  body.push(`return [${shown.join(', ')}]`);
  const name = w.name();
  // an optimizer of each call's own is no business of compile()
  const isStateful = result.includes('optim.');
  w.say(`${name} = ${isStateful ? '' : 'compile('}(${parameters}) => {`, {
    body: body.map((text) => ({ text })),
    end: isStateful ? '}' : '})',
  });
  for (let i = 0; i < 2; i++) w.say(`show(${name}(${given.join(', ')}))`);
  return w;
}

const generate = (seed: number): Case => [0, 1].map((own) => program(seed, own).statements);

export const sizesFamily: Family = {
  name: 'sizes',
  about: 'formulas at sizes around every boundary: unoptimised loops against all techniques',
  ways: [
    { name: 'js, one kernel a value', device: 'reference', fuse: false, inPlace: false },
    { name: 'wasm' },
    { name: 'compiled', compiled: true },
    { name: 'wasm, two threads', threads: 2 },
    { name: 'compiled, two threads', compiled: true, threads: 2 },
    { name: 'wasm, one kernel a value', fuse: false },
    { name: 'wasm without rows', without: ['rows'] },
    { name: 'wasm without packs', without: ['packs'] },
  ],
  batch: 10,
  generate,
};
