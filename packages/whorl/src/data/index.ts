// torch.utils.data, and small data sets.

export { collate, type Dataset, Subset, TensorDataset } from './dataset.js';
export { DataLoader, type DataLoaderOptions, randomSplit } from './loader.js';
export {
  BatchSampler,
  RandomSampler,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from './sampler.js';
