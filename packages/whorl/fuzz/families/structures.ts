// Programs of one structure and other facts: offsets, sizes, constants, pads. What one compiled, the next must not
// take for its own, so each is run after the others and with no kernel known.

import type { Family } from '../family.js';
import type { Case } from '../program.js';
import { between, diceOf, replaced, type Value, without, Writer } from '../writer.js';
import type { Dice } from '../../test/dice.js';
import { kernels } from './structures-of-kernels.js';

/** What decides the structure, and what each variant decides for itself. */
export interface Choice {
  readonly structure: Dice;
  readonly variant: Dice;
}
export type Step = (w: Writer, x: Value, choice: Choice) => Value;

const isFloat = (dtype: string): boolean => dtype.startsWith('float');

const floats = [
  ...['0', '-0', '1', '-1', '0.5', '2', '3', '-2.5', '0.1', '1e-3', '1e10', '7'],
  ...['NaN', 'Infinity', '-Infinity', '16777217', '2 ** 53', '1 / 3'],
];
const integers = ['0', '1', '-1', '2', '3', '7', '-5', '100', '2147483647', '-2147483648', '12345'];

/** A constant that the dtype can hold. */
function constant(d: Dice, dtype: string): string {
  if (isFloat(dtype)) return d.pick(floats);
  if (dtype === 'bool') return d.pick(['true', 'false']);
  if (dtype === 'uint8') return d.pick(['0', '1', '2', '7', '200', '255']);
  return d.pick(integers);
}

const small = (d: Dice, dtype: string): string =>
  dtype === 'bool'
    ? d.pick(['true', 'false'])
    : String(dtype === 'uint8' ? between(d, 1, 9) : d.pick([1, 2, 3, -1, -2, 5]));

const dataOf = (d: Dice, shape: readonly number[], dtype: string): string =>
  `data([${shape}], ${d.below(17)}, '${dtype}')`;

const source = ({ structure, variant }: Choice, shape: readonly number[], dtype: string): string =>
  [
    () => `zeros([${shape}], { dtype: '${dtype}' })`,
    () => `full([${shape}], ${constant(variant, dtype)}, { dtype: '${dtype}' })`,
    () => dataOf(variant, shape, dtype),
    () => dataOf(variant, shape, dtype),
  ][structure.below(4)]!();

const last = (x: Value): number => x.shape.length - 1;
const axis = (x: Value, d: Dice): number => d.below(x.shape.length);

const same =
  (text: (x: Value, choice: Choice) => string): Step =>
  (w, x, choice) =>
    w.make(text(x, choice), x);

const numeric =
  (step: Step): Step =>
  (w, x, choice) =>
    x.dtype === 'bool' ? x : step(w, x, choice);
const floating =
  (step: Step): Step =>
  (w, x, choice) =>
    isFloat(x.dtype) ? step(w, x, choice) : x;

/** `length` of `size`, from anywhere; null where there is no room. */
function stretch(
  { structure, variant }: Choice,
  size: number,
  most: number,
): [number, number] | null {
  const length = between(structure, 1, most);
  return length > size ? null : [between(variant, 0, size - length), length];
}

const part: Step = (w, x, choice) => {
  const d = axis(x, choice.structure);
  const found = stretch(choice, x.shape[d]!, 5);
  if (found === null) return x;
  return w.make(`${x.name}.narrow(${d}, ${found.join(', ')})`, {
    ...x,
    shape: replaced(x.shape, d, found[1]),
  });
};

const pad: Step = (w, x, { structure, variant }) => {
  const before = structure.below(2) === 0 ? between(structure, 0, 2) : between(variant, 0, 3);
  const after = between(variant, 0, 5);
  const shape = replaced(x.shape, last(x), x.shape[last(x)]! + before + after);
  return w.make(
    `constantPadNd(${x.name}, [${before}, ${after}], ${Number(small(variant, x.dtype).replace('true', '1').replace('false', '0'))})`,
    { ...x, shape },
  );
};

const join: Step = (w, x, choice) => {
  const d = axis(x, choice.structure);
  const isAfter = choice.structure.below(2) === 0;
  const size = isAfter ? between(choice.variant, 1, 5) : between(choice.structure, 1, 2);
  const other = source(choice, replaced(x.shape, d, size), x.dtype);
  const parts = isAfter ? `${x.name}, ${other}` : `${other}, ${x.name}`;
  return w.make(`cat([${parts}], ${d})`, { ...x, shape: replaced(x.shape, d, x.shape[d]! + size) });
};

