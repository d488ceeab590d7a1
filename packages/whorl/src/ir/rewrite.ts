// Statements written once more, with other ranges, names and expressions in them; conditions that
// became certain are gone.
// in:  what takes the place of ranges and locals     out: statements; what is shared stays shared

import { boundsOf, computed, divide, modulo, scale, sumOf } from './index-algebra.js';
import type { Atom, Expr, Index, Local, Scratch, Stmt, Term } from './loop.js';

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
    return stmts.flatMap((stmt) => this.stmt(stmt));
  }

  private stmt(stmt: Stmt): Stmt | readonly Stmt[] {
    switch (stmt.kind) {
      case 'loop':
        return { ...stmt, body: this.all(stmt.body) };
      case 'let':
      case 'var':
      case 'assign': {
        const { kind, local, value } = stmt;
        return { kind, local: this.local(local), value: this.expr(value) };
      }
      case 'store': {
        const { kind, buffer, index, value } = stmt;
        return { kind, buffer, index: this.index(index), value: this.expr(value) };
      }
      case 'poke': {
        const { kind, index, value } = stmt;
        const scratch = this.scratch(stmt.scratch);
        return { kind, scratch, index: this.index(index), value: this.expr(value) };
      }
      case 'if': {
        const condition = this.expr(stmt.condition);
        const certain = certainly(condition);
        if (certain === false) return [];
        const body = this.all(stmt.body);
        return certain === true ? body : { ...stmt, condition, body };
      }
      case 'check':
        return { ...stmt, ok: this.expr(stmt.ok) };
    }
  }

  expr(expr: Expr): Expr {
    if (expr.kind === 'local') return this.local(expr);
    if (expr.kind === 'const' || expr.kind === 'param') return expr;
    const known = this.done.get(expr);
    if (known !== undefined) return known;
    const made = this.rebuild(expr);
    this.done.set(expr, made);
    return made;
  }

  /** What nothing in it changes stays the object it is: what is known of that is kept. */
  private rebuild(expr: Expr): Expr {
    switch (expr.kind) {
      case 'local':
        return this.local(expr);
      case 'const':
      case 'param':
        return expr;
      case 'load':
        return this.by.load?.(expr) ?? this.moved(expr);
      case 'index':
        return this.moved(expr);
      case 'inside': {
        const index = this.index(expr.index);
        return index === expr.index ? expr : inside(index, expr.lo, expr.hi);
      }
      case 'peek': {
        const moved = this.moved(expr);
        const scratch = this.scratch(expr.scratch);
        return scratch === expr.scratch ? moved : { ...moved, scratch };
      }
      case 'unary':
      case 'cast':
      case 'bits': {
        const a = this.expr(expr.a);
        return a === expr.a ? expr : { ...expr, a };
      }
      case 'binary': {
        const [a, b] = [this.expr(expr.a), this.expr(expr.b)];
        return a === expr.a && b === expr.b ? expr : logical({ ...expr, a, b });
      }
      case 'select':
        return this.chosen(expr);
      case 'fma': {
        const [a, b, c] = [this.expr(expr.a), this.expr(expr.b), this.expr(expr.c)];
        return a === expr.a && b === expr.b && c === expr.c ? expr : { ...expr, a, b, c };
      }
    }
  }

  private moved<E extends Extract<Expr, { index: Index }>>(expr: E): E {
    const index = this.index(expr.index);
    return index === expr.index ? expr : { ...expr, index };
  }

  private chosen(expr: Extract<Expr, { kind: 'select' }>): Expr {
    const c = this.expr(expr.c);
    const certain = certainly(c);
    if (certain !== null) return this.expr(certain ? expr.a : expr.b);
    const [a, b] = [this.expr(expr.a), this.expr(expr.b)];
    return c === expr.c && a === expr.a && b === expr.b ? expr : { ...expr, c, a, b };
  }

  index(index: Index): Index {
    if (index.terms.every(({ atom }) => this.isKept(atom))) return index;
    let { constant } = index;
    const terms: Term[] = [];
    for (const term of index.terms) {
      if (this.isKept(term.atom)) {
        terms.push(term);
        continue;
      }
      const part = scale(this.atom(term.atom), term.coefficient);
      constant += part.constant;
      terms.push(...part.terms);
    }
    return sumOf(constant, terms);
  }

  private readonly isKept = (atom: Atom): boolean =>
    atom.kind === 'range' ? !this.by.ranges.has(atom.name) : atom.kind === 'param';

  private atom(atom: Atom): Index {
    const same: Index = { constant: 0, terms: [{ coefficient: 1, atom }] };
    switch (atom.kind) {
      case 'range':
        return this.by.ranges.get(atom.name) ?? same;
      case 'param':
        return same;
      case 'div':
        return divide(this.index(atom.of), atom.by);
      case 'mod':
        return modulo(this.index(atom.of), atom.by);
      case 'value':
        return computed(this.local(atom.value), atom.hi);
    }
  }

  private readonly local = (local: Local): Local => this.by.locals.get(local.name) ?? local;
  private readonly scratch = (scratch: Scratch): Scratch =>
    this.by.scratches.get(scratch.name) ?? scratch;
}

// ---- conditions

const truth = (value: boolean): Expr => ({ kind: 'const', dtype: 'bool', value: value ? 1 : 0 });

/** Null: it depends. */
const certainly = (condition: Expr): boolean | null =>
  condition.kind === 'const' ? condition.value !== 0 : null;

function inside(index: Index, lo: number, hi: number): Expr {
  const bounds = boundsOf(index);
  if (bounds.lo >= lo && bounds.hi < hi) return truth(true);
  if (bounds.hi < lo || bounds.lo >= hi) return truth(false);
  return { kind: 'inside', dtype: 'bool', index, lo, hi };
}

/** `and` and `or` of something certain. */
function logical(expr: Extract<Expr, { kind: 'binary' }>): Expr {
  if (expr.dtype !== 'bool' || (expr.fn !== 'and' && expr.fn !== 'or')) return expr;
  for (const [one, other] of [
    [expr.a, expr.b],
    [expr.b, expr.a],
  ]) {
    const certain = certainly(one);
    if (certain !== null) return certain === (expr.fn === 'and') ? other : one;
  }
  return expr;
}
