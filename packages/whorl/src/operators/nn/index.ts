// torch.nn.functional.

import '../index.js';

export * from './activation.js';
export { type AttentionOptions, scaledDotProductAttention } from './attention.js';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type AvgPoolOptions,
} from './window/avg-pool.js';
export * from './loss/binary-losses.js';
export * from './loss/classification.js';
export { dropout, dropout1d, dropout2d, dropout3d } from './dropout.js';
export {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvTransposeOptions,
} from './window/conv-transpose.js';
export { conv1d, conv2d, conv3d, type ConvOptions } from './window/convolution.js';
export {
  cosineEmbeddingLoss,
  cosineSimilarity,
  marginRankingLoss,
  normalize,
  pairwiseDistance,
  pdist,
  tripletMarginLoss,
} from './loss/distance.js';
export { embedding } from './embedding.js';
export { embeddingBag } from './embedding-bag.js';
export { gridSample } from './image/grid-sample.js';
export { interpolate, upsampleBilinear, upsampleNearest } from './image/interpolate.js';
export * from './loss/likelihood.js';
export * from './linear.js';
export {
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type MaxPoolOptions,
} from './window/max-pool.js';
export {
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
  type MaxUnpoolOptions,
} from './window/max-unpool.js';
export { linearCrossEntropy, multilabelMarginLoss } from './loss/multilabel.js';
export { batchNorm, instanceNorm, localResponseNorm } from './batch-norm.js';
export { groupNorm, layerNorm, rmsNorm } from './normalization.js';
export { pad } from './image/padding.js';
export * from './piecewise.js';
export {
  hingeEmbeddingLoss,
  huberLoss,
  type HuberOptions,
  l1Loss,
  mseLoss,
  smoothL1Loss,
  softMarginLoss,
} from './loss/regression.js';
export { channelShuffle, fold, pixelShuffle, pixelUnshuffle, unfold } from './image/shuffle.js';
export { oneHot } from '../index/one-hot.js';
