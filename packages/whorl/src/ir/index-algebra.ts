// Arithmetic on addresses that stays simple: a sum of coefficient x atom where that is possible.
// in:  indices     out: indices of the same value with as few div and mod as their bounds allow
//
// Views of views are nothing but divisions here, and a division is dear in every turn of every
// loop. What the bounds of the atoms decide is decided once: most of them go, and what is left is
// a sum, of which a renderer makes one addition a turn.

import type { Atom, Index, Local, Range, Term } from './loop.js';

export interface Bounds {
  readonly lo: number;
  readonly hi: number;
}

/** What keyOfAtom() gave: an atom never changes, and every pass asks. */
const keys = new WeakMap<Atom, string>();

export const fixed = (constant: number): Index => ({ constant, terms: [] });
export const zero = fixed(0);

const single = (atom: Atom): Index => ({ constant: 0, terms: [{ coefficient: 1, atom }] });

/** A loop's counter as an index; the only turn of a loop is turn 0. */
export const counter = (range: Range): Index => (range.extent === 1 ? zero : single(range));

/** An int32 parameter of the kernel that lies in 0..hi. */
export const parameter = (slot: number, hi: number): Index => single({ kind: 'param', slot, hi });

/** A named integer that lies in 0..hi. */
export const computed = (value: Local, hi: number): Index => single({ kind: 'value', value, hi });

export const isFixed = (index: Index): boolean => index.terms.length === 0;

// ---- keys: equal keys mean equal values inside one kernel, and that the same is known of them
//
// How far a parameter may go is part of its key: passes decide by it, so two kernels that differ
// in that alone are two kernels. A range's extent stands at its loop.

function keyOfAtom(atom: Atom): string {
  let key = keys.get(atom);
  if (key !== undefined) return key;
  switch (atom.kind) {
    case 'range':
      key = atom.name;
      break;
    case 'param':
      key = `p${atom.slot}^${atom.hi}`;
      break;
    case 'value':
      key = `${atom.value.name}^${atom.hi}`;
      break;
    default:
      key = `(${keyOf(atom.of)}${atom.kind === 'div' ? '/' : '%'}${atom.by})`;
  }
  keys.set(atom, key);
  return key;
}

export function keyOf(index: Index): string {
  let key = '';
  const { terms } = index;
  for (let i = 0; i < terms.length; i++) {
    const { coefficient, atom } = terms[i]!;
    key += coefficient === 1 ? `${keyOfAtom(atom)}+` : `${coefficient}*${keyOfAtom(atom)}+`;
  }
  return key + index.constant;
}

// ---- bounds

function boundsOfAtom(atom: Atom): Bounds {
  switch (atom.kind) {
    case 'range':
      return { lo: 0, hi: Math.max(atom.extent - 1, 0) };
    case 'div': {
      const { lo, hi } = boundsOf(atom.of);
      return { lo: Math.floor(lo / atom.by), hi: Math.floor(hi / atom.by) };
    }
    case 'mod':
      return { lo: 0, hi: atom.by - 1 };
    default:
      return { lo: 0, hi: atom.hi };
  }
}

/** The smallest and the largest value that an index may take. */
export function boundsOf(index: Index): Bounds {
  let lo = index.constant;
  let hi = index.constant;
  for (const { coefficient, atom } of index.terms) {
    const bounds = boundsOfAtom(atom);
    lo += coefficient * (coefficient > 0 ? bounds.lo : bounds.hi);
    hi += coefficient * (coefficient > 0 ? bounds.hi : bounds.lo);
  }
  return { lo, hi };
}

// ---- sums

/** Ranges of different names: nothing to merge, and most indices are no more than that. */
function areRanges(terms: readonly Term[]): boolean {
  for (let i = 0; i < terms.length; i++) {
    const { atom, coefficient } = terms[i]!;
    if (atom.kind !== 'range' || coefficient === 0) return false;
    for (let j = 0; j < i; j++) if (keyOfAtom(terms[j]!.atom) === atom.name) return false;
  }
  return true;
}