const scatterSlice: Step = (w, x, choice) => {
  const d = axis(x, choice.structure);
  const step = choice.structure.pick([1, 1, 1, 2, 3]);
  const length = between(choice.structure, 1, 3);
  const room = x.shape[d]! - ((length - 1) * step + 1);
  if (room < 0) return x;
  const start = between(choice.variant, 0, room);
  const stop = start + (length - 1) * step + 1;
  const from = source(choice, replaced(x.shape, d, length), x.dtype);
  return w.make(`${x.name}.sliceScatter(${from}, ${d}, ${start}, ${stop}, ${step})`, x);
};

const steppedSlice: Step = (w, x, { structure, variant }) => {
  const [step, length] = [between(structure, 2, 3), between(structure, 2, 3)];
  const room = x.shape[0]! - ((length - 1) * step + 1);
  if (room < 0) return x;
  const start = between(variant, 0, room);
  return w.make(`${x.name}.at(slice(${start}, ${start + (length - 1) * step + 1}, ${step}))`, {
    ...x,
    shape: replaced(x.shape, 0, length),
  });
};

/** A copy is written at a place of the variant's own. */
const written: Step = (w, x, choice) => {
  const { structure, variant } = choice;
  const found = stretch(choice, x.shape[0]!, 3);
  if (found === null) return x;
  const copy = w.make(`${x.name}.clone()`, x);
  const [start, length] = found;
  const target = `${copy.name}.narrow(0, ${start}, ${length})`;
  const from = between(variant, 0, x.shape[0]! - length);
  w.say(
    structure.pick([
      `${target}.fill_(${constant(variant, x.dtype)})`,
      x.dtype === 'bool' ? `${target}.zero_()` : `${target}.mul_(${small(variant, x.dtype)})`,
      `${target}.copy_(${x.name}.narrow(0, ${from}, ${length}))`,
      `${copy.name}.setAt([${between(variant, -x.shape[0]!, x.shape[0]! - 1)}], ${constant(variant, x.dtype)})`,
      `${copy.name}.setAt([[${start}, ${from}]], ${constant(variant, x.dtype)})`,
    ]),
  );
  return copy;
};

const indices = (d: Dice, size: number, count: number): string =>
  `tensor([${Array.from({ length: count }, () => d.below(size))}], { dtype: 'int64' })`;

const gathered: Step = (w, x, { structure, variant }) => {
  const [d, count] = [axis(x, structure), between(structure, 1, 4)];
  const at = indices(variant, x.shape[d]!, count);
  const picked = { ...x, shape: replaced(x.shape, d, count) };
  const kind = structure.below(3);
  if (kind === 0) return w.make(`${x.name}.indexSelect(${d}, ${at})`, picked);
  if (kind === 1)
    return w.make(`${x.name}.indexFill(${d}, ${at}, ${constant(variant, x.dtype)})`, x);
  if (x.shape.length > 1) return x;
  const how = structure.pick(['gather(0', 'take(']);
  return w.make(`${x.name}.${how}${how.endsWith('(') ? '' : ', '}${at})`, { ...x, shape: [count] });
};

const diagonals: Step = (w, x, { structure, variant }) => {
  if (x.shape.length < 2) return x;
  const by = between(variant, -3, 3);
  const kind = structure.below(3);
  if (kind === 0) return w.make(`${x.name}.${structure.pick(['triu', 'tril'])}(${by})`, x);
  const size =
    by >= 0 ? Math.min(x.shape[0]!, x.shape[1]! - by) : Math.min(x.shape[0]! + by, x.shape[1]!);
  if (size < 2) return x;
  if (kind === 1)
    return w.make(`${x.name}.diagonal(${by}).narrow(-1, ${between(variant, 0, size - 2)}, 2)`, {
      ...x,
      shape: [2],
    });
  return w.make(`${x.name}.diagonalScatter(${dataOf(variant, [size], x.dtype)}, ${by})`, x);
};

const windows: Step = (w, x, { structure, variant }) => {
  const d = last(x);
  const [size, step] = [between(structure, 2, 3), between(structure, 1, 3)];
  if (x.shape[d]! < size || x.dtype === 'bool') return x;
  const shape = replaced(x.shape, d, Math.floor((x.shape[d]! - size) / step) + 1);
  const end = structure.below(2) === 0 ? `select(-1, ${variant.below(size)})` : `amax(-1)`;
  return w.make(`${x.name}.unfold(${d}, ${size}, ${step}).${end}`, { ...x, shape });
};

const cast: Step = (w, x, { structure }) => {
  const dtype = structure.pick(['float32', 'float64', 'int32', 'int64', 'uint8', 'bool']);
  const fits =
    isFloat(x.dtype) && !isFloat(dtype) && dtype !== 'bool'
      ? '.nanToNum(0, 1, -1).clamp(0, 100)'
      : '';
  return w.make(`${x.name}${fits}.to('${dtype}')`, { ...x, dtype });
};

