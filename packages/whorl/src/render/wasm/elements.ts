// Elements of buffers and scratch arrays, one or four at a time.
// in:  a place, which element     out: operands; store steps in the place's builder

import type { DType } from '../../graph/dtype.js';
import { itemSize } from '../../graph/dtype.js';
import type { Index, Scratch } from '../../ir/loop.js';
import type { Element } from './indices.js';
import { type Span, withinBounds } from './bounds.js';
import type { Address } from './address.js';
import { addressesOf, addressOf, strideOf } from './indices.js';
import {
  loadContiguous,
  loadLanes,
  loadScalar,
  storeContiguous,
  storeLanes,
  storeScalar,
} from './memory.js';
import type { Place } from './place.js';
import { bufferSource, scratchSource } from './place.js';
import type { Operand } from './registers.js';
import { extract, laneCount, splat } from './registers.js';
import type { Source } from './value.js';

interface Typed extends Element {
  readonly dtype: DType;
  readonly source: Source;
  /** Where its memory begins and ends, in bytes from the pointer. */
  readonly span: Span;
}

export const bufferElement = (place: Place, buffer: number, dtype: DType, index: Index): Typed => ({
  dtype,
  index,
  size: itemSize[dtype],
  pointer: place.pointers[buffer],
  span: { start: 0, end: place.kernel.buffers[buffer]!.size * itemSize[dtype] },
  source: bufferSource(buffer),
});

export function scratchElement(place: Place, scratch: Scratch, index: Index): Typed {
  const { dtype, name } = scratch;
  const size = itemSize[dtype];
  const start = place.scratchOffsets.get(name) ?? 0;
  const first = start / size;
  return {
    dtype,
    size,
    index: { ...index, constant: index.constant + first },
    pointer: place.scratch,
    span: { start, end: start + scratch.length * size },
    source: scratchSource(scratch),
  };
}

/** Of the first of `count` neighbours. */
const one = (place: Place, element: Typed, count = 1): Address =>
  withinBounds(place, element, addressOf(place, element), count);

const each = (place: Place, element: Typed): Address[] =>
  addressesOf(place, element).map((address) => withinBounds(place, element, address, 1));

export function read(place: Place, element: Typed): Operand {
  const { b } = place;
  const { dtype, source } = element;
  const stride = strideOf(place, element.index);
  if (stride === 0) return loadScalar(b, dtype, one(place, element), source);
  if (stride === 1) return loadContiguous(b, dtype, one(place, element, laneCount), source);
  return loadLanes(b, dtype, each(place, element), source);
}

export function write(place: Place, element: Typed, value: Operand): void {
  const { b } = place;
  const { dtype, source } = element;
  const stride = strideOf(place, element.index);
  if (stride === 0) {
    // of lanes that share a place the last one stays
    const last = extract(b, value, laneCount - 1);
    storeScalar(b, dtype, one(place, element), last, source.name);
  } else if (stride === 1) {
    storeContiguous(b, one(place, element, laneCount), splat(b, value), source.name);
  } else {
    storeLanes(b, each(place, element), splat(b, value), source.name);
  }
}
