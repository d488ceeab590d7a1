// The shape and dtype rules at type level: what each operation makes of its operands, or the
// sentence that says what is wrong. Nothing here exists at run time.
// in:  shapes and dtypes as types     out: shapes and dtypes as types
//
// How methods get their signatures (checked with TypeScript 5.9 and 7, sources and .d.ts):
// - class Tensor<out S, out D> holds data properties only; a family file adds its methods by
//     declare module './tensor.js' {
//       interface Tensor<out S extends Shape, out D extends DType> { add: Sum<'add'>; relu: Unary }
//     }
//   without defaults (the class has them). `out` may be left out; unused S and D are no error.
// - The aliases in methods.ts give the same sentences at the same column as written-out methods,
//   and cost the same. A getter `get T(): Tensor<Turned<S>, D>` keeps `out` valid. One difference:
//   a subclass cannot override a property by a method (TS2425).
// - The library's index.ts imports every family file (`import './unary.js'`): the emitted
//   index.d.ts keeps such imports, and through them users see the methods.
// - These files do not import Tensor, so tensor.ts may import them. methods.ts and creation.ts do
//   import it, are for the family files, and are not exported here.
// - Free functions take `Create`, `Concatenate` and so on: `export const zeros: Create = ...`.
// - A layer base class declares `declare readonly [rule]: R` with `import type { rule }`.

export type { At, HasMask, Index, Slice } from './at.js';
export type { Broadcast, BroadcastInto, Expand } from './broadcast.js';
export type { AlongDim, DimError, Key } from './dim.js';
export type {
  ArrayOf, Asked, FloatDType, Item, Promote, Scalar, ToBool, ToFloat, ToSum, With, WithScalar,
} from './dtype.js';
export type { Cat, Stack } from './join.js';
export type { Classes, Labels, Reduced, SameShape, Target } from './loss.js';
export type { Bmm, MatMul, Mm } from './matmul.js';
export type {
  MatrixTurned, Narrow, Permute, Row, Select, Squeeze, Transpose, Turned, Unsqueeze,
} from './movement.js';
export type { DimArg, Drop, Reduce } from './reduce.js';
export type { Flatten, Product, Reshape, Unflatten } from './reshape.js';
export type {
  AnyShape, Apply, Chain, Channels, Check, Flattened, Forwarded, Input, Last, Output, Rows, rule,
  Rule, Same, Through,
} from './rule.js';
export type {
  Accept, AcceptAll, Closed, Differ, Fits, Fixed, Flat, Known, Literal, Shape, ShapeError, Show,
  Size, SizeArgs, Wrong,
} from './shape.js';
export type { Multiply, Plus } from './size.js';
