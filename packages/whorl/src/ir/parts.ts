// Walks over the expressions of one statement, each object once although it may have many readers.
// in:  a statement, an expression     out: its parts

import type { Expr, Index, Stmt, Term } from './loop.js';

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

/** Beyond this a list is slower to search than a set. */
const mostInList = 24;

/** Every part once, operands before their readers, in the order of visitOnce(). Statements are small
 *  and looked at by every pass: a list is made in a fraction of the time of a map. */
export function partsIn(root: Expr): readonly Expr[] {
  const known = parts.get(root);
  if (known !== undefined) return known;
  const found: Expr[] = [];
  addParts(root, found, new Seen(found));
  parts.set(root, found);
  return found;
}

const parts = new WeakMap<Expr, readonly Expr[]>();

class Seen {
  private set: Set<Expr> | null = null;

  constructor(private readonly found: readonly Expr[]) {}

  has(expr: Expr): boolean {
    const { found } = this;
    if (found.length < mostInList) return found.includes(expr);
    this.set ??= new Set(found);
    return this.set.has(expr);
  }

  add(expr: Expr): void {
    this.set?.add(expr);
  }
}

function addParts(expr: Expr, found: Expr[], seen: Seen): void {
  if (seen.has(expr)) return;
  switch (expr.kind) {
    case 'index':
    case 'load':
    case 'peek':
    case 'inside': {
      const values = valuesIn(expr.index);
      for (let i = values.length - 1; i >= 0; i--) addParts(values[i]!, found, seen);
      break;
    }
    case 'unary':
    case 'cast':
    case 'bits':
      addParts(expr.a, found, seen);
      break;
    case 'binary':
      addParts(expr.b, found, seen);
      addParts(expr.a, found, seen);
      break;
    case 'select':
    case 'fma':
      addParts(expr.b, found, seen);
      addParts(expr.a, found, seen);
      addParts(expr.c, found, seen);
  }
  found.push(expr);
  seen.add(expr);
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
    case 'fma':
      return [expr.c, expr.a, expr.b];
  }
}

const isPlain = ({ atom }: Term): boolean => atom.kind === 'range' || atom.kind === 'param';

export function valuesIn(index: Index): readonly Expr[] {
  if (index.terms.every(isPlain)) return nothing;
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
