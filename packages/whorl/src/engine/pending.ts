// What was asked for and not computed yet, and the flush that computes it.
// in:  nodes that Tensors were made of, cells that were written     out: stored nodes
//
// A flush stores: what is asked for, every cell written since the last one, and every pending sink
// (a value that nothing pending reads: PyTorch would have computed it too, like the accuracy beside the loss).

import type { History, Node } from '../graph/node.js';
import { currentDevice } from './device.js';
import { finishInFlight } from './in-flight.js';
import { realize, realizeInPlace, realizeThen } from './realize.js';

/** What Tensors share when they share memory. An in-place write replaces the node. */
export interface Cell {
  node: Node;
  /** Counts the writes. */
  version: number;
  /** Set where the memory belongs to a leaf that requires grad: all its views hand gradients to it. */
  leaf: History | null;
}

/** Past this many pending values a flush runs by itself, so that a loop that never reads stays bounded. */
const patience = 20_000;

let pending: Node[] = [];
let written = new Set<Cell>();

export function makeCell(node: Node): Cell {
  node.cells++;
  if (node.buffer === null) enqueue(node);
  return { node, version: 0, leaf: null };
}

/** An in-place write: the cell has another value from now on. Earlier readers keep the old node. */
export function writeCell(cell: Cell, node: Node): void {
  if (cell.node === node) return;
  cell.node.cells--;
  node.cells++;
  cell.node = node;
  cell.version++;
  // a write into a part happens at once where the old value is nobody's: a loop of them grows no graph
  if (!realizeInPlace(node)) written.add(cell);
}

function enqueue(node: Node): void {
  pending.push(node);
  if (pending.length >= patience) flush([]);
}

/** Whether a cell was written since the last flush. */
export const hasWrites = (): boolean => written.size > 0;

/** Makes `asked` and everything that waits real. */
export function flush(asked: readonly Node[]): void {
  const roots = rootsWith(asked);
  if (roots.length > 0) realize(roots);
}

/** What `read` gives after a flush: at once, or as a promise where other threads must be awaited. */
export function flushThen<T>(asked: readonly Node[], read: () => T): T | Promise<T> {
  if (!currentDevice().device.mustAwait) {
    flush(asked);
    return read();
  }
  const roots = rootsWith(asked);
  return roots.length > 0 ? realizeThen(roots, read) : read();
}

function rootsWith(asked: readonly Node[]): Node[] {
  finishInFlight();
  const roots = new Set<Node>();
  const [sinks, cells] = [pending, written];
  pending = [];
  written = new Set();
  for (const node of sinks) if (node.buffer === null && !node.wasRead) roots.add(node);
  for (const cell of cells) if (cell.node.buffer === null) roots.add(cell.node);
  for (const node of asked) if (node.buffer === null) roots.add(node);
  for (const node of roots) node.isRoot = true;
  return [...roots];
}
