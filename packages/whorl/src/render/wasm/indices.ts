// Indices where they stand: as operands, and as the addresses of one element or of four lanes.
// in:  a place, an index     out: operands and addresses

import { laneStride } from '../../lower/lane-stride.js';
import type { Expr, Index, Term } from '../../lower/loop.js';
import type { Address, Atoms } from './address.js';
import { address, firstBuffer, further, indexValue } from './address.js';
import { add, i32, i32x4, isPowerOfTwo, quotient, remainder, v128 } from './constants.js';
import type { Place } from './place.js';
import type { Operand } from './registers.js';
import { extract, laneByLane, laneCount, lanes, scalar, splat } from './registers.js';
import { scalarCast } from './scalar.js';
import type { Value } from './value.js';
import { vectorCast } from './vector-cast.js';

type Evaluate = (place: Place, expr: Expr) => Operand;

export interface Indices {
  /** As int32: a scalar where the lanes agree. */
  operand(place: Place, index: Index): Operand;
  /** How far apart the lanes' elements are, or null; 0 outside of vector loops. */
  stride(place: Place, index: Index): number | null;
  /** Of lane 0, and only lane 0 where the stride is 0. */
  address(place: Place, pointer: Value, index: Index, size: number, inScratch: boolean): Address;
  /** Of all lanes. */
  addresses(place: Place, pointer: Value, index: Index, size: number, inScratch: boolean): Address[];
}

export function indicesOf(evaluate: Evaluate): Indices {
  const varies = (place: Place) => (value: Expr): boolean => evaluate(place, value).varying;

  const stride = (place: Place, index: Index): number | null =>
    place.vector === null ? 0 : laneStride(index, place.vector, varies(place));

  const atoms = (place: Place): Atoms => ({
    range: (name) => rangeValue(place, name),
    param: (slot) => scalarCast(place.b, place.kernel.params[slot], 'int32', place.params[slot]),
    integer: ({ atom }: Term) => {
      if (atom.kind !== 'value') throw new Error(`${atom.kind} is no value`);
      const { dtype, parts } = evaluate(place, atom.value);
      return scalarCast(place.b, dtype, 'int32', parts[0]);
    },
    counterOf: (value) => place.loops.get(value),
  });

  const operand = (place: Place, index: Index): Operand => {
    const { b } = place;
    const step = stride(place, index);
    if (step === null) return mixedLanes(place, index);
    const first = scalar('int32', indexValue(b, index, atoms(place)));
    if (step === 0) return first;
    const offsets = v128(b, Int32Array.of(0, step, 2 * step, 3 * step));
    return lanes('int32', [b.value('i32x4.add', [splat(b, first).parts[0], offsets])]);
  };

  /** Terms with a constant step together, every other one lane by lane. */
  const mixedLanes = (place: Place, index: Index): Operand => {
    const { b } = place;
    const single = (term: Term): Index => ({ constant: 0, terms: [term] });
    const even = index.terms.filter((term) => stride(place, single(term)) !== null);
    let total = splat(b, operand(place, { constant: index.constant, terms: even })).parts[0];
    for (const term of index.terms) {
      if (even.includes(term)) continue;
      const part = scaled(place, atomLanes(place, term).parts[0], term.coefficient);
      total = b.value('i32x4.add', [total, part]);
    }
    return lanes('int32', [total]);
  };

  const atomLanes = (place: Place, { atom }: Term): Operand => {
    const { b } = place;
    if (atom.kind === 'value') return vectorCast(b, 'int32', evaluate(place, atom.value));
    if (atom.kind !== 'div' && atom.kind !== 'mod') throw new Error(`lanes of a ${atom.kind}`);
    const of = operand(place, atom.of);
    const divide = atom.kind === 'div' ? quotient : remainder;
    if (!isPowerOfTwo(atom.by)) {
      return laneByLane(b, 'int32', [of], (value) => divide(b, value, atom.by));
    }
    const part = atom.kind === 'div'
      ? b.value('i32x4.shr_u', [of.parts[0], i32(b, Math.log2(atom.by))])
      : b.value('v128.and', [of.parts[0], i32x4(b, atom.by - 1)]);
    return lanes('int32', [part]);
  };

  return {
    operand, stride,
    address: (place, pointer, index, size, inScratch) =>
      address(place.b, pointer, index, size, atoms(place), inScratch),
    addresses(place, pointer, index, size, inScratch) {
      const step = stride(place, index);
      if (step !== null) {
        const first = address(place.b, pointer, index, size, atoms(place), inScratch);
        return eachLane((lane) => further(place.b, first, lane * step * size));
      }
      const bytes = index.constant * size;
      const fits = bytes >= 0 && bytes <= firstBuffer / 2 && !inScratch;
      const places = operand(place, fits ? { ...index, constant: 0 } : index);
      const offsets = lanes('int32', [scaled(place, places.parts[0], size)]);
      return eachLane((lane) => ({
        base: add(place.b, pointer, extract(place.b, offsets, lane)), offset: fits ? bytes : 0,
      }));
    },
  };
}

const eachLane = (make: (lane: number) => Address): Address[] =>
  Array.from({ length: laneCount }, (_, lane) => make(lane));

function rangeValue(place: Place, name: string): Value {
  const value = place.ranges.get(name);
  if (value === undefined) throw new Error(`the range ${name} is used outside of its loop`);
  return value;
}

function scaled({ b }: Place, part: Value, factor: number): Value {
  if (factor === 1) return part;
  if (isPowerOfTwo(factor)) return b.value('i32x4.shl', [part, i32(b, Math.log2(factor))]);
  return b.value('i32x4.mul', [part, i32x4(b, factor)]);
}
