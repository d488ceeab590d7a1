// A group of kernels over the same rows while it grows, and what becomes of it.
// in:  kernels that store a value for each row, sums over rows
// out: nests in order, what stays in scratch memory

import type { BlockSums, Group, RowNest } from './group.js';
import { itemSize } from '../graph/dtype.js';
import { type Node, sizeOf } from '../graph/node.js';
import type { Machine } from '../target/target.js';
import type { Draft } from './draft.js';
import type { RowReads } from './row-reads.js';

/**
 * Rows of a tile: the more, the less often a sum is loaded and stored; fewer where rows are long.
 */
export const tiles = { least: 8, most: 16 } as const;

const bytesOf = (node: Node): number => sizeOf(node.shape) * itemSize[node.dtype];

export class RowGroup {
  readonly members: Draft[] = [];
  readonly nests: RowNest[] = [];
  /** What its kernels store for each row. */
  readonly values = new Set<Node>();
  /** Sums over rows whose blocks it adds up. */
  readonly sums = new Set<Node>();
  rowsPerBlock: number | null = null;
  /** Kernels that need something of the group finished come after it. */
  readonly after: Draft[] = [];
  /** What those store. */
  readonly unfinished = new Set<Node>();
  /** Bytes that every tile touches, by what they belong to: weights, sums. */
  private shared = new Map<Node, number>();
  private rowBytes = 0;
  private endsDense = false;

  constructor(
    readonly rows: number,
    private readonly machine: Machine,
  ) {}

  /** Whether a value can be read by a row of the group. */
  readonly offers = (node: Node, isOwnRow: boolean): boolean =>
    !this.unfinished.has(node) && !this.sums.has(node) && (isOwnRow || !this.values.has(node));

  private bytesOfRow(node: Node): number {
    return bytesOf(node) / this.rows;
  }

  /**
   * Takes in what a nest touches; false, and nothing changed, where that is more than stays in the
   * cache.
   */
  private takesRoom(reads: RowReads, rowBytes: number, more: readonly [Node, number][]): boolean {
    const shared = new Map([...this.shared, ...more]);
    let row = this.rowBytes + rowBytes;
    for (const [node, isOwnRow] of reads) {
      if (!isOwnRow) shared.set(node, bytesOf(node));
      else if (!this.values.has(node)) row += this.bytesOfRow(node);
    }
    let total = row * tiles.least;
    for (const bytes of shared.values()) total += bytes;
    const { tileBytes, tileScratchBytes } = this.machine;
    if (total > tileBytes || row * tiles.least > tileScratchBytes) return false;
    this.shared = shared;
    this.rowBytes = row;
    return true;
  }

  /** A kernel that stores values of rows; false where there is no room for it. */
  addRows(draft: Draft, reads: RowReads): boolean {
    const bytes = draft.stores.reduce((sum, node) => sum + this.bytesOfRow(node), 0);
    if (!this.takesRoom(reads, bytes, [])) return false;
    this.members.push(draft);
    const stores = [...draft.stores].reverse();
    for (const node of stores) this.values.add(node);
    this.addNest(draft, stores);
    return true;
  }

  /** Short rows whose loops are alike share a nest, and what they compute in it. */
  private addNest({ hasContraction }: Draft, stores: readonly Node[]): void {
    const at = this.nests.length - 1;
    const last = this.nests[at];
    const joins =
      last?.kind === 'rows' && !hasContraction && !this.endsDense && isPrefix(last.stores, stores);
    if (joins) this.nests[at] = { kind: 'rows', stores: [...last.stores, ...stores] };
    else this.nests.push({ kind: 'rows', stores });
    this.endsDense = hasContraction;
  }

  addSum(node: Node, sums: BlockSums, rowsPerBlock: number, reads: RowReads): boolean {
    if (rowsPerBlock % tiles.most !== 0) return false;
    if (this.rowsPerBlock !== null && this.rowsPerBlock !== rowsPerBlock) return false;
    const bytes = bytesOf(sums.node) / sums.node.shape[0]!;
    if (!this.takesRoom(reads, 0, [[sums.node, bytes]])) return false;
    this.rowsPerBlock = rowsPerBlock;
    this.sums.add(node);
    this.nests.push({ kind: 'sum', node, sums });
    return true;
  }

  /** `needed`: read by other nests than their own; `isLocal`: read by nothing else. */
  finished(
    rowsPerBlock: number,
    needed: ReadonlySet<Node>,
    isLocal: (node: Node) => boolean,
  ): Group {
    const nests = this.nests
      .map((nest): RowNest => {
        if (nest.kind === 'sum') return nest;
        const stores = nest.stores.filter((node) => needed.has(node) || !isLocal(node));
        return { kind: 'rows', stores };
      })
      .filter((nest) => nest.kind === 'sum' || nest.stores.length > 0);
    const values = nests.flatMap((nest) => (nest.kind === 'rows' ? nest.stores : []));
    return {
      rows: this.rows,
      rowsPerBlock: this.rowsPerBlock ?? rowsPerBlock,
      rowsPerTile:
        this.rowBytes * tiles.most <= this.machine.tileScratchBytes ? tiles.most : tiles.least,
      nests,
      locals: new Set(values.filter(isLocal)),
      stores: values.filter((node) => !isLocal(node)),
    };
  }
}

/** The shapes of all are the first axes of the largest, whose rows are short. */
function isPrefix(some: readonly Node[], others: readonly Node[]): boolean {
  const all = [...some, ...others];
  const largest = all.reduce((a, b) => (b.shape.length > a.shape.length ? b : a));
  const fits = all.every(({ shape }) => shape.every((size, i) => size === largest.shape[i]));
  return fits && sizeOf(largest.shape.slice(1)) <= 16;
}
