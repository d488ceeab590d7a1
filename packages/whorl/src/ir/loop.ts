// The loop IR: what a kernel is, between the tensor graph and a renderer.
// A kernel is a list of statements over loops; values are typed expressions,
// addresses are affine in the loops. The reference meaning is the js
// renderer's: every float32 operation rounds to float32, int64 is 64-bit.

import type { DType } from '../graph/dtype.js';

// ---- addresses: constant + sum of coefficient x atom, in 32-bit integers

/** How an optimiser pass wants a loop to be run. serial: one after the other.
 *  vector: SIMD lanes over this loop (iterations are independent). Unrolling is done on the IR.
 *  parallel: the iterations, or groups of `grain` of them, are independent blocks for threads;
 *  at most one loop, outermost in the body. Each thread also runs what stands in front of it, so
 *  that may only fill scratch memory and locals; what stands behind belongs to the last block. */
export type LoopMode = 'serial' | 'vector' | 'parallel';

/** A loop's counter, 0..extent-1. Inside of one loop the name says which range is meant. */
export interface Range {
  readonly kind: 'range';
  readonly name: string;
  readonly extent: number;
  /** The loop as it was lowered whose turns these are; left out: the loop is that one. */
  readonly origin?: string;
}

export type Atom =
  | Range
  /** floor(of / by) and of mod by, both of a non-negative index; by > 0 */
  | { readonly kind: 'div'; readonly of: Index; readonly by: number }
  | { readonly kind: 'mod'; readonly of: Index; readonly by: number }
  /** a kernel parameter of type int32 in 0..hi, e.g. where a slice starts */
  | { readonly kind: 'param'; readonly slot: number; readonly hi: number }
  /** an integer that a `let` has named, in 0..hi, e.g. a gathered label that was clamped */
  | { readonly kind: 'value'; readonly value: Local; readonly hi: number };

export interface Term {
  readonly coefficient: number;
  readonly atom: Atom;
}
export interface Index {
  readonly constant: number;
  readonly terms: readonly Term[];
}

// ---- values

/** A named value inside a kernel, assigned once (let) or an accumulator (var). */
export interface Local {
  readonly kind: 'local';
  readonly name: string;
  readonly dtype: DType;
}
/** A small scratch array inside a kernel: partial results of 16 lanes. */
export interface Scratch {
  readonly kind: 'scratch';
  readonly name: string;
  readonly dtype: DType;
  readonly length: number;
}

export type UnaryFn =
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'floor'
  | 'ceil'
  | 'trunc'
  | 'nearest' /* half to even */
  | 'not'
  | 'largeAngle' /* of float64: a routine, see routines.ts */;
export type BinaryFn =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'rem' /* of ints div and rem truncate, by zero give 0; of float64 x >= y > 0: a routine */
  | 'min'
  | 'max' /* floats hand NaN on, -0 < 0 */
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr' /* ints; and or xor also bool */
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le' /* give bool; operands of any one dtype */;

export type Expr =
  | Local
  | { readonly kind: 'const'; readonly dtype: DType; readonly value: number | bigint }
  | { readonly kind: 'param'; readonly dtype: DType; readonly slot: number }
  /** an address as a value */
  | { readonly kind: 'index'; readonly dtype: 'int32' | 'int64'; readonly index: Index }
  | { readonly kind: 'load'; readonly dtype: DType; readonly buffer: number; readonly index: Index }
  | {
      readonly kind: 'peek';
      readonly dtype: DType;
      readonly scratch: Scratch;
      readonly index: Index;
    }
  | { readonly kind: 'unary'; readonly fn: UnaryFn; readonly dtype: DType; readonly a: Expr }
  | {
      readonly kind: 'binary';
      readonly fn: BinaryFn;
      readonly dtype: DType;
      readonly a: Expr;
      readonly b: Expr;
    }
  /** c ? a : b, both computed */
  | {
      readonly kind: 'select';
      readonly dtype: DType;
      readonly c: Expr;
      readonly a: Expr;
      readonly b: Expr;
    }
  /** a * b + c, rounded once where the device can:
   *  through float64, or by an instruction of its own */
  | {
      readonly kind: 'fma';
      readonly dtype: DType;
      readonly a: Expr;
      readonly b: Expr;
      readonly c: Expr;
    }
  /** numeric conversion: float to int truncates and saturates
   *  (NaN to 0), int64 to int32 wraps, to bool is x != 0 */
  | { readonly kind: 'cast'; readonly dtype: DType; readonly a: Expr }
  /** the same bits read as another type of the same size: float32/int32, float64/int64 */
  | { readonly kind: 'bits'; readonly dtype: DType; readonly a: Expr }
  /** lo <= index < hi as bool */
  | {
      readonly kind: 'inside';
      readonly dtype: 'bool';
      readonly index: Index;
      readonly lo: number;
      readonly hi: number;
    };

// ---- statements

export type Stmt =
  | {
      readonly kind: 'loop';
      readonly range: Range;
      readonly mode: LoopMode;
      /** The turns could run in any order, or at once;
       *  left out: nobody has looked, or they could not. */
      readonly independent?: boolean;
      /** Of a parallel loop: how many turns make a block; default 1. */
      readonly grain?: number;
      readonly body: readonly Stmt[];
    }
  | { readonly kind: 'let'; readonly local: Local; readonly value: Expr }
  | { readonly kind: 'var'; readonly local: Local; readonly value: Expr }
  | { readonly kind: 'assign'; readonly local: Local; readonly value: Expr }
  | { readonly kind: 'store'; readonly buffer: number; readonly index: Index; readonly value: Expr }
  | {
      readonly kind: 'poke';
      readonly scratch: Scratch;
      readonly index: Index;
      readonly value: Expr;
    }
  /** `rare`: the condition hardly ever holds, so what stands inside costs next to nothing */
  | {
      readonly kind: 'if';
      readonly condition: Expr;
      readonly body: readonly Stmt[];
      readonly rare?: boolean;
    }
  /** where `ok` is false the kernel goes on and reports `code` (> 0) in the device's status word */
  | { readonly kind: 'check'; readonly ok: Expr; readonly code: number };

export type Loop = Extract<Stmt, { kind: 'loop' }>;

/** A memory argument of a kernel. */
export interface BufferSpec {
  readonly dtype: DType;
  readonly size: number;
  readonly written: boolean;
}

export interface Kernel {
  readonly name: string;
  /** addressed by position; distinct buffers never
   *  overlap, unless one is passed twice on purpose */
  readonly buffers: readonly BufferSpec[];
  /** scalar arguments, addressed by slot: dtype of each (int32 for addresses) */
  readonly params: readonly DType[];
  readonly body: readonly Stmt[];
}
