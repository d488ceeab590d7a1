// Loads of one buffer that differ by a constant only, and the panel that holds what they read.
// in:  statements below a loop     out: families of loads; their panels, copies and places in them

import { add, counter, fixed, keyOf, scale, shift } from '../ir/index-algebra.js';
import type { Expr, Index, Loop, Range, Scratch, Stmt } from '../ir/loop.js';
import { loopsOf, partsIn, someAtom, someTerm, visit } from '../ir/walk.js';

export type Load = Extract<Expr, { kind: 'load' }>;

export interface Family {
  readonly first: Load;
  /** What is added to the index of a load without its constant: one entry for each member. */
  readonly constants: Set<number>;
  /** The loops between where the family was asked for and its loads. */
  readonly around: readonly Loop[];
}

const withoutConstant = ({ index }: Load): Index => ({ ...index, constant: 0 });

/** The same for the members of a family: parts of a loop
 *  that was cut have its name, and turns of their own. */
export const familyKey = (load: Load): string =>
  `${load.buffer}:${keyOf(withoutConstant(load))}:${extentsOf(load.index)}`;

const extentsOf = ({ terms }: Index): string =>
  terms
    .map(({ atom }) => {
      if (atom.kind === 'range') return atom.extent;
      return atom.kind === 'div' || atom.kind === 'mod' ? extentsOf(atom.of) : '';
    })
    .join();

/** Families of loads below some loops, by key; only of addresses that are sums of ranges. */
export function familiesIn(
  stmts: readonly Stmt[],
  isSteady: (load: Load) => boolean,
): Map<string, Family> {
  const families = new Map<string, Family>();
  visit(stmts, (stmt, blocks) => {
    if (stmt.kind === 'loop') return true;
    if (stmt.kind === 'if' || stmt.kind === 'check') return false;
    for (const load of partsIn(stmt.value)) {
      if (load.kind !== 'load' || !isSum(load.index) || !isSteady(load)) continue;
      const key = familyKey(load);
      const known = families.get(key);
      if (known !== undefined) known.constants.add(load.index.constant);
      else {
        const constants = new Set([load.index.constant]);
        families.set(key, { first: load, constants, around: loopsOf(blocks) });
      }
    }
    return true;
  });
  return families;
}

/** Of ranges, and of quotients and remainders of those. */
const isSum = (index: Index): boolean => !someAtom(index, ({ kind }) => kind !== 'range');

/** How far the load moves in one turn of a loop; infinitely where that is not always the same. */
export const stepOf = ({ index }: Load, { name }: Range): number =>
  index.terms.reduce((sum, term) => {
    const { coefficient, atom } = term;
    if (!someTerm(term, (own) => own.kind === 'range' && own.name === name)) return sum;
    return atom.kind === 'range' ? sum + coefficient : Number.POSITIVE_INFINITY;
  }, 0);

/** Of `loops`, those that the family depends on; the one that runs as lanes is the last. */
export function usedLoops({ first }: Family, loops: readonly Loop[]): Loop[] {
  const used = loops.filter(({ range }) => stepOf(first, range) !== 0);
  return [
    ...used.filter(({ mode }) => mode !== 'vector'),
    ...used.filter(({ mode }) => mode === 'vector'),
  ];
}

export const elementsOf = (family: Family, loops: readonly Loop[]): number =>
  usedLoops(family, loops).reduce((n, { range }) => n * range.extent, family.constants.size);

/** How often a family is evaluated in one turn of what is around `loops`; lanes count as one. */
export const turnsOf = (loops: readonly Loop[], lanes: number): number =>
  loops.reduce(
    (n, { range, mode }) => n * (mode === 'vector' ? range.extent / lanes : range.extent),
    1,
  );

export interface Panel {
  /** familyKey of the loads that it stands for. */
  readonly key: string;
  readonly scratch: Scratch;
  /** Null for a load of the family that was not known when the panel was made. */
  readonly indexOf: (load: Load) => Index | null;
  readonly copy: Stmt;
}

/** A panel of everything that the family reads in
 *  `loops`, side by side in the order of the loops. */
export function panelOf(family: Family, loops: readonly Loop[], name: string): Panel {
  const { first } = family;
  const used = usedLoops(family, loops);
  const isLanes = used[used.length - 1]?.mode === 'vector';
  const lanes = isLanes ? used[used.length - 1]! : null;
  const outer = isLanes ? used.slice(0, -1) : used;
  const constants = [...family.constants].sort((a, b) => a - b);
  const width = lanes?.range.extent ?? 1;
  let start = fixed(0);
  for (const { range } of outer) start = add(scale(start, range.extent), counter(range));
  start = scale(start, constants.length * width);
  if (lanes !== null) start = add(start, counter(lanes.range));
  const length = elementsOf(family, loops);
  const scratch: Scratch = { kind: 'scratch', name, dtype: first.dtype, length };
  const place = (constant: number): Index => shift(start, constants.indexOf(constant) * width);
  let body: Stmt[] = constants.map((constant) => {
    const value: Load = { ...first, index: { ...first.index, constant } };
    return { kind: 'poke', scratch, index: place(constant), value };
  });
  for (const { range, mode } of [...used].reverse()) body = [{ kind: 'loop', range, mode, body }];
  const indexOf = ({ index: { constant } }: Load): Index | null =>
    family.constants.has(constant) ? place(constant) : null;
  return { key: familyKey(first), scratch, indexOf, copy: body[0] };
}
