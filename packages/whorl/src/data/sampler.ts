// Samplers: the orders in which a DataLoader reads a data set, and their grouping into batches.
// in:  a data set's length or indices     out: iterables that draw anew each time they are read

import type { Generator } from '../random/generator.js';
import {
  batchesOf,
  randomOrder,
  sequentialOrder,
  subsetRandomOrder,
  weightedRandomOrder,
} from '../random/samplers.js';
import { bound } from '../tensor/arguments/bound.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  demandLength,
  indicesOf,
  type Numbers,
  numbersOf,
  type Order,
  orderOf,
} from './indices.js';

/** An order of indices that can be read once per epoch, and how many it has. */
export interface Sampler extends Iterable<number> {
  readonly length: number;
}

export interface RandomSamplerOptions {
  /** False by default: every index once. */
  replacement?: boolean;
  /** As many as the data set has by default. */
  numSamples?: number;
  /** Without one, each epoch seeds a generator of its own from the default generator. */
  generator?: Generator;
}

interface Sized {
  readonly length: number;
}
interface Weighted {
  replacement?: boolean;
  generator?: Generator;
}

const sequentialArguments = bound<[Sized]>()('SequentialSampler', 'data_source');
const randomArguments = bound<[Sized, RandomSamplerOptions]>()(
  'RandomSampler',
  'data_source | replacement num_samples:int? generator',
);
const subsetArguments = bound<[Numbers, { generator?: Generator }]>()(
  'SubsetRandomSampler',
  'indices:object | generator',
);
const weightedArguments = bound<[Numbers, number, Weighted]>()(
  'WeightedRandomSampler',
  'weights:object num_samples | replacement generator',
);
const batchArguments = bound<[Iterable<number> | Tensor, number, { dropLast?: boolean }]>()(
  'BatchSampler',
  'sampler:object batch_size | drop_last',
);

function assertPositive(where: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0) {
    throw new Error(
      `${where}: ${name} should be a positive integer value, but got ${name}=${value}`,
    );
  }
}

/** 0, 1, 2, ... Source: torch.utils.data.SequentialSampler. */
export class SequentialSampler implements Sampler {
  readonly dataSource: Sized;

  constructor(dataSource: Sized);
  constructor(...given: unknown[]) {
    [this.dataSource] = sequentialArguments(given);
    demandLength('SequentialSampler: dataSource', this.dataSource);
  }

  get length(): number {
    return demandLength('SequentialSampler: dataSource', this.dataSource);
  }

  [Symbol.iterator](): Iterator<number> {
    return sequentialOrder(this.length);
  }
}

/** A new random order each epoch. Source: torch.utils.data.RandomSampler. */
export class RandomSampler implements Sampler {
  readonly dataSource: Sized;
  readonly options: RandomSamplerOptions;

  constructor(dataSource: Sized, options?: RandomSamplerOptions);
  constructor(
    dataSource: Sized,
    replacement?: boolean,
    numSamples?: number | null,
    generator?: Generator,
  );
  constructor(...given: unknown[]) {
    [this.dataSource, this.options] = randomArguments(given);
    assertPositive('RandomSampler', 'numSamples', this.length);
  }

  get length(): number {
    return this.options.numSamples ?? this.size;
  }

  private get size(): number {
    return demandLength('RandomSampler: dataSource', this.dataSource);
  }

  [Symbol.iterator](): Iterator<number> {
    return randomOrder(this.size, this.options);
  }
}

/** The given indices in random order. Source: torch.utils.data.SubsetRandomSampler. */
export class SubsetRandomSampler implements Sampler {
  readonly indices: readonly number[];
  readonly options: { generator?: Generator };

  constructor(indices: Numbers, options?: { generator?: Generator } | Generator);
  constructor(...given: unknown[]) {
    const [indices, options] = subsetArguments(given);
    this.indices = indicesOf('SubsetRandomSampler: indices', indices);
    this.options = options;
  }

  get length(): number {
    return this.indices.length;
  }

  [Symbol.iterator](): Iterator<number> {
    return subsetRandomOrder(this.indices, this.options.generator);
  }
}

/** Indices as likely as their weights. Source: torch.utils.data.WeightedRandomSampler. */
export class WeightedRandomSampler implements Sampler {
  readonly weights: readonly number[];
  readonly length: number;
  readonly options: Weighted;

  constructor(weights: Numbers, numSamples: number, options?: Weighted);
  constructor(weights: Numbers, numSamples: number, replacement?: boolean, generator?: Generator);
  constructor(...given: unknown[]) {
    const [weights, count, options] = weightedArguments(given);
    this.weights = numbersOf('WeightedRandomSampler: weights', weights);
    this.length = count;
    this.options = options;
    assertPositive('WeightedRandomSampler', 'numSamples', this.length);
  }

  [Symbol.iterator](): Iterator<number> {
    return weightedRandomOrder(this.weights, this.length, this.options);
  }
}

/** Another sampler's indices in groups. Source: torch.utils.data.BatchSampler. */
export class BatchSampler implements Iterable<number[]> {
  readonly sampler: Order;
  readonly batchSize: number;
  readonly dropLast: boolean;

  constructor(
    sampler: Iterable<number> | Tensor,
    batchSize: number,
    dropLast?: boolean | { dropLast?: boolean },
  );
  constructor(...given: unknown[]) {
    const [sampler, batchSize, { dropLast = false }] = batchArguments(given);
    this.sampler = orderOf('BatchSampler: sampler', sampler);
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    assertPositive('BatchSampler', 'batchSize', batchSize);
  }

  get length(): number {
    const batches = demandLength('BatchSampler: sampler', this.sampler) / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  [Symbol.iterator](): Iterator<number[]> {
    return batchesOf(this.sampler, this.batchSize, this.dropLast);
  }
}
