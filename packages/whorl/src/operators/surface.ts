// What methods a Tensor has and what they are: the names, each beside its signature.
// in:  signatures from methods.ts, products.ts, ternary.ts, indexed.ts
// out: members of class Tensor, which the family files register under the same names

import type { DType } from '../graph/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Index } from '../tensor/types/at.js';
import type { Scalar } from '../tensor/types/dtype.js';
import type * as I from './index/types.js';
import type { TensorJson } from '../tensor/types/json.js';
import type * as M from './types.js';
import type * as Pointwise from './pointwise/types.js';
import type * as Reductions from './reduce/types.js';
import type { MatrixTurned, Narrow, Row, Select, Turned } from '../tensor/types/movement.js';
import type * as P from './product/types.js';
import type { Accept, Closed, Shape, Sizes } from '../tensor/types/shape.js';
import type * as T3 from './pointwise/ternary-types.js';

/**
 * Not generic, so that all tensors share these very members: comparing a Parameter<[2, 3]> with a
 * Tensor, which is structural, passes over them.
 */
export interface Methods {
  // ---- one operand
  neg: Pointwise.Unary;
  negative: Pointwise.Unary;
  abs: Pointwise.Unary;
  sign: Pointwise.Unary;
  sgn: Pointwise.Unary;
  floor: Pointwise.Unary;
  ceil: Pointwise.Unary;
  trunc: Pointwise.Unary;
  fix: Pointwise.Unary;
  frac: Pointwise.Unary;
  square: Pointwise.Unary;
  relu: Pointwise.Unary;
  bitwiseNot: Pointwise.Unary;
  reciprocal: Pointwise.UnaryFloat;
  sqrt: Pointwise.UnaryFloat;
  rsqrt: Pointwise.UnaryFloat;
  exp: Pointwise.UnaryFloat;
  exp2: Pointwise.UnaryFloat;
  expm1: Pointwise.UnaryFloat;
  log: Pointwise.UnaryFloat;
  log2: Pointwise.UnaryFloat;
  log10: Pointwise.UnaryFloat;
  log1p: Pointwise.UnaryFloat;
  sin: Pointwise.UnaryFloat;
  cos: Pointwise.UnaryFloat;
  tan: Pointwise.UnaryFloat;
  asin: Pointwise.UnaryFloat;
  acos: Pointwise.UnaryFloat;
  atan: Pointwise.UnaryFloat;
  sinh: Pointwise.UnaryFloat;
  cosh: Pointwise.UnaryFloat;
  tanh: Pointwise.UnaryFloat;
  asinh: Pointwise.UnaryFloat;
  acosh: Pointwise.UnaryFloat;
  atanh: Pointwise.UnaryFloat;
  sigmoid: Pointwise.UnaryFloat;
  erf: Pointwise.UnaryFloat;
  erfc: Pointwise.UnaryFloat;
  erfinv: Pointwise.UnaryFloat;
  lgamma: Pointwise.UnaryFloat;
  digamma: Pointwise.UnaryFloat;
  deg2rad: Pointwise.UnaryFloat;
  rad2deg: Pointwise.UnaryFloat;
  logicalNot: Pointwise.UnaryBool;
  isnan: Pointwise.UnaryBool;
  isinf: Pointwise.UnaryBool;
  isposinf: Pointwise.UnaryBool;
  isneginf: Pointwise.UnaryBool;
  isfinite: Pointwise.UnaryBool;

  // ---- two operands
  add: Pointwise.Sum<'add'>;
  sub: Pointwise.Sum<'sub'>;
  subtract: Pointwise.Sum<'subtract'>;
  rsub: Pointwise.Sum<'rsub'>;
  mul: Pointwise.Arithmetic<'mul'>;
  multiply: Pointwise.Arithmetic<'multiply'>;
  div: Pointwise.Divide<'div'>;
  divide: Pointwise.Divide<'divide'>;
  trueDivide: Pointwise.ArithmeticFloat<'trueDivide'>;
  floorDivide: Pointwise.Arithmetic<'floorDivide'>;
  remainder: Pointwise.Arithmetic<'remainder'>;
  fmod: Pointwise.Arithmetic<'fmod'>;
  pow: Pointwise.Arithmetic<'pow'>;
  atan2: Pointwise.ArithmeticFloat<'atan2'>;
  arctan2: Pointwise.ArithmeticFloat<'arctan2'>;
  maximum: Pointwise.Arithmetic<'maximum'>;
  minimum: Pointwise.Arithmetic<'minimum'>;
  bitwiseAnd: Pointwise.Arithmetic<'bitwiseAnd'>;
  bitwiseOr: Pointwise.Arithmetic<'bitwiseOr'>;
  bitwiseXor: Pointwise.Arithmetic<'bitwiseXor'>;
  bitwiseLeftShift: Pointwise.Arithmetic<'bitwiseLeftShift'>;
  bitwiseRightShift: Pointwise.Arithmetic<'bitwiseRightShift'>;
  eq: Pointwise.Compare<'eq'>;
  ne: Pointwise.Compare<'ne'>;
  notEqual: Pointwise.Compare<'notEqual'>;
  lt: Pointwise.Compare<'lt'>;
  less: Pointwise.Compare<'less'>;
  le: Pointwise.Compare<'le'>;
  lessEqual: Pointwise.Compare<'lessEqual'>;
  gt: Pointwise.Compare<'gt'>;
  greater: Pointwise.Compare<'greater'>;
  ge: Pointwise.Compare<'ge'>;
  greaterEqual: Pointwise.Compare<'greaterEqual'>;
  logicalAnd: Pointwise.Compare<'logicalAnd'>;
  logicalOr: Pointwise.Compare<'logicalOr'>;
  logicalXor: Pointwise.Compare<'logicalXor'>;

