// torch.nn.functional.

export * from './activation.js';
export * from './classification.js';
export { dropout, dropout1d, dropout2d, dropout3d } from './dropout.js';
export {
  convTranspose1d, convTranspose2d, convTranspose3d, type ConvTransposeOptions,
} from './conv-transpose.js';
export { conv1d, conv2d, conv3d, type ConvOptions } from './convolution.js';
export {
  cosineEmbeddingLoss, cosineSimilarity, marginRankingLoss, normalize, pairwiseDistance, pdist,
  tripletMarginLoss,
} from './distance.js';
export { embedding } from './embedding.js';
export { embeddingBag } from './embedding-bag.js';
export { gridSample } from './grid-sample.js';
export { interpolate, upsampleBilinear, upsampleNearest } from './interpolate.js';
export * from './linear.js';
export { linearCrossEntropy, multilabelMarginLoss } from './multilabel.js';
export { batchNorm, instanceNorm, localResponseNorm } from './batch-norm.js';
export { groupNorm, layerNorm, rmsNorm } from './normalization.js';
export { pad } from './padding.js';
export * from './regression.js';
export { channelShuffle, fold, pixelShuffle, pixelUnshuffle, unfold } from './shuffle.js';
export { oneHot } from '../../tensor/indexed.js';
