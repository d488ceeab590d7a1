// Names what a formula uses more than once, so that a kernel computes it once.
// in:  an expression whose parts may be the same object     out: a tree over locals, named in order

import type { Expr } from '../../ir/loop.js';

export type Emit = (value: Expr) => Expr;

/** The expressions an expression is made of. Addresses are not looked into. */
function parts(value: Expr): readonly Expr[] {
  switch (value.kind) {
    case 'unary':
    case 'cast':
    case 'bits':
      return [value.a];
    case 'binary':
      return [value.a, value.b];
    case 'select':
    case 'fma':
      return [value.c, value.a, value.b];
    default:
      return [];
  }
}

function withParts(value: Expr, done: (part: Expr) => Expr): Expr {
  switch (value.kind) {
    case 'unary':
    case 'cast':
    case 'bits':
      return { ...value, a: done(value.a) };
    case 'binary':
      return { ...value, a: done(value.a), b: done(value.b) };
    case 'select':
    case 'fma':
      return { ...value, c: done(value.c), a: done(value.a), b: done(value.b) };
    default:
      return value;
  }
}

/** Every part once, sources first, with how often it is used. */
function countUses(root: Expr): Map<Expr, number> {
  const uses = new Map<Expr, number>();
  const ordered = new Map<Expr, number>();
  const waiting: { value: Expr; left: boolean }[] = [{ value: root, left: false }];
  while (waiting.length > 0) {
    const { value, left } = waiting.pop()!;
    if (left) {
      ordered.set(value, 0);
      continue;
    }
    uses.set(value, (uses.get(value) ?? 0) + 1);
    if (uses.get(value)! > 1) continue;
    waiting.push({ value, left: true });
    for (const part of parts(value)) waiting.push({ value: part, left: false });
  }
  for (const value of ordered.keys()) ordered.set(value, uses.get(value)!);
  return ordered;
}

export function share(root: Expr, emit: Emit): Expr {
  const done = new Map<Expr, Expr>();
  for (const [value, uses] of countUses(root)) {
    const whole = withParts(value, (part) => done.get(part)!);
    const isNamed = uses > 1 && parts(value).length > 0;
    done.set(value, isNamed ? emit(whole) : whole);
  }
  return done.get(root)!;
}

/** An argument that a formula may use as often as it likes. */
export const named = (value: Expr, emit: Emit): Expr =>
  parts(value).length === 0 && !isRead(value) ? value : emit(value);

const isRead = (value: Expr): boolean => value.kind === 'load' || value.kind === 'peek';
