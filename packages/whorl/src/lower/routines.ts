// What kernels call instead of holding it: long ways
// that are rarely taken, as functions of float64.
// in:  a routine's name     out: its parameters, statements and result, in loop IR

import { reduceLarge } from './bodies/large-angle.js';
import { longDivision } from './long-division.js';
import type { Expr, Local, Stmt } from '../ir/loop.js';
import { Nest } from './nest.js';
import { type Steps, stepsOf } from './steps.js';

export type RoutineName = 'largeAngle' | 'remainder';

export interface Routine {
  readonly params: readonly Local[];
  readonly body: readonly Stmt[];
  readonly result: Expr;
}

type Formula = (args: readonly Expr[], steps: Steps) => Expr;

const formulas: Record<RoutineName, readonly [arity: number, Formula]> = {
  largeAngle: [1, ([x], { name }) => reduceLarge(x!, name)],
  remainder: [2, ([x, y], steps) => longDivision(x!, y!, steps)],
};

const made = new Map<RoutineName, Routine>();

export function routine(name: RoutineName): Routine {
  let known = made.get(name);
  if (known === undefined) {
    const [arity, formula] = formulas[name];
    const nest = new Nest();
    const params = Array.from({ length: arity }, (_, i): Local => {
      return { kind: 'local', name: `x${i}`, dtype: 'float64' };
    });
    const result = nest.name(formula(params, stepsOf(nest)));
    known = { params, body: nest.body, result };
    made.set(name, known);
  }
  return known;
}
