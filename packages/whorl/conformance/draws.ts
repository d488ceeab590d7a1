// What the recorded random functions do, a line each, in terms of our API.
// in:  the arguments of a case, the seed first where there is one     out: what was drawn
import type { Tensor } from '../src/index.js';
import { callOperator } from './adapter.js';
import { construct, free, method } from './library.js';
import { makeNetwork, makeSpiral, seedAll } from './spiral.js';

export type Argument = string | number | boolean | null | number[];
export type Arguments = Argument[];

/** Tensors, or plain numbers where Python gives numbers. */
export type Drawn = (Tensor | readonly number[] | readonly bigint[])[];
export type Draw = (a: Arguments) => Drawn | Promise<Drawn>;

/** Seeds reach beyond what a JavaScript number holds. */
export function seedOf(text: Argument): number | bigint {
  const seed = BigInt(text as string);
  return seed >= -(2n ** 53n) && seed <= 2n ** 53n ? Number(seed) : seed;
}

export const manualSeed = (text: Argument): unknown => free('manualSeed')(seedOf(text));

export const torch = (op: string, input: unknown, args: unknown[] = [], kwargs = {}): Tensor =>
  callOperator(op, { input, args, kwargs }) as Tensor;

const empty = (size: number | number[], dtype = 'float32'): Tensor =>
  torch('empty', size, [], { dtype });

/** Draws one more number: it shows that as many were drawn before it. */
export const oneMore = (): Tensor => torch('rand', 1);

/** A case that begins with manualSeed(a[0]). */
export const seeded =
  (draw: Draw): Draw =>
  (a) => {
    manualSeed(a[0]!);
    return draw(a);
  };

/** empty(n) filled in place by the method of that name. */
const filled = (op: string, dtype = 'float32'): Draw =>
  seeded(([, n, ...args]) => [torch(op, empty(n as number, dtype), args)]);

const initialised = (name: string, dims: number, keywords: string[]): Draw =>
  seeded((a) => {
    const shape = dims === 0 ? (a[1] as number[]) : (a.slice(1, 1 + dims) as number[]);
    const values = a.slice(dims === 0 ? 2 : 1 + dims);
    const kwargs = Object.fromEntries(keywords.map((key, i) => [key, values[i]]));
    return [torch(`nn.init.${name}`, empty(shape), [], kwargs)];
  });

function makeModule(name: string, ...values: unknown[]): { weight: Tensor; bias: Tensor | null } {
  return construct(`nn.${name}`, ...values);
}

function sequence(): Drawn {
  const sizes = [
    [3, 'randn'],
    [5, 'rand'],
    [1, 'randn'],
    [20, 'randn'],
    [2, 'randn'],
    [16, 'randn'],
    [15, 'randn'],
    [1, 'randn64'],
    [1, 'rand'],
  ] as const;
  const parts = sizes.map(([n, op]) =>
    op === 'randn64'
      ? (method(torch('randn', n, [], { dtype: 'float64' }), 'to')('float32') as Tensor)
      : torch(op, n),
  );
  return [torch('cat', parts)];
}

const linspace =
  (dtype: string): Draw =>
  ([start, end, n]) => [torch('linspace', start, [end, n], { dtype })];

const range = (from: number, to: number, n: number): Tensor => torch('linspace', from, [to, n]);

const tensors: Record<string, Draw> = {
  rand: seeded(([, n]) => [torch('rand', n)]),
  randn: seeded(([, n]) => [torch('randn', n)]),
  rand64: seeded(([, n]) => [torch('rand', n, [], { dtype: 'float64' })]),
  randn64: seeded(([, n]) => [torch('randn', n, [], { dtype: 'float64' })]),
  uniform_: filled('uniform_'),
  uniform64_: filled('uniform_', 'float64'),
  normal_: filled('normal_'),
  normal64_: filled('normal_', 'float64'),
  'torch.normal': seeded(([, n, mean, std]) => [torch('normal', mean, [std, [n]])]),
  normal_nc: seeded(() => {
    const transposed = method(empty([6, 5]), 't')() as Tensor;
    return [method(method(transposed, 'normal_')() as Tensor, 't')() as Tensor];
  }),
  seq: seeded(sequence),
  randint: seeded(([, n, low, high]) => [torch('randint', Number(low), [Number(high), [n]])]),
  random_: seeded(([, n, dtype]) => [torch('random_', empty(n as number, dtype as string))]),
  randperm: seeded(([, n]) => [torch('randperm', n)]),
  bernoulli_p: filled('bernoulli_'),
  bernoulli_t32: seeded(([, n]) => [torch('bernoulli', range(0, 1, n as number))]),
  bernoulli_t64: seeded(([, n]) => [
    torch('bernoulli', torch('linspace', 0, [1, n], { dtype: 'float64' })),
  ]),
  dropout: seeded(([, n, p]) => [
    torch('nn.functional.dropout', range(-2, 3, n as number), [p, true]),
    oneMore(),
  ]),
  exponential_: filled('exponential_'),
  exponential64_: filled('exponential_', 'float64'),
  geometric_: filled('geometric_'),
  log_normal_: filled('log_normal_'),
  cauchy_: filled('cauchy_'),
  multinomial: seeded(async ([, count, replacement]) => {
    const weights = range(0.5, 3, 30).reshape(3, 10);
    return [await torch('multinomial', weights, [count, replacement]), oneMore()];
  }),
  linspace: linspace('float32'),
  linspace64: linspace('float64'),
};

const initialisers: Record<string, Draw> = {
  Linear: seeded(([, i, o, bias]) => {
    const layer = makeModule('Linear', i, o, { bias: Boolean(bias) });
    return [layer.weight, ...(bias ? [layer.bias!] : []), oneMore()];
  }),
  Conv2d: seeded(([, i, o, height, width, groups]) => {
    const layer = makeModule('Conv2d', i, o, [height, width], { groups });
    return [layer.weight, layer.bias!];
  }),
  Embedding: seeded(([, n, size, index]) => {
    const options = index === null ? [] : [{ paddingIdx: index }];
    return [makeModule('Embedding', n, size, ...options).weight];
  }),
  xavier_uniform: initialised('xavier_uniform_', 0, ['gain']),
  xavier_normal: initialised('xavier_normal_', 0, ['gain']),
  kaiming_uniform: initialised('kaiming_uniform_', 0, ['a', 'mode', 'nonlinearity']),
  kaiming_normal: initialised('kaiming_normal_', 0, ['a', 'mode', 'nonlinearity']),
  trunc_normal: initialised('trunc_normal_', 0, ['mean', 'std', 'a', 'b']),
  orthogonal: initialised('orthogonal_', 2, ['gain']),
  sparse: initialised('sparse_', 2, ['sparsity', 'std']),
};

/** The spiral of the exercise and its two networks, on one stream of numbers. */
async function program(): Promise<Drawn> {
  seedAll(12345);
  const { X } = await makeSpiral({ N: 1000, C: 4, noise: 0.2 });
  const networks = [makeNetwork('linear-sgd', 100, 4), makeNetwork('relu-adam', 100, 4)];
  const parameters = networks.flatMap((network) => [...network.parameters()]);
  return [X, ...parameters, oneMore()];
}

export const draws: Readonly<Record<string, Draw>> = { ...tensors, ...initialisers, program };
