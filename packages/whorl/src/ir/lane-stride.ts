// How an index moves from lane to lane of a vector loop.
// in:  an index, the vector range
// out: its step per lane, or null where there is no constant step

import type { Expr, Index } from './loop.js';

/** The turns of a vector loop that run together. */
export interface Lanes {
  /** The loop's range. */
  readonly range: string;
  readonly count: number;
}

/** 0: all lanes read one element; 1: neighbours, which one instruction loads; null: each lane for
 *  itself. `varies`: whether an expression has different values in the lanes. */
export function laneStride(
  index: Index,
  lanes: Lanes,
  varies: (value: Expr) => boolean,
): number | null {
  let stride = 0;
  for (const { coefficient, atom } of index.terms) {
    if (atom.kind === 'range') {
      if (atom.name === lanes.range) stride += coefficient;
    } else if (atom.kind === 'value') {
      if (varies(atom.value)) return null;
    } else if (atom.kind === 'div' || atom.kind === 'mod') {
      const inner = laneStride(atom.of, lanes, varies);
      if (inner === 0) continue;
      if (inner === null || !isAligned(atom.of, atom.by, lanes, inner)) return null;
      if (atom.kind === 'mod') stride += coefficient * inner;
    }
  }
  return stride;
}

/** Whether the lanes always stay within one multiple
 *  of `by`: they start at a multiple of their count. */
function isAligned(index: Index, by: number, { range, count }: Lanes, stride: number): boolean {
  const span = count * stride;
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
