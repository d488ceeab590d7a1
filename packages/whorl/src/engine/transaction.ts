// Changes that belong together: where one of them comes to nothing, none of them happened.
// in:  what backward() and an optimizer's step write, make and count     out: which of them are lost; their undoing
//
// PyTorch would have thrown before it came to any of them: in the forward pass.

import type { Node } from '../graph/node.js';
import type { Cell } from './cell.js';

export interface Reasons {
  /** Values without which it would not have been come to: the root of a backward pass. */
  readonly needs: readonly Node[];
  /** Cells that it was made from: where another one that wrote or made those is lost, it is too. */
  readonly from: () => Iterable<Cell>;
}

export class Transaction {
  /** The cells that it wrote. */
  readonly written = new Set<Cell>();
  /** The cells that it made. */
  made: Cell[] = [];
  /** What they had when it was over; null until it is. */
  private results: Node[] | null = null;
  /** What takes its other changes back, in the order of the changes. */
  private readonly undoes: (() => void)[] = [];

  constructor(private readonly reasons: Reasons) {}

  /** Whether it had written the cell before; it has now. */
  hasWritten(cell: Cell): boolean {
    if (this.written.has(cell)) return true;
    this.written.add(cell);
    return false;
  }

  /** Only these of the cells that it made stay: gives the others. */
  keep(staying: ReadonlySet<Cell>): Cell[] {
    const [kept, others]: [Cell[], Cell[]] = [[], []];
    for (const cell of this.made) (staying.has(cell) ? kept : others).push(cell);
    this.made = kept;
    return others;
  }

  /** How a change that it made is taken back. */
  onUndo(undo: () => void): void {
    this.undoes.push(undo);
  }

  undo(): void {
    for (let i = this.undoes.length - 1; i >= 0; i--) this.undoes[i]!();
  }

  end(): void {
    this.results = this.values();
  }

  /** What it came about by, and what it wrote and made. */
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

/** Those of them, first things first, that never happened. */
export function lostOnes(all: readonly Transaction[], lost: ReadonlySet<Node>): Transaction[] {
  const undone: Transaction[] = [];
  for (const one of all) if (one.isLost(lost, undone)) undone.push(one);
  return undone;
}

const none: readonly Transaction[] = [];

class Transactions {
  /** The one that is under way. */
  now: Transaction | null = null;
  /** Those since the last flush. */
  private all: Transaction[] = [];

  /** Runs `body` as one. */
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

  /** Those that a flush decides about; one that is under way is decided about by the next one too. */
  take(): readonly Transaction[] {
    const { all, now } = this;
    if (all.length === 0) return none;
    this.all = now === null ? [] : [now];
    return all;
  }
}

export const transactions = new Transactions();
