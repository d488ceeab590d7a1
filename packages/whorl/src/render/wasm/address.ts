// Affine indices as i32 values, each part in the loop where it changes, and addresses in memory.
// in:  an Index, what its atoms are just now     out: i32 values; an address with a constant offset

import type { Index, Term } from '../../ir/loop.js';
import { add, i32, quotient, remainder, times } from './constants.js';
import { type Bytes, unsigned } from './encoding/encoder.js';
import type { Builder, Induction, Scope, Value } from './value.js';

/** What an index needs to know about the site where it stands. */
export interface Atoms {
  /** The range's value: of lane 0 where its loop runs as lanes. */
  range(name: string): Value;
  param(slot: number): Value;
  /** A computed integer as i32. */
  integer(term: Term): Value;
  /** The loop whose counter this is. */
  counterOf(value: Value): { readonly scope: Scope; readonly counter: Induction } | undefined;
}

interface Linear {
  readonly constant: number;
  readonly terms: readonly LinearTerm[];
}
interface LinearTerm {
  readonly factor: number;
  readonly value: Value;
}

/** Constants folded, equal atoms merged, what changes seldom first. */
function linear(b: Builder, index: Index, atoms: Atoms): Linear {
  let constant = index.constant;
  const terms: { factor: number; readonly value: Value }[] = [];
  for (let i = 0; i < index.terms.length; i++) {
    const term = index.terms[i]!;
    const value = atomValue(b, term, atoms);
    if (value.constant !== null) {
      constant += term.coefficient * Number(value.constant);
      continue;
    }
    const same = terms.find((other) => other.value === value);
    if (same === undefined) terms.push({ value, factor: term.coefficient });
    else same.factor += term.coefficient;
  }
  const kept = terms.some(isGone) ? terms.filter((term) => !isGone(term)) : terms;
  return { constant, terms: kept.length > 1 ? kept.sort(seldomFirst) : kept };
}

const isGone = ({ factor }: LinearTerm): boolean => factor === 0;

const seldomFirst = (x: LinearTerm, y: LinearTerm): number =>
  x.value.home.depth - y.value.home.depth || x.value.id - y.value.id;

function atomValue(b: Builder, term: Term, atoms: Atoms): Value {
  const { atom } = term;
  switch (atom.kind) {
    case 'range':
      return atoms.range(atom.name);
    case 'param':
      return atoms.param(atom.slot);
    case 'value':
      return atoms.integer(term);
    case 'div':
      return quotient(b, indexValue(b, atom.of, atoms), atom.by);
    case 'mod':
      return remainder(b, indexValue(b, atom.of, atoms), atom.by);
  }
}

/** base + the terms; a loop's counter with an unchanging base becomes a local that grows. */
function sum(
  b: Builder,
  base: Value,
  terms: readonly LinearTerm[],
  size: number,
  atoms: Atoms,
): Value {
  let total = base;
  for (let i = 0; i < terms.length; i++) {
    const { value, factor } = terms[i]!;
    const loop = atoms.counterOf(value);
    const grows = loop !== undefined && total.home.depth < loop.scope.depth && total.constant !== 0;
    total = grows
      ? induction(b, total, loop.scope, loop.counter, factor * size)
      : add(b, total, times(b, value, factor * size));
  }
  return total;
}

function induction(
  b: Builder,
  base: Value,
  scope: Scope,
  counter: Induction,
  factor: number,
): Value {
  const key = `induction/${base.id}.${counter.value.id}.${factor}`;
  const known = scope.values.get(key);
  if (known !== undefined) return known;
  const start = add(b, base, times(b, counter.start, factor));
  const value = b.local(b.newLocal('i32'), 'i32', scope);
  scope.inductions.push({ value, start, by: counter.by * factor });
  scope.values.set(key, value);
  return value;
}

/** An index as an i32. */
export function indexValue(b: Builder, index: Index, atoms: Atoms): Value {
  const { constant, terms } = linear(b, index, atoms);
  return sum(b, i32(b, constant), terms, 1, atoms);
}

export interface Address {
  readonly base: Value;
  readonly offset: number;
}

/** A load's constant offset is added without wrapping, so what it is added to must not be negative.
 *  Buffers start at 64 KiB or later: less than that may always be an offset. */
export const firstBuffer = 65_536;

/** Where an element lies: `pointer` + index x size. */
export function address(
  b: Builder,
  pointer: Value,
  index: Index,
  size: number,
  atoms: Atoms,
  inScratch: boolean,
): Address {
  const { constant, terms } = linear(b, index, atoms);
  const bytes = constant * size;
  const fits = bytes >= 0 && (isNeverNegative(index) || (bytes <= firstBuffer / 2 && !inScratch));
  const base = fits ? pointer : add(b, pointer, i32(b, bytes));
  return { base: sum(b, base, terms, size, atoms), offset: fits ? bytes : 0 };
}

const isNeverNegative = (index: Index): boolean =>
  index.constant < 2 ** 26 &&
  index.terms.every(
    ({ coefficient, atom }) =>
      coefficient >= 0 && (atom.kind === 'range' || atom.kind === 'div' || atom.kind === 'mod'),
  );

/** `bytes` further on. */
export function further(b: Builder, { base, offset }: Address, bytes: number): Address {
  const total = offset + bytes;
  return total >= 0 ? { base, offset: total } : { base: add(b, base, i32(b, total)), offset: 0 };
}

/** The immediate of a load or store: no promise about alignment, then the offset. */
export const memoryImmediate = ({ offset }: Address): Bytes =>
  offset < 0x80 ? near[offset]! : [0, ...unsigned(offset)];

/** Small offsets, made once. The 0 in front: aligned to 2^0 bytes. */
const near: readonly Bytes[] = Array.from({ length: 0x80 }, (_, offset) => [0, offset]);
