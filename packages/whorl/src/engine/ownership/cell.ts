// A cell: what Tensors share when they share memory. An in-place write replaces the node.

import type { History, Node } from '../../graph/node.js';
import { dropShown } from '../../graph/ownership.js';

/**
 * What structuredClone and postMessage show where they meet a
 * Tensor: of a function they print the text.
 */
export const uncloneable = (): string =>
  'A Tensor can be neither cloned nor posted: send what `await x.data()` gives, and its shape; a ' +
  'module by its stateDict()';

export interface Cell {
  /** First, so that it is met before what would be copied. */
  readonly clone: typeof uncloneable;
  node: Node;
  /** Counts the writes. */
  version: number;
  /**
   * Set where the memory belongs to a leaf that requires grad: all its views hand gradients to it.
   */
  leaf: History | null;
  /** Whether it is known that no Tensor has it any more. */
  isGone: boolean;
  /**
   * The last values that views remember of it, where there are
   * any: the next write makes views ask anew.
   */
  shown: Node[] | null;
}

/**
 * A view that is read in a loop needs one; what is not remembered
 * here keeps the old value alive for longer.
 */
const mostShown = 4;

/** A view remembers `node`, which shows a part of the cell's value. */
export function remember(cell: Cell, node: Node): void {
  if (node.history !== null || node.buffer !== null) return;
  cell.shown ??= [];
  if (cell.shown.length === mostShown) cell.shown.shift();
  cell.shown.push(node);
}

/**
 * The cell was written: what views remember of it, and nothing else
 * has, is no reader of its old value `before`.
 */
export function forgetShown(cell: Cell, before: Node): void {
  if (cell.shown === null) return;
  dropShown(cell.shown, before);
  cell.shown = null;
  cell.version++;
}
