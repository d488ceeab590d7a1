// The same binding for what is no row of the table of signatures: constructors, and functions that
// PyTorch keeps elsewhere.

import type { AgreesBound } from './agrees.js';
import { binder } from './bind.js';
import { readSignature } from './signature.js';
import { shown } from './show.js';

/**
 * A constructor's arguments: its positional parameters, then an object of options, which may be
 * empty. Called twice, since the types are given and the text is read by the compiler:
 * `bound<[number, { bias?: boolean }]>()('Linear', 'in_features | bias:bool')`.
 */
export const bound =
  <T extends readonly unknown[]>() =>
  <const S extends string>(name: string, signature: AgreesBound<T, S>) => {
    const text = signature as string;
    const bind = binder(name, text);
    return (given: readonly unknown[]): T => {
      const values = [...bind(given)];
      const count = readSignature(text).front.length;
      while (values.length < count) values.push(undefined);
      if (values.length === count) values.push({});
      return values as unknown as T;
    };
  };

/** A function whose arguments are bound. */
export function takes<F extends (...args: never[]) => unknown>(
  name: string,
  signature: string,
  fn: F,
): F {
  const bind = binder(name, signature);
  const checked = (...args: unknown[]) => fn(...(bind(args) as never[]));
  return checked as unknown as F;
}

/** Refuses what a method has no parameter for. */
export function demandNoMore(name: string, surplus: readonly unknown[], takesAtMost: number): void {
  if (surplus.every((value) => value === undefined)) return;
  const most = takesAtMost === 1 ? '1 argument' : `${takesAtMost} arguments`;
  throw new TypeError(
    `${name}: takes at most ${most}, but ${takesAtMost + surplus.length} were given ` +
      `(${shown(surplus[0])} is too many)`,
  );
}
