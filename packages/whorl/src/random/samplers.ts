// The orders in which a data set is read: torch.utils.data's samplers as streams of indices.
// in:  a size and a generator     out: indices, drawn when they are first asked for
//
// When a draw happens is part of the result, because other draws share the generator. So each
// order is lazy exactly where PyTorch's __iter__ is, its parting draw at the end included.

import { defaultGenerator } from './default.js';
import { fillRandint, permutation } from './integers.js';
import { Generator } from './generator.js';
import { drawMultinomial } from './multinomial.js';

type Order = IterableIterator<number>;

const CHUNK = 32;

/** What every new iterator over a DataLoader draws, shuffled or not: 64 bits. */
export function drawBaseSeed(generator: Generator = defaultGenerator): bigint {
  return BigInt.asUintN(63, generator.random64());
}

/** SequentialSampler: 0 .. n-1, nothing drawn. */
export function* sequentialOrder(n: number): Order {
  for (let i = 0; i < n; i++) yield i;
}

export interface RandomOrderOptions {
  /** Without one, a new generator is seeded with 63 bits of the default generator. */
  generator?: Generator;
  replacement?: boolean;
  /** How many indices; n by default. */
  numSamples?: number;
}

/** RandomSampler: permutations of 0 .. n-1, or with replacement any indices, 32 at a time. */
export function* randomOrder(n: number, options: RandomOrderOptions = {}): Order {
  const { replacement = false, numSamples = n } = options;
  const generator = options.generator ?? new Generator().manualSeed(drawBaseSeed());
  if (replacement) {
    for (let left = numSamples; left > 0; left -= CHUNK) {
      const chunk = new Int32Array(Math.min(CHUNK, left));
      fillRandint(chunk, generator, 0, n);
      yield* chunk;
    }
    return;
  }
  for (let left = numSamples; left >= n && n > 0; left -= n) yield* permutation(n, generator);
  // The rest of the last permutation is thrown away: all of it where n divides numSamples.
  yield* permutation(n, generator).subarray(0, n > 0 ? numSamples % n : 0);
}

/** SubsetRandomSampler: the given indices in random order. */
export function* subsetRandomOrder(
  indices: ArrayLike<number>,
  generator: Generator = defaultGenerator,
): Order {
  for (const at of permutation(indices.length, generator)) yield indices[at];
}

export interface WeightedOrderOptions {
  /** True by default. */
  replacement?: boolean;
  generator?: Generator;
}

/** WeightedRandomSampler: numSamples indices, each as likely as its weight. */
export function* weightedRandomOrder(
  weights: ArrayLike<number>,
  numSamples: number,
  options: WeightedOrderOptions = {},
): Order {
  const { replacement = true, generator = defaultGenerator } = options;
  const shape = { rows: 1, categories: weights.length, samples: numSamples };
  yield* drawMultinomial(Float64Array.from(weights), shape, replacement, generator);
}

/** BatchSampler: the order in groups of batchSize; the last may be shorter, or be dropped. */
export function* batchesOf(
  order: Iterable<number>,
  batchSize: number,
  dropLast = false,
): IterableIterator<number[]> {
  let batch: number[] = [];
  for (const index of order) {
    batch.push(typeof index === 'bigint' ? Number(index) : index);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0 && !dropLast) yield batch;
}

/**
 * The sizes that random_split makes of `lengths`: as given, or for fractions that sum to 1 their
 * floors, the remainder handed out one by one. Throws when sizes do not sum to n.
 */
export function splitLengths(n: number, lengths: readonly number[]): number[] {
  const sum = lengths.reduce((total, length) => total + length, 0);
  const wrong = lengths.find((length) => !(length >= 0));
  if (wrong !== undefined) throw new RangeError(`randomSplit: a length must not be ${wrong}`);
  const sizes = lengths.slice();
  if (sum <= 1 && Math.abs(sum - 1) <= 1e-9) {
    for (const [i, fraction] of lengths.entries()) {
      if (fraction < 0 || fraction > 1) {
        throw new Error(`randomSplit: Fraction at index ${i} is not between 0 and 1`);
      }
      sizes[i] = Math.floor(n * fraction);
    }
    const remainder = n - sizes.reduce((total, size) => total + size, 0);
    for (let i = 0; i < remainder; i++) sizes[i % sizes.length] += 1;
  } else if (!lengths.every(Number.isInteger)) {
    throw new RangeError(
      'randomSplit: lengths are whole numbers, or fractions that sum to 1: got ' +
        `${lengths.join(', ')}`,
    );
  } else if (sum !== n) {
    throw new Error(
      'randomSplit: Sum of input lengths does not equal the length of the input ' +
        `dataset: ${lengths.join(' + ')} is not ${n}`,
    );
  }
  return sizes;
}

/** The indices of each part that torch.utils.data.random_split makes of n items. */
export function randomSplitIndices(
  n: number,
  lengths: readonly number[],
  generator: Generator = defaultGenerator,
): number[][] {
  const sizes = splitLengths(n, lengths);
  const order = permutation(n, generator);
  let at = 0;
  return sizes.map((size) => Array.from(order.subarray(at, (at += size))));
}
