// What was asked for and not computed yet, and the flush that computes it.
// in:  nodes that Tensors were made of, cells that were written     out: stored nodes
//
// A flush stores: what is asked for, every cell written since the last one, and every pending sink
// (a value that nothing pending reads: PyTorch would have computed it too, like the accuracy beside the loss).

import type { Node } from '../graph/node.js';
import { capturing } from './capturing.js';
import type { Cell } from './cell.js';
import { realize, realizeInPlace } from './realize.js';

/** Past this many pending values a flush runs by itself, so that a loop that never reads stays bounded. */
const patience = 20_000;

export type { Cell };

let pending: Node[] = [];
let written = new Set<Cell>();

export function makeCell(node: Node): Cell {
  node.cells++;
  const cell = { node, version: 0, leaf: null };
  if (capturing.now !== null) capturing.now.make(cell);
  else if (node.buffer === null) enqueue(node);
  return cell;
}

/** An in-place write: the cell has another value from now on. Earlier readers keep the old node. */
export function writeCell(cell: Cell, node: Node): void {
  if (cell.node === node) return;
  const { now } = capturing;
  now?.capture(cell);
  cell.node.cells--;
  node.cells++;
  cell.node = node;
  cell.version++;
  // a write into a part happens at once where the old value is nobody's: a loop of them grows no graph
  if (now === null && !realizeInPlace(node)) written.add(cell);
}

function enqueue(node: Node): void {
  pending.push(node);
  if (pending.length >= patience) flush([]);
}

/** Whether a cell was written since the last flush. */
export const hasWrites = (): boolean => written.size > 0;

/** Makes `asked` and everything that waits real; nothing while a function is captured. */
export function flush(asked: readonly Node[]): void {
  if (capturing.now !== null) return;
  const roots = new Set<Node>();
  const [sinks, cells] = [pending, written];
  pending = [];
  written = new Set();
  for (const node of sinks) if (node.buffer === null && !node.wasRead) roots.add(node);
  for (const cell of cells) if (cell.node.buffer === null) roots.add(cell.node);
  for (const node of asked) if (node.buffer === null) roots.add(node);
  if (roots.size === 0) return;
  for (const node of roots) node.isRoot = true;
  realize([...roots]);
}
