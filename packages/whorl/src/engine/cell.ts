// A cell: what Tensors share when they share memory. An in-place write replaces the node.

import type { History, Node } from '../graph/node.js';

export interface Cell {
  node: Node;
  /** Counts the writes. */
  version: number;
  /** Set where the memory belongs to a leaf that requires grad: all its views hand gradients to it. */
  leaf: History | null;
  /** Whether it is known that no Tensor has it any more. */
  isGone: boolean;
}