/** Equal atoms merged, zero terms gone, (x div b) * b + x mod b put together again. */
function normal(constant: number, terms: readonly Term[]): Index {
  if (areRanges(terms)) return { constant, terms };
  const merged = new Map<string, Term>();
  for (const term of terms) {
    const key = keyOfAtom(term.atom);
    const before = merged.get(key);
    const coefficient = term.coefficient + (before?.coefficient ?? 0);
    merged.set(key, { coefficient, atom: before?.atom ?? term.atom });
  }
  const kept = [...merged.values()].filter((term) => term.coefficient !== 0);
  return rejoined({ constant, terms: kept });
}

function rejoined(index: Index): Index {
  for (const term of index.terms) {
    const { atom, coefficient } = term;
    if (atom.kind !== 'mod') continue;
    const quotient = divide(atom.of, atom.by);
    const rest = without(index.terms, term, quotient, coefficient * atom.by);
    if (rest === null) continue;
    const constant = index.constant - quotient.constant * coefficient * atom.by;
    return add({ constant, terms: rest }, scale(atom.of, coefficient));
  }
  return index;
}

/** `terms` without `mod` and without factor * quotient; null where they do not contain that. */
function without(
  terms: readonly Term[],
  mod: Term,
  quotient: Index,
  factor: number,
): Term[] | null {
  if (quotient.terms.length === 0) return null;
  const rest = terms.filter((term) => term !== mod);
  for (const part of quotient.terms) {
    const key = keyOfAtom(part.atom);
    const at = rest.findIndex(
      (term) => term.coefficient === part.coefficient * factor && keyOfAtom(term.atom) === key,
    );
    if (at < 0) return null;
    rest.splice(at, 1);
  }
  return rest;
}

export function add(a: Index, b: Index): Index {
  if (b.terms.length === 0) return b.constant === 0 ? a : shift(a, b.constant);
  if (a.terms.length === 0) return a.constant === 0 ? b : shift(b, a.constant);
  return normal(a.constant + b.constant, [...a.terms, ...b.terms]);
}

/** All terms at once: what adding them one by one gives. */
export const sumOf = (constant: number, terms: readonly Term[]): Index =>
  terms.length < 2 ? { constant, terms } : normal(constant, terms);

export const shift = (a: Index, by: number): Index =>
  by === 0 ? a : { constant: a.constant + by, terms: a.terms };

export function scale(a: Index, by: number): Index {
  if (by === 1) return a;
  if (by === 0) return zero;
  const terms = a.terms.map((t) => ({ coefficient: t.coefficient * by, atom: t.atom }));
  return { constant: a.constant * by, terms };
}

export const subtract = (a: Index, b: Index): Index => add(a, scale(b, -1));

/** The dot product of indices and strides: where an element lies. */
export function flatten(indices: readonly Index[], strides: readonly number[]): Index {
  let constant = 0;
  const terms: Term[] = [];
  for (let i = 0; i < indices.length; i++) {
    const stride = strides[i]!;
    const index = indices[i]!;
    constant += index.constant * stride;
    for (const { coefficient, atom } of index.terms) {
      terms.push({ coefficient: coefficient * stride, atom });
    }
  }
  return normal(constant, terms);
}

// ---- division

interface Split {
  readonly whole: Index;
  readonly rest: Index;
}

/** index = by * whole + rest, with as much as can be in whole and rest's lower bound in 0..by-1. */
function split(index: Index, by: number): Split {
  const whole: Term[] = [];
  const rest: Term[] = [];
  for (const { coefficient, atom } of index.terms) {
    if (coefficient % by === 0) whole.push({ coefficient: coefficient / by, atom });
    else rest.push({ coefficient, atom });
  }
  const { lo } = boundsOf({ constant: index.constant, terms: rest });
  const steps = Math.floor(lo / by);
  return {
    whole: { constant: steps, terms: whole },
    rest: { constant: index.constant - steps * by, terms: rest },
  };
}

