// What a later backward pass will ask for.
// in:  the nodes of a flush     out: which values are saved

import type { Node } from '../graph/node.js';
import { ops, type Saves } from '../graph/op.js';
import { isTracked } from '../graph/ownership.js';
import { mostSaved } from '../graph/saves.js';

function savesOf(node: Node): Saves {
  const history = node.history!;
  if (history.kind === 'custom') return history.saves ? 'inputs' : 'nothing';
  return history.kind === 'derived' ? mostSaved(node) : 'nothing';
}

/** By `node.index`. Views of a saved value are cheap: it is their source that counts. */
export function savedNodes(nodes: readonly Node[]): boolean[] {
  const saved = new Array<boolean>(nodes.length).fill(false);
  for (const node of nodes) {
    if (node.buffer !== null || !isTracked(node)) continue;
    const own = savesOf(node);
    if (own === 'output') saved[node.index] = true;
    if (own === 'inputs')
      for (const source of node.sources) saved[behindViews(source).index] = true;
  }
  return saved;
}

function behindViews(node: Node): Node {
  let value = node;
  while (value.buffer === null && ops[value.op].kind === 'movement') value = value.sources[0]!;
  return value;
}
