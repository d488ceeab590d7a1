// Expressions and statements written anew from other parts.
// in:  a part, what takes the place of what it is made of
// out: the very object where all of that stays the same
//
// What is known of an expression (its parts, its cost) is remembered by the object, so a pass that
// hands back what it did not change saves the next one its work.

import type { Atom, Expr, Index, Local, Scratch, Stmt } from './loop.js';
import { namesIn } from './walk.js';

/** What takes the place of each part. */
export interface Mapping {
  expr(expr: Expr): Expr;
  index(index: Index): Index;
  local(local: Local): Local;
  scratch(scratch: Scratch): Scratch;
  body(stmts: readonly Stmt[]): readonly Stmt[];
}

export function mapExpr(expr: Expr, by: Omit<Mapping, 'body'>): Expr {
  switch (expr.kind) {
    case 'local':
      return by.local(expr);
    case 'const':
    case 'param':
      return expr;
    case 'index':
    case 'load':
    case 'inside': {
      const index = by.index(expr.index);
      return index === expr.index ? expr : { ...expr, index };
    }
    case 'peek': {
      const [scratch, index] = [by.scratch(expr.scratch), by.index(expr.index)];
      return scratch === expr.scratch && index === expr.index ? expr : { ...expr, scratch, index };
    }
    case 'unary':
    case 'cast':
    case 'bits': {
      const a = by.expr(expr.a);
      return a === expr.a ? expr : { ...expr, a };
    }
    case 'binary': {
      const [a, b] = [by.expr(expr.a), by.expr(expr.b)];
      return a === expr.a && b === expr.b ? expr : { ...expr, a, b };
    }
    case 'select':
    case 'fma': {
      const [c, a, b] = [by.expr(expr.c), by.expr(expr.a), by.expr(expr.b)];
      return a === expr.a && b === expr.b && c === expr.c ? expr : { ...expr, c, a, b };
    }
  }
}

/** The same operation on other operands; names and addresses as they are. */
export function mapOperands(expr: Expr, by: (operand: Expr) => Expr): Expr {
  return mapExpr(expr, { ...kept, expr: by });
}

const same = <T>(part: T): T => part;
const kept = { index: same<Index>, local: same<Local>, scratch: same<Scratch> };

/** An index over other names for what is computed. */
export function mapNames(index: Index, by: (name: Local) => Local): Index {
  if (namesIn(index).length === 0) return index;
  const terms = index.terms.map((term) => ({ ...term, atom: mapName(term.atom, by) }));
  return { constant: index.constant, terms };
}

function mapName(atom: Atom, by: (name: Local) => Local): Atom {
  if (atom.kind === 'value') return { ...atom, value: by(atom.value) };
  return atom.kind === 'div' || atom.kind === 'mod' ? { ...atom, of: mapNames(atom.of, by) } : atom;
}

export function mapStmt(stmt: Stmt, by: Mapping): Stmt {
  switch (stmt.kind) {
    case 'loop':
      return mapBody(stmt, by.body);
    case 'let':
    case 'var':
    case 'assign': {
      const [local, value] = [by.local(stmt.local), by.expr(stmt.value)];
      return local === stmt.local && value === stmt.value ? stmt : { ...stmt, local, value };
    }
    case 'store': {
      const [index, value] = [by.index(stmt.index), by.expr(stmt.value)];
      return index === stmt.index && value === stmt.value ? stmt : { ...stmt, index, value };
    }
    case 'poke': {
      const [scratch, index, value] = [
        by.scratch(stmt.scratch),
        by.index(stmt.index),
        by.expr(stmt.value),
      ];
      const isSame = scratch === stmt.scratch && index === stmt.index && value === stmt.value;
      return isSame ? stmt : { ...stmt, scratch, index, value };
    }
    case 'if': {
      const condition = by.expr(stmt.condition);
      return mapBody(condition === stmt.condition ? stmt : { ...stmt, condition }, by.body);
    }
    case 'check': {
      const ok = by.expr(stmt.ok);
      return ok === stmt.ok ? stmt : { ...stmt, ok };
    }
  }
}

/** A loop or `if` with another body; any other statement as it is. */
export function mapBody<S extends Stmt>(stmt: S, by: Mapping['body']): S {
  if (!('body' in stmt)) return stmt;
  const body = by(stmt.body);
  return body === stmt.body ? stmt : { ...stmt, body };
}

/** Each statement as one or several others; the very list where each gave itself. */
export function mapStmts(
  stmts: readonly Stmt[],
  by: (stmt: Stmt) => Stmt | readonly Stmt[],
): readonly Stmt[] {
  let made: Stmt[] | null = null;
  for (const [i, stmt] of stmts.entries()) {
    const one = by(stmt);
    if (one === stmt && made === null) continue;
    made ??= stmts.slice(0, i);
    if ('kind' in one) made.push(one);
    else made.push(...one);
  }
  return made ?? stmts;
}
