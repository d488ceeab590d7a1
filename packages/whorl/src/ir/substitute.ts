// Statements written once more, with other ranges, names and expressions in them; conditions that
// became certain are gone.
// in:  what takes the place of ranges and names
// out: statements; what nothing changes stays the object it is

import { boundsOf, computed, divide, modulo, scale, sumOf } from './index-algebra.js';
import type { Atom, Expr, Index, Local, Range, Scratch, Stmt, Term } from './loop.js';
import { type Mapping, mapExpr, mapStmt, mapStmts } from './map.js';
import { type Simple, someAtom, someTerm } from './walk.js';

export interface Replacements {
  /** By name, like the others: inside of one loop a name means one thing. */
  readonly ranges?: ReadonlyMap<string, Index>;
  readonly locals?: ReadonlyMap<string, Local>;
  /** Asked for every load before anything else. */
  readonly load?: (load: Extract<Expr, { kind: 'load' }>) => Expr | null;
}

export const substitute = (stmts: readonly Stmt[], by: Replacements): readonly Stmt[] =>
  new Substitution(by).body(stmts);

export const substituteIndex = (index: Index, ranges: ReadonlyMap<string, Index>): Index =>
  new Substitution({ ranges }).index(index);

/** One range. */
export const replacing = (range: Range, by: Index): Pick<Replacements, 'ranges'> => ({
  ranges: new Map([[range.name, by]]),
});

const nothing: ReadonlyMap<string, never> = new Map<string, never>();

class Substitution implements Mapping {
  private readonly ranges: ReadonlyMap<string, Index>;
  private readonly locals: ReadonlyMap<string, Local>;
  /** What is shared stays shared. */
  private readonly done = new Map<Expr, Expr>();

  constructor(private readonly by: Replacements) {
    this.ranges = by.ranges ?? nothing;
    this.locals = by.locals ?? nothing;
  }

  readonly body = (stmts: readonly Stmt[]): readonly Stmt[] => mapStmts(stmts, this.stmt);

  private readonly stmt = (stmt: Stmt): Stmt | readonly Stmt[] => {
    if (stmt.kind !== 'if') return mapStmt(stmt, this);
    const certain = certainly(this.expr(stmt.condition));
    if (certain === null) return mapStmt(stmt, this);
    return certain ? this.body(stmt.body) : [];
  };

  expr(expr: Expr): Expr {
    if (expr.kind === 'const' || expr.kind === 'param') return expr;
    if (expr.kind === 'local') return this.local(expr);
    let made = this.done.get(expr);
    if (made === undefined) {
      made = this.rebuilt(expr);
      this.done.set(expr, made);
    }
    return made;
  }

  private rebuilt(expr: Expr): Expr {
    if (expr.kind === 'load') return this.by.load?.(expr) ?? mapExpr(expr, this);
    if (expr.kind === 'select') {
      const certain = certainly(this.expr(expr.c));
      if (certain !== null) return this.expr(certain ? expr.a : expr.b);
    }
    const made = mapExpr(expr, this);
    return made === expr ? expr : settled(made);
  }

  index(index: Index): Index {
    if (!someAtom(index, this.changes)) return index;
    let { constant } = index;
    const terms: Term[] = [];
    for (const term of index.terms) {
      if (!someTerm(term, this.changes)) {
        terms.push(term);
        continue;
      }
      const part = scale(this.atom(term.atom), term.coefficient);
      constant += part.constant;
      terms.push(...part.terms);
    }
    return sumOf(constant, terms);
  }

  private readonly changes = (atom: Simple): boolean =>
    atom.kind === 'range'
      ? this.ranges.has(atom.name)
      : atom.kind === 'value' && this.locals.has(atom.value.name);

  private atom(atom: Atom): Index {
    switch (atom.kind) {
      case 'div':
        return divide(this.index(atom.of), atom.by);
      case 'mod':
        return modulo(this.index(atom.of), atom.by);
      case 'value':
        return computed(this.local(atom.value), atom.hi);
      case 'range':
        return this.ranges.get(atom.name) ?? same(atom);
      case 'param':
        return same(atom);
    }
  }

  local(local: Local): Local {
    return this.locals.get(local.name) ?? local;
  }

  scratch(scratch: Scratch): Scratch {
    return scratch;
  }
}

const same = (atom: Atom): Index => ({ constant: 0, terms: [{ coefficient: 1, atom }] });

// ---- conditions

const truth = (value: boolean): Expr => ({ kind: 'const', dtype: 'bool', value: value ? 1 : 0 });

/** Null: it depends. */
const certainly = (condition: Expr): boolean | null =>
  condition.kind === 'const' ? condition.value !== 0 : null;

/** A question whose answer the bounds give; `and` and `or` of something certain. */
function settled(expr: Expr): Expr {
  if (expr.kind === 'inside') {
    const bounds = boundsOf(expr.index);
    if (bounds.lo >= expr.lo && bounds.hi < expr.hi) return truth(true);
    return bounds.hi < expr.lo || bounds.lo >= expr.hi ? truth(false) : expr;
  }
  if (expr.kind !== 'binary' || expr.dtype !== 'bool') return expr;
  const { fn, a, b } = expr;
  if (fn !== 'and' && fn !== 'or') return expr;
  const [left, right] = [certainly(a), certainly(b)];
  if (left !== null) return left === (fn === 'and') ? b : a;
  if (right !== null) return right === (fn === 'and') ? a : b;
  return expr;
}
