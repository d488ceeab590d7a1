// What statements read and write, and whether a loop's turns keep out of each other's way.
// in:  the body of a loop, its range     out: yes or no; no where it is not plain to see
//
// A wrong yes is a wrong result, a wrong no only a slower loop: so every address that is more than
// a sum of the loops around is taken to meet every other.

import { keyOf } from '../ir/index-algebra.js';
import type { Expr, Index, Range, Stmt, Term } from '../ir/loop.js';
import { assignsOuter, partsOf, rangesOf, someTerm, visit } from '../ir/walk.js';

export interface Access {
  /** The buffer or scratch array. */
  readonly memory: string;
  readonly isScratch: boolean;
  readonly index: Index;
  readonly writes: boolean;
  /** The loops around it, inside of the statements looked at. */
  readonly inner: readonly Range[];
}

export function accessesIn(stmts: readonly Stmt[]): Access[] {
  const found: Access[] = [];
  visit(stmts, (stmt, around) => {
    if (stmt.kind === 'loop') return;
    const inner = rangesOf(around);
    for (const part of partsOf(stmt)) {
      if (part.kind === 'load' || part.kind === 'peek') found.push(access(part, inner));
    }
    if (stmt.kind === 'store' || stmt.kind === 'poke') found.push(access(stmt, inner));
  });
  return found;
}

function access(of: Of<'load' | 'peek' | 'store' | 'poke'>, inner: readonly Range[]): Access {
  const { kind, index } = of;
  const writes = kind === 'store' || kind === 'poke';
  const isScratch = 'scratch' in of;
  const memory = isScratch ? of.scratch.name : `m${of.buffer}`;
  return { memory, isScratch, index, writes, inner };
}

type Of<K> = Extract<Expr | Stmt, { kind: K }>;

interface Shape {
  /** The coefficient of the loop's own range. */
  readonly own: number;
  /** Bounds of what the inner loops and the constant add. */
  readonly lo: number;
  readonly hi: number;
  /** Everything that stays the same in the loop. */
  readonly rest: string;
  readonly steps: readonly { readonly size: number; readonly extent: number }[];
}

/** Whether a term has one value for all turns of the loops. */
const isSteady = (term: Term, loops: readonly Range[]): boolean =>
  !someTerm(
    term,
    (atom) =>
      atom.kind === 'value' ||
      (atom.kind === 'range' && loops.some(({ name }) => name === atom.name)),
  );

/** Null where the loop's range or an inner one stands inside something else than a sum. */
function shapeOf({ index, inner }: Access, range: Range): Shape | null {
  let own = 0,
    lo = index.constant,
    hi = index.constant;
  const rest: string[] = [];
  const steps: { size: number; extent: number }[] = [];
  for (const term of index.terms) {
    const { coefficient, atom } = term;
    if (atom.kind === 'range' && atom.name === range.name) {
      own += coefficient;
      continue;
    }
    const within = atom.kind === 'range' && inner.find(({ name }) => name === atom.name);
    if (within) {
      const reach = coefficient * (within.extent - 1);
      lo += Math.min(reach, 0);
      hi += Math.max(reach, 0);
      steps.push({ size: Math.abs(coefficient), extent: within.extent });
    } else if (isSteady(term, [range, ...inner])) {
      rest.push(`${coefficient}*${keyOf({ constant: 0, terms: [{ coefficient: 1, atom }] })}`);
    } else {
      return null;
    }
  }
  return { own, lo, hi, rest: rest.sort().join('+'), steps };
}

/** Whether what a turn of `range` writes is touched by no other turn. `accesses`: to one memory. */
export function isDisjoint(accesses: readonly Access[], range: Range): boolean {
  const shapes: Shape[] = [];
  for (const access of accesses) {
    const shape = shapeOf(access, range);
    if (shape === null || shape.own === 0) return false;
    shapes.push(shape);
  }
  const [first] = shapes;
  if (shapes.some(({ own, rest }) => own !== first.own || rest !== first.rest)) return false;
  return accesses.every(
    (access, i) =>
      !access.writes ||
      accesses.every(
        (other, j) =>
          !meets(shapes[i], shapes[j], range.extent) ||
          (keyOf(access.index) === keyOf(other.index) && tellsApart(shapes[i], range.extent)),
      ),
  );
}

/** Whether two different turns may meet at all, by their reach
 *  alone: their distance is a multiple of the loop's step. */
function meets(a: Shape, b: Shape, extent: number): boolean {
  const step = Math.abs(a.own);
  const reaches = (lo: number, hi: number): boolean =>
    Math.max(Math.ceil(lo / step), 1) <= Math.min(Math.floor(hi / step), extent - 1);
  return reaches(a.lo - b.hi, a.hi - b.lo) || reaches(b.lo - a.hi, b.hi - a.lo);
}

/** Whether the sum determines its parts, as digits do: each step reaches past all smaller ones. */
function tellsApart({ own, steps }: Shape, extent: number): boolean {
  const digits = [...steps, { size: Math.abs(own), extent }].sort((a, b) => a.size - b.size);
  let reach = 0;
  return digits.every(({ size, extent: count }) => {
    const reaches = size > reach;
    reach += size * (count - 1);
    return reaches;
  });
}

/** Whether the turns of a loop could run in any order, or at once. */
export function isIndependent(range: Range, body: readonly Stmt[]): boolean {
  if (assignsOuter(body)) return false;
  const accesses = accessesIn(body);
  const written = new Set(accesses.filter(({ writes }) => writes).map(({ memory }) => memory));
  return [...written].every((memory) =>
    isDisjoint(
      accesses.filter((access) => access.memory === memory),
      range,
    ),
  );
}

/** The names of the scratch arrays that statements write, each as often as it is written. */
export function filledIn(stmts: readonly Stmt[]): string[] {
  const found: string[] = [];
  visit(stmts, (stmt) => {
    if (stmt.kind === 'poke') found.push(stmt.scratch.name);
  });
  return found;
}
