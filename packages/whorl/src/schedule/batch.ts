// Batch tiling: which kernels run together, tile of rows by tile of rows.
// in:  kernels in launch order     out: the same, where several work on the same rows in groups
//
// In a training step nearly everything is done for each row of a batch alone, until the gradients
// of the weights are summed over the rows. So the rows' values need not go through memory: a group
// computes all of them for a few rows, adds what these give to the sums, and goes on. What needs a
// finished sum (batch norm, a clipped gradient) comes after the group, and may begin the next one.

import type { BlockSums, Group } from './group.js';
import { argOf, Node, type Shape } from '../graph/node.js';
import { rowsPerBlock } from '../graph/sum-order.js';
import { isContraction } from './cost.js';
import type { Draft } from './draft.js';
import type { Machine } from '../target/target.js';
import { RowGroup } from './row-group.js';
import { Reads, type RowReads, rowPlace } from './row-reads.js';

/** From so many rows on it is worth it. */
export const leastRows = 128;

export interface GroupOptions {
  /** Fewer rows are not worth it. */
  readonly least: number;
  readonly machine: Machine;
  /** Whether a value must be in memory afterwards. */
  readonly isWanted: (node: Node) => boolean;
}

export type Planned = { readonly draft: Draft } | { readonly group: Group };

export interface Grouped {
  readonly planned: readonly Planned[];
  /** Sums whose blocks a group adds up: who computes them reads these. */
  readonly sums: ReadonlyMap<Node, BlockSums>;
  readonly reads: Reads;
}

export function groupByRows(drafts: readonly Draft[], options: GroupOptions): Grouped {
  const grouper = new Grouper(drafts, options);
  return { planned: grouper.planned(), sums: grouper.sums, reads: grouper.reads };
}

class Grouper {
  readonly sums = new Map<Node, BlockSums>();
  private readonly stored = new Set<Node>();
  readonly reads = new Reads(this.stored, this.sums);
  private readonly result: Planned[] = [];
  private open: RowGroup | null = null;

  constructor(
    private readonly drafts: readonly Draft[],
    private readonly options: GroupOptions,
  ) {
    for (const draft of drafts) for (const node of draft.stores) this.stored.add(node);
  }

  planned(): Planned[] {
    for (const draft of this.drafts) this.take(draft);
    this.close();
    return this.result;
  }

  private push(drafts: readonly Draft[]): void {
    for (const draft of drafts) this.result.push({ draft });
  }

  private take(draft: Draft): void {
    const rows = rowsOf(draft, this.options.least);
    if (rows !== null && (this.joins(this.open, rows, draft) || this.begins(rows, draft))) return;
    if (this.open === null) this.push([draft]);
    else this.leave(this.open, draft);
  }

  // ---- kernels that store a value for each row

  private joins(group: RowGroup | null, rows: number, draft: Draft): boolean {
    if (group?.rows !== rows) return false;
    const reads: RowReads = new Map();
    const own = new Set(draft.stores);
    return (
      draft.stores.every((node) => {
        const place = rowPlace(draft.shape, node.shape.length);
        return this.reads.byRow(node, place, own, reads, group.offers);
      }) && group.addRows(draft, reads)
    );
  }

  /** Another phase: it needs something finished, or there is no more room. */
  private begins(rows: number, draft: Draft): boolean {
    const { open } = this;
    if (open !== null && open.rows !== rows && open.members.length > 1) return false;
    if (open !== null) this.addSums(open, draft, draft.stores);
    const next = new RowGroup(rows, this.options.machine);
    if (!this.joins(next, rows, draft)) return false;
    this.close();
    this.open = next;
    return true;
  }

  // ---- everything else, and what it sums up over the group's rows

  private leave(group: RowGroup, draft: Draft): void {
    const waits = draft.stores.filter((node) => this.needs(group, node, draft));
    if (waits.length === 0) return this.push([draft]);
    if (waits.length < draft.stores.length) {
      // what does not need the group need not wait for it: others of the group may need that
      this.push([{ ...draft, stores: draft.stores.filter((node) => !waits.includes(node)) }]);
    }
    const rest = { ...draft, stores: waits };
    this.addSums(group, rest, waits);
    group.after.push(rest);
  }

