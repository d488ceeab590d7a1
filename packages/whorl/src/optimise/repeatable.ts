// Whether turns of a loop may run twice: then its last lanes may overlap those before.
// in:  a loop     out: yes or no; no where it is not plain to see
//
// A loop of 10 turns runs as lanes 0-3, 4-7 and 6-9: the same values are stored twice. That is
// wrong where a turn reads what it has written, in memory that is passed as two buffers, too: such
// memory is read where it is written only.

import { keyOf } from '../ir/index-algebra.js';
import type { Loop } from '../ir/loop.js';
import { accessesIn } from './accesses.js';

export function isRepeatable({ body }: Loop): boolean {
  const accesses = accessesIn(body);
  const written = accesses.filter(({ writes }) => writes);
  const memories = new Set(written.map(({ memory }) => memory));
  const places = new Set(written.map(({ index }) => keyOf(index)));
  return accesses.every(
    ({ writes, memory, index }) => writes || !(memories.has(memory) || places.has(keyOf(index))),
  );
}

/** How many times all lanes run for a loop, and whether that is all of it: else what is left is
 *  done turn by turn, which costs as much as many lanes. */
export function vectorsOf(
  loop: Loop,
  lanes: number,
): { readonly count: number; readonly isAll: boolean } {
  const { extent } = loop.range;
  const isAll = extent % lanes === 0 || (extent > lanes && isRepeatable(loop));
  return {
    isAll,
    count: isAll ? Math.ceil(extent / lanes) : Math.floor(extent / lanes),
  };
}
