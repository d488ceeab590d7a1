// The op table: everything the stages need to know about an operation, once.
// A stage never asks "is this EXP?"; it asks the table for the kind, the cost, whether it is pointwise.

export type UnaryOp =
  | 'NEG'
  | 'ABS'
  | 'RECIP'
  | 'SQRT'
  | 'FLOOR'
  | 'CEIL'
  | 'TRUNC'
  | 'ROUND'
  | 'NOT'
  | 'CAST'
  | 'EXP'
  | 'EXPM1'
  | 'LOG'
  | 'LOG1P'
  | 'LOG2'
  | 'LOG10'
  | 'SIN'
  | 'COS'
  | 'TAN'
  | 'ASIN'
  | 'ACOS'
  | 'ATAN'
  | 'SINH'
  | 'COSH'
  | 'TANH'
  | 'ASINH'
  | 'ACOSH'
  | 'ATANH'
  | 'SIGMOID'
  | 'ERF'
  | 'ERFC'
  | 'ERFINV'
  | 'LGAMMA'
  | 'DIGAMMA';

/** CONST has any shape: one value (scalars[0]) everywhere. IOTA has shape [n] and counts from 0.
 *  EQ and LT give bool. AND OR XOR are bitwise on integers and logical on bool. MAX and MIN hand NaN on.
 *  IDIV and MOD round towards minus infinity (Python's // and %), on floats too; FMOD towards zero.
 *  CHECK is its first operand, and an error in values where the second, bool, is false. */
export type BinaryOp =
  | 'ADD'
  | 'SUB'
  | 'MUL'
  | 'DIV'
  | 'IDIV'
  | 'MOD'
  | 'FMOD'
  | 'POW'
  | 'ATAN2'
  | 'MAX'
  | 'MIN'
  | 'LT'
  | 'LE'
  | 'EQ'
  | 'AND'
  | 'OR'
  | 'XOR'
  | 'SHL'
  | 'SHR'
  | 'CHECK';

export type MovementOp =
  | 'RESHAPE'
  | 'PERMUTE'
  | 'EXPAND'
  | 'PAD'
  | 'SHRINK'
  | 'FLIP'
  | 'DIAGONAL'
  | 'WINDOW';

export type Op =
  | 'BUFFER'
  | 'CONST'
  | 'IOTA'
  | UnaryOp
  | BinaryOp
  | 'WHERE'
  | MovementOp
  | 'FOLD'
  | 'SPLICE'
  | 'REDUCE'
  | 'SCAN'
  | 'GATHER'
  | 'SCATTER'
  | 'HOST'
  | 'ALIAS';

export type ReduceKind = 'sum' | 'prod' | 'max' | 'min';
export type ScatterKind = 'set' | ReduceKind;

/** serial: in order, in blocks (contractions, and reductions over outer axes).
 *  lanes: 16 interleaved partial results (reductions that end with the last axis).
 *  The choice is made where the node is made, from shapes alone; see REDUCE in lower/. */
export type SumOrder = 'serial' | 'lanes';

/** The static argument of each op: part of a graph's structure. What may differ from call to call
 *  without another kernel (a constant's value, where a slice starts) stands in `Node.scalars`. */
export interface Args {
  /** REDUCE: the axes are dropped from the shape. */
  REDUCE: { readonly kind: ReduceKind; readonly axes: readonly number[]; readonly order: SumOrder };
  SCAN: { readonly kind: ReduceKind; readonly axis: number };
  /** out axis i is source axis order[i]. */
  PERMUTE: { readonly order: readonly number[] };
  /** Elements in front of each axis; what is behind follows from the shape. Filled with scalars[0]. */
  PAD: { readonly before: readonly number[] };
  /** out[i] = source[start + step * i] per axis; the starts are the scalars. Steps are positive. */
  SHRINK: { readonly steps: readonly number[] };
  FLIP: { readonly axes: readonly number[] };
  /** The diagonal of axes a and b, appended as last axis; scalars: the first index on a and on b. */
  DIAGONAL: { readonly a: number; readonly b: number };
  /** Tensor.unfold: windows of `size` every `step` along `axis`; the window is appended as last axis. */
  WINDOW: { readonly axis: number; readonly size: number; readonly step: number };
  /** The transpose of WINDOW: the last axis is added back into `axis` (overlaps sum up). */
  FOLD: { readonly axis: number; readonly size: number; readonly step: number };
  /** sources [base, value]: base, with `value` in the place that `view` shows of it.
   *  The scalars are the view's. The view must not show an element twice. */
  SPLICE: { readonly view: SpliceView };
  /** sources [table, index]: out[p] = table[p, with axis replaced by index[p]]; out has index's shape.
   *  Elsewhere than on the axis, index's sizes are at most table's. An index out of range is an error in values. */
  GATHER: { readonly axis: number };
  /** sources [base, index, value]: base, with value[p] put (or added, ...) at p with axis replaced by index[p],
   *  for all p in index's shape, in row-major order. */
  SCATTER: { readonly axis: number; readonly kind: ScatterKind };
  /** A routine in JavaScript over typed arrays, for what is no loop nest (sort, factorisations). */
  HOST: { readonly routine: HostRoutine };
}

