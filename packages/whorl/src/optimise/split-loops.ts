// Cuts a loop where a condition on its range changes: between the cuts the condition is certain.
// in:  statements that ask whether an index is inside of something     out: loops that need not ask
//
// Padding, concatenation and writes into a view ask for every element where it comes from. A loop
// that asks runs lane by lane; its inner part, which is nearly all of it, need not ask.

import { boundsOf, counter, fixed, shift } from '../ir/index-algebra.js';
import type { Expr, Index, Loop, Range, Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';
import { everyPart, visit } from '../ir/walk.js';
import { copiesOf } from './copies.js';
import { pieceOf, type Names } from '../ir/names.js';

type Inside = Extract<Expr, { kind: 'inside' }>;

/** Each cut is one more copy of the body: code that has to be made before the first launch. */
const mostCuts = 4;
/** Statements in all pieces together. */
const mostStatements = 120;

export const splitLoops = (stmts: readonly Stmt[], names: Names): readonly Stmt[] =>
  questionsIn(stmts).length === 0 ? stmts : splitAll(stmts, names);

const splitAll = (stmts: readonly Stmt[], names: Names): readonly Stmt[] =>
  mapStmts(stmts, (stmt) => {
    const inside = (block: Stmt): Stmt => mapBody(block, (body) => splitAll(body, names));
    if (stmt.kind !== 'loop') return inside(stmt);
    return split(stmt, names).map((piece) => (piece.kind === 'loop' ? inside(piece) : piece));
  });

function split(loop: Loop, names: Names): readonly Stmt[] {
  const { range, body, mode } = loop;
  if (mode === 'parallel') return [loop];
  const cuts = cutsOf(loop);
  if (cuts.length === 0 || cuts.length > mostCuts) return [loop];
  if (countOf(body) * (cuts.length + 1) > mostStatements) return [loop];
  const edges = [0, ...cuts, range.extent];
  return cuts.concat(range.extent).flatMap((end, i) => piece(loop, edges[i], end, i === 0, names));
}

function piece(
  loop: Loop,
  start: number,
  end: number,
  isFirst: boolean,
  names: Names,
): readonly Stmt[] {
  const { range, body } = loop;
  const own = pieceOf(range, end - start, isFirst ? range.name : names.fresh(range.name));
  const value: Index = own.extent === 1 ? fixed(start) : shift(counter(own), start);
  const [copy] = copiesOf(body, range.name, [value], names, isFirst);
  return own.extent === 1 ? copy : [{ ...loop, range: own, body: copy }];
}

/** Where the answer to some question in the body changes, in order. */
function cutsOf({ range, body }: Loop): number[] {
  const cuts = new Set<number>();
  for (const question of questionsIn(body)) {
    for (const cut of changesOf(question, range)) {
      if (cut > 0 && cut < range.extent) cuts.add(cut);
    }
  }
  return [...cuts].sort((a, b) => a - b);
}

/** Between these values of the range the answer is no, open, yes, open, no. */
function changesOf({ index, lo, hi }: Inside, range: Range): number[] {
  let step = 0;
  const rest = index.terms.filter(({ coefficient, atom }) => {
    const isOwn = atom.kind === 'range' && atom.name === range.name;
    if (isOwn) step += coefficient;
    return !isOwn;
  });
  if (step <= 0 || rest.some(({ atom }) => atom.kind === 'div' || atom.kind === 'mod')) return [];
  const others = boundsOf({ constant: index.constant, terms: rest });
  return [lo - others.hi, lo - others.lo, hi - others.hi, hi - others.lo].map((distance) =>
    Math.ceil(distance / step),
  );
}

function questionsIn(stmts: readonly Stmt[]): Inside[] {
  const found: Inside[] = [];
  everyPart(stmts, (part) => {
    if (part.kind === 'inside') found.push(part);
  });
  return found;
}

function countOf(stmts: readonly Stmt[]): number {
  let count = 0;
  visit(stmts, () => {
    count++;
  });
  return count;
}
