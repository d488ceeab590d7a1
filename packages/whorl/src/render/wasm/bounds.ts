// Addresses that are checked, for WHORL_CHECK=1 and the
// fuzzer: no kernel reads or writes beyond its own memory.
// in:  an address, where its memory lies
// out: the same, or one that WebAssembly refuses, where it is beyond that

import type { Address } from './address.js';
import { add, i32 } from './constants.js';
import type { Element } from './indices.js';
import type { Site } from './site.js';

/** Bytes from a pointer on. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** No memory has this address: the last one is kept free of buffers. */
const nowhere = -64;

/** The address of `count` neighbours, as it is where nobody asked for checks. */
export function withinBounds(
  site: Site,
  { pointer, size, span: { start, end } }: Element & { readonly span: Span },
  { base, offset }: Address,
  count: number,
): Address {
  if (!site.isBounded) return { base, offset };
  const { b } = site;
  const room = end - start - count * size;
  if (room < 0) return { base: i32(b, nowhere), offset: 0 };
  // below the start is far above the end, unsigned
  const distance = add(b, b.value('i32.sub', [base, pointer]), i32(b, offset - start));
  const isBeyond = b.value('i32.lt_u', [i32(b, room), distance]);
  return { base: b.value('i32.select', [i32(b, nowhere), base, isBeyond]), offset };
}
