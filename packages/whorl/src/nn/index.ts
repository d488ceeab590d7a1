// torch.nn: layers, containers, losses.

import '../operators/index.js';

export * from './activation.js';
export { ModuleDict, ModuleList, Sequential } from './container.js';
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  type BatchNormOptions,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
} from './batch-norm.js';
export { Dropout, Dropout1d, Dropout2d, Dropout3d, type DropoutOptions } from './dropout.js';
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeLayerOptions,
} from './conv-transpose.js';
export { Conv1d, Conv2d, Conv3d, type ConvLayerOptions } from './convolution.js';
export { Embedding } from './embedding.js';
export * as functional from '../operators/nn/index.js';
export * as init from './init.js';
export { Layer, type TensorModule } from './module/layer.js';
export { Bilinear, Flatten, Identity, Linear } from './linear.js';
export {
  GroupNorm,
  type GroupNormOptions,
  LayerNorm,
  type LayerNormOptions,
  RMSNorm,
  type RMSNormOptions,
} from './layer-norm.js';
export * from './loss.js';
export { Module } from './module/module.js';
export {
  type LoadOptions,
  type LoadResult,
  type SavedState,
  StateDict,
} from './module/state-dict.js';
export { Parameter } from './module/parameter.js';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AvgPool1d,
  AvgPool2d,
  AvgPool3d,
  MaxPool1d,
  MaxPool2d,
  MaxPool3d,
} from './pooling.js';
export {
  GRU,
  LSTM,
  type LSTMOptions,
  type RecurrentOptions,
  RNN,
  type RNNOptions,
} from './sequence/recurrent.js';
export {
  type CellOptions,
  GRUCell,
  LSTMCell,
  RNNCell,
  type RNNCellOptions,
} from './sequence/recurrent-cell.js';
export {
  type AttendOptions,
  MultiheadAttention,
  type MultiheadAttentionOptions,
} from './sequence/attention.js';
export {
  type EncoderMasks,
  type LayerMasks,
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerEncoderLayerOptions,
  type TransformerEncoderOptions,
} from './sequence/transformer.js';
export * as utils from './gradients.js';
