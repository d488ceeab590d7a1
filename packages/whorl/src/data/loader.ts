// DataLoader: a data set in batches, in order or shuffled with PyTorch's draws.
// in:  a data set, batch size, order
// out: an iterable of collated batches, one pass per epoch; an asynchronous one where items or
// batches are promises

import { defaultGenerator } from '../random/default.js';
import type { Generator } from '../random/generator.js';
import { drawBaseSeed, randomSplitIndices } from '../random/samplers.js';
import { bound, takes } from '../tensor/arguments/bound.js';
import type { Tensor } from '../tensor/tensor.js';
import { sign } from '../capture/looking/host-state.js';
import { collate, isPromise } from './collate.js';
import type { Collated } from './collated.js';
import { asDataset, type DataSource, type Dataset, Subset } from './dataset.js';
import { groupsOf, type Numbers, orderOf } from './indices.js';
import { BatchSampler, RandomSampler, SequentialSampler } from './sampler.js';

/** Groups of indices, and how many there are. */
export type Batches = Iterable<Numbers>;

export interface DataLoaderOptions<Item = never, Batch = unknown> {
  /** default 1 */
  batchSize?: number;
  /** a new random order each epoch, default false */
  shuffle?: boolean | null;
  /** an order of one's own, instead of shuffle */
  sampler?: Iterable<number> | Tensor | null;
  /** groups of indices of one's own, instead of batchSize, shuffle, sampler and dropLast */
  batchSampler?: Batches | null;
  /** leaves out a last batch that is not full, default false */
  dropLast?: boolean;
  /** draws from this instead of the default generator */
  generator?: Generator;
  /** makes a batch of items; default: collate */
  collateFn?: (items: Item[]) => Batch;
  /**
   * taken and ignored, as are the next ones: batches are made when they are asked for, by nobody
   * else
   */
  numWorkers?: number;
  pinMemory?: boolean;
  persistentWorkers?: boolean;
  prefetchFactor?: number | null;
  timeout?: number;
  workerInitFn?: unknown;
  multiprocessingContext?: unknown;
}

const loaderArguments = bound<[DataSource<unknown>, DataLoaderOptions<unknown, unknown>]>()(
  'DataLoader',
  'dataset:any/object | batch_size shuffle:bool? sampler batch_sampler:any? num_workers:int ' +
    'collate_fn pin_memory:bool drop_last timeout:number worker_init_fn:any? ' +
    'multiprocessing_context:any? generator * prefetch_factor:int? persistent_workers:bool',
);

class Loader<Batch> implements Iterable<Batch>, AsyncIterable<Batch> {
  private readonly batches: Iterable<readonly number[]> & { readonly length?: number };
  private readonly source: Dataset;
  private readonly options: DataLoaderOptions<unknown, unknown>;
  readonly dataset: DataSource<unknown>;

  constructor(...given: unknown[]) {
    [this.dataset, this.options] = loaderArguments(given);
    this.source = asDataset('DataLoader', this.dataset);
    const { sampler, batchSampler, generator, batchSize = 1, dropLast = false } = this.options;
    const shuffle = this.options.shuffle ?? false;
    if (batchSampler != null) {
      if (batchSize !== 1 || shuffle || sampler != null || dropLast) {
        throw new Error(
          'DataLoader: batchSampler option is mutually exclusive with batchSize, shuffle, ' +
            'sampler and dropLast',
        );
      }
      this.batches = groupsOf('DataLoader: batchSampler', batchSampler);
      return;
    }
    if (shuffle && sampler != null)
      throw new Error('DataLoader: sampler option is mutually exclusive with shuffle');
    const { source } = this;
    const order =
      sampler != null
        ? orderOf('DataLoader: sampler', sampler)
        : shuffle
          ? new RandomSampler(source, { generator })
          : new SequentialSampler(source);
    this.batches = new BatchSampler(order, batchSize, dropLast);
  }

  /** Batches in an epoch. */
  get length(): number {
    return this.batches.length!;
  }

  /** One epoch. Each draws a seed first, shuffled or not, as PyTorch's iterator does. */
  *[Symbol.iterator](): Iterator<Batch> {
    sign();
    drawBaseSeed(this.options.generator ?? defaultGenerator);
    for (const indices of this.batches) {
      const items = this.itemsAt(indices);
      if (isPromise(items) || (Array.isArray(items) && items.some(isPromise))) {
        throw new TypeError(
          'DataLoader: the data set gives promises: read it with ' +
            '`for await (const batch of loader)`',
        );
      }
      yield this.batchOf(items) as Batch;
    }
  }

  /** The same of items that are promises: those of a batch are awaited together, in their order. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined> {
    sign();
    drawBaseSeed(this.options.generator ?? defaultGenerator);
    for (const indices of this.batches) {
      const items = this.itemsAt(indices);
      const here = Array.isArray(items) ? await Promise.all(items) : await items;
      yield (await this.batchOf(here)) as Batch;
    }
  }

  /** A list of items, or a batch where the data set makes it itself. */
  private itemsAt(indices: readonly number[]): unknown {
    const { source } = this;
    if (this.options.collateFn == null && source.batch !== undefined)
      return { batch: source.batch(indices) };
    return indices.map((i) => source.get(i));
  }

  private batchOf(items: unknown): unknown {
    if (!Array.isArray(items)) return (items as { batch: unknown }).batch;
    return (this.options.collateFn ?? collate)(items);
  }
}

/** Source: torch.utils.data.DataLoader, with numWorkers 0. */
export type DataLoader<Batch = unknown> = Loader<Batch>;

interface LoaderClass {
  /** A batch is what collateFn makes of its items. */
  new <Item, Batch>(
    dataset: DataSource<Item>,
    options: DataLoaderOptions<Awaited<Item>, Batch> & {
      collateFn: (items: Awaited<Item>[]) => Batch;
    },
  ): DataLoader<Awaited<Batch>>;
  /** A batch is what collate() makes of its items. */
  new <Item>(
    dataset: DataSource<Item>,
    options?: number | (DataLoaderOptions & { collateFn?: undefined }),
    shuffle?: boolean,
  ): DataLoader<Collated<Item>>;
  /** A batch is what its type argument says. */
  new <Batch>(
    dataset: DataSource<unknown>,
    // biome-ignore lint/suspicious/noExplicitAny: the caller answers for the types
    options?: DataLoaderOptions<any>,
  ): DataLoader<Batch>;
}

export const DataLoader = Loader as unknown as LoaderClass;

/** Random parts of the given sizes or fractions. Source: torch.utils.data.random_split. */
export const randomSplit = takes('randomSplit', 'dataset lengths | generator', split);

function split<Item>(
  dataset: DataSource<Item>,
  lengths: readonly number[],
  { generator = defaultGenerator }: { generator?: Generator } = {},
): Subset<Item>[] {
  const { length } = asDataset('randomSplit', dataset);
  return randomSplitIndices(length, lengths, generator).map(
    (indices) => new Subset(dataset, indices),
  );
}
