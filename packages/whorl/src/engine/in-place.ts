// Writes into the memory of a value that nobody can read any more.
// in:  a pending SPLICE or SCATTER     out: whether only the written part has to be stored

import type { Node } from '../graph/node.js';
import { sizeOf } from '../graph/node.js';

/** Whose collection gives the memory back, where that is another node than the one that has it now. */
const owners = new WeakMap<Node, Node>();

/**
 * Whether `node` may take over its base's memory: the base is stored, is nobody's value any more,
 * has memory of its own, and only `node` reads it.
 */
export function overwrites(node: Node): boolean {
  if (node.op !== 'SPLICE' && node.op !== 'SCATTER') return false;
  const base = node.sources[0]!;
  return base.buffer !== null && base.cells === 0 && base.readers === 1 && base.history === null
    && base.sources.length === 0 && node.history === null && sizeOf(node.shape) > 0;
}

/** The base's memory is the node's from now on; the base has none. */
export function takeOver(node: Node): void {
  const base = node.sources[0]!;
  node.buffer = base.buffer;
  base.buffer = null;
  // the first owner must live as long as the memory is used
  owners.set(node, owners.get(base) ?? base);
}
