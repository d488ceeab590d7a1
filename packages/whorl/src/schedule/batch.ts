// Batch tiling: which kernels run together, tile of rows by tile of rows.
// in:  kernels in launch order     out: the same, where several work on the same rows in groups
//
// In a training step nearly everything is done for each row of a batch alone, until the gradients of the weights are
// summed over the rows. So the rows' values need not go through memory: a group computes all of them for a few rows,
// adds what these give to the sums, and goes on. What needs a finished sum (batch norm, a clipped gradient) comes after
// the group, and may begin the next one.

import type { BlockSums } from '../graph/block-sums.js';
import { argOf, Node, type Shape, sizeOf } from '../graph/node.js';
import { type Axis, nowhere, type Place, sourcePlaces } from './axes.js';
import { isContraction } from './cost.js';
import type { Draft } from './draft.js';
import { isLeaf } from './walk.js';

/** What is done for the rows of a tile before the next thing is done for any of them. */
export type GroupNest =
  | { readonly kind: 'rows'; readonly stores: readonly Node[] }
  | { readonly kind: 'sum'; readonly node: Node; readonly sums: BlockSums };

export interface Group {
  readonly rows: number;
  readonly rowsPerBlock: number;
  readonly rowsPerTile: number;
  readonly nests: readonly GroupNest[];
  /** Values that nothing outside of the group reads. */
  readonly locals: ReadonlySet<Node>;
  /** Everything else that it stores. */
  readonly stores: readonly Node[];
}

export interface GroupOptions {
  /** Whether a value must be in memory afterwards. */
  readonly isWanted: (node: Node) => boolean;
  /** How many rows are summed up before the blocks are; null where a sum is not made of blocks of rows. */
  readonly rowsPerBlock: (sizes: readonly number[]) => number | null;
}

/** Fewer rows are not worth it. */
export const leastRows = 128;
/** Rows of a tile: the more, the less often a sum is loaded and stored; fewer where rows are long. */
const tiles = { least: 8, most: 16 } as const;
/** What one tile touches again and again has to stay in the first cache, or close to it. */
const mostBytes = 64 * 1024;
const mostScratch = 24 * 1024;

export type Planned = { readonly draft: Draft } | { readonly group: Group };

export interface Grouped {
  readonly planned: readonly Planned[];
  /** Sums whose blocks a group adds up: who computes them reads these. */
  readonly sums: ReadonlyMap<Node, BlockSums>;
}

export function groupByRows(drafts: readonly Draft[], options: GroupOptions): Grouped {
  const grouper = new Grouper(drafts, options);
  return { planned: grouper.planned(), sums: grouper.sums };
}

/** A group while it grows. */
interface Open {
  readonly rows: number;
  readonly members: Draft[];
  readonly nests: GroupNest[];
  readonly values: Set<Node>;
  /** Sums whose blocks it adds up. */
  readonly sums: Set<Node>;
  rowsPerBlock: number | null;
  /** Kernels that need something of the group finished come after it. */
  readonly after: Draft[];
  /** What those store. */
  readonly unfinished: Set<Node>;
  /** Bytes that a tile reads which are not its own rows, by node; bytes of a row. */
  readonly shared: Map<Node, number>;
  rowBytes: number;
  /** Whether the last kernel that joined computes a matrix product. */
  endsDense: boolean;
}

const itemBytes = (node: Node): number =>
  node.dtype === 'float64' || node.dtype === 'int64'
    ? 8
    : node.dtype === 'float32' || node.dtype === 'int32'
      ? 4
      : 1;

class Grouper {
  private readonly stored = new Set<Node>();
  private readonly result: Planned[] = [];
  private open: Open | null = null;
  /** Which kernel sums which partial results, for all groups. */
  readonly sums = new Map<Node, BlockSums>();
  private visits = 0;

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

