// What was asked for and not computed yet, and the flush that computes it.
// in:  nodes that Tensors were made of, cells that were written     out: stored nodes
//
// A flush stores: what is asked for, every cell written since the last one, and every
// pending sink (a value that nothing pending reads: PyTorch would have computed it
// too, like the accuracy beside the loss).

import { facts, type Node } from '../../graph/node.js';
import { isSink, isThere, keepingNothing } from '../../graph/ownership.js';
import { capturing } from '../../capture/looking/capturing.js';
import { type Cell, forgetShown, uncloneable } from '../ownership/cell.js';
import { contextOf } from '../devices/context.js';
import { defaultDevice, isOneDevice } from '../devices/default.js';
import { finishInFlight, waitsForLanding } from './in-flight.js';
import { realizeFlush, realizeInPlace, realizeThen } from './realize.js';
import type { Flush } from './rescue.js';
import { transactions } from './transaction.js';

/**
 * A flush runs by itself beyond so many pending values or
 * writes: a loop that never reads stays bounded.
 */
const patience = 20_000;

export type { Cell };

let pending: Node[] = [];
/**
 * Cells written since the last flush, with their value at that time and before each later write.
 */
let written = new Map<Cell, Node[]>();
const nothingWritten: ReadonlyMap<Cell, Node[]> = new Map();
let writes = 0;
/**
 * Writes that failed in a flush which somebody else asked for, by the value
 * written. They are undone when that is read.
 */
const unsettled = new WeakMap<Node, { readonly cell: Cell; readonly earlier: Node[] }>();

export function makeCell(node: Node): Cell {
  // a number or a counter becomes a tensor: now it lies somewhere
  node.device ??= defaultDevice();
  node.cells++;
  const cell: Cell = {
    clone: uncloneable,
    node,
    version: 0,
    leaf: null,
    isGone: false,
    shown: null,
  };
  if (capturing.now !== null) {
    capturing.now.make(cell);
    return cell;
  }
  if (node.buffer === null) enqueue(node);
  transactions.now?.made.push(cell);
  return cell;
}

/** Notes that no Tensor holds the cell any more. */
export function abandon(cell: Cell): void {
  if (cell.isGone) return;
  cell.isGone = true;
  cell.node.cells--;
}

/**
 * Runs `write` as a transaction and flushes. `kept` gives the cells of the tensors that
 * `write` made and handed to somebody; the other tensors it made are gone, so memory
 * that only they needed may be overwritten.
 */
export function updates(
  write: () => void,
  from: () => Iterable<Cell>,
  kept: (() => ReadonlySet<Cell>) | null,
): void {
  if (capturing.now !== null) return write();
  const go = () => {
    transactions.run({ needs: [], from }, (transaction) => {
      write();
      if (kept !== null) transaction.keep(kept()).forEach(abandon);
    });
    flush([]);
  };
  if (kept === null) go();
  else keepingNothing(go);
}

/** An in-place write: the cell has another value from now on. Earlier readers keep the old node. */
export function writeCell(cell: Cell, node: Node): void {
  const before = cell.node;
  if (before === node) return;
  demandSameDevice(before, node);
  const { now } = capturing;
  now?.capture(cell);
  replace(cell, node);
  // after it: a view may have shown the very value that is written
  if (now === null) forgetShown(cell, before);
  if (now !== null || writesInPlace(cell, before)) return;
  const earlier = written.get(cell);
  if (transactions.now?.hasWritten(cell) && earlier !== undefined) return;
  if (earlier === undefined) written.set(cell, [before]);
  else earlier.push(before);
  if (++writes >= patience) flush([]);
}

function demandSameDevice(before: Node, node: Node): void {
  node.device ??= before.device;
  if (node.device === before.device) return;
  throw new Error(
    'Expected all tensors to be on the same device, but found at least two devices, ' +
      `${before.device} and ${node.device}! What is written must be on the device of the tensor: ` +
      'use to() or copy_()',
  );
}

/**
 * A write to a part runs at once where nobody else sees the old
 * value: a loop of such writes grows no graph.
 */
function writesInPlace(cell: Cell, before: Node): boolean {
  try {
    return realizeInPlace(cell.node);
  } catch (error) {
    replace(cell, before);
    throw error;
  }
}

function replace(cell: Cell, node: Node): void {
  // an abandoned cell was taken from the count already
  if (cell.isGone) cell.isGone = false;
  else cell.node.cells--;
  cell.node.facts |= facts.replaced;
  node.cells++;
  cell.node = node;
  cell.version++;
}

