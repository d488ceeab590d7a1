// Which parts of a graph lie between values and the inputs that a gradient is asked for.
// in:  tracked nodes, latest first, and the inputs
// out: whether a gradient is handed on by a node; what lies behind it

import type { Node, Reach } from '../graph/node.js';
import { inputsOf } from './history-inputs.js';

/**
 * Whether a node hands a gradient on to one of `stops`; a gradient that is asked for at it does not
 * pass it.
 */
export function towards(stops: ReadonlySet<Node>, nodes: readonly Node[]): (node: Node) => boolean {
  const wanted = new Set<object | number>();
  for (const stop of stops) {
    wanted.add(stop.id);
    if (stop.history?.kind === 'leaf') wanted.add(stop.history.owner);
  }
  const isWanted = (node: Node): boolean =>
    wanted.has(node.id) || (node.history?.kind === 'leaf' && wanted.has(node.history.owner));
  const passing = new Set<Node>();
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const goesOn =
      node.history!.kind === 'spent'
        ? ledOn(node.history!.reach, wanted)
        : inputsOf(node).some((input) => passing.has(input) || isWanted(input));
    if (goesOn) passing.add(node);
  }
  return (node) => passing.has(node);
}

/** Through a node whose history was freed: anywhere, where it is not known. */
const ledOn = (reach: Reach | undefined, wanted: ReadonlySet<object | number>): boolean => {
  if (reach === undefined) return true;
  for (const one of wanted) if (reach.has(one)) return true;
  return false;
};

/** For each node the leaves and `stops` behind it; nothing where that cannot be told. */
export function reaches(
  stops: ReadonlySet<Node>,
  nodes: readonly Node[],
): Map<Node, Reach | undefined> {
  const found = new Map<Node, Reach | undefined>();
  for (let i = nodes.length - 1; i >= 0; i--) found.set(nodes[i]!, behind(nodes[i]!, stops, found));
  return found;
}

function behind(
  node: Node,
  stops: ReadonlySet<Node>,
  found: ReadonlyMap<Node, Reach | undefined>,
): Reach | undefined {
  const history = node.history!;
  if (history.kind === 'spent') return history.reach;
  const all = new Set<object | number>();
  for (const input of inputsOf(node)) {
    if (input.history === null) continue;
    if (stops.has(input)) all.add(input.id);
    if (input.history.kind === 'leaf') all.add(input.history.owner);
    else {
      const further = found.get(input);
      if (further === undefined) return undefined;
      for (const one of further) all.add(one);
    }
  }
  return all;
}