export type SpliceView =
  | { readonly op: 'SHRINK'; readonly steps: readonly number[] }
  | { readonly op: 'DIAGONAL'; readonly a: number; readonly b: number }
  | { readonly op: 'WINDOW'; readonly axis: number; readonly size: number; readonly step: number };

export interface HostRoutine {
  /** Equal keys mean equal work: the key stands in the schedule cache. */
  readonly key: string;
  /** Inputs are contiguous and must not be written; `output` arrives zeroed. May throw a user error. */
  run(
    output: import('./dtype.js').TypedArray,
    inputs: readonly import('./dtype.js').TypedArray[],
    inputShapes: readonly (readonly number[])[],
    outputShape: readonly number[],
  ): void;
}

export type ArgOf<O extends Op> = O extends keyof Args ? Args[O] : null;

export type Kind = 'leaf' | 'pointwise' | 'movement' | 'reduce' | 'stored';

/** cost: how dear one element is to compute again, in additions. */
export interface OpRow {
  readonly kind: Kind;
  readonly arity: number;
  readonly cost: number;
  /** On which values the op may turn out to be an error: an index out of range, an integer division by zero,
   *  a value that CHECK refuses. */
  readonly fails: 'never' | 'on integers' | 'on all';
}

const row = (kind: Kind, arity: number, cost: number, fails: OpRow['fails'] = 'never'): OpRow => ({
  kind,
  arity,
  cost,
  fails,
});
const cheap = row('pointwise', 1, 1),
  curve = row('pointwise', 1, 20),
  dear = row('pointwise', 1, 60);
const pair = row('pointwise', 2, 1),
  quotient = row('pointwise', 2, 4),
  whole = row('pointwise', 2, 4, 'on integers'),
  dearPair = row('pointwise', 2, 60);
const moves = row('movement', 1, 0);

export const ops = {
  BUFFER: row('leaf', 0, 0),
  CONST: row('leaf', 0, 0),
  IOTA: row('leaf', 0, 0),
  NEG: cheap,
  ABS: cheap,
  RECIP: row('pointwise', 1, 4),
  SQRT: row('pointwise', 1, 4),
  FLOOR: cheap,
  CEIL: cheap,
  TRUNC: cheap,
  ROUND: cheap,
  NOT: cheap,
  CAST: cheap,
  EXP: curve,
  EXPM1: curve,
  LOG: curve,
  LOG1P: curve,
  LOG2: curve,
  LOG10: curve,
  SIN: curve,
  COS: curve,
  TAN: dear,
  ASIN: dear,
  ACOS: dear,
  ATAN: curve,
  SINH: dear,
  COSH: dear,
  TANH: curve,
  ASINH: dear,
  ACOSH: dear,
  ATANH: dear,
  SIGMOID: curve,
  ERF: curve,
  ERFC: dear,
  ERFINV: dear,
  LGAMMA: dear,
  DIGAMMA: dear,
  ADD: pair,
  SUB: pair,
  MUL: pair,
  DIV: quotient,
  IDIV: whole,
  MOD: whole,
  FMOD: whole,
  POW: dearPair,
  ATAN2: dearPair,
  MAX: pair,
  MIN: pair,
  LT: pair,
  LE: pair,
  EQ: pair,
  AND: pair,
  OR: pair,
  XOR: pair,
  SHL: pair,
  SHR: pair,
  CHECK: row('pointwise', 2, 1, 'on all'),
  WHERE: row('pointwise', 3, 1),
  RESHAPE: moves,
  PERMUTE: moves,
  EXPAND: moves,
  PAD: row('movement', 1, 1),
  SHRINK: moves,
  FLIP: moves,
  DIAGONAL: moves,
  WINDOW: moves,
  FOLD: row('reduce', 1, 1),
  REDUCE: row('reduce', 1, 1),
  SPLICE: row('pointwise', 2, 1),
  GATHER: row('pointwise', 2, 2, 'on all'),
  SCAN: row('stored', 1, 1),
  SCATTER: row('stored', 3, 2, 'on all'),
  HOST: row('stored', -1, 100, 'on all'),
  ALIAS: row('pointwise', 1, 0),
} satisfies Record<Op, OpRow>;
