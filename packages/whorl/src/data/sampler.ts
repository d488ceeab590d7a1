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

const sequentialArguments = bound<[Sized]>('SequentialSampler', 'data_source');
const randomArguments = bound<[Sized, RandomSamplerOptions]>(
  'RandomSampler',
  'data_source | replacement num_samples:int? generator',
);
const subsetArguments = bound<[ArrayLike<number>, { generator?: Generator }]>(
  'SubsetRandomSampler',
  'indices:object | generator',
);
const weightedArguments = bound<[ArrayLike<number>, number, Weighted]>(
  'WeightedRandomSampler',
  'weights:object num_samples | replacement generator',
);
const batchArguments = bound<[Sampler, number, { dropLast?: boolean }]>(
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
  }

  get length(): number {
    return this.dataSource.length;
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
    return this.options.numSamples ?? this.dataSource.length;
  }

  [Symbol.iterator](): Iterator<number> {
    return randomOrder(this.dataSource.length, this.options);
  }
}

/** The given indices in random order. Source: torch.utils.data.SubsetRandomSampler. */
export class SubsetRandomSampler implements Sampler {
  readonly indices: ArrayLike<number>;
  readonly options: { generator?: Generator };

  constructor(indices: ArrayLike<number>, options?: { generator?: Generator } | Generator);
  constructor(...given: unknown[]) {
    [this.indices, this.options] = subsetArguments(given);
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
  readonly weights: ArrayLike<number>;
  readonly length: number;
  readonly options: Weighted;

  constructor(weights: ArrayLike<number>, numSamples: number, options?: Weighted);
  constructor(
    weights: ArrayLike<number>,
    numSamples: number,
    replacement?: boolean,
    generator?: Generator,
  );
  constructor(...given: unknown[]) {
    [this.weights, this.length, this.options] = weightedArguments(given);
    assertPositive('WeightedRandomSampler', 'numSamples', this.length);
  }

  [Symbol.iterator](): Iterator<number> {
    return weightedRandomOrder(this.weights, this.length, this.options);
  }
}

/** Another sampler's indices in groups. Source: torch.utils.data.BatchSampler. */
export class BatchSampler implements Iterable<number[]> {
  readonly sampler: Sampler;
  readonly batchSize: number;
  readonly dropLast: boolean;

  constructor(sampler: Sampler, batchSize: number, dropLast?: boolean | { dropLast?: boolean });
  constructor(...given: unknown[]) {
    const [sampler, batchSize, { dropLast = false }] = batchArguments(given);
    this.sampler = sampler;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    assertPositive('BatchSampler', 'batchSize', batchSize);
  }

  get length(): number {
    const batches = this.sampler.length / this.batchSize;
    return this.dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  [Symbol.iterator](): Iterator<number[]> {
    return batchesOf(this.sampler, this.batchSize, this.dropLast);
  }
}
