// Names what a formula uses more than once, so that a kernel computes it once.
// in:  an expression whose parts may be the same object     out: a tree over locals, named in order

import type { Expr } from '../../ir/loop.js';
import { mapOperands } from '../../ir/map.js';
import { operandsOf } from '../../ir/walk.js';

export type Emit = (value: Expr) => Expr;

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
    for (const part of operandsOf(value)) waiting.push({ value: part, left: false });
  }
  for (const value of ordered.keys()) ordered.set(value, uses.get(value)!);
  return ordered;
}

export function share(root: Expr, emit: Emit): Expr {
  const done = new Map<Expr, Expr>();
  for (const [value, uses] of countUses(root)) {
    const whole = mapOperands(value, (part) => done.get(part)!);
    const isNamed = uses > 1 && operandsOf(value).length > 0;
    done.set(value, isNamed ? emit(whole) : whole);
  }
  return done.get(root)!;
}

/** An argument that a formula may use as often as it likes. */
export const named = (value: Expr, emit: Emit): Expr =>
  operandsOf(value).length === 0 && !isRead(value) ? value : emit(value);

const isRead = (value: Expr): boolean => value.kind === 'load' || value.kind === 'peek';