const power: Step = (w, x, { variant }) => {
  const exponents = isFloat(x.dtype)
    ? ['2', '3', '0.5', '-1', '0', '1', '-2', '2.5', '-0.5', '4']
    : ['0', '1', '2', '3', '4'];
  return w.make(`${x.name}.pow(${variant.pick(exponents)})`, x);
};

const withConstant = (name: string): Step =>
  same((x, { variant }) => `${x.name}.${name}(${constant(variant, x.dtype)})`);
const reduced =
  (name: string): Step =>
  (w, x, { structure }) => {
    if (x.shape.length < 2) return x;
    const d = axis(x, structure);
    return w.make(`${x.name}.${name}(${d}).to('${x.dtype}')`, { ...x, shape: without(x.shape, d) });
  };

const steps: readonly Step[] = [
  part,
  part,
  pad,
  pad,
  join,
  scatterSlice,
  steppedSlice,
  written,
  written,
  gathered,
  gathered,
  diagonals,
  windows,
  cast,
  same((x, { structure }) => `${x.name}.flip(${axis(x, structure)})`),
  same(
    (x, { structure, variant }) =>
      `${x.name}.roll(${between(variant, -7, 7)}, ${axis(x, structure)})`,
  ),
  same((x, { variant }) => `${x.name}.roll(${between(variant, -7, 7)})`),
  numeric(withConstant('add')),
  numeric(withConstant('mul')),
  numeric(withConstant('rsub')),
  floating(withConstant('div')),
  numeric(same((x, { variant }) => `${x.name}.floorDivide(${small(variant, x.dtype)})`)),
  numeric(same((x, { variant }) => `${x.name}.remainder(${small(variant, x.dtype)})`)),
  numeric(power),
  numeric(
    same(
      (x, { variant }) => `${x.name}.clamp(${small(variant, x.dtype)}, ${small(variant, x.dtype)})`,
    ),
  ),
  numeric(
    same(
      (x, { structure, variant }) =>
        `${x.name}.${structure.pick(['lt', 'eq', 'ge'])}(${constant(variant, x.dtype)}).to('${x.dtype}')`,
    ),
  ),
  numeric(
    same(
      (x, { variant }) =>
        `${x.name}.maskedFill(${x.name}.gt(${small(variant, x.dtype)}), ${constant(variant, x.dtype)})`,
    ),
  ),
  numeric(
    same(
      (x, { variant }) =>
        `where(${x.name}.gt(${small(variant, x.dtype)}), ${x.name}, full([1], ${constant(variant, x.dtype)}, { dtype: '${x.dtype}' }))`,
    ),
  ),
  numeric(same((x, { structure }) => `${x.name}.cumsum(${axis(x, structure)}).to('${x.dtype}')`)),
  numeric(reduced('sum')),
  numeric(reduced('amax')),
  floating(same((x) => `${x.name}.relu()`)),
  same((x) => `${x.name}.sort(0).values`),
];

const movements: readonly Step[] = [part, pad, pad, join, scatterSlice, steppedSlice, written];

function variant(seed: number, own: number): Writer {
  const choice: Choice = { structure: diceOf(seed), variant: diceOf(seed, own + 1) };
  const { structure } = choice;
  const w = new Writer(structure);
  const dtype = structure.pick([
    'float32',
    'float32',
    'float32',
    'float64',
    'int32',
    'int64',
    'uint8',
    'bool',
  ]);
  const shape = Array.from({ length: structure.pick([1, 1, 2, 2]) }, () =>
    between(choice.variant, 5, 9),
  );
  let x = w.make(source(choice, shape, dtype), { shape, dtype });
  const chosen = Array.from({ length: between(structure, 0, 4) }, () => structure.pick(steps));
  // most that can go wrong has to do with where things lie: it begins and ends with that
  for (const step of [
    structure.pick(movements),
    ...chosen,
    structure.pick([part, part, steppedSlice]),
  ]) {
    // a step may need more dice in one variant than in another
    const own = diceOf(structure.below(1 << 20), seed);
    x = step(w, x, { structure: own, variant: choice.variant });
  }
  if (structure.below(3) === 0 && x.dtype !== 'bool') w.say(`show(${x.name}.sum())`);
  w.say(`show(${x.name})`);
  return w;
}

const variants = 8;

const generate = (seed: number): Case =>
  Array.from(
    { length: variants },
    (_, own) => (diceOf(seed, 99).below(5) === 0 ? kernels : variant)(seed, own).statements,
  );

export const structuresFamily: Family = {
  name: 'structures',
  about: 'one structure, other offsets, sizes and constants: warm against fresh kernels',
  ways: [
    {
      name: 'js, one fresh kernel a value',
      device: 'reference',
      fuse: false,
      inPlace: false,
      fresh: true,
    },
    { name: 'wasm after the others' },
    { name: 'beside the default device', beside: true },
  ],
  batch: 25,
  generate,
};
