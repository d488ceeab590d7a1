// Short constructors for loop IR, for tests of the renderers and the optimiser.
// in:  names, extents, numbers     out: expressions and statements

import type { DType } from '../../src/graph/dtype.js';
import type {
  Atom,
  BinaryFn,
  BufferSpec,
  Expr,
  Index,
  Kernel,
  Local,
  LoopMode,
  Range,
  Scratch,
  Stmt,
  UnaryFn,
} from '../../src/ir/loop.js';

export const range = (name: string, extent: number): Range => ({ kind: 'range', name, extent });

/** at([4, i], [1, j], 3) is 4 * i + j + 3. */
export function at(...terms: readonly (number | readonly [number, Atom])[]): Index {
  let constant = 0;
  const products: { coefficient: number; atom: Atom }[] = [];
  for (const term of terms) {
    if (typeof term === 'number') constant += term;
    else products.push({ coefficient: term[0], atom: term[1] });
  }
  return { constant, terms: products };
}

export const constant = (dtype: DType, value: number | bigint): Expr => ({
  kind: 'const',
  dtype,
  value,
});
export const load = (buffer: number, index: Index, dtype: DType = 'float32'): Expr => ({
  kind: 'load',
  dtype,
  buffer,
  index,
});
export const unary = (fn: UnaryFn, a: Expr): Expr => ({ kind: 'unary', fn, dtype: a.dtype, a });
export const binary = (fn: BinaryFn, a: Expr, b: Expr): Expr => {
  const compares = fn === 'eq' || fn === 'ne' || fn === 'lt' || fn === 'le';
  return { kind: 'binary', fn, dtype: compares ? 'bool' : a.dtype, a, b };
};
export const add = (a: Expr, b: Expr): Expr => binary('add', a, b);
export const mul = (a: Expr, b: Expr): Expr => binary('mul', a, b);
export const select = (c: Expr, a: Expr, b: Expr): Expr => ({
  kind: 'select',
  dtype: a.dtype,
  c,
  a,
  b,
});
export const cast = (dtype: DType, a: Expr): Expr => ({ kind: 'cast', dtype, a });
export const bits = (dtype: DType, a: Expr): Expr => ({ kind: 'bits', dtype, a });
export const indexOf = (index: Index, dtype: 'int32' | 'int64' = 'int32'): Expr => ({
  kind: 'index',
  dtype,
  index,
});
export const inside = (index: Index, lo: number, hi: number): Expr => ({
  kind: 'inside',
  dtype: 'bool',
  index,
  lo,
  hi,
});
export const peek = (scratch: Scratch, index: Index): Expr => ({
  kind: 'peek',
  dtype: scratch.dtype,
  scratch,
  index,
});

export const local = (name: string, dtype: DType = 'float32'): Local => ({
  kind: 'local',
  name,
  dtype,
});
export const scratch = (name: string, length: number, dtype: DType = 'float32'): Scratch => ({
  kind: 'scratch',
  name,
  dtype,
  length,
});

export const loop = (r: Range, body: readonly Stmt[], mode: LoopMode = 'serial'): Stmt => ({
  kind: 'loop',
  range: r,
  mode,
  body,
});
export const vector = (r: Range, body: readonly Stmt[]): Stmt => loop(r, body, 'vector');
export const letIn = (own: Local, value: Expr): Stmt => ({ kind: 'let', local: own, value });
export const varIn = (own: Local, value: Expr): Stmt => ({ kind: 'var', local: own, value });
export const assign = (own: Local, value: Expr): Stmt => ({ kind: 'assign', local: own, value });
export const store = (buffer: number, index: Index, value: Expr): Stmt => ({
  kind: 'store',
  buffer,
  index,
  value,
});
export const poke = (own: Scratch, index: Index, value: Expr): Stmt => ({
  kind: 'poke',
  scratch: own,
  index,
  value,
});
export const when = (condition: Expr, body: readonly Stmt[]): Stmt => ({
  kind: 'if',
  condition,
  body,
});
export const check = (ok: Expr, code: number): Stmt => ({ kind: 'check', ok, code });

export const input = (dtype: DType, size: number): BufferSpec => ({ dtype, size, written: false });
export const output = (dtype: DType, size: number): BufferSpec => ({ dtype, size, written: true });

export const kernel = (
  buffers: readonly BufferSpec[],
  body: readonly Stmt[],
  params: readonly DType[] = [],
): Kernel => ({ name: 'test', buffers, params, body });
