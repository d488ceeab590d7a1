// Names what a formula uses more than once, so that a kernel computes it once.
// in:  an expression whose parts may be the same object     out: a tree over locals, named in order

import type { Expr } from '../../ir/loop.js';
import { mapOperands } from '../../ir/map.js';
import { operandsOf, readersIn } from '../../ir/walk.js';

export type Emit = (value: Expr) => Expr;

export function share(root: Expr, emit: Emit): Expr {
  const done = new Map<Expr, Expr>();
  for (const [value, uses] of readersIn(root)) {
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
