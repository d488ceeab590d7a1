// A sum over rows while it is made of blocks: what batch tiling hands from the kernel that adds
// rows to the one that adds blocks.

import type { Node } from '../graph/node.js';

export interface BlockSums {
  /** A temporary of shape [blocks, ...the sum's axes in `order`]. */
  readonly node: Node;
  readonly order: readonly number[];
}

/**
 * What is done for the rows of a tile before the next thing is done for any of them: values, or a
 * sum over them.
 */
export type RowNest =
  | { readonly kind: 'rows'; readonly stores: readonly Node[] }
  | { readonly kind: 'sum'; readonly node: Node; readonly sums: BlockSums };
