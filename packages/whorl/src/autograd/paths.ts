// Paths of a gradient that carry zeros: PyTorch hands zeros on to inputs that a value does not
// depend on.
// in:  a node and the inputs it should reach     out: the same value with those paths

import { alias, constant } from '../graph/build.js';
import { type Node, recording } from '../graph/node.js';

/** The value of `node`, whose gradient goes to it and, as zeros, to each of `others`. */
export function reaching(node: Node, others: readonly Node[]): Node {
  const tracked = others.filter((other) => other.history !== null);
  if (tracked.length === 0 || !recording().enabled) return node;
  const result = alias(node);
  result.history = {
    kind: 'custom',
    name: 'reaching',
    inputs: [node, ...tracked],
    saves: false,
    backward: (g) => [g, ...tracked.map((other) => constant(0, other.dtype, other.shape))],
  };
  return result;
}
