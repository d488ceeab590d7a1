// Who may still ask for a node once a flush has run.
// in:  the nodes of a flush     out: a few bits per node, part of the flush's signature
//
// Plans are cached, so whatever decides whose memory is written over must stand in the signature:
// a plan sees these bits and nothing else of what is known.

import { facts, type Node } from '../../graph/node.js';
import {
  isHeld,
  isLeftOver,
  isTracked,
  isWantedBeyond,
  overwrites,
} from '../../graph/ownership.js';
import { isLeaf } from '../../schedule/walk.js';

export const bits = {
  /** A Tensor holds it. */
  held: 1,
  /** How a gradient goes on: 2 derived, 4 leaf, 6 custom, 8 custom that saves; 0 not at all. */
  tracked: 2 | 4 | 8,
  /** A SPLICE or SCATTER that is written over its base. */
  overwrites: 16,
  /** Something beyond this flush may read it. */
  wanted: 32,
  /** A derivative may look at what it was made of. */
  touched: 64,
  /** Stored memory that nobody but this flush can read. */
  free: 128,
  /** What only counts where old values may be written over. */
  forOverwriting: 32 | 64 | 128,
} as const;

let counts = new Int32Array(1024);

/** How often each node is read inside of the flush, by number. Valid until the next call. */
export function countReaders(nodes: readonly Node[]): Int32Array {
  if (counts.length < nodes.length) counts = new Int32Array(nodes.length * 2);
  counts.fill(0, 0, nodes.length);
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!;
    if (isLeaf(node)) continue;
    const { sources } = node;
    for (let j = 0; j < sources.length; j++) counts[sources[j]!.index]!++;
  }
  return counts;
}

/** `readers`: how often the flush reads the node. */
export const bitsOf = (node: Node, readers: number): number =>
  node.buffer === null ? pendingBits(node, readers) : isLeftOver(node, readers) ? bits.free : 0;

function pendingBits(node: Node, readers: number): number {
  const { history } = node;
  let found = isHeld(node) ? bits.held : 0;
  if (history !== null && isTracked(node)) {
    if (history.kind === 'derived') found |= 2;
    else if (history.kind === 'leaf') found |= 4;
    else found |= history.kind === 'custom' && history.saves ? 8 : 6;
  }
  if (isWantedBeyond(node, readers)) found |= bits.wanted;
  if ((node.facts & facts.touched) !== 0) found |= bits.touched;
  return overwrites(node) ? found | bits.overwrites : found;
}