  /** Whether computing `node` takes something of the group, or something that waits for it. */
  private needs(group: RowGroup, node: Node, { stores }: Draft): boolean {
    if (group.unfinished.has(node)) return true;
    const reads = this.reads.of([node], new Set(stores));
    return [...reads].some((read) => !group.offers(read, false));
  }

  /** Sums over the first axis of what the group computes: their blocks are added up in it. */
  private addSums(group: RowGroup, draft: Draft, waits: readonly Node[]): void {
    for (const node of waits) group.unfinished.add(node);
    if (!draft.isOpen) return;
    for (const node of draft.nodes) {
      if (!isContraction(node) || (this.stored.has(node) && !draft.stores.includes(node))) continue;
      const { axes, kind } = argOf<'REDUCE'>(node);
      const isOverRows = axes[0] === 0 && node.sources[0]!.shape[0] === group.rows;
      if (kind === 'sum' && isOverRows && !this.sums.has(node)) this.addSum(group, node, axes);
    }
  }

  private addSum(group: RowGroup, node: Node, axes: readonly number[]): void {
    const source = node.sources[0]!;
    const sizes = axes.map((axis) => source.shape[axis]!).filter((size) => size !== 1);
    const perBlock = rowsPerBlock(sizes, node.dtype);
    if (perBlock === null) return;
    const reads: RowReads = new Map();
    const place = rowPlace(source.shape, source.shape.length);
    if (!this.reads.byRow(source, place, nothing, reads, group.offers)) return;
    if (![...reads.keys()].some((read) => group.values.has(read))) return;
    const order = axesInMemory(node.shape);
    const blocks = Math.ceil(group.rows / perBlock);
    const shape = [blocks, ...order.map((axis) => node.shape[axis]!)];
    const sums = { node: new Node('BUFFER', node.dtype, shape, [], null), order };
    if (group.addSum(node, sums, perBlock, reads)) this.sums.set(node, sums);
  }

  // ---- the group as a kernel

  private close(): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    if (open.nests.length < 2) this.push(open.members);
    else this.result.push({ group: this.finished(open) });
    this.push(open.after);
  }

  private finished(group: RowGroup): Group {
    const outside = this.readOutside(group);
    const isLocal = (node: Node): boolean => !outside.has(node) && !this.options.isWanted(node);
    const perBlock = rowsPerBlock([group.rows], 'float64')!;
    const finished = group.finished(perBlock, this.readByOtherNests(group), isLocal);
    // what only its own nest needs is computed there and stored by nobody
    const isKept = (node: Node): boolean =>
      finished.locals.has(node) || finished.stores.includes(node);
    for (const node of group.values) if (!isKept(node)) this.stored.delete(node);
    return finished;
  }

  private readByOtherNests({ nests }: RowGroup): Set<Node> {
    const found = new Set<Node>();
    for (const nest of nests) {
      const [roots, own] =
        nest.kind === 'sum' ? [nest.node.sources, []] : [nest.stores, nest.stores];
      for (const node of this.reads.of(roots, new Set(own))) found.add(node);
    }
    return found;
  }

  /** What kernels outside read, other than by the sums that the group adds up for them. */
  private readOutside({ members }: RowGroup): Set<Node> {
    const inside = new Set(members);
    const found = new Set<Node>();
    for (const draft of new Set(members.flatMap((member) => [...member.readers]))) {
      if (inside.has(draft)) continue;
      for (const node of this.reads.of(draft.stores, new Set(draft.stores))) found.add(node);
    }
    return found;
  }
}

/** The rows that a kernel works on, where it stores something for each. */
function rowsOf(draft: Draft, least: number): number | null {
  const rows = draft.shape[0];
  return draft.isOpen && rows !== undefined && rows >= least ? rows : null;
}

const nothing: ReadonlySet<Node> = new Set();

/** The longest axis last where the last one is too short for lanes. */
function axesInMemory(shape: Shape): number[] {
  const axes = shape.map((_, axis) => axis);
  const last = axes.length - 1;
  const longest = axes.reduce((a, b) => (shape[b]! > shape[a]! ? b : a), last);
  if (last < 0 || shape[last]! >= 8 || shape[longest]! < 4 * shape[last]!) return axes;
  return [...axes.filter((axis) => axis !== longest), longest];
}