  private take(draft: Draft): void {
    const rows = rowsOf(draft);
    if (rows !== null) {
      if (this.open?.rows === rows && this.joins(this.open, draft)) return;
      // another phase: it needs something finished, or there is no more room
      const isAnother =
        this.open === null || this.open.rows === rows || this.open.members.length < 2;
      if (isAnother) {
        if (this.open !== null) this.addSums(this.open, draft, draft.stores);
        const next = opened(rows);
        if (this.joins(next, draft)) {
          this.close();
          this.open = next;
          return;
        }
      }
    }
    if (this.open === null) this.push([draft]);
    else this.leave(this.open, draft);
  }

  // ---- kernels that store a value for each row

  private joins(open: Open, draft: Draft): boolean {
    const reads = this.readsOfRows(open, draft.stores, draft.shape);
    if (reads === null) return false;
    const bytes = draft.stores.reduce((sum, node) => sum + bytesOfRow(node, open.rows), 0);
    if (!this.fits(open, reads, bytes)) return false;
    open.members.push(draft);
    const stores = [...draft.stores].reverse();
    for (const node of stores) open.values.add(node);
    this.addRows(open, draft, stores);
    return true;
  }

  /** Short rows whose loops are alike share a nest, and what they compute in it. */
  private addRows(open: Open, draft: Draft, stores: readonly Node[]): void {
    const last = open.nests[open.nests.length - 1];
    const before = last?.kind === 'rows' ? last : null;
    const isAlike =
      before !== null &&
      !draft.hasContraction &&
      !open.endsDense &&
      isPrefix(before.stores, stores);
    if (isAlike)
      open.nests[open.nests.length - 1] = { kind: 'rows', stores: [...before!.stores, ...stores] };
    else open.nests.push({ kind: 'rows', stores });
    open.endsDense = draft.hasContraction;
  }

  /** What `stores` read, by whether it is of their own row; null where a row needs another row of the group. */
  private readsOfRows(
    open: Open,
    stores: readonly Node[],
    shape: Shape,
  ): Map<Node, boolean> | null {
    const reads = new Map<Node, boolean>();
    for (const node of stores) {
      const place = rowPlace(shape, node.shape.length);
      if (!this.collect(open, node, place, new Set(stores), reads)) return null;
    }
    return reads;
  }

