// Writes a random program: names for values, and what is known of them while it is written.
// in:  dice     out: statements

import { Dice } from '../test/dice.js';
import type { Statement } from './program.js';

/** A name in a program. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** A gradient may come to it. */
  readonly tracked?: boolean;
}

export type Known = Omit<Value, 'name'>;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
export const sameShape = (a: Value, b: Value): boolean => String(a.shape) === String(b.shape);
export const without = (shape: readonly number[], dim: number): number[] =>
  shape.filter((_, d) => d !== dim);
export const replaced = (shape: readonly number[], dim: number, size: number): number[] =>
  shape.map((own, d) => (d === dim ? size : own));

/** Dice of a seed; neighbouring seeds have nothing in common. */
export const diceOf = (seed: number, salt = 0): Dice => {
  const mixed = Math.imul(seed ^ (salt * 0x85ebca6b), 0x9e3779b1);
  const dice = new Dice(mixed ^ (mixed >>> 15));
  dice.next();
  return dice;
};

/** A whole number from `low` to `high`. */
export const between = (dice: Dice, low: number, high: number): number =>
  low + dice.below(high - low + 1);

export class Writer {
  readonly statements: Statement[] = [];
  readonly values: Value[] = [];
  private count = 0;

  constructor(readonly dice: Dice) {}

  /** A name that nothing has yet: a, b, ... z, a1, b1, ...; f, p, x and y are for functions. */
  name(): string {
    const letter = String.fromCharCode(97 + (this.count % 26));
    const round = Math.floor(this.count++ / 26);
    if ('fpxy'.includes(letter)) return this.name();
    return round === 0 ? letter : `${letter}${round}`;
  }

  say(text: string, more: Omit<Statement, 'text'> = {}): void {
    this.statements.push({ text, ...more });
  }

  /** `name = text`, a value of the program from here on. */
  make(text: string, known: Known): Value {
    const value = { ...known, name: this.name() };
    this.say(`${value.name} = ${text}`);
    this.values.push(value);
    return value;
  }

  pick(fits: (value: Value) => boolean = () => true): Value {
    return this.dice.pick(this.values.filter(fits));
  }

  /** Nobody holds it any more. */
  drop(value: Value): void {
    this.values.splice(this.values.indexOf(value), 1);
    this.say(`${value.name} = null`);
  }
}
