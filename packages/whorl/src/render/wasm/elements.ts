// Elements of buffers and scratch arrays, one or four at a time.
// in:  a site, which element     out: operands; store steps in the site's builder

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
import type { Site } from './site.js';
import { bufferSource, scratchSource } from './site.js';
import type { Operand } from './registers.js';
import { extract, laneCount, splat } from './registers.js';
import type { Source } from './value.js';

interface Typed extends Element {
  readonly dtype: DType;
  readonly source: Source;
  /** Where its memory begins and ends, in bytes from the pointer. */
  readonly span: Span;
}

export const bufferElement = (site: Site, buffer: number, dtype: DType, index: Index): Typed => ({
  dtype,
  index,
  size: itemSize[dtype],
  pointer: site.pointers[buffer],
  span: { start: 0, end: site.kernel.buffers[buffer]!.size * itemSize[dtype] },
  source: bufferSource(buffer),
});

/** All scratch arrays have one pointer: where this one starts is part of the index. */
export function scratchElement(site: Site, scratch: Scratch, index: Index): Typed {
  const { dtype, name } = scratch;
  const size = itemSize[dtype];
  const start = site.scratchOffsets.get(name) ?? 0;
  // whole, since arrays start at multiples of 16 bytes
  const first = start / size;
  return {
    dtype,
    size,
    index: { ...index, constant: index.constant + first },
    pointer: site.scratch,
    span: { start, end: start + scratch.length * size },
    source: scratchSource(scratch),
  };
}

/** Of the first of `count` neighbours. */
const one = (site: Site, element: Typed, count = 1): Address =>
  withinBounds(site, element, addressOf(site, element), count);

const each = (site: Site, element: Typed): Address[] =>
  addressesOf(site, element).map((address) => withinBounds(site, element, address, 1));

/** Lanes that share a place are one scalar, neighbours one load, all others four. */
export function read(site: Site, element: Typed): Operand {
  const { b } = site;
  const { dtype, source } = element;
  const stride = strideOf(site, element.index);
  if (stride === 0) return loadScalar(b, dtype, one(site, element), source);
  if (stride === 1) return loadContiguous(b, dtype, one(site, element, laneCount), source);
  return loadLanes(b, dtype, each(site, element), source);
}

export function write(site: Site, element: Typed, value: Operand): void {
  const { b } = site;
  const { dtype, source } = element;
  const stride = strideOf(site, element.index);
  if (stride === 0) {
    // of lanes that share a place the last one stays
    const last = extract(b, value, laneCount - 1);
    storeScalar(b, dtype, one(site, element), last, source.name);
  } else if (stride === 1) {
    storeContiguous(b, one(site, element, laneCount), splat(b, value), source.name);
  } else {
    storeLanes(b, each(site, element), splat(b, value), source.name);
  }
}