const gcd = (a: number, b: number): number => {
  while (b !== 0) [a, b] = [b, a % b];
  return Math.abs(a);
};

interface Digits {
  readonly step: number;
  readonly high: Index;
  readonly low: Index;
}

/** rest = step * high + low with low in 0..step-1, where `step` divides `by`; null where it has no
 *  such digits. Neither a quotient by `by` nor its remainder needs to look at low. */
function digitsOf(rest: Index, by: number): Digits | null {
  const terms = [...rest.terms].sort((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient));
  let step = by;
  for (let i = 0; i + 1 < terms.length; i++) {
    step = gcd(step, terms[i]!.coefficient);
    const low: Index = { constant: rest.constant, terms: terms.slice(i + 1) };
    const { lo, hi } = boundsOf(low);
    if (step === 1 || lo < 0 || hi >= step) continue;
    const high = terms.slice(0, i + 1).map(({ coefficient, atom }) => ({
      coefficient: coefficient / step,
      atom,
    }));
    return { step, high: { constant: 0, terms: high }, low };
  }
  return null;
}

/** floor(index / by); an index that may be negative is moved by whole multiples first. */
export function divide(index: Index, by: number): Index {
  if (by === 1) return index;
  const { whole, rest } = split(index, by);
  if (boundsOf(rest).hi < by) return whole;
  return add(whole, quotient(rest, by));
}

function quotient(rest: Index, by: number): Index {
  const common = rest.terms.reduce((g, term) => gcd(g, term.coefficient), by);
  if (common > 1) {
    const terms = rest.terms.map((t) => ({ coefficient: t.coefficient / common, atom: t.atom }));
    return divide({ constant: Math.floor(rest.constant / common), terms }, by / common);
  }
  const digits = digitsOf(rest, by);
  if (digits !== null) return divide(digits.high, by / digits.step);
  const [first] = rest.terms;
  if (rest.terms.length === 1 && first!.coefficient === 1) {
    const { atom } = first!;
    // floor((floor(x / a) + c) / b) is floor((x + c a) / (a b))
    if (atom.kind === 'div') return divide(shift(atom.of, rest.constant * atom.by), atom.by * by);
    if (atom.kind === 'mod' && rest.constant === 0 && atom.by % by === 0) {
      return modulo(divide(atom.of, by), atom.by / by);
    }
  }
  return single({ kind: 'div', of: rest, by });
}

/** index - by * floor(index / by) */
export function modulo(index: Index, by: number): Index {
  if (by === 1) return zero;
  const { rest } = split(index, by);
  if (boundsOf(rest).hi < by) return rest;
  const common = rest.terms.reduce((g, term) => gcd(g, term.coefficient), by);
  if (common > 1) {
    const terms = rest.terms.map((t) => ({ coefficient: t.coefficient / common, atom: t.atom }));
    const inner = modulo({ constant: Math.floor(rest.constant / common), terms }, by / common);
    return shift(scale(inner, common), rest.constant % common);
  }
  const digits = digitsOf(rest, by);
  if (digits !== null) {
    return add(scale(modulo(digits.high, by / digits.step), digits.step), digits.low);
  }
  const [first] = rest.terms;
  const isAlone = rest.terms.length === 1 && first!.coefficient === 1;
  if (isAlone && first!.atom.kind === 'mod' && first!.atom.by % by === 0) {
    return modulo(shift(first!.atom.of, rest.constant), by);
  }
  return single({ kind: 'mod', of: rest, by });
}

/** The indices along `sizes` of position `flat` in row-major order. */
export function unflatten(flat: Index, sizes: readonly number[]): Index[] {
  const result = new Array<Index>(sizes.length);
  let left = flat;
  for (let i = sizes.length - 1; i > 0; i--) {
    result[i] = modulo(left, sizes[i]!);
    left = divide(left, sizes[i]!);
  }
  if (sizes.length > 0) result[0] = sizes[0] === 1 ? zero : left;
  return result;
}
