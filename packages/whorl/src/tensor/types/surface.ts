// What methods a Tensor has and what they are: the names, each beside its signature.
// in:  signatures from methods.ts, products.ts, ternary.ts, indexed.ts
// out: members of class Tensor, which the family files register under the same names

import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../tensor.js';
import type { Index } from './at.js';
import type { Scalar } from './dtype.js';
import type * as I from './indexed.js';
import type { TensorJson } from './json.js';
import type * as M from './methods.js';
import type { MatrixTurned, Narrow, Row, Select, Turned } from './movement.js';
import type * as P from './products.js';
import type { Accept, Closed, Shape, Sizes } from './shape.js';
import type * as T3 from './ternary.js';

/**
 * Not generic, so that all tensors share these very members: comparing a Parameter<[2, 3]> with a
 * Tensor, which is structural, passes over them.
 */
export interface Methods {
  // ---- one operand
  neg: M.Unary;
  negative: M.Unary;
  abs: M.Unary;
  sign: M.Unary;
  sgn: M.Unary;
  floor: M.Unary;
  ceil: M.Unary;
  trunc: M.Unary;
  fix: M.Unary;
  frac: M.Unary;
  square: M.Unary;
  relu: M.Unary;
  bitwiseNot: M.Unary;
  reciprocal: M.UnaryFloat;
  sqrt: M.UnaryFloat;
  rsqrt: M.UnaryFloat;
  exp: M.UnaryFloat;
  exp2: M.UnaryFloat;
  expm1: M.UnaryFloat;
  log: M.UnaryFloat;
  log2: M.UnaryFloat;
  log10: M.UnaryFloat;
  log1p: M.UnaryFloat;
  sin: M.UnaryFloat;
  cos: M.UnaryFloat;
  tan: M.UnaryFloat;
  asin: M.UnaryFloat;
  acos: M.UnaryFloat;
  atan: M.UnaryFloat;
  sinh: M.UnaryFloat;
  cosh: M.UnaryFloat;
  tanh: M.UnaryFloat;
  asinh: M.UnaryFloat;
  acosh: M.UnaryFloat;
  atanh: M.UnaryFloat;
  sigmoid: M.UnaryFloat;
  erf: M.UnaryFloat;
  erfc: M.UnaryFloat;
  erfinv: M.UnaryFloat;
  lgamma: M.UnaryFloat;
  digamma: M.UnaryFloat;
  deg2rad: M.UnaryFloat;
  rad2deg: M.UnaryFloat;
  logicalNot: M.UnaryBool;
  isnan: M.UnaryBool;
  isinf: M.UnaryBool;
  isposinf: M.UnaryBool;
  isneginf: M.UnaryBool;
  isfinite: M.UnaryBool;

  // ---- two operands
  add: M.Sum<'add'>;
  sub: M.Sum<'sub'>;
  subtract: M.Sum<'subtract'>;
  rsub: M.Sum<'rsub'>;
  mul: M.Arithmetic<'mul'>;
  multiply: M.Arithmetic<'multiply'>;
  div: M.Divide<'div'>;
  divide: M.Divide<'divide'>;
  trueDivide: M.ArithmeticFloat<'trueDivide'>;
  floorDivide: M.Arithmetic<'floorDivide'>;
  remainder: M.Arithmetic<'remainder'>;
  fmod: M.Arithmetic<'fmod'>;
  pow: M.Arithmetic<'pow'>;
  atan2: M.ArithmeticFloat<'atan2'>;
  arctan2: M.ArithmeticFloat<'arctan2'>;
  maximum: M.Arithmetic<'maximum'>;
  minimum: M.Arithmetic<'minimum'>;
  bitwiseAnd: M.Arithmetic<'bitwiseAnd'>;
  bitwiseOr: M.Arithmetic<'bitwiseOr'>;
  bitwiseXor: M.Arithmetic<'bitwiseXor'>;
  bitwiseLeftShift: M.Arithmetic<'bitwiseLeftShift'>;
  bitwiseRightShift: M.Arithmetic<'bitwiseRightShift'>;
  eq: M.Compare<'eq'>;
  ne: M.Compare<'ne'>;
  notEqual: M.Compare<'notEqual'>;
  lt: M.Compare<'lt'>;
  less: M.Compare<'less'>;
  le: M.Compare<'le'>;
  lessEqual: M.Compare<'lessEqual'>;
  gt: M.Compare<'gt'>;
  greater: M.Compare<'greater'>;
  ge: M.Compare<'ge'>;
  greaterEqual: M.Compare<'greaterEqual'>;
  logicalAnd: M.Compare<'logicalAnd'>;
  logicalOr: M.Compare<'logicalOr'>;
  logicalXor: M.Compare<'logicalXor'>;

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
  sum: M.Total<'sum'>;
  prod: M.Total<'prod'>;
  mean: M.Mean<'mean'>;
  amax: M.ReduceSame<'amax'>;
  amin: M.ReduceSame<'amin'>;
  max: M.Extremum<'max'>;
  min: M.Extremum<'min'>;
  argmax: M.ReduceIndex<'argmax'>;
  argmin: M.ReduceIndex<'argmin'>;
  any: M.ReduceBool<'any'>;
  all: M.ReduceBool<'all'>;
  countNonzero: M.Counting<'countNonzero'>;
  var: M.Spread<'var'>;
  std: M.Spread<'std'>;
  logsumexp: M.ReduceFloat<'logsumexp'>;
  softmax: M.AlongFloat<'softmax'>;
  logSoftmax: M.AlongFloat<'logSoftmax'>;

  cumsum: M.AlongTotal<'cumsum'>;
  cumprod: M.AlongTotal<'cumprod'>;
  logcumsumexp: M.AlongFloat<'logcumsumexp'>;
  cummax: I.Cumulating<'cummax'>;
  cummin: I.Cumulating<'cummin'>;
  sort: I.Sorting;
  argsort: I.ArgSorting;
  msort: M.Unary;
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
  fliplr: M.Unary;
  flipud: M.Unary;
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
  clone: M.Unary;
  contiguous: M.Unary;
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

declare module '../tensor.js' {
  interface Tensor<out S extends Shape, out D extends DType> extends Methods {
    // what is no method with a receiver of its own
    [Symbol.iterator](): IterableIterator<Tensor<Row<S>, D>>;
    get T(): Tensor<Turned<S>, D>;
    get mT(): Tensor<MatrixTurned<S>, D>;
  }
}
