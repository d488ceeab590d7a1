// Kernels for a device that has not all elements: every value as one that it has.
// in:  a kernel as it was lowered, what the device can     out: a kernel of its elements alone
//
// Lowering chooses formulas that the device can compute. What is left here is a change of dress: int64 as int32, a
// float64 on the way as float32, and one-byte elements that lie in memory as words.

import type { DType } from '../graph/dtype.js';
import { computedAs, storedAs } from '../target/elements.js';
import type { Target } from '../target/target.js';
import type { Atom, Expr, Index, Kernel, Local, Scratch, Stmt } from '../ir/loop.js';

/** A device that has all elements gets the very kernel. */
export function legalise(kernel: Kernel, target: Target): Kernel {
  return hasAll(target) ? kernel : new Legaliser(target).kernel(kernel);
}

const hasAll = ({ elements, hasFloat64 }: Target): boolean =>
  hasFloat64 && (Object.keys(elements) as DType[]).every((dtype) => elements[dtype] === dtype);

class Legaliser {
  private readonly locals = new Map<Local, Local>();
  private readonly scratches = new Map<Scratch, Scratch>();
  private readonly done = new Map<Expr, Expr>();

  constructor(private readonly target: Target) {}

  kernel({ name, buffers, params, body }: Kernel): Kernel {
    return {
      name,
      buffers: buffers.map((buffer) => ({ ...buffer, dtype: this.stored(buffer.dtype) })),
      params: params.map(this.computed),
      body: body.map(this.stmt),
    };
  }

  private readonly computed = (dtype: DType): DType => computedAs(this.target, dtype);
  private readonly stored = (dtype: DType): DType => storedAs(this.target, dtype);

  // ---- statements

  private readonly stmt = (stmt: Stmt): Stmt => {
    switch (stmt.kind) {
      case 'loop':
        return { ...stmt, body: stmt.body.map(this.stmt) };
      case 'if':
        return {
          ...stmt,
          condition: this.expr(stmt.condition),
          body: stmt.body.map(this.stmt),
        };
      case 'check':
        return { ...stmt, ok: this.expr(stmt.ok) };
      case 'let':
      case 'var':
      case 'assign':
        return { ...stmt, local: this.local(stmt.local), value: this.expr(stmt.value) };
      case 'store':
        return { ...stmt, index: this.index(stmt.index), value: this.written(stmt.value) };
      case 'poke': {
        const scratch = this.scratch(stmt.scratch);
        return {
          ...stmt,
          scratch,
          index: this.index(stmt.index),
          value: this.written(stmt.value),
        };
      }
    }
  };

  private written(value: Expr): Expr {
    return cast(this.expr(value), this.stored(value.dtype));
  }

  // ---- values

  private expr(expr: Expr): Expr {
    const known = this.done.get(expr);
    if (known !== undefined) return known;
    const made = this.made(expr);
    this.done.set(expr, made);
    return made;
  }

  private made(expr: Expr): Expr {
    const dtype = this.computed(expr.dtype);
    switch (expr.kind) {
      case 'local':
        return this.local(expr);
      case 'const':
        return { kind: 'const', dtype, value: kept(expr.value, expr.dtype, dtype) };
      case 'param':
        return { ...expr, dtype };
      case 'index':
        return { kind: 'index', dtype: dtype as 'int32', index: this.index(expr.index) };
      case 'load':
        return cast(
          { ...expr, dtype: this.stored(expr.dtype), index: this.index(expr.index) },
          dtype,
        );
      case 'peek': {
        const scratch = this.scratch(expr.scratch);
        return cast(
          { ...expr, dtype: scratch.dtype, scratch, index: this.index(expr.index) },
          dtype,
        );
      }
      case 'unary':
        return { ...expr, dtype, a: this.expr(expr.a) };
      case 'binary':
        return { ...expr, dtype, a: this.expr(expr.a), b: this.expr(expr.b) };
      case 'select':
      case 'fma':
        return { ...expr, dtype, a: this.expr(expr.a), b: this.expr(expr.b), c: this.expr(expr.c) };
      case 'cast':
        return cast(this.expr(expr.a), dtype);
      case 'bits':
        return this.bits(expr.a, dtype, expr.dtype);
      case 'inside':
        return { ...expr, index: this.index(expr.index) };
    }
  }

  /** The bits of what is not there are not there. */
  private bits(a: Expr, dtype: DType, asked: DType): Expr {
    if (this.computed(a.dtype) !== a.dtype || dtype !== asked) {
      throw new TypeError(`a kernel looks at the bits of ${a.dtype}, which the device has not`);
    }
    return { kind: 'bits', dtype, a: this.expr(a) };
  }

  private local(local: Local): Local {
    return known(this.locals, local, this.computed(local.dtype));
  }

  private scratch(scratch: Scratch): Scratch {
    return known(this.scratches, scratch, this.stored(scratch.dtype));
  }

  // ---- addresses

  private index(index: Index): Index {
    const terms = index.terms.map((term) => ({ ...term, atom: this.atom(term.atom) }));
    return { constant: index.constant, terms };
  }

  private atom(atom: Atom): Atom {
    switch (atom.kind) {
      case 'range':
      case 'param':
        return atom;
      case 'div':
      case 'mod':
        return { ...atom, of: this.index(atom.of) };
      case 'value':
        return { ...atom, value: this.local(atom.value) };
    }
  }
}

const cast = (a: Expr, dtype: DType): Expr => (a.dtype === dtype ? a : { kind: 'cast', dtype, a });

/** One object for each, as before. */
function known<T extends Local | Scratch>(made: Map<T, T>, one: T, dtype: DType): T {
  if (dtype === one.dtype) return one;
  let other = made.get(one);
  if (other === undefined) {
    other = { ...one, dtype };
    made.set(one, other);
  }
  return other;
}

/** A number in a kernel: the least and the largest int64 are the least and the largest int32. */
function kept(value: number | bigint, from: DType, to: DType): number | bigint {
  if (from === to) return value;
  if (to === 'float32') return Math.fround(Number(value));
  return Math.min(Math.max(Number(value), -(2 ** 31)), 2 ** 31 - 1);
}