  /** Walks down to what lies in memory or in the group. */
  private collect(
    open: Open,
    root: Node,
    place: Place,
    own: ReadonlySet<Node>,
    reads: Map<Node, boolean>,
  ): boolean {
    const todo: { node: Node; place: Place }[] = [{ node: root, place }];
    const seen = new Set<string>();
    let steps = 0;
    while (todo.length > 0) {
      const { node, place } = todo.pop()!;
      const isOwnRow = place.axes[0]?.key === row.key && node.shape[0] === open.rows;
      if (this.sums.has(node)) {
        if (open.sums.has(node)) return false;
        reads.set(this.sums.get(node)!.node, false);
        continue;
      }
      if (isLeaf(node) || (this.stored.has(node) && !own.has(node))) {
        if (open.values.has(node) && !isOwnRow) return false;
        if (open.unfinished.has(node)) return false;
        reads.set(node, (reads.get(node) ?? true) && isOwnRow);
        continue;
      }
      const key = `${node.id}|${place.axes.map((axis) => axis.key).join()}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (++steps > 2000) return false;
      const places = sourcePlaces(node, place, this.visits++);
      node.sources.forEach((source, i) => todo.push({ node: source, place: places[i]! }));
    }
    return true;
  }

  private fits(open: Open, reads: ReadonlyMap<Node, boolean>, rowBytes: number): boolean {
    const shared = new Map(open.shared);
    let rowsRead = 0;
    for (const [node, isOwnRow] of reads) {
      if (!isOwnRow) shared.set(node, sizeOf(node.shape) * itemBytes(node));
      else if (!open.values.has(node)) rowsRead += bytesOfRow(node, open.rows);
    }
    const row = open.rowBytes + rowBytes + rowsRead;
    let total = row * tiles.least;
    for (const bytes of shared.values()) total += bytes;
    if (total > mostBytes || row * tiles.least > mostScratch) return false;
    for (const [node, bytes] of shared) open.shared.set(node, bytes);
    open.rowBytes = row;
    return true;
  }

  // ---- everything else, and what it sums up over the group's rows

  private leave(open: Open, draft: Draft): void {
    const waits = draft.stores.filter((node) => this.needs(open, node, draft));
    if (waits.length === 0) return this.push([draft]);
    if (waits.length < draft.stores.length) {
      // what does not need the group need not wait for it: others of the group may need that
      this.push([{ ...draft, stores: draft.stores.filter((node) => !waits.includes(node)) }]);
    }
    const rest = { ...draft, stores: waits };
    if (draft.isOpen) this.addSums(open, rest, waits);
    else this.postpone(open, waits);
    open.after.push(rest);
  }

  private postpone(open: Open, waits: readonly Node[]): void {
    for (const node of waits) open.unfinished.add(node);
  }

  /** Whether computing `node` takes something of the group, or something that waits for it. */
  private needs(open: Open, node: Node, { stores }: Draft): boolean {
    if (open.unfinished.has(node)) return true;
    const reads = this.readBy([node], new Set(stores));
    return [...reads].some(
      (read) => open.values.has(read) || open.unfinished.has(read) || open.sums.has(read),
    );
  }

  /** Sums over the first axis of what the group computes: their blocks are added up in it. */
  private addSums(open: Open, draft: Draft, waits: readonly Node[]): void {
    this.postpone(open, waits);
    for (const node of draft.nodes) {
      if (!isContraction(node) || (this.stored.has(node) && !draft.stores.includes(node))) continue;
      const source = node.sources[0]!;
      const { axes, kind } = argOf<'REDUCE'>(node);
      if (kind !== 'sum' || axes[0] !== 0 || source.shape[0] !== open.rows) continue;
      this.addSum(open, node, source, axes);
    }
  }

  private addSum(open: Open, node: Node, source: Node, axes: readonly number[]): void {
    const sizes = axes.map((axis) => source.shape[axis]!).filter((size) => size !== 1);
    const rowsPerBlock = this.options.rowsPerBlock(sizes);
    if (rowsPerBlock === null || rowsPerBlock % tiles.most !== 0) return;
    if (open.rowsPerBlock !== null && open.rowsPerBlock !== rowsPerBlock) return;
    const place = rowPlace(source.shape, source.shape.length);
    const reads = new Map<Node, boolean>();
    if (!this.collect(open, source, place, nothing, reads)) return;
    if (![...reads.keys()].some((read) => open.values.has(read))) return;
    const blocks = Math.ceil(open.rows / rowsPerBlock);
    const order = axesInMemory(node.shape);
    const shape = [blocks, ...order.map((axis) => node.shape[axis]!)];
    const sums = { node: new Node('BUFFER', node.dtype, shape, [], null), order };
    const bytes = (sizeOf(shape) / blocks) * itemBytes(node);
    if (!this.fits(open, new Map([...reads, [sums.node, true]]), 0)) return;
    open.shared.set(sums.node, bytes);
    open.rowsPerBlock = rowsPerBlock;
    open.sums.add(node);
    this.sums.set(node, sums);
    open.nests.push({ kind: 'sum', node, sums });
  }

  // ---- the group as a kernel

  private close(): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    if (open.nests.length < 2) this.push(open.members);
    else {
      this.result.push({ group: this.closed(open) });
    }
    this.push(open.after);
  }

  private push(drafts: readonly Draft[]): void {
    for (const draft of drafts) this.result.push({ draft });
  }

  private closed(open: Open): Group {
    const outside = this.readOutside(open);
    const isLocal = (node: Node): boolean => !outside.has(node) && !this.options.isWanted(node);
    const needed = this.readByOtherNests(open);
    const nests = open.nests.map((nest): GroupNest => {
      if (nest.kind === 'sum') return nest;
      return {
        kind: 'rows',
        stores: nest.stores.filter((node) => needed.has(node) || !isLocal(node)),
      };
    });
    const values = nests.flatMap((nest) => (nest.kind === 'rows' ? nest.stores : []));
    return {
      rows: open.rows,
      rowsPerBlock: open.rowsPerBlock ?? this.options.rowsPerBlock([open.rows])!,
      rowsPerTile: open.rowBytes * tiles.most <= mostScratch ? tiles.most : tiles.least,
      nests,
      locals: new Set(values.filter(isLocal)),
      stores: values.filter((node) => !isLocal(node)),
    };
  }

  /** Values that are read in another nest than their own. */
  private readByOtherNests(open: Open): Set<Node> {
    const found = new Set<Node>();
    for (const nest of open.nests) {
      const [roots, own] =
        nest.kind === 'sum' ? [nest.node.sources, []] : [nest.stores, nest.stores];
      for (const node of this.readBy(roots, new Set(own))) found.add(node);
    }
    return found;
  }

  /** What kernels outside read, other than by the sums that the group adds up for them. */
  private readOutside(open: Open): Set<Node> {
    const members = new Set(open.members);
    const found = new Set<Node>();
    for (const draft of new Set(open.members.flatMap((member) => [...member.readers]))) {
      if (members.has(draft)) continue;
      for (const node of this.readBy(draft.stores, new Set(draft.stores))) found.add(node);
    }
    return found;
  }

  /** What computing `roots` reads: stored values but its `own`, sums whose blocks were added up before. */
  private readBy(roots: readonly Node[], own: ReadonlySet<Node>): Set<Node> {
    const found = new Set<Node>();
    const seen = new Set(roots);
    const todo = [...roots];
    while (todo.length > 0) {
      const node = todo.pop()!;
      if (this.sums.has(node) || (this.stored.has(node) && !own.has(node))) {
        found.add(node);
        continue;
      }
      if (isLeaf(node)) continue;
      for (const source of node.sources) {
        if (seen.has(source)) continue;
        seen.add(source);
        todo.push(source);
      }
    }
    return found;
  }
}

const opened = (rows: number): Open => ({
  rows,
  members: [],
  nests: [],
  values: new Set(),
  sums: new Set(),
  rowsPerBlock: null,
  after: [],
  unfinished: new Set(),
  shared: new Map(),
  rowBytes: 0,
  endsDense: false,
});

/** The rows that a kernel works on, where it stores something for each. */
function rowsOf(draft: Draft): number | null {
  const rows = draft.shape[0];
  return draft.isOpen && rows !== undefined && rows >= leastRows ? rows : null;
}

const bytesOfRow = (node: Node, rows: number): number =>
  (sizeOf(node.shape) / rows) * itemBytes(node);

const nothing: ReadonlySet<Node> = new Set();
const row: Axis = { key: 'row', level: 1 };

/** Loops over rows, and over the axes inside. */
function rowPlace(shape: Shape, rank: number): Place {
  const axes = shape.map((size, i) =>
    i === 0 ? row : size === 1 ? nowhere : { key: `i${i}`, level: i + 1 },
  );
  return { axes: axes.slice(0, rank), loops: [1, ...shape].slice(0, rank + 1), floor: 0 };
}

/** The longest axis last where the last one is too short for lanes. */
function axesInMemory(shape: Shape): number[] {
  const axes = shape.map((_, axis) => axis);
  const last = axes.length - 1;
  const longest = axes.reduce((a, b) => (shape[b]! > shape[a]! ? b : a), last);
  if (last < 0 || shape[last]! >= 8 || shape[longest]! < 4 * shape[last]!) return axes;
  return [...axes.filter((axis) => axis !== longest), longest];
}

/** The shapes of all are the first axes of the largest, whose rows are short. */
function isPrefix(some: readonly Node[], others: readonly Node[]): boolean {
  const all = [...some, ...others];
  const largest = all.reduce((a, b) => (b.shape.length > a.shape.length ? b : a));
  const fits = all.every(({ shape }) => shape.every((size, i) => size === largest.shape[i]));
  return fits && sizeOf(largest.shape.slice(1)) <= 16;
}
