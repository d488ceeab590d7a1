// The op table: everything the stages need to know about an operation, once.
// in:  the name of an op     out: its argument's type, and a row of what every stage may ask

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

/**
 * CONST has any shape: one value (scalars[0]) everywhere. IOTA has shape [n] and counts from 0.
 * EQ and LT give bool. AND OR XOR are bitwise on integers and logical on bool.
 * MAX and MIN hand NaN on. FMA is a * b + c, for float32 rounded once.
 * IDIV and MOD round towards minus infinity (Python's // and %), on floats too; FMOD towards zero.
 * TRANSFER is its source, computed on another device: it stands between two flushes.
 * CHECK is its first operand, and an error in values where the second, bool, is false.
 * FLUSH is its source, and a zero of its sign where that is smaller than scalars[0].
 */
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

/** Views that show a part of their source. */
export type PartOp = 'SHRINK' | 'DIAGONAL' | 'WINDOW';
/** Movements that show memory without copying it, as PyTorch's views do. */
export type ViewOp = 'RESHAPE' | 'PERMUTE' | 'EXPAND' | PartOp;
export type MovementOp = ViewOp | 'PAD' | 'FLIP';

export type Op =
  | 'BUFFER'
  | 'CONST'
  | 'IOTA'
  | UnaryOp
  | BinaryOp
  | 'WHERE'
  | 'FMA'
  | 'FLUSH'
  | MovementOp
  | 'FOLD'
  | 'SPLICE'
  | 'REDUCE'
  | 'SCAN'
  | 'GATHER'
  | 'SCATTER'
  | 'HOST'
  | 'ALIAS'
  | 'TRANSFER';

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
  /** Elements in front of each axis; those behind follow from the shape. Filled with scalars[0]. */
  PAD: { readonly before: readonly number[] };
  /** out[i] = source[start + step * i] per axis; the starts are the scalars. Steps are positive. */
  SHRINK: { readonly steps: readonly number[] };
  FLIP: { readonly axes: readonly number[] };
  /** The diagonal of axes a and b becomes the last axis; scalars: the first index on a and on b. */
  DIAGONAL: { readonly a: number; readonly b: number };
  /** Tensor.unfold: windows of `size` every `step` along `axis`; each becomes the last axis. */
  WINDOW: { readonly axis: number; readonly size: number; readonly step: number };
  /** The transpose of WINDOW: the last axis is added back into `axis` (overlaps sum up). */
  FOLD: { readonly axis: number; readonly size: number; readonly step: number };
  /** sources [base, value]: base, with `value` in the place that `view` shows of it.
   *  The scalars are the view's. The view must not show an element twice. */
  SPLICE: { readonly view: SpliceView };
  /**
   * sources [table, index]: out[p] = table[p, with axis replaced by index[p]]; out has index's
   * shape. Elsewhere than on the axis, index's sizes are at most table's. An index out of range is
   * an error in values.
   */
  GATHER: { readonly axis: number };
  /**
   * sources [base, index, value]: base, with value[p] put (or added, ...) at p with axis replaced
   * by index[p], for all p in index's shape, in row-major order.
   */
  SCATTER: { readonly axis: number; readonly kind: ScatterKind };
  /** A routine in JavaScript over typed arrays, for what is no loop nest (sort, factorisations). */
  HOST: { readonly routine: HostRoutine };
}

export type SpliceView = { readonly [O in PartOp]: { readonly op: O } & Args[O] }[PartOp];

export interface HostRoutine {
  /** Equal keys mean equal work: the key stands in the schedule cache. */
  readonly key: string;
  /** Inputs are contiguous and not to be written; `output` arrives zeroed. May throw. */
  run(
    output: import('./dtype.js').TypedArray,
    inputs: readonly import('./dtype.js').TypedArray[],
    inputShapes: readonly (readonly number[])[],
    outputShape: readonly number[],
  ): void;
}

export type ArgOf<O extends Op> = O extends keyof Args ? Args[O] : null;

export type Kind = 'leaf' | 'pointwise' | 'movement' | 'reduce' | 'stored';

/** What of the forward pass a derivative needs, as PyTorch keeps it: the sources, or the result. */
export type Saves = 'nothing' | 'inputs' | 'output';

/** A stage never asks "is this EXP?": it asks these columns. */
export interface OpRow {
  readonly kind: Kind;
  /** How dear one element is to compute again, in additions. */
  readonly cost: number;
  /** How it may turn out to be an error once values are there. */
  readonly fails: 'never' | 'zero divisor' | 'index' | 'condition' | 'routine';
  /** After a backward that freed it, a second one is an error. Exceptions stand in saves.ts. */
  readonly saves: Saves;
  /** What it says of its value without being computed: one number everywhere, a count from 0. */
  readonly says: 'nothing' | 'number' | 'count';
  /**
   * How its elements are those of its last source: all of them in order, which are the same bytes;
   * in another order; some more than once; as another dtype; some of them beside others.
   */
  readonly shows: 'others' | 'same' | 'turned' | 'repeated' | 'converted' | 'chosen';
  /**
   * Whether it is its first source with a part replaced, so that it may be written over that one's
   * memory. Which places are written: each once, or those that an index says, be it several times.
   */
  readonly replaces: 'nothing' | 'each place once' | 'any place';
  /** What computes it: a kernel's loops, a routine in JavaScript, a copy from another device. */
  readonly by: 'loops' | 'routine' | 'copy';
  /** How many operations of a kernel it is, where it costs anything. */
  readonly operations: number;
}

