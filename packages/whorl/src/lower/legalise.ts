// Kernels for a device that has not all elements: every value as one that it has.
// in:  a kernel as it was lowered, what the device can     out: a kernel of its elements alone
//
// Lowering chooses formulas that the device can compute. What is
// left here is a change of dress: int64 as int32, a float64 on the
// way as float32, and one-byte elements that lie in memory as words.

import type { DType } from '../graph/dtype.js';
import { computedAs, storedAs } from '../target/elements.js';
import type { Target } from '../target/target.js';
import type { Expr, Index, Kernel, Local, Scratch, Stmt } from '../ir/loop.js';
import { type Mapping, mapExpr, mapNames, mapStmt, mapStmts } from '../ir/map.js';

/** A device that has all elements gets the very kernel. */
export function legalise(kernel: Kernel, target: Target): Kernel {
  return hasAll(target) ? kernel : new Legaliser(target).kernel(kernel);
}

const hasAll = ({ elements, hasFloat64 }: Target): boolean =>
  hasFloat64 && (Object.keys(elements) as DType[]).every((dtype) => elements[dtype] === dtype);

class Legaliser implements Mapping {
  private readonly locals = new Map<Local, Local>();
  private readonly scratches = new Map<Scratch, Scratch>();
  private readonly done = new Map<Expr, Expr>();

  constructor(private readonly target: Target) {}

  kernel({ name, buffers, params, body }: Kernel): Kernel {
    return {
      name,
      buffers: buffers.map((buffer) => ({ ...buffer, dtype: this.stored(buffer.dtype) })),
      params: params.map(this.computed),
      body: this.body(body),
    };
  }

  private readonly computed = (dtype: DType): DType => computedAs(this.target, dtype);
  private readonly stored = (dtype: DType): DType => storedAs(this.target, dtype);

  readonly body = (stmts: readonly Stmt[]): readonly Stmt[] =>
    mapStmts(stmts, (stmt) => {
      const made = mapStmt(stmt, this);
      if (made.kind !== 'store' && made.kind !== 'poke') return made;
      return { ...made, value: cast(made.value, this.stored((stmt as typeof made).value.dtype)) };
    });

  expr(expr: Expr): Expr {
    let made = this.done.get(expr);
    if (made === undefined) {
      made = this.made(expr);
      this.done.set(expr, made);
    }
    return made;
  }

  private made(expr: Expr): Expr {
    const dtype = this.computed(expr.dtype);
    const own = mapExpr(expr, this);
    switch (own.kind) {
      case 'const':
        return { kind: 'const', dtype, value: kept(own.value, expr.dtype, dtype) };
      case 'load':
        return cast({ ...own, dtype: this.stored(expr.dtype) }, dtype);
      case 'peek':
        return cast({ ...own, dtype: own.scratch.dtype }, dtype);
      case 'cast':
        return cast(own.a, dtype);
      case 'bits':
        this.demandBits(expr as typeof own);
        return own;
      default:
        return { ...own, dtype } as Expr;
    }
  }

  /** The bits of what is not there are not there. */
  private demandBits({ a, dtype }: Extract<Expr, { kind: 'bits' }>): void {
    if (this.computed(a.dtype) === a.dtype && this.computed(dtype) === dtype) return;
    throw new TypeError(`a kernel looks at the bits of ${a.dtype}, which the device has not`);
  }

  local(local: Local): Local {
    return known(this.locals, local, this.computed(local.dtype));
  }

  scratch(scratch: Scratch): Scratch {
    return known(this.scratches, scratch, this.stored(scratch.dtype));
  }

  index(index: Index): Index {
    return mapNames(index, (name) => this.local(name));
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
