// Recorded data loading and Python's random module, a line each, in terms of our API.
// in:  the arguments of a case, the seed first     out: what was drawn
import type { Tensor } from '../src/index.js';
import { type Arguments, type Draw, manualSeed, oneMore, seedOf, seeded, torch } from './draws.js';
import { construct, find, method, NotOffered } from './library.js';

/** Batch sizes are not in the arguments: 3, 32 and 7 for 10, 100 and 7 items. */
const batchSizes: Readonly<Record<number, number>> = { 10: 3, 100: 32, 7: 7 };

/** The items 0 to n - 1, so that a batch shows which items were drawn. */
function itemsUpTo(n: number): object {
  return construct('TensorDataset', torch('arange', 0, [n], { dtype: 'int64' }));
}

interface Batches extends AsyncIterable<unknown> {}

async function epochs(loader: Batches, count: number): Promise<number[]> {
  const drawn: number[] = [];
  for (let epoch = 0; epoch < count; epoch++) {
    for await (const batch of loader) {
      const tensor = (Array.isArray(batch) ? batch[0] : batch) as Tensor;
      drawn.push(...Array.from(await tensor.data(), Number));
    }
  }
  return drawn;
}

function makeLoader(n: number, options: Record<string, unknown>): Batches {
  return construct('DataLoader', itemsUpTo(n), { batchSize: batchSizes[n], ...options });
}

async function withGenerator([seed, n, count]: Arguments): Promise<(Tensor | number[])[]> {
  const generator = construct<object>('Generator');
  method(generator, 'manualSeed', 'Generator')(seedOf(seed!));
  const loader = makeLoader(n as number, { shuffle: true, generator });
  manualSeed(seed!);
  return [await epochs(loader, count as number), oneMore()];
}

function loaderFirst(options: Record<string, unknown>, give: boolean): Draw {
  return async ([seed, n, count]) => {
    const loader = makeLoader(n as number, options);
    manualSeed(seed!);
    const drawn = await epochs(loader, (count as number | undefined) ?? 1);
    return give ? [drawn, oneMore()] : [oneMore()];
  };
}

const numbers = (values: unknown): number[] => Array.from(values as Iterable<unknown>, Number);

const upTo = (n: unknown): number[] => Array.from({ length: n as number }, (_, i) => i);

/** Python's random: seeded, then one function called `count` times (the last argument). */
function python(name: string, repeated: boolean, before: (a: Arguments) => unknown[]): Draw {
  return (a) => {
    const module = find('random');
    if (typeof module !== 'object' || module === null) throw new NotOffered('random');
    const call = method(module, name, 'random');
    method(module, 'seed', 'random')(seedOf(a[0]!));
    const values = before(a.slice(1));
    if (!repeated) return [numbers(call(...values) ?? values[0])];
    const count = a[a.length - 1] as number;
    return [Array.from({ length: count }, () => Number(call(...values)))];
  };
}

export const loading: Readonly<Record<string, Draw>> = {
  DataLoader: loaderFirst({ shuffle: true }, true),
  DataLoaderNoShuffle: loaderFirst({}, false),
  DataLoaderGen: withGenerator,
  RandomSampler: seeded(([, n]) => [numbers(construct('RandomSampler', itemsUpTo(n as number)))]),
  SubsetRandomSampler: seeded(([, n]) => [numbers(construct('SubsetRandomSampler', upTo(n)))]),
  random_split: seeded(([, n]) => {
    const total = n as number;
    const split = find('randomSplit');
    if (typeof split !== 'function') throw new NotOffered('randomSplit');
    const parts = split(itemsUpTo(total), [total - 2, 2]) as { indices: Iterable<number> }[];
    return [parts.flatMap((part) => [...part.indices])];
  }),
  'py.random': python('random', true, () => []),
  'py.shuffle': python('shuffle', false, ([n]) => [upTo(n)]),
  'py.choice': python('choice', true, ([n]) => [upTo(n)]),
  'py.randint': python('randint', true, ([low, high]) => [low, high]),
  'py.uniform': python('uniform', true, ([low, high]) => [low, high]),
  'py.sample': python('sample', false, ([n, k]) => [upTo(n), k]),
  'py.choices': python('choices', false, ([n, k]) => [upTo(n), { k }]),
  'py.gauss': python('gauss', true, () => [0, 1]),
  'py.getrandbits': python('getrandbits', true, ([bits]) => [bits]),
};
