// What a gradient goes on to from a node.
// in:  a node with a history     out: the nodes that its gradient is handed to

import type { Node } from '../graph/node.js';

export const inputsOf = (node: Node): readonly Node[] => {
  const history = node.history!;
  if (history.kind === 'custom') return history.inputs;
  return history.kind === 'derived' ? node.sources : [];
};
