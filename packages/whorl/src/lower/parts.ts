// Walks over the expressions of one statement, each object once although it may have many readers.
// in:  a statement, an expression     out: its parts

import type { Expr, Index, Stmt } from './loop.js';

const nothing: readonly Expr[] = [];

/** Every part once, operands before their readers, with how many readers it has; the root has one. */
export function visitOnce(root: Expr): ReadonlyMap<Expr, number> {
  const readers = new Map<Expr, number>();
  const todo: Expr[] = [root];
  while (todo.length > 0) {
    const expr = todo[todo.length - 1]!;
    const parts = readers.has(expr) ? nothing : partsOf(expr);
    const { length } = todo;
    for (const part of parts) if (!readers.has(part)) todo.push(part);
    if (todo.length > length) continue;
    todo.pop();
    if (!readers.has(expr)) readers.set(expr, 0);
    for (const part of parts) readers.set(part, readers.get(part)! + 1);
  }
  return readers.set(root, 1);
}

/** The expressions that an expression is made of, those inside its addresses included. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'local':
    case 'const':
    case 'param':
      return nothing;
    case 'index':
    case 'load':
    case 'peek':
    case 'inside':
      return valuesIn(expr.index);
    case 'unary':
    case 'cast':
    case 'bits':
      return [expr.a];
    case 'binary':
      return [expr.a, expr.b];
    case 'select':
      return [expr.c, expr.a, expr.b];
  }
}

export function valuesIn(index: Index): readonly Expr[] {
  if (index.terms.every(({ atom }) => atom.kind === 'range' || atom.kind === 'param'))
    return nothing;
  return index.terms.flatMap(({ atom }) => {
    if (atom.kind === 'value') return [atom.value];
    return atom.kind === 'div' || atom.kind === 'mod' ? valuesIn(atom.of) : [];
  });
}

/** The expression of a statement, its condition or its value. */
export function valueOfStmt(stmt: Exclude<Stmt, { kind: 'loop' }>): Expr {
  return stmt.kind === 'if' ? stmt.condition : stmt.kind === 'check' ? stmt.ok : stmt.value;
}

/** A variable from outside of the loop carries something from turn to turn. */
export function assignsOuter(body: readonly Stmt[], declared = new Set<string>()): boolean {
  return body.some((stmt) => {
    if (stmt.kind === 'var') declared.add(stmt.local.name);
    if (stmt.kind === 'assign') return !declared.has(stmt.local.name);
    return (stmt.kind === 'loop' || stmt.kind === 'if') && assignsOuter(stmt.body, declared);
  });
}
