// Copies of a loop's body for several of its turns, side by side or interleaved.
// in:  a body, what the range is in each copy     out: statements
//
// Side by side the copies share nothing but the loop's overhead; interleaved (jammed) they share
// what they load, and their sums do not wait for each other.

import type { Index, Local, Stmt } from '../ir/loop.js';
import type { Names } from '../ir/names.js';
import { substitute } from '../ir/substitute.js';
import { declaredIn } from '../ir/walk.js';

/** The bodies with `range` replaced by each of `values`; all but the first declare new names,
 *  and the first too where the body's own names stand beside it already. */
export function copiesOf(
  body: readonly Stmt[],
  range: string,
  values: readonly Index[],
  names: Names,
  keeps = true,
): (readonly Stmt[])[] {
  return values.map((value, copy) => {
    const locals = new Map<string, Local>();
    if (copy > 0 || !keeps) {
      for (const local of declaredIn(body)) {
        if (!locals.has(local.name)) {
          locals.set(local.name, { ...local, name: names.fresh(local.name) });
        }
      }
    }
    return substitute(body, { ranges: new Map([[range, value]]), locals });
  });
}

/** The copies in one: their loops merged, what stands between loops copy after copy, so that each
 *  copy's own values are needed for a short while only. For independent turns. */
export function jam(copies: readonly (readonly Stmt[])[]): Stmt[] {
  const [first] = copies;
  // a condition that one copy has decided leaves it with other statements than the rest
  if (!copies.every((copy) => isAlike(copy, first))) return copies.flat();
  const jammed: Stmt[] = [];
  let start = 0;
  for (let end = 0; end <= first.length; end++) {
    const stmt = first[end];
    if (stmt !== undefined && stmt.kind !== 'loop') continue;
    for (const copy of copies) jammed.push(...copy.slice(start, end));
    if (stmt !== undefined) {
      const bodies = copies.map((copy) => (copy[end] as typeof stmt).body);
      jammed.push({ ...stmt, body: jam(bodies) });
    }
    start = end + 1;
  }
  return jammed;
}

const isAlike = (a: readonly Stmt[], b: readonly Stmt[]): boolean =>
  a.length === b.length && a.every((stmt, i) => (stmt.kind === 'loop') === (b[i].kind === 'loop'));
