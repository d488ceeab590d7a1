// Indices where they stand: as operands, and as the addresses of one element or of four lanes.
// in:  a site, an index     out: operands and addresses

import { laneStride } from '../../ir/lane-stride.js';
import type { Expr, Index, Term } from '../../ir/loop.js';
import type { Address, Atoms } from './address.js';
import { address, firstBuffer, further, indexValue } from './address.js';
import { add, i32, i32x4, isPowerOfTwo, quotient, remainder, v128 } from './constants.js';
import type { Site } from './site.js';
import type { Operand } from './registers.js';
import { extract, laneByLane, laneCount, lanes, scalar, splat } from './registers.js';
import { scalarCast } from './scalar.js';
import type { Value } from './value.js';
import { vectorCast } from './vector-cast.js';

/** How far apart the lanes' elements are, or null; 0 outside of vector loops. */
export function strideOf(site: Site, index: Index): number | null {
  if (site.vector === null) return 0;
  const varies = (value: Expr): boolean => site.evaluate(site, value).varying;
  return laneStride(index, { range: site.vector, count: laneCount }, varies);
}

/** One for each kernel: what it answers is what the site says just then. */
const atoms = new WeakMap<Site, Atoms>();

function atomsAt(site: Site): Atoms {
  let known = atoms.get(site);
  if (known === undefined) atoms.set(site, (known = makeAtoms(site)));
  return known;
}

function makeAtoms(site: Site): Atoms {
  const { b, kernel, params } = site;
  return {
    range: (name) => rangeValue(site, name),
    param: (slot) => scalarCast(b, kernel.params[slot], 'int32', params[slot]),
    integer: ({ atom }: Term) => {
      if (atom.kind !== 'value') throw new Error(`${atom.kind} is no value`);
      const { dtype, parts } = site.evaluate(site, atom.value);
      return scalarCast(b, dtype, 'int32', parts[0]);
    },
    counterOf: (value) => site.loops.get(value),
  };
}

function rangeValue(site: Site, name: string): Value {
  const value = site.ranges.get(name);
  if (value === undefined) throw new Error(`the range ${name} is used outside of its loop`);
  return value;
}

/** As int32: a scalar where the lanes agree. */
export function indexOperand(site: Site, index: Index): Operand {
  const { b } = site;
  const step = strideOf(site, index);
  if (step === null) return mixedLanes(site, index);
  const first = scalar('int32', indexValue(b, index, atomsAt(site)));
  if (step === 0) return first;
  const offsets = v128(b, 'i32', [0, step, 2 * step, 3 * step]);
  return lanes('int32', [b.value('i32x4.add', [splat(b, first).parts[0], offsets])]);
}

/** Terms with a constant step together, every other one lane by lane: only what really differs
 *  from lane to lane is paid for. */
function mixedLanes(site: Site, index: Index): Operand {
  const { b } = site;
  const isEven = (term: Term): boolean => strideOf(site, { constant: 0, terms: [term] }) !== null;
  const even = { constant: index.constant, terms: index.terms.filter(isEven) };
  let total = splat(b, indexOperand(site, even)).parts[0];
  for (const term of index.terms) {
    if (isEven(term)) continue;
    const part = scaled(site, atomLanes(site, term).parts[0], term.coefficient);
    total = b.value('i32x4.add', [total, part]);
  }
  return lanes('int32', [total]);
}

function atomLanes(site: Site, { atom }: Term): Operand {
  const { b } = site;
  if (atom.kind === 'value') return vectorCast(b, 'int32', site.evaluate(site, atom.value));
  if (atom.kind !== 'div' && atom.kind !== 'mod') throw new Error(`lanes of a ${atom.kind}`);
  const of = indexOperand(site, atom.of);
  if (!isPowerOfTwo(atom.by)) {
    const divide = atom.kind === 'div' ? quotient : remainder;
    return laneByLane(b, 'int32', [of], (value) => divide(b, value, atom.by));
  }
  const part =
    atom.kind === 'div'
      ? b.value('i32x4.shr_u', [of.parts[0], i32(b, Math.log2(atom.by))])
      : b.value('v128.and', [of.parts[0], i32x4(b, atom.by - 1)]);
  return lanes('int32', [part]);
}

function scaled({ b }: Site, part: Value, factor: number): Value {
  if (factor === 1) return part;
  if (isPowerOfTwo(factor)) return b.value('i32x4.shl', [part, i32(b, Math.log2(factor))]);
  return b.value('i32x4.mul', [part, i32x4(b, factor)]);
}

/** An element in a memory: where that starts, which one, and how large they are. */
export interface Element {
  readonly pointer: Value;
  readonly index: Index;
  readonly size: number;
}

/** Of lane 0, and only lane 0 where the stride is 0. */
export function addressOf(site: Site, { pointer, index, size }: Element): Address {
  return address(site.b, pointer, index, size, atomsAt(site), pointer === site.scratch);
}

/**
 * Of all lanes. With one step from lane to lane they differ by constant offsets; else four
 * positions are computed as lanes and taken apart.
 */
export function addressesOf(site: Site, element: Element): Address[] {
  const { b } = site;
  const { pointer, index, size } = element;
  const step = strideOf(site, index);
  if (step !== null) {
    const first = addressOf(site, element);
    return eachLane((lane) => further(b, first, lane * step * size));
  }
  const bytes = index.constant * size;
  const fits = bytes >= 0 && bytes <= firstBuffer / 2 && pointer !== site.scratch;
  const positions = indexOperand(site, fits ? { ...index, constant: 0 } : index);
  const offsets = lanes('int32', [scaled(site, positions.parts[0], size)]);
  return eachLane((lane) => ({
    base: add(b, pointer, extract(b, offsets, lane)),
    offset: fits ? bytes : 0,
  }));
}

const eachLane = (make: (lane: number) => Address): Address[] =>
  Array.from({ length: laneCount }, (_, lane) => make(lane));