  // ---- three operands
  where: T3.WhereMethod;
  clamp: T3.Clamp;
  clip: T3.Clamp;
  clampMin: T3.ClampSide;
  clampMax: T3.ClampSide;
  lerp: T3.Lerp;
  addcmul: T3.AddC<'addcmul'>;
  addcdiv: T3.AddC<'addcdiv'>;

  // ---- reductions
  sum: Reductions.Total<'sum'>;
  prod: Reductions.Total<'prod'>;
  mean: Reductions.Mean<'mean'>;
  amax: Reductions.ReduceSame<'amax'>;
  amin: Reductions.ReduceSame<'amin'>;
  max: Reductions.Extremum<'max'>;
  min: Reductions.Extremum<'min'>;
  argmax: Reductions.ReduceIndex<'argmax'>;
  argmin: Reductions.ReduceIndex<'argmin'>;
  any: Reductions.ReduceBool<'any'>;
  all: Reductions.ReduceBool<'all'>;
  countNonzero: Reductions.Counting<'countNonzero'>;
  var: Reductions.Spread<'var'>;
  std: Reductions.Spread<'std'>;
  logsumexp: Reductions.ReduceFloat<'logsumexp'>;
  softmax: M.AlongFloat<'softmax'>;
  logSoftmax: M.AlongFloat<'logSoftmax'>;

  cumsum: M.AlongTotal<'cumsum'>;
  cumprod: M.AlongTotal<'cumprod'>;
  logcumsumexp: M.AlongFloat<'logcumsumexp'>;
  cummax: I.Cumulating<'cummax'>;
  cummin: I.Cumulating<'cummin'>;
  sort: I.Sorting;
  argsort: I.ArgSorting;
  msort: Pointwise.Unary;
  topk: I.TopK;
  kthvalue: I.KthValue;
  diff: I.Differences;

  // ---- products
  matmul: P.MatMulMethod;
  mm: P.MmMethod;
  bmm: P.BmmMethod;
  mv: P.MvMethod;
  dot: P.DotMethod<'dot'>;
  vdot: P.DotMethod<'vdot'>;
  outer: P.OuterMethod<'outer'>;
  ger: P.OuterMethod<'ger'>;
  addmm: P.AddMm;
  addmv: P.AddMv;
  addr: P.AddR;
  baddbmm: P.BAddBmm;
  addbmm: P.AddBmm;

  // ---- movement
  reshape: M.Reshaping<'reshape'>;
  view: M.Reshaping<'view'>;
  reshapeAs: M.ReshapingAs<'reshapeAs'>;
  viewAs: M.ReshapingAs<'viewAs'>;
  flatten: M.Flattening;
  ravel: M.Raveling;
  unflatten: M.Unflattening;
  permute: M.Permuting;
  t: M.Turning;
  transpose: M.Transposing;
  swapaxes: M.Transposing;
  swapdims: M.Transposing;
  movedim: M.MovingDim;
  moveaxis: M.MovingDim;
  squeeze: M.Squeezing;
  unsqueeze: M.Unsqueezing;
  expand: M.Expanding;
  broadcastTo: M.BroadcastingTo;
  expandAs: M.ExpandingAs;
  narrow<T extends Tensor, const Dim extends number, const N extends number>(
    this: T,
    dim: Accept<Narrow<T['sizes'], Dim, N>, Dim>,
    start: number,
    length: N,
  ): Tensor<Narrow<T['sizes'], Dim, N>, T['dtype']>;
  select<T extends Tensor, const Dim extends number>(
    this: T,
    dim: Accept<Select<T['sizes'], Dim>, Dim>,
    index: number,
  ): Tensor<Select<T['sizes'], Dim>, T['dtype']>;
  diagonal: M.Rearranging<[offset?: number, dim1?: number, dim2?: number]>;
  unfold: M.Rearranging<[dimension: number, size: number, step: number]>;

