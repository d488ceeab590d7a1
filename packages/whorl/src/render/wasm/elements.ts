// Elements of buffers and scratch arrays, one or four at a time.
// in:  a place, which element     out: operands; store steps in the place's builder

import type { DType } from '../../graph/dtype.js';
import { itemSize } from '../../graph/dtype.js';
import type { Index, Scratch } from '../../lower/loop.js';
import type { Element } from './indices.js';
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
}

export const bufferElement = (place: Place, buffer: number, dtype: DType, index: Index): Typed => ({
  dtype,
  index,
  size: itemSize[dtype],
  pointer: place.pointers[buffer],
  source: bufferSource(buffer),
});

export function scratchElement(place: Place, scratch: Scratch, index: Index): Typed {
  const { dtype, name } = scratch;
  const size = itemSize[dtype];
  const first = (place.scratchOffsets.get(name) ?? 0) / size;
  return {
    dtype,
    size,
    index: { ...index, constant: index.constant + first },
    pointer: place.scratch,
    source: scratchSource(scratch),
  };
}

export function read(place: Place, element: Typed): Operand {
  const { b } = place;
  const { dtype, source } = element;
  const stride = strideOf(place, element.index);
  if (stride === 0) return loadScalar(b, dtype, addressOf(place, element), source);
  if (stride === 1) return loadContiguous(b, dtype, addressOf(place, element), source);
  return loadLanes(b, dtype, addressesOf(place, element), source);
}

export function write(place: Place, element: Typed, value: Operand): void {
  const { b } = place;
  const { dtype, source } = element;
  const stride = strideOf(place, element.index);
  if (stride === 0) {
    // of lanes that share a place the last one stays
    const last = extract(b, value, laneCount - 1);
    storeScalar(b, dtype, addressOf(place, element), last, source.name);
  } else if (stride === 1) {
    storeContiguous(b, addressOf(place, element), splat(b, value), source.name);
  } else {
    storeLanes(b, addressesOf(place, element), splat(b, value), source.name);
  }
}
