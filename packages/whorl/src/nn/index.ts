// torch.nn: layers, containers, losses.

export * from './activation.js';
export { ModuleDict, ModuleList, Sequential } from './container.js';
export { Dropout } from './dropout.js';
export { Conv1d, Conv2d, Conv3d } from './convolution.js';
export { Embedding } from './embedding.js';
export * as functional from './functional/index.js';
export * as init from './init.js';
export { Layer, type TensorModule } from './layer.js';
export { Bilinear, Flatten, Identity, Linear } from './linear.js';
export * from './loss.js';
export { Module, type StateDict } from './module.js';
export { Parameter } from './parameter.js';
