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

function assertPositive(where: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0) {
    throw new Error(
      `${where}: ${name} should be a positive integer value, but got ${name}=${value}`,
    );
  }
}

/** 0, 1, 2, ... Source: torch.utils.data.SequentialSampler. */
export class SequentialSampler implements Sampler {
  constructor(readonly dataSource: { readonly length: number }) {}

  get length(): number {
    return this.dataSource.length;
  }

  [Symbol.iterator](): Iterator<number> {
    return sequentialOrder(this.length);
  }
}

/** A new random order each epoch. Source: torch.utils.data.RandomSampler. */
export class RandomSampler implements Sampler {
  constructor(
    readonly dataSource: { readonly length: number },
    readonly options: RandomSamplerOptions = {},
  ) {
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
  constructor(
    readonly indices: ArrayLike<number>,
    readonly options: { generator?: Generator } = {},
  ) {}

  get length(): number {
    return this.indices.length;
  }

  [Symbol.iterator](): Iterator<number> {
    return subsetRandomOrder(this.indices, this.options.generator);
  }
}

/** Indices as likely as their weights. Source: torch.utils.data.WeightedRandomSampler. */
export class WeightedRandomSampler implements Sampler {
  constructor(
    readonly weights: ArrayLike<number>,
    readonly length: number,
    readonly options: { replacement?: boolean; generator?: Generator } = {},
  ) {
    assertPositive('WeightedRandomSampler', 'numSamples', length);
  }

  [Symbol.iterator](): Iterator<number> {
    return weightedRandomOrder(this.weights, this.length, this.options);
  }
}

/** Another sampler's indices in groups. Source: torch.utils.data.BatchSampler. */
export class BatchSampler implements Iterable<number[]> {
  constructor(
    readonly sampler: Sampler,
    readonly batchSize: number,
    readonly dropLast = false,
  ) {
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
