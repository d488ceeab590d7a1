// The shape and dtype rules at type level: what each operation makes of its operands, or the
// sentence that says what is wrong. Nothing here exists at run time.
// in:  shapes and dtypes as types     out: shapes and dtypes as types
//
// These files do not know Tensor, so tensor.ts may import them. Those that do are not exported:
// - methods.ts, products.ts, ternary.ts, indexed.ts: signatures of methods, every one with its
//   receiver as a type parameter (`this: T`);
// - surface.ts: which method has which signature; families may say it in their own files:
//     declare module './types/surface.js' { interface Methods { sinc: M.UnaryFloat } }
//   A test finds the forgotten ones;
// - creation.ts: free functions, `export const zeros = define(...) as Create`.
//
// What merging asks for (checked with TypeScript 5.9 and 7, sources and .d.ts):
// - class Tensor<out S, out D> has S and D in data properties only. What is no method (T, mT, the
//   iterator) uses S in plain patterns: a question about S['length'] there spoils `out` (TS2636).
// - Methods is not generic, so all tensors share its members. Merged into the generic class, each
//   method costs one instantiation for every Parameter<...> that is compared with a Tensor.
// - The library's index.ts imports every file that merges: the emitted index.d.ts keeps the
//   imports, and through them users see the methods.
// - A property made so cannot be overridden by a method in a subclass (TS2425).
// - A layer's base class says `declare readonly [rule]: R` with `import type { rule }`.
// - A class made by a function needs its type written out, else no .d.ts is emitted (TS4094).

export type { At, HasMask, Index, Slice } from './at.js';
export type { Broadcast, BroadcastInto, Expand } from './broadcast.js';
export type { AlongDim, DimError, Key } from './dim.js';
export type {
  ArrayOf,
  Asked,
  FloatDType,
  Item,
  Promote,
  Scalar,
  ToBool,
  ToFloat,
  ToSum,
  With,
  WithScalar,
} from './dtype.js';
export type { Cat, Stack } from './join.js';
export type { Classes, Labels, Reduced, SameShape, Target } from './loss.js';
export type { Bmm, MatMul, Mm } from './matmul.js';
export type {
  MatrixTurned,
  Narrow,
  Permute,
  Row,
  Select,
  Squeeze,
  Transpose,
  Turned,
  Unsqueeze,
} from './movement.js';
export type { DimArg, Drop, Reduce } from './reduce.js';
export type { Flatten, Product, Reshape, Unflatten } from './reshape.js';
export type {
  AnyShape,
  Apply,
  Chain,
  Channels,
  Check,
  Flattened,
  Forwarded,
  Input,
  Last,
  Output,
  Rows,
  rule,
  Rule,
  Same,
  Through,
} from './rule.js';
export type {
  Accept,
  AcceptAll,
  Closed,
  Differ,
  Fits,
  Fixed,
  Flat,
  Known,
  Literal,
  Shape,
  ShapeError,
  Show,
  Size,
  SizeArgs,
  Wrong,
} from './shape.js';
export type { Multiply, Plus } from './size.js';
