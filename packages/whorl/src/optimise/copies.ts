// Copies of a loop's body for several of its turns, side by side or interleaved.
// in:  a body, what the range is in each copy     out: statements

import type { Index, Local, Stmt } from '../lower/loop.js';
import type { Names } from './names.js';
import { declaredIn } from './names.js';
import { Rewriter } from './rewrite.js';

/** The bodies with `range` replaced by each of `values`; all but the first declare new names. */
export function copiesOf(
  body: readonly Stmt[], range: string, values: readonly Index[], names: Names,
): Stmt[][] {
  return values.map((value, copy) => {
    const locals = new Map<string, Local>();
    if (copy > 0) {
      for (const local of declaredIn(body)) {
        if (!locals.has(local.name)) {
          locals.set(local.name, { ...local, name: names.fresh(local.name) });
        }
      }
    }
    return new Rewriter({ ranges: new Map([[range, value]]), locals }).all(body);
  });
}

/** The copies statement by statement, their loops merged into one. For independent turns only. */
export function jam(copies: readonly (readonly Stmt[])[]): Stmt[] {
  const [first] = copies;
  return first.flatMap((stmt, i): readonly Stmt[] => {
    const same = copies.map((copy) => copy[i]);
    if (stmt.kind !== 'loop') return same;
    const bodies = same.map((other) => (other as typeof stmt).body);
    return [{ ...stmt, body: jam(bodies) }];
  });
}
