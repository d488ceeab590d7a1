// DataLoader: a data set in batches, in order or shuffled with PyTorch's draws.
// in:  a data set, batch size, order     out: an iterable of collated batches, one pass per epoch

import { defaultGenerator } from '../random/default.js';
import type { Generator } from '../random/generator.js';
import { drawBaseSeed, randomSplitIndices } from '../random/samplers.js';
import { collate, type Dataset, Subset } from './dataset.js';
import { BatchSampler, RandomSampler, type Sampler, SequentialSampler } from './sampler.js';

export interface DataLoaderOptions {
  /** default 1 */
  batchSize?: number;
  /** a new random order each epoch, default false */
  shuffle?: boolean;
  /** an order of one's own, instead of shuffle */
  sampler?: Sampler;
  /** leaves out a last batch that is not full, default false */
  dropLast?: boolean;
  /** draws from this instead of the default generator */
  generator?: Generator;
  /** makes a batch of items, default: tensors stacked, numbers to tensors */
  collateFn?: (items: unknown[]) => unknown;
}

const known = ['batchSize', 'shuffle', 'sampler', 'dropLast', 'generator', 'collateFn'];

/** Source: torch.utils.data.DataLoader, with numWorkers 0. */
export class DataLoader<Batch = unknown> implements Iterable<Batch> {
  private readonly batches: BatchSampler;

  constructor(
    readonly dataset: Dataset,
    private readonly options: DataLoaderOptions = {},
  ) {
    for (const key of Object.keys(options)) {
      if (!known.includes(key))
        throw new TypeError(`DataLoader: unknown option "${key}"; it takes ${known.join(', ')}`);
    }
    const { shuffle = false, sampler, generator, batchSize = 1, dropLast = false } = options;
    if (shuffle && sampler !== undefined)
      throw new Error('DataLoader: sampler option is mutually exclusive with shuffle');
    const order =
      sampler ??
      (shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset));
    this.batches = new BatchSampler(order, batchSize, dropLast);
  }

  /** Batches in an epoch. */
  get length(): number {
    return this.batches.length;
  }

  /** One epoch. Each draws a seed first, shuffled or not, as PyTorch's iterator does. */
  *[Symbol.iterator](): Iterator<Batch> {
    drawBaseSeed(this.options.generator ?? defaultGenerator);
    for (const indices of this.batches) yield this.fetch(indices) as Batch;
  }

  private fetch(indices: number[]): unknown {
    const { collateFn } = this.options;
    if (collateFn !== undefined) return collateFn(indices.map((i) => this.dataset.get(i)));
    return this.dataset.batch?.(indices) ?? collate(indices.map((i) => this.dataset.get(i)));
  }
}

/** Random parts of the given sizes or fractions. Source: torch.utils.data.random_split. */
export function randomSplit<Item>(
  dataset: Dataset<Item>,
  lengths: readonly number[],
  { generator = defaultGenerator }: { generator?: Generator } = {},
): Subset<Item>[] {
  return randomSplitIndices(dataset.length, lengths, generator).map(
    (indices) => new Subset(dataset, indices),
  );
}
