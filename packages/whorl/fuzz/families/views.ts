// Pools of views of a few tensors, written in every way, read at any time, dropped and kept, against plain lists.

import type { Family } from '../family.js';
import { unordered } from '../flat/library.js';
import {
  between,
  diceOf,
  replaced,
  sameShape,
  sizeOf,
  type Value,
  without,
  Writer,
} from '../writer.js';
import type { Dice } from '../../test/dice.js';

type Make = (w: Writer, x: Value, d: Dice) => void;

const long = (x: Value, d: Dice): number => d.below(x.shape.length);
const index = (d: Dice, size: number, count: number): string =>
  `tensor([${Array.from({ length: count }, () => d.below(size))}], { dtype: 'int64' })`;

/** Only these have a first dimension. */
const hasRows = (x: Value): boolean => x.shape.length > 0;
const isMatrix = (x: Value): boolean => x.shape.length === 2;

const like =
  (text: (x: Value, d: Dice) => string): Make =>
  (w, x, d) =>
    w.make(`${x.name}.${text(x, d)}`, x);

function narrow(w: Writer, x: Value, d: Dice): void {
  if (!hasRows(x)) return;
  const dim = long(x, d);
  const length = between(d, 1, x.shape[dim]!);
  const start = d.below(x.shape[dim]! - length + 1);
  w.make(`${x.name}.narrow(${dim}, ${start}, ${length})`, {
    ...x,
    shape: replaced(x.shape, dim, length),
  });
}

function stepped(w: Writer, x: Value, d: Dice): void {
  if (!hasRows(x)) return;
  const [start, step] = [d.below(x.shape[0]!), between(d, 1, 3)];
  const shape = replaced(x.shape, 0, Math.ceil((x.shape[0]! - start) / step));
  w.make(`${x.name}.at(slice(${start}, null, ${step}))`, { ...x, shape });
}

function unfold(w: Writer, x: Value, d: Dice): void {
  if (!hasRows(x) || x.shape.length > 3) return;
  const dim = long(x, d);
  const size = between(d, 1, Math.min(3, x.shape[dim]!));
  const step = between(d, 1, 3);
  const count = Math.floor((x.shape[dim]! - size) / step) + 1;
  w.make(`${x.name}.unfold(${dim}, ${size}, ${step})`, {
    ...x,
    shape: [...replaced(x.shape, dim, count), size],
  });
}

function select(w: Writer, x: Value, d: Dice): void {
  if (!hasRows(x)) return;
  const dim = long(x, d);
  const at = between(d, -x.shape[dim]!, x.shape[dim]! - 1);
  const text = dim === 0 ? `at(${at})` : `select(${dim}, ${at})`;
  w.make(`${x.name}.${text}`, { ...x, shape: without(x.shape, dim) });
}

function transpose(w: Writer, x: Value): void {
  if (x.shape.length < 2) return;
  const [a, b, ...rest] = x.shape;
  w.make(`${x.name}.transpose(0, 1)`, { ...x, shape: [b!, a!, ...rest] });
}

function diagonal(w: Writer, x: Value, d: Dice): void {
  if (!isMatrix(x)) return;
  const by = between(d, 1 - x.shape[0]!, x.shape[1]! - 1);
  const size =
    by >= 0 ? Math.min(x.shape[0]!, x.shape[1]! - by) : Math.min(x.shape[0]! + by, x.shape[1]!);
  w.make(`${x.name}.diagonal(${by})`, { ...x, shape: [size] });
}

function expand(w: Writer, x: Value, d: Dice): void {
  if (x.shape.length > 2) return;
  const times = between(d, 1, 3);
  const ones = x.shape.map((size) => (size === 1 ? between(d, 1, 3) : size));
  w.make(`${x.name}.expand(${[times, ...ones].join(', ')})`, { ...x, shape: [times, ...ones] });
}

function reshape(w: Writer, x: Value, d: Dice): void {
  const size = sizeOf(x.shape);
  const rows = d.pick([1, 2, 3, 4].filter((n) => size % n === 0));
  const shape = d.below(2) === 0 ? [size] : [rows, size / rows];
  w.make(`${x.name}.${d.pick(['reshape', 'reshape', 'view'])}(${shape.join(', ')})`, {
    ...x,
    shape,
  });
}

