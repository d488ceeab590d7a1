// Loops with several turns in one: the copies stand one after the other, or are jammed together.
// in:  a loop, how many turns     out: statements; a remainder gets loops of its own

import { counter, fixed, scale, shift } from '../ir/index-algebra.js';
import type { Index, Loop, Range, Stmt } from '../ir/loop.js';
import { copiesOf, jam } from './copies.js';
import { pieceOf, type Names } from '../ir/names.js';
import { vectorsOf } from './repeatable.js';

/** All turns one after the other, without a loop. */
export function unrollFully({ range, body }: Loop, names: Names): Stmt[] {
  const values = Array.from({ length: range.extent }, (_, turn) => fixed(turn));
  return copiesOf(body, range.name, values, names).flat();
}

/** `factor` turns at once, jammed. The turns are independent. */
export function unrollAndJam(loop: Loop, factor: number, names: Names): Stmt[] {
  const { body } = loop;
  const { name, extent } = loop.range;
  const whole = Math.floor(extent / factor);
  const done = whole * factor;
  const range = pieceOf(loop.range, whole);
  const first = scale(whole === 1 ? fixed(0) : counter(range), factor);
  const values = row(factor, (copy) => shift(first, copy));
  const jammed = jam(copiesOf(body, name, values, names));
  const main: Stmt[] = whole === 1 ? jammed : [{ ...loop, range, body: jammed }];
  if (done === extent) return main;
  const left = row(extent - done, (copy) => fixed(done + copy));
  return [...main, ...jam(copiesOf(body, name, left, names, false))];
}

/** `factor` times all lanes at once, jammed; what is left over, too,
 *  where lanes may overlap those before, else as lanes and then singly. */
export function unrollLanes(loop: Loop, factor: number, count: number, names: Names): Stmt[] {
  const { range, body } = loop;
  const { name, extent } = range;
  const step = factor * count;
  const whole = Math.floor(extent / step);
  const rest = extent - whole * step;
  const lanes = pieceOf(range, count);
  const jammed = (starts: readonly Index[]): Stmt => {
    const values = starts.map((start) => plus(start, lanes));
    const copies = copiesOf(body, name, values, names);
    return { ...loop, range: lanes, body: jam(copies) };
  };
  const outer = pieceOf(range, whole, names.fresh(name));
  const first = scale(counter(outer), step);
  const inner = (): Stmt => jammed(row(factor, (copy) => shift(first, copy * count)));
  const main = (): Stmt =>
    whole === 1 ? inner() : { ...loop, range: outer, mode: 'serial', body: [inner()] };
  const left = (): Stmt => {
    if (vectorsOf(loop, count).isAll) {
      const start = (copy: number): number => whole * step + copy * count;
      const vectors = Math.ceil(rest / count);
      return jammed(row(vectors, (copy) => fixed(Math.min(start(copy), extent - count))));
    }
    const last = pieceOf(range, rest);
    const [copy] = copiesOf(body, name, [plus(fixed(whole * step), last)], names);
    return { ...loop, range: last, body: copy };
  };
  return [...(whole > 0 ? [main()] : []), ...(rest > 0 ? [left()] : [])];
}

const plus = (start: Index, range: Range): Index => ({
  constant: start.constant,
  terms: [...start.terms, { coefficient: 1, atom: range }],
});

const row = (length: number, make: (copy: number) => Index): Index[] =>
  Array.from({ length }, (_, copy) => make(copy));
