// torch.utils.data, and small data sets.

export { collate } from './collate.js';
export type { Collated } from './collated.js';
export { type Dataset, type DataSource, Subset, TensorDataset } from './dataset.js';
export { DataLoader, type DataLoaderOptions, randomSplit } from './loader.js';
export {
  BatchSampler,
  RandomSampler,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from './sampler.js';
