// Which stored values stay in memory after the flush.
// in:  the nodes of a flush, its roots, what it stores     out: the nodes that keep their memory
//
// What is written over an old value is kept whatever it costs: that memory was there before, and
// its value is nowhere else. A value that goes back is computed again if it is asked for after all:
// its node keeps sources.

import type { Node } from '../graph/node.js';
import { isHeld, isTracked } from '../graph/ownership.js';
import { costFrom, isCheapAgain } from './cost.js';
import type { Step } from './schedule.js';
import { baseOf, isLeaf } from './walk.js';

/** Roots, and what a Tensor or a gradient may still lead to, unless it costs next to nothing. */
export function keptNodes(
  nodes: readonly Node[],
  roots: readonly Node[],
  stored: ReadonlySet<Node>,
  steps: readonly Step[] = [],
): Set<Node> {
  const kept = new Set<Node>(roots.map(baseOf));
  for (const step of steps) if (step.kind !== 'batch' && step.inPlace) kept.add(step.stores[0]!);
  const isWanted = wantedLater(nodes, stored);
  /** What one element costs from what is kept. */
  const work = new Array<number>(nodes.length).fill(0);
  for (const node of nodes) {
    work[node.index] = costFrom(node, work);
    const isKept =
      kept.has(node) ||
      (stored.has(node) && isWanted[node.index]! && !isCheapAgain(work[node.index]!));
    if (!isKept) continue;
    kept.add(node);
    work[node.index] = 1;
  }
  return kept;
}

/** By number: whether a Tensor holds the value, a gradient passes it, or a later value needs it. */
function wantedLater(nodes: readonly Node[], stored: ReadonlySet<Node>): boolean[] {
  const leads = new Array<boolean>(nodes.length).fill(false);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (isLeaf(node)) continue;
    const tracked = isTracked(node);
    const passes = tracked || (!stored.has(node) && (leads[i]! || isHeld(node)));
    if (passes) for (const source of node.sources) leads[source.index] = true;
    leads[i] ||= tracked || isHeld(node);
  }
  return leads;
}