  split: I.Splitting<'split', number | readonly number[]>;
  unsafeSplit: I.Splitting<'unsafeSplit', number | readonly number[]>;
  splitWithSizes: I.Splitting<'splitWithSizes', readonly number[]>;
  chunk: I.Splitting<'chunk', number>;
  unsafeChunk: I.Splitting<'unsafeChunk', number>;
  tensorSplit: I.Splitting<'tensorSplit', number | readonly number[] | Tensor>;
  hsplit: I.SplittingAt;
  vsplit: I.SplittingAt;
  dsplit: I.SplittingAt;
  unbind: I.Unbinding;
  repeat: M.Rearranging<(number | readonly number[])[]>;
  tile: M.Rearranging<(number | readonly number[])[]>;
  repeatInterleave: I.RepeatingEach;
  flip: M.Shuffling<(number | readonly number[])[]>;
  fliplr: Pointwise.Unary;
  flipud: Pointwise.Unary;
  roll: M.Shuffling<[shifts: number | readonly number[], dims?: number | readonly number[] | null]>;
  rot90<T extends Tensor>(
    this: T,
    k?: number,
    dims?: readonly number[],
  ): Tensor<Sizes<T['sizes']>, T['dtype']>;
  tril: M.Shuffling<[diagonal?: number]>;
  triu: M.Shuffling<[diagonal?: number]>;

  // ---- indexing
  at: M.Indexing;
  atSync: M.IndexingSync;
  setAt<T extends Tensor>(
    this: T,
    indices: Index | readonly Index[],
    value: Scalar | Tensor | readonly number[],
  ): T;
  nonzero: M.Nonzero;
  argwhere<T extends Tensor>(this: T): Promise<Tensor<[number, T['sizes']['length']], 'int64'>>;

  gather: I.Gather;
  take: I.Take;
  takeAlongDim: I.TakeAlongDim;
  indexSelect: I.IndexSelect;
  scatter: M.Shuffling<I.ScatterArgs>;
  scatterAdd: M.Shuffling<I.ScatterAddArgs>;
  indexAdd: M.Shuffling<I.IndexAddArgs>;
  indexCopy: M.Shuffling<I.IndexCopyArgs>;
  indexFill: M.Shuffling<I.IndexFillArgs>;
  indexPut: M.Shuffling<I.IndexPutArgs>;
  put: M.Shuffling<I.PutArgs>;
  maskedFill: I.MaskedFill;
  maskedSelect: I.MaskedSelect;
  maskedScatter: M.Shuffling<[mask: Tensor, source: Tensor]>;

  // ---- dtypes, copies, new tensors of the same dtype
  to: M.Casting;
  float: M.CastingTo<'float32'>;
  double: M.CastingTo<'float64'>;
  long: M.CastingTo<'int64'>;
  int: M.CastingTo<'int32'>;
  bool: M.CastingTo<'bool'>;
  clone: Pointwise.Unary;
  contiguous: Pointwise.Unary;
  fill: M.Shuffling<[value: Scalar | Tensor<[]>]>;
  newZeros: M.Making;
  newOnes: M.Making;
  newFull<T extends Tensor, const N extends number[], const E extends DType = T['dtype']>(
    this: T,
    size: readonly [...N],
    fillValue: Scalar,
    options?: M.MakingOptions<E>,
  ): Tensor<Closed<N>, NoInfer<E>>;

  // ---- reading
  item: M.ItemMethod;
  itemSync: M.ItemSync;
  data: M.DataMethod;
  dataSync: M.DataSync;
  toArray: M.ToArray;
  tolist: M.ToArray;
  toArraySync: M.ToArraySync;
  /** What JSON.stringify keeps: dtype, shape and values, read synchronously; loadStateDict takes it. */
  toJSON: () => TensorJson;
  size: M.SizeMethod;
  stride: M.SizeMethod;
  dim(): number;
  isContiguous(): boolean;
  storageOffset(): number;

  // ---- gradients
  backward(
    gradient?: Tensor | null | { retainGraph?: boolean; createGraph?: boolean },
    options?: { retainGraph?: boolean; createGraph?: boolean },
  ): void;
}

declare module '../tensor/tensor.js' {
  interface Tensor<out S extends Shape, out D extends DType> extends Methods {
    // what is no method with a receiver of its own
    [Symbol.iterator](): IterableIterator<Tensor<Row<S>, D>>;
    get T(): Tensor<Turned<S>, D>;
    get mT(): Tensor<MatrixTurned<S>, D>;
  }
}
