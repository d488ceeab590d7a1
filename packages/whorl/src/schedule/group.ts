// Kernels that run together, tile of rows by tile of rows: what batch tiling hands to lowering.
// in:  nothing     out: a group, and sums over rows while they are made of blocks

import type { Node } from '../graph/node.js';

export interface Group {
  readonly rows: number;
  /** Rows that are added up before the blocks are. */
  readonly rowsPerBlock: number;
  readonly rowsPerTile: number;
  /** In order: each is done for all rows of a tile before the next one is. */
  readonly nests: readonly RowNest[];
  /** Values that nothing outside of the group reads: they stay in scratch memory. */
  readonly locals: ReadonlySet<Node>;
  /** Everything else that it stores. */
  readonly stores: readonly Node[];
}

/** Values of rows, or a sum over them. */
export type RowNest =
  | { readonly kind: 'rows'; readonly stores: readonly Node[] }
  | { readonly kind: 'sum'; readonly node: Node; readonly sums: BlockSums };

export interface BlockSums {
  /** A temporary of shape [blocks, ...the sum's axes in `order`]. */
  readonly node: Node;
  readonly order: readonly number[];
}
