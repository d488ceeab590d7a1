// torch.nn: layers, containers, losses.

export * from './activation.js';
export { ModuleDict, ModuleList, Sequential } from './container.js';
export {
  BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormOptions, InstanceNorm1d, InstanceNorm2d,
  InstanceNorm3d,
} from './batch-norm.js';
export { Dropout, Dropout1d, Dropout2d, Dropout3d, type DropoutOptions } from './dropout.js';
export {
  ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, type ConvTransposeLayerOptions,
} from './conv-transpose.js';
export { Conv1d, Conv2d, Conv3d, type ConvLayerOptions } from './convolution.js';
export { Embedding } from './embedding.js';
export * as functional from './functional/index.js';
export * as init from './init.js';
export { Layer, type TensorModule } from './layer.js';
export { Bilinear, Flatten, Identity, Linear } from './linear.js';
export {
  GroupNorm, type GroupNormOptions, LayerNorm, type LayerNormOptions, RMSNorm, type RMSNormOptions,
} from './layer-norm.js';
export * from './loss.js';
export { Module, type StateDict } from './module.js';
export { Parameter } from './parameter.js';
export * as utils from './gradients.js';
