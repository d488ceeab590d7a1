// What gradients flow through: formulas over one or two floating values, bounded so that nothing runs away.
// in:  a value of the program, dice     out: the value that a formula makes of it

import {
  between,
  replaced,
  sameShape,
  sizeOf,
  type Value,
  without,
  type Writer,
} from '../writer.js';
import type { Dice } from '../../test/dice.js';

export type Make = (w: Writer, x: Value, d: Dice) => Value | null;

const like =
  (text: (x: string, d: Dice) => string): Make =>
  (w, x, d) =>
    w.make(text(x.name, d), x);

/** For values with a first dimension. */
const rows =
  (make: Make): Make =>
  (w, x, d) =>
    x.shape.length === 0 ? null : make(w, x, d);

const pair =
  (text: (x: string, y: string) => string): Make =>
  (w, x) => {
    const y = w.pick((other) => sameShape(x, other));
    return w.make(text(x.name, y.name), { ...x, tracked: x.tracked || y.tracked });
  };

const pointwise: readonly Make[] = [
  like((x) => `${x}.neg()`),
  like((x) => `${x}.abs()`),
  like((x) => `${x}.clamp(-4, 4).exp()`),
  like((x) => `${x}.abs().add(0.5).log()`),
  like((x) => `${x}.tanh()`),
  like((x) => `${x}.sigmoid()`),
  like((x) => `${x}.relu()`),
  like((x) => `${x}.sin()`),
  like((x) => `${x}.clamp(-9, 9).square()`),
  like((x) => `${x}.abs().add(1).sqrt()`),
  like((x) => `${x}.floor()`),
  like((x) => `${x}.round()`),
  like((x) => `${x}.add(1.5)`),
  like((x) => `${x}.mul(-0.75)`),
  like((x) => `${x}.div(3)`),
  like((x) => `${x}.rsub(1)`),
  like((x) => `${x}.clamp(-5, 5).pow(3)`),
  like((x) => `${x}.remainder(1.25)`),
  like((x) => `${x}.clone()`),
  like((x) => `${x}.clamp(-1, 1)`),
  like((x) => `${x}.contiguous()`),
  like((x) => `${x}.abs().add(1).reciprocal()`),
  like((x) => `where(${x}.lt(0.3), ${x}, ${x}.mul(0.1))`),
  like((x) => `${x}.maskedFill(${x}.gt(1), 0.25)`),
  (w, x) => w.make(`${x.name}.gt(0).float()`, { ...x, tracked: false }),
  (w, x) => w.make(`${x.name}.detach().mul(2)`, { ...x, tracked: false }),
];

const pairs: readonly Make[] = [
  pair((x, y) => `${x}.add(${y})`),
  pair((x, y) => `${x}.sub(${y})`),
  pair((x, y) => `${x}.mul(${y}.tanh())`),
  pair((x, y) => `${x}.div(${y}.abs().add(1))`),
  pair((x, y) => `${x}.maximum(${y})`),
  pair((x, y) => `${x}.minimum(${y})`),
  pair((x, y) => `${x}.add(${y}, { alpha: 0.5 })`),
  pair((x, y) => `${x}.atan2(${y}.abs().add(1))`),
  pair((x, y) => `where(${x}.lt(${y}), ${x}, ${y})`),
  pair((x, y) => `${x}.lerp(${y}, 0.25)`),
];

export const views: readonly Make[] = [
  (w, x) => w.make(`${x.name}.reshape(-1)`, { ...x, shape: [sizeOf(x.shape)] }),
  (w, x) => w.make(`${x.name}.unsqueeze(0)`, { ...x, shape: [1, ...x.shape] }),
  (w, x) => w.make(`${x.name}.squeeze()`, { ...x, shape: x.shape.filter((size) => size !== 1) }),
  (w, x, d) => {
    const times = between(d, 1, 3);
    return w.make(`${x.name}.expand(${[times, ...x.shape].join(', ')})`, {
      ...x,
      shape: [times, ...x.shape],
    });
  },
  (w, x) => w.make(`${x.name}.detach()`, { ...x, tracked: false }),
  (w, x) => {
    if (x.shape.length < 2) return null;
    const [a, b, ...rest] = x.shape;
    return w.make(`${x.name}.transpose(0, 1)`, { ...x, shape: [b!, a!, ...rest] });
  },
  rows((w, x, d) =>
    w.make(`${x.name}.at(${d.below(x.shape[0]!)})`, { ...x, shape: x.shape.slice(1) }),
  ),
  rows((w, x, d) => {
    const [start, step] = [d.below(x.shape[0]!), between(d, 1, 2)];
    const size = Math.ceil((x.shape[0]! - start) / step);
    return w.make(`${x.name}.at(slice(${start}, null, ${step}))`, {
      ...x,
      shape: replaced(x.shape, 0, size),
    });
  }),
  rows((w, x, d) => {
    const dim = d.below(x.shape.length);
    const length = between(d, 1, x.shape[dim]!);
    const start = d.below(x.shape[dim]! - length + 1);
    return w.make(`${x.name}.narrow(${dim}, ${start}, ${length})`, {
      ...x,
      shape: replaced(x.shape, dim, length),
    });
  }),
  (w, x) =>
    x.shape.length === 2
      ? w.make(`${x.name}.diagonal()`, { ...x, shape: [Math.min(x.shape[0]!, x.shape[1]!)] })
      : null,
  rows((w, x, d) => {
    const [dim, step] = [x.shape.length - 1, between(d, 1, 2)];
    if (x.shape[dim]! < 2) return null;
    const count = Math.floor((x.shape[dim]! - 2) / step) + 1;
    return w.make(`${x.name}.unfold(${dim}, 2, ${step})`, {
      ...x,
      shape: [...replaced(x.shape, dim, count), 2],
    });
  }),
];

