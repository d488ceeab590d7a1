// Loads of one buffer that differ by a constant only, and the panel that holds what they read.
// in:  statements below a loop     out: groups of loads; their panels, copies and places in them

import { add, counter, fixed, keyOf, scale, shift } from '../ir/index-algebra.js';
import type { Expr, Index, Loop, Range, Scratch, Stmt } from '../ir/loop.js';
import { loopsOf, partsIn, someAtom, someTerm, visit } from '../ir/walk.js';

export type Load = Extract<Expr, { kind: 'load' }>;

export interface Group {
  readonly first: Load;
  /** What is added to the index of a load without its constant: one entry for each member. */
  readonly constants: Set<number>;
  /** The loops between where the group was asked for and its loads. */
  readonly around: readonly Loop[];
}

const withoutConstant = ({ index }: Load): Index => ({ ...index, constant: 0 });

/** The same for the members of a group: parts of a loop that was cut have its name, and turns of their own. */
export const groupKey = (load: Load): string =>
  `${load.buffer}:${keyOf(withoutConstant(load))}:${extentsOf(load.index)}`;

const extentsOf = ({ terms }: Index): string =>
  terms
    .map(({ atom }) => {
      if (atom.kind === 'range') return atom.extent;
      return atom.kind === 'div' || atom.kind === 'mod' ? extentsOf(atom.of) : '';
    })
    .join();

/** Groups of loads below some loops, by key; only of addresses that are sums of ranges. */
export function groupsIn(
  stmts: readonly Stmt[],
  isSteady: (load: Load) => boolean,
): Map<string, Group> {
  const groups = new Map<string, Group>();
  visit(stmts, (stmt, blocks) => {
    if (stmt.kind === 'loop') return true;
    if (stmt.kind === 'if' || stmt.kind === 'check') return false;
    for (const load of partsIn(stmt.value)) {
      if (load.kind !== 'load' || !isSum(load.index) || !isSteady(load)) continue;
      const key = groupKey(load);
      const known = groups.get(key);
      if (known !== undefined) known.constants.add(load.index.constant);
      else {
        const constants = new Set([load.index.constant]);
        groups.set(key, { first: load, constants, around: loopsOf(blocks) });
      }
    }
    return true;
  });
  return groups;
}

/** Of ranges, and of quotients and remainders of those. */
const isSum = (index: Index): boolean => !someAtom(index, ({ kind }) => kind !== 'range');

export const sizeOf = ({ dtype }: Load): number =>
  dtype === 'float64' || dtype === 'int64' ? 8 : dtype === 'float32' || dtype === 'int32' ? 4 : 1;

/** How far the load moves in one turn of a loop; infinitely where that is not always the same. */
export const stepOf = ({ index }: Load, { name }: Range): number =>
  index.terms.reduce((sum, term) => {
    const { coefficient, atom } = term;
    if (!someTerm(term, (own) => own.kind === 'range' && own.name === name)) return sum;
    return atom.kind === 'range' ? sum + coefficient : Number.POSITIVE_INFINITY;
  }, 0);

/** Of `loops`, those that the group depends on; the one that runs as lanes is the last. */
export function usedLoops({ first }: Group, loops: readonly Loop[]): Loop[] {
  const used = loops.filter(({ range }) => stepOf(first, range) !== 0);
  return [
    ...used.filter(({ mode }) => mode !== 'vector'),
    ...used.filter(({ mode }) => mode === 'vector'),
  ];
}

export const elementsOf = (group: Group, loops: readonly Loop[]): number =>
  usedLoops(group, loops).reduce((n, { range }) => n * range.extent, group.constants.size);

/** How often a group is evaluated in one turn of what is around `loops`; lanes count as one. */
export const turnsOf = (loops: readonly Loop[], lanes: number): number =>
  loops.reduce(
    (n, { range, mode }) => n * (mode === 'vector' ? range.extent / lanes : range.extent),
    1,
  );

export interface Panel {
  /** groupKey of the loads that it stands for. */
  readonly key: string;
  readonly scratch: Scratch;
  /** Null for a load of the group that was not known when the panel was made. */
  readonly placeOf: (load: Load) => Index | null;
  readonly copy: Stmt;
}

/** A panel of everything that the group reads in `loops`, side by side in the order of the loops. */
export function panelOf(group: Group, loops: readonly Loop[], name: string): Panel {
  const { first } = group;
  const used = usedLoops(group, loops);
  const isLanes = used[used.length - 1]?.mode === 'vector';
  const lanes = isLanes ? used[used.length - 1]! : null;
  const outer = isLanes ? used.slice(0, -1) : used;
  const constants = [...group.constants].sort((a, b) => a - b);
  const width = lanes?.range.extent ?? 1;
  let start = fixed(0);
  for (const { range } of outer) start = add(scale(start, range.extent), counter(range));
  start = scale(start, constants.length * width);
  if (lanes !== null) start = add(start, counter(lanes.range));
  const length = elementsOf(group, loops);
  const scratch: Scratch = { kind: 'scratch', name, dtype: first.dtype, length };
  const place = (constant: number): Index => shift(start, constants.indexOf(constant) * width);
  let body: Stmt[] = constants.map((constant) => {
    const value: Load = { ...first, index: { ...first.index, constant } };
    return { kind: 'poke', scratch, index: place(constant), value };
  });
  for (const { range, mode } of [...used].reverse()) body = [{ kind: 'loop', range, mode, body }];
  const placeOf = ({ index: { constant } }: Load): Index | null =>
    group.constants.has(constant) ? place(constant) : null;
  return { key: groupKey(first), scratch, placeOf, copy: body[0] };
}
