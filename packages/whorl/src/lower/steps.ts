// What a formula writes into the loops around it beside
// its value: names, variables, a branch, a loop.
// in:  a nest that is being written     out: the few steps that formulas use

import type { Rarely } from './bodies/rarely.js';
import type { Expr, Local } from '../ir/loop.js';
import type { Nest } from './nest.js';

export interface Variable {
  readonly value: Local;
  assign(value: Expr): void;
}

export interface Steps {
  /** Names a value that is used more than once. */
  readonly name: (value: Expr) => Expr;
  readonly rarely: Rarely;
  /** A value that changes: inside of rarely() only. */
  readonly variable: (initial: Expr) => Variable;
  /** At most so many turns, those where the condition holds. */
  readonly loop: (turns: number, condition: Expr, body: () => void) => void;
}

export function stepsOf(nest: Nest): Steps {
  const assign = (local: Local, value: Expr): void => nest.emit({ kind: 'assign', local, value });
  return {
    name: nest.name,
    variable: (initial) => {
      const value = nest.variable('w', initial.dtype, initial);
      return { value, assign: (next) => assign(value, next) };
    },
    loop: (turns, condition, body) => nest.loop('k', turns, () => nest.guard(condition, body)),
    rarely: (condition, usual, unusual) => {
      const level = Math.max(...[condition, ...usual].map((e) => nest.levelOf(e)), nest.floor);
      return nest.within(level, () => {
        const locals = usual.map((value) => nest.variable('w', value.dtype, value));
        const write = () => unusual().forEach((value, i) => assign(locals[i]!, value));
        nest.guard(condition, write, true);
        return locals;
      });
    },
  };
}