/**
 * Undoes writes of values that turned out to be errors: PyTorch would have thrown before them. Each
 * cell gets its last valid value back. Returns the values among these that are still pending.
 */
function undo(
  writes: ReadonlyMap<Cell, Node[]>,
  lostOf: (nodes: readonly Node[]) => ReadonlySet<Node>,
): Node[] {
  const lost = lostOf([...writes].flatMap(([cell, earlier]) => [cell.node, ...earlier]));
  const pending: Node[] = [];
  for (const [cell, earlier] of writes) {
    if (!lost.has(cell.node)) {
      if (cell.node.buffer === null) unsettled.set(cell.node, { cell, earlier });
      continue;
    }
    const valid = earlier.findLast((node) => !lost.has(node) && isThere(node));
    if (valid === undefined) continue;
    replace(cell, valid);
    if (valid.buffer === null) pending.push(valid);
  }
  return pending;
}

/**
 * What a flush had computed and is pending again, for something beside it failed,
 * belongs to the next flush with what can be undone of it.
 */
function again(
  roots: readonly Node[],
  writes: ReadonlyMap<Cell, Node[]>,
  lostOf: (nodes: readonly Node[]) => ReadonlySet<Node>,
): void {
  const lost = lostOf([...roots, ...[...writes.keys()].map(({ node }) => node)]);
  for (const node of roots) if (node.buffer === null && !lost.has(node)) pending.push(node);
  for (const [cell, earlier] of writes) {
    const since = written.get(cell);
    const isPending = cell.node.buffer === null && !lost.has(cell.node);
    if (isPending || since !== undefined) written.set(cell, [...earlier, ...(since ?? [])]);
  }
}

function enqueue(node: Node): void {
  pending.push(node);
  if (pending.length >= patience) flush([]);
}

/** Whether a cell was written since the last flush. */
export const hasWrites = (): boolean => written.size > 0;

/**
 * Computes `asked` and everything pending; does nothing while a function is captured.
 * Throws when a value turns out to be an error, and when what was asked for (or, if nothing
 * was, what was written) cannot be computed.
 */
export function flush(asked: readonly Node[]): void {
  if (capturing.now !== null) return;
  // what nobody asked for waits, too
  if (asked.length === 0 && waitsForLanding() !== null) return;
  const all = flushOf(asked);
  if (all.roots.length > 0) realizeFlush(all);
}

/**
 * The result of `read` after a flush; a promise of it where threads or a device must be awaited.
 */
export function flushThen<T>(asked: readonly Node[], read: () => T | Promise<T>): T | Promise<T> {
  const landing = waitsForLanding();
  if (landing !== null) return afterLanding(landing, asked, read);
  if (isOneDevice() && asked.every(needsNoWait)) {
    flush(asked);
    return read();
  }
  const all = flushOf(asked);
  return all.roots.length > 0 ? realizeThen(all, read) : read();
}

/** Until then what was asked for counts as held: nothing is written over it. */
function afterLanding<T>(
  landing: Promise<void>,
  asked: readonly Node[],
  read: () => T | Promise<T>,
): Promise<T> {
  for (const node of asked) node.cells++;
  return landing.then(() => {
    for (const node of asked) node.cells--;
    return flushThen(asked, read);
  });
}

/** Whether nothing needs to be awaited for a value. */
function needsNoWait({ device }: Node): boolean {
  if (device === null) return true;
  const { now } = contextOf(device).driver;
  return now !== null && !now.mustAwait;
}

function flushOf(asked: readonly Node[]): Flush {
  finishInFlight();
  const roots = new Set<Node>();
  const sinks = pending;
  let cells: ReadonlyMap<Cell, Node[]> = nothingWritten;
  const together = transactions.take();
  pending = [];
  writes = 0;
  for (const node of sinks) if (isSink(node)) roots.add(node);
  const changed: Node[] = [];
  if (written.size > 0) {
    cells = written;
    written = new Map();
    for (const { node } of cells.keys()) if (node.buffer === null) changed.push(node);
    for (const node of changed) roots.add(node);
  }
  for (const node of asked) {
    if (node.buffer !== null) continue;
    roots.add(node);
    const write = unsettled.get(node);
    if (write?.cell.node === node && !cells.has(write.cell))
      cells = new Map(cells).set(write.cell, write.earlier);
  }
  for (const node of roots) node.isRoot = true;
  const all = [...roots];
  return {
    roots: all,
    asked: asked.length > 0 ? asked : changed,
    together,
    earlier: () => [...cells.values()].flat(),
    undo: (lostOf) => undo(cells, lostOf),
    again: (lostOf) => {
      again(all, cells, lostOf);
      transactions.giveBack(together);
    },
  };
}
