// torch.nn.functional.

export * from './activation.js';
export * from './classification.js';
export { dropout } from './dropout.js';
export { conv1d, conv2d, conv3d, type ConvOptions } from './convolution.js';
export { embedding } from './embedding.js';
export * from './linear.js';
export * from './regression.js';