const views: readonly Make[] = [
  narrow,
  narrow,
  stepped,
  unfold,
  select,
  select,
  transpose,
  diagonal,
  expand,
  reshape,
  (w, x) => w.make(`${x.name}.unsqueeze(0)`, { ...x, shape: [1, ...x.shape] }),
  (w, x) => w.make(`${x.name}.unsqueeze(${x.shape.length})`, { ...x, shape: [...x.shape, 1] }),
  (w, x) => w.make(`${x.name}.squeeze()`, { ...x, shape: x.shape.filter((size) => size !== 1) }),
  like(() => 'detach()'),
];

const values: readonly Make[] = [
  like(() => 'clone()'),
  like(() => 'contiguous()'),
  like(() => 'neg()'),
  like(() => 'relu()'),
  like((_, d) => `add(${between(d, -3, 3)})`),
  like((_, d) => `mul(${d.pick([-1, 2])}).clamp(-99, 99)`),
  (w, x, d) => hasRows(x) && like(() => `flip(${long(x, d)})`)(w, x, d),
  (w, x, d) => hasRows(x) && like(() => `roll(${between(d, -3, 3)}, ${long(x, d)})`)(w, x, d),
  (w, x, d) => {
    if (!hasRows(x)) return;
    const dim = long(x, d);
    w.make(`${x.name}.sum(${dim}).clamp(-99, 99)`, { ...x, shape: without(x.shape, dim) });
  },
  (w, x) => w.make(`${x.name}.sum().clamp(-99, 99)`, { ...x, shape: [] }),
  (w, x, d) => {
    const y = w.pick((other) => sameShape(x, other));
    const text = d.pick([
      `${x.name}.add(${y.name})`,
      `${x.name}.maximum(${y.name})`,
      `${x.name}.sub(${y.name})`,
    ]);
    w.make(`${text}.clamp(-99, 99)`, x);
  },
  (w, x) => {
    const y = w.pick((other) => sameShape(x, other));
    w.make(`where(${x.name}.gt(0), ${x.name}, ${y.name})`, x);
  },
  (w, x) => {
    if (!hasRows(x)) return;
    w.make(`cat([${x.name}, ${x.name}.mul(-1)])`, {
      ...x,
      shape: replaced(x.shape, 0, 2 * x.shape[0]!),
    });
  },
  (w, x, d) => {
    if (!hasRows(x)) return;
    const count = between(d, 1, 3);
    const dim = long(x, d);
    w.make(`${x.name}.indexSelect(${dim}, ${index(d, x.shape[dim]!, count)})`, {
      ...x,
      shape: replaced(x.shape, dim, count),
    });
  },
  (w, x, d) => hasRows(x) && like(() => scattered(x, d, ''))(w, x, d),
  (w, x, d) => hasRows(x) && like(() => scattered(x, d, ''))(w, x, d),
];

/** A write at rows, in place or not. */
function scattered(x: Value, d: Dice, underline: '' | '_'): string {
  const dim = long(x, d);
  const count = between(d, 1, Math.min(3, x.shape[dim]!));
  const rows = `[${replaced(x.shape, dim, count)}]`;
  // a copy to one row twice has no first
  const once = between(d, 0, x.shape[dim]! - 1);
  const one = `[${replaced(x.shape, dim, 1)}]`;
  return d.pick([
    `indexAdd${underline}(${dim}, ${index(d, x.shape[dim]!, count)}, data(${rows}, ${d.below(9)}))`,
    `indexFill${underline}(${dim}, ${index(d, x.shape[dim]!, count)}, ${between(d, -3, 3)})`,
    `indexCopy${underline}(${dim}, tensor([${once}], { dtype: 'int64' }), data(${one}, ${d.below(9)}))`,
    underline === ''
      ? `selectScatter(data([${without(x.shape, dim)}], ${d.below(9)}), ${dim}, ${once})`
      : `maskedFill_(${x.name}.gt(${between(d, -3, 3)}), ${between(d, -3, 3)})`,
  ]);
}

