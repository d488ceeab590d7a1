// What was asked for and not computed yet, and the flush that computes it.
// in:  nodes that Tensors were made of, cells that were written     out: stored nodes
//
// A flush stores: what is asked for, every cell written since the last one, and every pending sink
// (a value that nothing pending reads: PyTorch would have computed it too, like the accuracy beside the loss).

import { facts, type Node } from '../graph/node.js';
import { keepingNothing } from '../graph/ownership.js';
import { capturing } from './capturing.js';
import type { Cell } from './cell.js';
import { currentDevice } from './device.js';
import { finishInFlight } from './in-flight.js';
import { realize, realizeInPlace, realizeThen } from './realize.js';

/** Past this many pending values a flush runs by itself, so that a loop that never reads stays bounded. */
const patience = 20_000;

export type { Cell };

let pending: Node[] = [];
/** Cells written since the last flush, with what they had then. */
let written = new Map<Cell, Node>();

export function makeCell(node: Node): Cell {
  node.cells++;
  const cell: Cell = { node, version: 0, leaf: null, isGone: false };
  if (capturing.now !== null) {
    capturing.now.make(cell);
    return cell;
  }
  if (node.buffer === null) enqueue(node);
  made?.push(cell);
  return cell;
}

/** Tells that no Tensor has the cell any more. */
export function abandon(cell: Cell): void {
  if (cell.isGone) return;
  cell.isGone = true;
  cell.node.cells--;
}

/** Cells made since updates() began. */
let made: Cell[] | null = null;

/**
 * Runs `write` and flushes. Of the tensors that `write` makes, it has handed on only those whose cells
 * `kept` gives: the memory of values that only the others were made of is free to be written over.
 */
export function updates(write: () => void, kept: () => ReadonlySet<Cell>): void {
  if (capturing.now !== null) return write();
  keepingNothing(() => {
    const outer = made;
    made = [];
    try {
      write();
      const staying = kept();
      for (const cell of made) if (!staying.has(cell)) abandon(cell);
    } finally {
      made = outer;
    }
    flush([]);
  });
}

/** An in-place write: the cell has another value from now on. Earlier readers keep the old node. */
export function writeCell(cell: Cell, node: Node): void {
  const before = cell.node;
  if (before === node) return;
  const { now } = capturing;
  now?.capture(cell);
  replace(cell, node);
  // a write into a part happens at once where the old value is nobody's: a loop of them grows no graph
  if (now === null && !realizeInPlace(node) && !written.has(cell)) written.set(cell, before);
}

function replace(cell: Cell, node: Node): void {
  cell.node.cells--;
  cell.node.facts |= facts.replaced;
  node.cells++;
  cell.node = node;
  cell.version++;
}

/** A write of what turned out to be an error in values never happened: PyTorch would not have come to it. */
function undo(writes: ReadonlyMap<Cell, Node>): void {
  for (const [cell, before] of writes) {
    if ((cell.node.facts & facts.failed) !== 0 && before.buffer !== null) replace(cell, before);
  }
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
  const { roots, failed } = rootsWith(asked);
  if (roots.length > 0) realize(roots, { failed });
}

/** What `read` gives after a flush: at once, or as a promise where other threads must be awaited. */
export function flushThen<T>(asked: readonly Node[], read: () => T): T | Promise<T> {
  if (!currentDevice().device.mustAwait) {
    flush(asked);
    return read();
  }
  const { roots, failed } = rootsWith(asked);
  return roots.length > 0 ? realizeThen(roots, read, failed) : read();
}

interface Roots {
  readonly roots: readonly Node[];
  /** To be called where values turned out to have an error. */
  readonly failed: () => void;
}

function rootsWith(asked: readonly Node[]): Roots {
  finishInFlight();
  const roots = new Set<Node>();
  const [sinks, cells] = [pending, written];
  pending = [];
  written = new Map();
  for (const node of sinks) if (node.buffer === null && !node.wasRead) roots.add(node);
  for (const cell of cells.keys()) if (cell.node.buffer === null) roots.add(cell.node);
  for (const node of asked) if (node.buffer === null) roots.add(node);
  for (const node of roots) node.isRoot = true;
  return { roots: [...roots], failed: () => undo(cells) };
}
