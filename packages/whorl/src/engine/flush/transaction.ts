// Changes that belong together: if one of them fails, all of them are undone.
// in:  what backward() or an optimizer's step writes, makes and counts
// out: which of these are lost, and their undo
//
// PyTorch would have thrown in the forward pass, before making any of the changes.

import type { Node } from '../../graph/node.js';
import { isLeaf, walk } from '../../schedule/walk.js';
import type { Cell } from '../ownership/cell.js';

export interface Reasons {
  /** Values it depends on: the root of a backward pass. */
  readonly needs: readonly Node[];
  /** Cells it read. It is lost when a lost transaction wrote or made one of them. */
  readonly from: () => Iterable<Cell>;
}

export class Transaction {
  /** The cells it wrote. */
  readonly written = new Set<Cell>();
  /** The cells it made. */
  made: Cell[] = [];
  /** Its values when it ended; null until then. */
  private results: Node[] | null = null;
  /** How its other changes are undone, in the order in which they were made. */
  private readonly undoes: (() => void)[] = [];
  private isUndone = false;

  constructor(private readonly reasons: Reasons) {}

  /** Notes a write to the cell; whether there was one before. */
  hasWritten(cell: Cell): boolean {
    if (this.written.has(cell)) return true;
    this.written.add(cell);
    return false;
  }

  /** Keeps only these of the cells it made, and returns the others. */
  keep(staying: ReadonlySet<Cell>): Cell[] {
    const [kept, others]: [Cell[], Cell[]] = [[], []];
    for (const cell of this.made) (staying.has(cell) ? kept : others).push(cell);
    this.made = kept;
    return others;
  }

  /** Registers how one of its changes is undone. */
  onUndo(undo: () => void): void {
    this.undoes.push(undo);
  }

  /** Once: an error known at once and one known later may both come to it. */
  undo(): void {
    if (this.isUndone) return;
    this.isUndone = true;
    for (let i = this.undoes.length - 1; i >= 0; i--) this.undoes[i]!();
  }

  /** Whether some of it is still to be computed. */
  get isPending(): boolean {
    return !this.isUndone && this.values().some(({ buffer }) => buffer === null);
  }

  end(): void {
    this.results = this.values();
  }

  /** The values it depends on, wrote and made. */
  values(): Node[] {
    if (this.results !== null) return this.results;
    const nodes = [...this.reasons.needs];
    for (const { node } of this.written) nodes.push(node);
    for (const { node } of this.made) nodes.push(node);
    return nodes;
  }

  isLost(lost: ReadonlySet<Node>, undone: readonly Transaction[]): boolean {
    if (this.values().some((node) => lost.has(node))) return true;
    if (undone.length === 0) return false;
    const from = [...this.reasons.from()];
    return undone.some(({ written, made }) => {
      return from.some((cell) => written.has(cell) || made.includes(cell));
    });
  }
}

/** `lost`, and what of the nodes and their sources is made of one of them. */
export function lostAmong(nodes: Iterable<Node>, lost: Iterable<Node>): ReadonlySet<Node> {
  const all = new Set(lost);
  for (const node of walk([...nodes])) {
    if (!isLeaf(node) && node.sources.some((source) => all.has(source))) all.add(node);
  }
  return all;
}

export const valuesOf = (all: readonly Transaction[]): Node[] => all.flatMap((one) => one.values());

/** The transactions that are lost where these values are errors, oldest first. */
export function lostOnes(all: readonly Transaction[], errors: Iterable<Node>): Transaction[] {
  const undone: Transaction[] = [];
  if (all.length === 0) return undone;
  const lost = lostAmong(valuesOf(all), errors);
  for (const one of all) if (one.isLost(lost, undone)) undone.push(one);
  return undone;
}

/** The newest first: each finds what it left. */
export function undoAll(undone: readonly Transaction[]): void {
  for (let i = undone.length - 1; i >= 0; i--) undone[i]!.undo();
}

const none: readonly Transaction[] = [];

class Transactions {
  /** The one in progress. */
  now: Transaction | null = null;
  /** Those since the last flush. */
  private all: Transaction[] = [];

  /** Runs `body` as one transaction. */
  run(reasons: Reasons, body: (transaction: Transaction) => void): void {
    const outer = this.now;
    const own = new Transaction(reasons);
    this.now = own;
    this.all.push(own);
    try {
      body(own);
    } finally {
      this.now = outer;
      own.end();
    }
  }

  /**
   * Hands the transactions over to a flush. One still in progress goes to the next flush as well.
   */
  take(): readonly Transaction[] {
    const { all, now } = this;
    if (all.length === 0) return none;
    this.all = now === null ? [] : [now];
    return all;
  }

  /** Those of a flush that are pending again belong to the next one. */
  giveBack(some: readonly Transaction[]): void {
    const pending = some.filter((one) => one.isPending && !this.all.includes(one));
    this.all = [...pending, ...this.all];
  }
}

export const transactions = new Transactions();
