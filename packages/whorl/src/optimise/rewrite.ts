// Statements written once more, with other ranges, names and expressions in them.
// in:  what takes the place of ranges and locals     out: new statements; what is shared stays shared

import { add, boundsOf, computed, divide, fixed, modulo, scale } from '../lower/index-algebra.js';
import type { Atom, Expr, Index, Local, Scratch, Stmt } from '../lower/loop.js';

export interface Replacements {
  readonly ranges: ReadonlyMap<string, Index>;
  readonly locals: ReadonlyMap<string, Local>;
  readonly scratches: ReadonlyMap<string, Scratch>;
  /** Asked for every load before anything else. */
  readonly load?: (load: Extract<Expr, { kind: 'load' }>) => Expr | null;
}

type Parts = Pick<Replacements, 'ranges'> & Partial<Replacements>;

export class Rewriter {
  private readonly by: Replacements;
  private readonly done = new Map<Expr, Expr>();

  constructor(parts: Parts) {
    this.by = { locals: new Map(), scratches: new Map(), ...parts };
  }

  all(stmts: readonly Stmt[]): Stmt[] {
    return stmts.map((stmt) => this.stmt(stmt));
  }

  stmt(stmt: Stmt): Stmt {
    switch (stmt.kind) {
      case 'loop': return { ...stmt, body: this.all(stmt.body) };
      case 'let': case 'var': case 'assign':
        return { ...stmt, local: this.local(stmt.local), value: this.expr(stmt.value) };
      case 'store':
        return { ...stmt, index: this.index(stmt.index), value: this.expr(stmt.value) };
      case 'poke': {
        const scratch = this.scratch(stmt.scratch);
        return { ...stmt, scratch, index: this.index(stmt.index), value: this.expr(stmt.value) };
      }
      case 'if':
        return { ...stmt, condition: this.expr(stmt.condition), body: this.all(stmt.body) };
      case 'check': return { ...stmt, ok: this.expr(stmt.ok) };
    }
  }

  expr(expr: Expr): Expr {
    const known = this.done.get(expr);
    if (known !== undefined) return known;
    const made = this.rebuild(expr);
    this.done.set(expr, made);
    return made;
  }

  private rebuild(expr: Expr): Expr {
    switch (expr.kind) {
      case 'local': return this.local(expr);
      case 'const': case 'param': return expr;
      case 'load': {
        const replaced = this.by.load?.(expr) ?? null;
        return replaced ?? { ...expr, index: this.index(expr.index) };
      }
      case 'index': case 'inside': return { ...expr, index: this.index(expr.index) };
      case 'peek':
        return { ...expr, scratch: this.scratch(expr.scratch), index: this.index(expr.index) };
      case 'unary': case 'cast': case 'bits': return { ...expr, a: this.expr(expr.a) };
      case 'binary': return { ...expr, a: this.expr(expr.a), b: this.expr(expr.b) };
      case 'select':
        return { ...expr, c: this.expr(expr.c), a: this.expr(expr.a), b: this.expr(expr.b) };
    }
  }

  index(index: Index): Index {
    let total = fixed(index.constant);
    for (const { coefficient, atom } of index.terms) {
      total = add(total, scale(this.atom(atom), coefficient));
    }
    return total;
  }

  private atom(atom: Atom): Index {
    const same: Index = { constant: 0, terms: [{ coefficient: 1, atom }] };
    switch (atom.kind) {
      case 'range': return this.by.ranges.get(atom.name) ?? same;
      case 'param': return same;
      case 'div': return divide(this.index(atom.of), atom.by);
      case 'mod': return modulo(this.index(atom.of), atom.by);
      case 'value': {
        const value = this.expr(atom.value);
        return computed(value, boundsOf(same).hi);
      }
    }
  }

  private readonly local = (local: Local): Local => this.by.locals.get(local.name) ?? local;
  private readonly scratch = (scratch: Scratch): Scratch =>
    this.by.scratches.get(scratch.name) ?? scratch;
}
