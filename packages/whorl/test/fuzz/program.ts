// Random programs over a few tensors: views, in-place writes, indexing, reductions, products, gradients.
// in:  a seed     out: the same program every time; run() gives everything it made, as bits

import { type Loose, whorl } from '../loose.js';

const { cat, compile, grad, noGrad, slice, tensor, where } = whorl;

/** mulberry32: small, and the same everywhere. */
export function dice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return { next, below, pick: <T>(list: readonly T[]): T => list[below(list.length)]! };
}
type Dice = ReturnType<typeof dice>;

/** What a program holds while it runs. */
interface World {
  readonly dice: Dice;
  readonly leaves: Loose[];
  readonly values: Loose[];
  /** values that were read on the way */
  readonly seen: Loose[];
  readonly look: (x: Loose) => Loose;
}

const bounded = (x: Loose) => x.clamp(-8, 8);

const unary: readonly ((x: Loose, d: Dice) => Loose)[] = [
  (x) => x.neg(),
  (x) => x.abs(),
  (x) => bounded(x).exp(),
  (x) => x.abs().add(0.5).log(),
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.relu(),
  (x) => x.sin(),
  (x) => x.square(),
  (x) => x.abs().sqrt(),
  (x) => x.floor(),
  (x) => x.round(),
  (x) => x.add(1.5),
  (x) => x.mul(-0.75),
  (x) => x.div(3),
  (x) => x.rsub(1),
  (x) => x.pow(3),
  (x) => x.remainder(1.25),
  (x) => x.clone(),
  (x) => x.detach().mul(2),
  (x) => x.gt(0).float(),
  (x) => x.abs().add(1).reciprocal(),
  (x) => where(x.lt(0.3), x, x.mul(0.1)),
  (x) => x.maskedFill(x.gt(1), 0.25),
];
const binary: readonly ((x: Loose, y: Loose) => Loose)[] = [
  (x, y) => x.add(y),
  (x, y) => x.sub(y),
  (x, y) => x.mul(y),
  (x, y) => x.div(y.abs().add(1)),
  (x, y) => x.maximum(y),
  (x, y) => x.minimum(y),
  (x, y) => x.add(y, { alpha: 0.5 }),
  (x, y) => x.atan2(y.abs().add(1)),
  (x, y) => where(x.lt(y), x, y),
  (x, y) => x.lerp(y, 0.25),
];
const views: readonly ((x: Loose, d: Dice) => Loose)[] = [
  (x) => x.reshape(-1),
  (x, d) => (x.ndim < 2 ? x.unsqueeze(d.below(1 + x.ndim)) : x.transpose(0, 1)),
  (x, d) => (x.ndim === 0 ? x : x.at(d.below(x.shape[0]))),
  (x, d) => (x.ndim === 0 ? x : x.at(slice(d.below(x.shape[0]), null, 1 + d.below(2)))),
  (x, d) => (x.ndim === 0 ? x : x.narrow(x.ndim - 1, 0, 1 + d.below(x.shape[x.ndim - 1]))),
  (x) => (x.ndim < 2 ? x : x.diagonal()),
  (x) => x.unsqueeze(0),
  (x) => x.squeeze(),
  (x) => (x.ndim === 2 && x.shape[1] % 2 === 0 ? x.view(x.shape[0] * 2, -1) : x),
];
const copies: readonly ((x: Loose, d: Dice) => Loose)[] = [
  (x) => (x.ndim === 0 ? x.clone() : x.flip(0)),
  (x) => (x.ndim === 0 ? x.clone() : x.roll(1, 0)),
  (x) => (x.ndim === 0 ? x.clone() : cat([x, x.mul(2)])),
  (x, d) => (x.ndim === 0 ? x.clone() : x.at([d.below(x.shape[0]), d.below(x.shape[0])])),
  (x) => x.contiguous().clone(),
  (x) => x.expand(2, ...x.shape).mul(1),
];
const reductions: readonly ((x: Loose, dim: number) => Loose)[] = [
  (x, dim) => x.sum(dim),
  (x, dim) => x.mean(dim),
  (x, dim) => x.amax(dim),
  (x, dim) => x.max(dim).values,
  (x, dim) => x.logsumexp(dim),
  (x, dim) => x.softmax(dim),
  (x, dim) => x.logSoftmax(dim),
  (x, dim) => x.cumsum(dim),
  (x, dim) => x.argmax(dim).float(),
  (x, dim) => x.var(dim, { correction: 0 }),
  (x) => x.sum(),
  (x) => x.mean(),
  (x) => x.max(),
  (x, dim) => x.sort(dim).values,
  (x, dim) => x.prod(dim),
  (x, dim) => x.sum(dim, { keepdim: true }).mul(x),
];
const writes: readonly ((x: Loose, y: Loose, d: Dice) => void)[] = [
  (x) => x.add_(0.5),
  (x) => x.mul_(-0.5),
  (x) => x.zero_(),
  (x, y) => x.add_(y),
  (x, y) => x.sub_(y),
  (x, y) => x.copy_(y),
  (x) => x.relu_(),
  (x) => x.tanh_(),
  (x, y) => x.mul_(y.tanh()),
  (x, _, d) => x.ndim > 0 && x.setAt([d.below(x.shape[0])], d.next()),
  (x, _, d) => x.ndim > 0 && x.setAt([[d.below(x.shape[0]), 0]], d.next()),
  (x, y) => x.ndim > 0 && x.at(slice(1, null)).add_(x.at(slice(0, -1)).mul(1)) && y,
  (x) => x.setAt([x.gt(0.5)], 0.125),
  (x) => x.ndim > 1 && x.at(0).copy_(x.at(-1)),
  (x, _, d) => x.fill_(d.next()),
];

