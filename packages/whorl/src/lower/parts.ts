// Walks over the expressions of one statement, each object once although it may have many readers.
// in:  an expression     out: its parts, operands before their readers

import type { Expr, Index } from './loop.js';

export interface Visited { readonly expr: Expr; readonly readers: number }

export function visitOnce(root: Expr): Visited[] {
  const readers = new Map<Expr, number>();
  const order: Expr[] = [];
  const todo: { readonly expr: Expr; readonly isDone: boolean }[] = [{ expr: root, isDone: false }];
  while (todo.length > 0) {
    const { expr, isDone } = todo.pop()!;
    if (isDone) {
      order.push(expr);
      continue;
    }
    const seen = readers.get(expr);
    readers.set(expr, (seen ?? 0) + 1);
    if (seen !== undefined) continue;
    todo.push({ expr, isDone: true });
    for (const part of partsOf(expr)) todo.push({ expr: part, isDone: false });
  }
  return order.map((expr) => ({ expr, readers: readers.get(expr)! }));
}

/** The expressions that an expression is made of, those inside its addresses included. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'local': case 'const': case 'param': return [];
    case 'index': case 'load': case 'peek': case 'inside': return valuesIn(expr.index);
    case 'unary': case 'cast': case 'bits': return [expr.a];
    case 'binary': return [expr.a, expr.b];
    case 'select': return [expr.c, expr.a, expr.b];
  }
}

export function valuesIn(index: Index): Expr[] {
  return index.terms.flatMap(({ atom }) => {
    if (atom.kind === 'value') return [atom.value];
    return atom.kind === 'div' || atom.kind === 'mod' ? valuesIn(atom.of) : [];
  });
}
