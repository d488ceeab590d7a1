// How an index moves from lane to lane of a vector loop.
// in:  an index, the vector range     out: its step per lane, or null where there is no constant step

import type { Expr, Index } from './loop.js';

/** How many turns of a vector loop run together. */
export const vectorLanes = 4;

/** `varies`: whether an expression has different values in the lanes. */
export function laneStride(
  index: Index,
  range: string,
  varies: (value: Expr) => boolean,
): number | null {
  let stride = 0;
  for (const { coefficient, atom } of index.terms) {
    if (atom.kind === 'range') {
      if (atom.name === range) stride += coefficient;
    } else if (atom.kind === 'value') {
      if (varies(atom.value)) return null;
    } else if (atom.kind === 'div' || atom.kind === 'mod') {
      const inner = laneStride(atom.of, range, varies);
      if (inner === 0) continue;
      if (inner === null || !isAligned(atom.of, atom.by, range, inner)) return null;
      if (atom.kind === 'mod') stride += coefficient * inner;
    }
  }
  return stride;
}

/** Whether four lanes always stay within one multiple of `by`: the lanes start at a multiple of 4. */
function isAligned(index: Index, by: number, range: string, stride: number): boolean {
  const span = vectorLanes * stride;
  if (stride < 0 || by % span !== 0) return false;
  const rest = ((index.constant % span) + span) % span;
  return (
    rest < stride &&
    index.terms.every(
      ({ coefficient, atom }) =>
        (atom.kind === 'range' && atom.name === range) || coefficient % span === 0,
    )
  );
}