const writes: readonly ((w: Writer, x: Value, d: Dice) => string | null)[] = [
  (_, x, d) => `${x.name}.add_(${between(d, 1, 3)})`,
  (_, x) => `${x.name}.mul_(-1)`,
  (_, x) => `${x.name}.zero_()`,
  (_, x, d) => `${x.name}.fill_(${between(d, -5, 5)})`,
  (_, x) => `${x.name}.relu_()`,
  (_, x) => `${x.name}.clamp_(-2, 2)`,
  (w, x) => `${x.name}.copy_(${w.pick((y) => sameShape(x, y)).name})`,
  (w, x) => `${x.name}.copy_(${w.pick((y) => sameShape(x, y)).name}.clone())`,
  (w, x) => `${x.name}.add_(${w.pick((y) => sameShape(x, y)).name}.clamp(-9, 9))`,
  (w, x) => `${x.name}.sub_(${w.pick((y) => sameShape(x, y)).name})`,
  (w, x) => `${x.name}.copy_(${w.pick((y) => sameShape(x, y) || y.shape.length === 0).name})`,
  (_, x, d) =>
    hasRows(x) ? `${x.name}.setAt([${d.below(x.shape[0]!)}], ${between(d, -5, 5)})` : null,
  (_, x, d) =>
    hasRows(x)
      ? `${x.name}.setAt([${x.shape.map((size) => d.below(size)).join(', ')}], ${between(d, -5, 5)})`
      : null,
  (_, x, d) =>
    hasRows(x)
      ? `${x.name}.setAt([slice(${d.below(x.shape[0]!)}, null)], ${between(d, -5, 5)})`
      : null,
  (_, x, d) => (hasRows(x) ? `${x.name}.${scattered(x, d, '_')}` : null),
  (_, x, d) => (hasRows(x) ? `${x.name}.${scattered(x, d, '_')}` : null),
  (_, x) => (hasRows(x) ? `${x.name}.copy_(${x.name}.flip(0))` : null),
  (_, x) => `${x.name}.sub_(${x.name}.sum().clamp(-9, 9))`,
];

const sources: readonly ((d: Dice, shape: readonly number[]) => string)[] = [
  (d, shape) => `data([${shape}], ${d.below(9)})`,
  (d, shape) => `data([${shape}], ${d.below(9)})`,
  (d, shape) => `data([${shape}], ${d.below(9)}).add(1)`,
  (_, shape) => `zeros(${shape.join(', ')})`,
  (_, shape) => `ones(${shape.join(', ')})`,
  (d, shape) => `full([${shape}], ${between(d, -4, 4)})`,
];

function step(w: Writer): void {
  const d = w.dice;
  const x = w.pick();
  const kind = d.below(20);
  if (kind < 6) d.pick(views)(w, x, d);
  else if (kind < 9) d.pick(values)(w, x, d);
  else if (kind < 14) {
    const text = d.pick(writes)(w, x, d);
    if (text !== null) w.say(text);
  } else if (kind < 16) w.say(`show(${x.name})`);
  else if (kind === 16) w.say(`late(${x.name})`);
  else if (kind === 17)
    w.say(d.pick(['ones(1).add(1).dataSync()', 'gc()', `${x.name}.data()`, 'await null']));
  else if (kind === 18 && w.values.length > 4) w.drop(x);
}

function generate(seed: number) {
  const w = new Writer(diceOf(seed));
  const { dice: d } = w;
  const shapes = d.pick<number[][]>([
    [[6], [3, 4]],
    [
      [3, 3],
      [2, 3, 2],
    ],
    [[1], [2], [8]],
    [[5], [4, 1]],
    [[4, 4]],
  ]);
  for (const shape of shapes) w.make(d.pick(sources)(d, shape), { shape, dtype: 'float32' });
  const length = between(d, 4, 24);
  for (let i = 0; i < length; i++) {
    const before = w.values.length;
    step(w);
    const made = w.values.length > before ? w.values[before]! : null;
    if (made !== null && (sizeOf(made.shape) > 200 || sizeOf(made.shape) === 0)) w.drop(made);
  }
  for (const value of w.values) w.say(`show(${value.name})`);
  return [w.statements];
}

export const viewsFamily: Family = {
  name: 'views',
  about: 'views and writes of every kind, read at odd times, against plain lists',
  ways: [
    { name: 'plain lists', flat: true },
    { name: 'wasm' },
    { name: 'beside the default device', beside: true },
    { name: 'wasm, eager', eager: true },
  ],
  batch: 100,
  generate,
  isEnd: ({ text }) => text.endsWith(unordered),
  // the oracle's refusals have words of their own, and it does not tell the sign of zero
  plain: ({ text }) =>
    text.startsWith('refused') ? 'refused' : text.replace(/(?<=[ ,])-0(?=,|$)/g, '0'),
};