const copies: readonly Make[] = [
  rows(like((x) => `${x}.flip(0)`)),
  rows(like((x) => `${x}.roll(1, 0)`)),
  rows((w, x) =>
    w.make(`cat([${x.name}, ${x.name}.mul(2)])`, {
      ...x,
      shape: replaced(x.shape, 0, 2 * x.shape[0]!),
    }),
  ),
  rows((w, x, d) => {
    const at = [d.below(x.shape[0]!), d.below(x.shape[0]!)];
    return w.make(`${x.name}.at([${at.join(', ')}])`, { ...x, shape: replaced(x.shape, 0, 2) });
  }),
  (w, x) => w.make(`stack([${x.name}, ${x.name}.neg()])`, { ...x, shape: [2, ...x.shape] }),
  rows((w, x) => {
    const last = x.shape.length - 1;
    const shape = replaced(x.shape, last, x.shape[last]! + 3);
    return w.make(`constantPadNd(${x.name}, [1, 2], 0.5)`, { ...x, shape });
  }),
  rows((w, x, d) => {
    const row = `tensor([${d.below(x.shape[0]!)}], { dtype: 'int64' })`;
    return w.make(`${x.name}.indexAdd(0, ${row}, ${x.name}.narrow(0, 0, 1))`, x);
  }),
];

const reduced = (name: string): Make =>
  rows((w, x) => w.make(`${x.name}.${name}`, { ...x, shape: without(x.shape, 0) }));

const reductions: readonly Make[] = [
  reduced('sum(0)'),
  reduced('mean(0)'),
  reduced('amax(0)'),
  reduced('max(0).values'),
  reduced('logsumexp(0)'),
  reduced('prod(0).clamp(-99, 99)'),
  reduced('var(0, { correction: 0 })'),
  rows(like((x) => `${x}.softmax(0)`)),
  rows(like((x) => `${x}.logSoftmax(0)`)),
  rows(like((x) => `${x}.cumsum(0)`)),
  rows(like((x) => `${x}.sort(0).values`)),
  rows(like((x) => `${x}.sum(0, { keepdim: true }).mul(${x}).clamp(-20, 20)`)),
  rows((w, x) =>
    w.make(`${x.name}.argmax(0).float()`, { ...x, shape: without(x.shape, 0), tracked: false }),
  ),
  (w, x) => w.make(`${x.name}.sum()`, { ...x, shape: [] }),
  (w, x) => w.make(`${x.name}.mean()`, { ...x, shape: [] }),
  (w, x) => w.make(`${x.name}.max()`, { ...x, shape: [] }),
];

const product: Make = (w, x) => {
  if (x.shape.length !== 2) return null;
  const text = `${x.name}.matmul(${x.name}.t()).div(4).clamp(-50, 50)`;
  return w.make(text, { ...x, shape: [x.shape[0]!, x.shape[0]!] });
};

/** One new value made of others; null where the dice asked for what does not go. */
export function grow(w: Writer, x: Value, d: Dice): Value | null {
  const kind = d.below(15);
  if (kind < 5) return d.pick(pointwise)(w, x, d);
  if (kind < 8) return d.pick(pairs)(w, x, d);
  if (kind < 11) return d.pick(views)(w, x, d);
  if (kind < 12) return d.pick(copies)(w, x, d);
  if (kind < 14) return d.pick(reductions)(w, x, d);
  return product(w, x, d);
}

/** A write into `x`; `y` fits it, or is a number. */
export function writeInto(x: Value, y: string, d: Dice): string {
  const n = x.name;
  const number = (d.below(16) / 8 - 1).toString();
  const plain = [
    `${n}.add_(0.5)`,
    `${n}.mul_(-0.5)`,
    `${n}.zero_()`,
    `${n}.fill_(${number})`,
    `${n}.add_(${y})`,
    `${n}.sub_(${y})`,
    `${n}.copy_(${y})`,
    `${n}.relu_()`,
    `${n}.tanh_()`,
    `${n}.mul_(${y}.tanh())`,
    `${n}.lerp_(${y}, 0.5)`,
    `${n}.addcmul_(${y}.tanh(), ${y}.tanh(), { value: 0.5 })`,
    `${n}.maskedFill_(${n}.gt(0.5), 0.125)`,
    `${n}.sub_(${n}.mean())`,
  ];
  if (x.shape.length === 0) return d.pick(plain);
  const size = x.shape[0]!;
  const at = d.below(size);
  return d.pick([
    ...plain,
    `${n}.setAt([${at}], ${number})`,
    `${n}.setAt([[${at}, 0]], ${number})`,
    `${n}.at(slice(1, null)).add_(${n}.at(slice(0, -1)).mul(1))`,
    `${n}.at(0).copy_(${n}.at(-1))`,
    `${n}.copy_(${n}.flip(0))`,
    `${n}.copy_(${n}.cumsum(0).clamp(-20, 20))`,
    `${n}.narrow(0, ${at}, ${size - at}).mul_(0.5)`,
    `${n}.indexAdd_(0, tensor([${at}], { dtype: 'int64' }), ${n}.narrow(0, 0, 1).mul(1))`,
  ]);
}
