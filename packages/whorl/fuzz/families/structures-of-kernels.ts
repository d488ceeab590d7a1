// The same with what gets tiles, panels and windows: products, convolutions, norms and their gradients, over parts of
// padded and stepped inputs.

import { between, diceOf, Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';

/** An input of a shape, as a part of something larger that lies elsewhere in each variant. */
function input(d: Dice, v: Dice, shape: readonly number[]): string {
  const rank = shape.length;
  const [before, after] = [between(v, 0, 4), between(v, 0, 4)];
  const larger = shape.map((size, i) => (i === rank - 1 ? size + before + after : size));
  const turned = [...shape.slice(0, -2), shape[rank - 1]!, shape[rank - 2]!];
  return d.pick([
    () => `data([${shape}], ${v.below(17)})`,
    () => `data([${larger}], ${v.below(17)}).narrow(${rank - 1}, ${before}, ${shape[rank - 1]})`,
    () => {
      const wide = shape.map((size, i) => (i === rank - 1 ? size + 4 : size));
      const pads = [before, 8 - before];
      const start = between(v, 0, 12);
      return `constantPadNd(data([${wide}], ${v.below(17)}), [${pads}], ${v.below(3)}).narrow(${rank - 1}, ${Math.min(start, 12)}, ${shape[rank - 1]})`;
    },
    () =>
      rank < 2
        ? `data([${shape}])`
        : `data([${turned}], ${v.below(17)}).transpose(${rank - 2}, ${rank - 1})`,
    () =>
      `data([${shape}], ${v.below(17)}).mul(${v.pick(['0.5', '2', '-1', '1 / 3'])}).add(${v.pick(['0', '1', '-0.25'])})`,
    () => `data([${shape}], ${v.below(17)}).roll(${between(v, -9, 9)}, ${rank - 1})`,
  ])();
}

type Formula = (d: Dice, of: (...shape: number[]) => string) => string;

const formulas: readonly Formula[] = [
  (d, of) => {
    const [m, k, n] = [between(d, 3, 40), between(d, 3, 40), between(d, 3, 40)];
    return `${of(m, k)}.matmul(${of(k, n)})`;
  },
  (d, of) => {
    const [m, k, n] = [between(d, 3, 24), between(d, 3, 24), between(d, 3, 24)];
    return `${of(2, m, k)}.bmm(${of(2, k, n)})`;
  },
  (d, of) => {
    const [c, o] = [between(d, 1, 3), between(d, 1, 5)];
    return `F.conv2d(${of(1, c, 8, 9)}, ${of(o, c, 3, 3)}, ${of(o)}, { padding: ${d.below(2)}, stride: ${between(d, 1, 2)} })`;
  },
  (d, of) => `F.conv1d(${of(2, 2, 17)}, ${of(3, 2, 3)}, null, { padding: ${d.below(3)} })`,
  (_, of) => `F.maxPool2d(${of(1, 2, 8, 8)}, 2)`,
  (_, of) => `${of(17, 21)}.softmax(1)`,
  (d, of) => `F.layerNorm(${of(9, 20)}, [20])${d.pick(['', '.sum(0)'])}`,
  (d, of) =>
    `${of(23, 19)}.${d.pick(['sum(0)', 'sum(1)', 'amax(0)', 'var(0)', 'mean(1)', 'argmax(1)'])}`,
  (_, of) => `F.linear(${of(33, 7)}, ${of(12, 7)}, ${of(12)}).relu()`,
];

/** A variant: the structure's dice are of the seed alone. */
export function kernels(seed: number, own: number): Writer {
  const structure = diceOf(seed, 7);
  const variant = diceOf(seed, own + 1000);
  const w = new Writer(structure);
  const names: string[] = [];
  const of = (...shape: number[]): string => {
    const text = input(structure, variant, shape);
    const tracked = names.length < 2 && structure.below(2) === 0;
    const value = w.make(tracked ? `${text}.clone().detach().requiresGrad_()` : text, {
      shape,
      dtype: 'float32',
      tracked,
    });
    if (tracked) names.push(value.name);
    return value.name;
  };
  const result = w.make(structure.pick(formulas)(structure, of), { shape: [], dtype: 'float32' });
  w.say(`show(${result.name})`);
  if (names.length > 0) {
    w.say(`${result.name}.mul(${variant.pick(['0.5', '2', '-1'])}).sum().backward()`);
    for (const name of names) w.say(`show(${name}.grad)`);
  }
  return w;
}
