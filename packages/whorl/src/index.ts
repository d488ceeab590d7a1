// Whorl: everything a user imports, in PyTorch's names. A table of contents.

import './tensor/index.js';

export { enableGrad, isGradEnabled, noGrad, setGradEnabled } from './autograd/mode.js';
export * from './data/index.js';
export * as datasets from './data/datasets.js';
export { setDebug } from './engine/debug.js';
export { hasRelaxedFma, setRelaxedFma } from './engine/device.js';
export { type MemoryUse, memory } from './engine/memory.js';
export { getNumThreads, setNumThreads } from './engine/threads.js';
export type { DType } from './graph/dtype.js';
export { getRngState, initialSeed, seed } from './random/default.js';
export { manualSeed, setRngState } from './tensor/seed.js';
export { Generator } from './random/generator.js';
export { random } from './random/python.js';
export * as nn from './nn/index.js';
export { nativeGroupNorm, nativeLayerNorm } from './nn/functional/normalization.js';
export { constantPadNd } from './nn/functional/padding.js';
export * as optim from './optim/index.js';
export {
  broadcastShapesOf as broadcastShapes,
  broadcastTensors,
  meshgrid,
} from './tensor/broadcasting.js';
export { maximum, minimum } from './tensor/binary.js';
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
} from './tensor/create.js';
export { compile, type CompileOptions } from './tensor/compile/compile.js';
export { cumulativeTrapezoid, trapezoid, trapz } from './tensor/calculus.js';
export { gradient } from './tensor/slopes.js';
export { einsum } from './tensor/einsum.js';
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
} from './tensor/random.js';
export { linspace, logspace } from './tensor/spaced.js';
export * as linalg from './tensor/linalg/index.js';
export * as special from './tensor/special/index.js';
export {
  blockDiag,
  cartesianProd,
  combinations,
  cross,
  kron,
  tensordot,
} from './tensor/products.js';
export { cdist } from './tensor/norms.js';
export { bucketize, isin, searchsorted } from './tensor/searching.js';
export { unravelIndex } from './tensor/broadcasting.js';
export { stdMean, varMean } from './tensor/statistics.js';
export { type Slice, slice } from './tensor/slice.js';
export {
  atleast1d,
  atleast2d,
  atleast3d,
  cat,
  columnStack,
  dstack,
  hstack,
  stack,
  vstack,
} from './tensor/join.js';
export { type LiveNumber, scalar } from './tensor/scalar.js';
export { trilIndices, triuIndices } from './tensor/rearrange.js';
export { Tensor } from './tensor/tensor.js';
export type { Index } from './tensor/types/at.js';
export type { NestedArray } from './tensor/types/methods.js';
export type { ValuesIndices } from './tensor/types/reductions.js';
export type { Shape } from './tensor/types/shape.js';
export { where } from './tensor/ternary.js';