function product(x: Loose): Loose {
  const m = x.ndim === 2 ? x : x.reshape(1, -1);
  return m.matmul(m.t()).div(4);
}

function write(world: World, x: Loose): void {
  const { dice: d, values } = world;
  const other = d.pick(values);
  const fits = other.shape.length === 0 || sameShape(other, x);
  const source = fits ? other : other.mean();
  if (x.requiresGrad && d.below(3) === 0) noGrad(() => d.pick(writes)(x, source.detach(), d));
  else d.pick(writes)(x, source, d);
}

const sameShape = (a: Loose, b: Loose): boolean => String(a.shape) === String(b.shape);

function backward(world: World): void {
  const { dice: d, leaves, values } = world;
  const from = d.pick(values);
  if (!from.requiresGrad) return;
  const total = from.mul(0.5).sum();
  const retainGraph = d.below(2) === 0;
  if (d.below(3) === 0) {
    const found = grad(total, leaves, { allowUnused: true, retainGraph });
    for (const g of found) if (g !== null) values.push(g);
  } else {
    total.backward(null, { retainGraph });
  }
}

function step(world: World): void {
  const { dice: d, values, seen } = world;
  const x = d.pick(values);
  const kind = d.below(20);
  const keep = (value: Loose) => {
    if (value.numel() <= 64 && value.numel() > 0) values.push(value);
  };
  if (kind < 5) keep(d.pick(unary)(x, d));
  else if (kind < 8) keep(d.pick(binary)(x, d.pick(values.filter((y) => sameShape(x, y)))));
  else if (kind < 11) keep(d.pick(views)(x, d));
  else if (kind < 12) keep(d.pick(copies)(x, d));
  else if (kind < 14) keep(d.pick(reductions)(x.ndim === 0 ? x.view(1) : x, 0));
  else if (kind < 15) keep(product(x));
  else if (kind < 18) write(world, x);
  else if (kind < 19) backward(world);
  else seen.push(world.look(x));
}

interface Result {
  /** everything that a program made, and saw on the way */
  readonly values: Loose[];
  readonly refusals: string[];
}

/** The steps of a program; one that is refused (a write into a leaf, a freed graph) is refused in every run. */
function steps(seed: number, leaves: Loose[], more: Loose[], look: World['look']): Result {
  const d = dice(seed ^ 0x5bd1e995);
  const values = [...leaves.map((t) => t.mul(1)), ...more];
  const world: World = { dice: d, leaves, values, seen: [], look };
  const refusals: string[] = [];
  const length = 8 + d.below(16);
  for (let i = 0; i < length; i++) {
    try {
      step(world);
    } catch (error) {
      refusals.push(`${i}: ${(error as Error).message}`);
    }
  }
  return { values: [...world.seen, ...values], refusals };
}

/** `compiled`: the steps are captured, compared and replayed; what they see is a copy then. */
export function run(seed: number, compiled = false): { bits: Int32Array; refusals: string[] } {
  const make = () => {
    const d = dice(seed);
    const random = (shape: number[]) => {
      const size = shape.reduce((n, s) => n * s, 1);
      return tensor(
        Float32Array.from({ length: size }, () => d.next() * 4 - 2),
        { shape },
      );
    };
    const leaves = [[3, 4], [4], [4, 4]].map((shape) => random(shape).requiresGrad_());
    return { leaves, more: [random([3, 4]), random([])] };
  };
  const look = compiled ? (x: Loose) => x.clone() : (x: Loose) => tensor(x.dataSync());
  let refusals: string[] = [];
  const body = (leaves: Loose[], more: Loose[]): Loose[] => {
    const result = steps(seed, leaves, more, look);
    ({ refusals } = result);
    return result.values;
  };
  const call = compiled ? compile(body) : body;
  if (compiled) for (let i = 0; i < 2; i++) call(make().leaves, make().more);
  // a write through a mask looks where it is true: such a program cannot be captured
  if (refusals.some((text) => text.includes('no value can be read'))) return run(seed);
  const { leaves, more } = make();
  const values = call(leaves, more);
  const grads = leaves.flatMap((t) => (t.grad === null ? [] : [t.grad]));
  const all = [...values, ...grads].map((t) => [...t.dataSync()]);
  // one pattern for every NaN: which one it is, hardware decides
  const numbers = Float32Array.from(all.flat(), (v) => (Number.isNaN(v) ? Number.NaN : v));
  return { bits: new Int32Array(numbers.buffer), refusals };
}