const row = <K extends Kind>(
  kind: K,
  cost: number,
  more: Partial<OpRow> = {},
): OpRow & { readonly kind: K } => ({
  cost,
  fails: 'never',
  saves: 'nothing',
  says: 'nothing',
  shows: 'others',
  replaces: 'nothing',
  by: 'loops',
  operations: 1,
  ...more,
  kind,
});

const inputs = { saves: 'inputs' } as const;
const output = { saves: 'output' } as const;
const cheap = row('pointwise', 1);
const pair = row('pointwise', 1);
const curve = row('pointwise', 20, inputs);
const curveByResult = row('pointwise', 20, output);
const dear = row('pointwise', 60, inputs);
const remainder = row('pointwise', 4, { ...inputs, fails: 'zero divisor' });
const moves = row('movement', 0);

export const ops = {
  BUFFER: row('leaf', 0),
  CONST: row('leaf', 0, { says: 'number' }),
  IOTA: row('leaf', 0, { says: 'count' }),
  NEG: cheap,
  ABS: row('pointwise', 1, inputs),
  RECIP: row('pointwise', 4, output),
  SQRT: row('pointwise', 4, output),
  FLOOR: cheap,
  CEIL: cheap,
  TRUNC: cheap,
  ROUND: cheap,
  NOT: cheap,
  CAST: row('pointwise', 1, { shows: 'converted' }),
  EXP: curveByResult,
  EXPM1: curveByResult,
  LOG: curve,
  LOG1P: curve,
  LOG2: curve,
  LOG10: curve,
  SIN: curve,
  COS: curve,
  TAN: row('pointwise', 60, output),
  ASIN: dear,
  ACOS: dear,
  ATAN: curve,
  SINH: dear,
  COSH: dear,
  TANH: curveByResult,
  ASINH: dear,
  ACOSH: dear,
  ATANH: dear,
  SIGMOID: curveByResult,
  ERF: curve,
  ERFC: dear,
  ERFINV: row('pointwise', 60, output),
  LGAMMA: dear,
  DIGAMMA: dear,
  ADD: pair,
  SUB: pair,
  MUL: row('pointwise', 1, inputs),
  DIV: row('pointwise', 4, inputs),
  IDIV: row('pointwise', 4, { fails: 'zero divisor' }),
  MOD: remainder,
  FMOD: remainder,
  POW: dear,
  ATAN2: dear,
  MAX: row('pointwise', 1, inputs),
  MIN: row('pointwise', 1, inputs),
  LT: pair,
  LE: pair,
  EQ: pair,
  AND: pair,
  OR: pair,
  XOR: pair,
  SHL: pair,
  SHR: pair,
  CHECK: row('pointwise', 1, { fails: 'condition' }),
  WHERE: row('pointwise', 1, { ...inputs, shows: 'chosen' }),
  // three operands widened, multiplied, added, rounded
  FMA: row('pointwise', 6, { ...inputs, operations: 6 }),
  FLUSH: row('pointwise', 4, { operations: 4 }),
  RESHAPE: row('movement', 0, { shows: 'same' }),
  PERMUTE: row('movement', 0, { shows: 'turned' }),
  EXPAND: row('movement', 0, { shows: 'repeated' }),
  PAD: row('movement', 1),
  SHRINK: moves,
  FLIP: moves,
  DIAGONAL: moves,
  WINDOW: moves,
  FOLD: row('reduce', 1),
  REDUCE: row('reduce', 1, inputs),
  SPLICE: row('pointwise', 1, { replaces: 'each place once' }),
  GATHER: row('pointwise', 2, { ...inputs, fails: 'index' }),
  SCAN: row('stored', 1, inputs),
  SCATTER: row('stored', 2, { ...inputs, fails: 'index', replaces: 'any place' }),
  HOST: row('stored', 100, { fails: 'routine', by: 'routine' }),
  ALIAS: row('pointwise', 0, { shows: 'same' }),
  TRANSFER: row('stored', 100, { by: 'copy' }),
} satisfies Record<Op, OpRow>;

/** The ops of a kind, for tables that none of them may be missing from. */
export type OpOf<K extends Kind> = {
  readonly [O in Op]: (typeof ops)[O]['kind'] extends K ? O : never;
}[Op];
