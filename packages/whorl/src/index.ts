// Whorl: everything a user imports, in PyTorch's names. A table of contents.

import './operators/index.js';

export { enableGrad, isGradEnabled, noGrad, setGradEnabled } from './autograd/mode.js';
export * from './data/index.js';
export * as datasets from './data/datasets.js';
export { setDebug } from './engine/observe/debug.js';
export { accelerator, cuda } from './engine/devices/available.js';
export {
  defaultDevice as getDefaultDevice,
  device,
  type DeviceLike,
  setDefaultDevice,
} from './engine/devices/default.js';
export { hasRelaxedFma, setRelaxedFma } from './engine/devices/relaxed-fma.js';
export { Device } from './graph/device.js';
export { type MemoryUse, memory } from './engine/devices/memory.js';
export { getNumThreads, setNumThreads } from './engine/devices/threads.js';
export type { DType } from './graph/dtype.js';
export { getRngState, initialSeed, seed } from './random/default.js';
export { manualSeed, setRngState } from './operators/create/seed.js';
export { Generator } from './random/generator.js';
export { random } from './random/python.js';
export * as nn from './nn/index.js';
export { nativeGroupNorm, nativeLayerNorm } from './operators/nn/normalization.js';
export { constantPadNd } from './operators/nn/image/padding.js';
export * as optim from './optim/index.js';
export {
  broadcastShapesOf as broadcastShapes,
  broadcastTensors,
  meshgrid,
} from './operators/movement/broadcasting.js';
export { maximum, minimum } from './operators/pointwise/binary.js';
export { setFlushDenormal } from './operators/pointwise/flush-denormal.js';
export {
  arange,
  empty,
  emptyLike,
  eye,
  FloatTensor,
  full,
  fullLike,
  ones,
  onesLike,
  scalarTensor,
  tensor,
  zeros,
  zerosLike,
} from './operators/create/create.js';
export { compile, type CompileOptions } from './capture/compile.js';
export * from './functions.js';
export { cumulativeTrapezoid, trapezoid, trapz } from './operators/reduce/calculus.js';
export { gradient } from './operators/reduce/slopes.js';
export { einsum } from './operators/product/einsum.js';
export { grad } from './tensor/gradient.js';
export { type PrintOptions, setPrintOptions } from './tensor/print.js';
export {
  bernoulli,
  multinomial,
  normalOf as normal,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
  randperm,
} from './operators/create/random.js';
export { linspace, logspace } from './operators/create/spaced.js';
export * as linalg from './operators/linalg/index.js';
export * as special from './operators/special/index.js';
export {
  blockDiag,
  cartesianProd,
  combinations,
  cross,
  kron,
  tensordot,
} from './operators/product/products.js';
export { cdist } from './operators/reduce/norms.js';
export { bucketize, isin, searchsorted } from './operators/order/searching.js';
export { unravelIndex } from './operators/movement/broadcasting.js';
export { stdMean, varMean } from './operators/reduce/statistics.js';
export { type Slice, slice } from './operators/index/slice.js';
export {
  atleast1d,
  atleast2d,
  atleast3d,
  cat,
  columnStack,
  concat,
  concatenate,
  dstack,
  hstack,
  stack,
  vstack,
} from './operators/movement/join.js';
export { type LiveNumber, scalar } from './tensor/scalar.js';
export { trilIndices, triuIndices } from './operators/movement/rearrange.js';
export { Tensor } from './tensor/tensor.js';
export type { Index } from './tensor/types/at.js';
export type { NestedArray } from './tensor/methods.js';
export type { ValuesIndices } from './operators/reduce/types.js';
export type { Shape } from './tensor/types/shape.js';
export { where } from './operators/pointwise/ternary.js';
