// Small kernels become one: what follows a training step's large kernels (the loss's last
// additions, the finished sums, all parameters' updates) is one launch of several nests, one after
// the other.
// in:  kernels and groups in launch order     out: the same, small kernels moved together
//
// A kernel may run later than it stands, as long as nothing that reads it comes before. So each
// small one waits for the last small one that it can be a part of; a nest reads what earlier nests
// of its kernel stored.

import { itemSize } from '../graph/dtype.js';
import type { Node } from '../graph/node.js';
import { ops } from '../graph/op.js';
import type { Target } from '../target/target.js';
import type { Planned } from './batch.js';
import type { Draft } from './draft.js';
import type { Group } from './group.js';
import type { Reads } from './row-reads.js';
import { mayFail } from './may-fail.js';
import { isLeaf } from './walk.js';

/**
 * More work than this is worth a launch (and threads) of its own: operations on elements, elements
 * that are summed.
 */
const mostWork = 2 ** 23;
const mostSummed = 2 ** 18;
/**
 * What the kernels of one pack read may have to stay in memory for longer: no more bytes than this.
 */
const mostWaiting = 2 ** 18;
/**
 * Values that one kernel stores, and what it reads and computes for them, which is how long its
 * code gets.
 */
const mostStores = 48;
const mostReads = 400;
const mostWeight = 4000;

/** Several drafts are one kernel of several nests. */
export type Packed = { readonly drafts: readonly Draft[] } | { readonly group: Group };

interface Pack extends Size {
  readonly drafts: Draft[];
  waiting: number;
}

/** How much a kernel is: of several the sum. */
interface Size {
  stores: number;
  reads: number;
  weight: number;
}

export function packed(
  planned: readonly Planned[],
  reads: Reads,
  { mostBuffers }: Target,
): Packed[] {
  return new Packing(reads, mostBuffers).all(planned);
}

class Packing {
  /** Last first. */
  private readonly result: Packed[] = [];
  private readonly packs = new Map<number, Pack>();
  /** By value: the place in `result` of its first reader. */
  private readonly readers = new Map<Node, number>();

  constructor(
    private readonly reads: Reads,
    private readonly mostBuffers: number,
  ) {}

  all(planned: readonly Planned[]): Packed[] {
    for (let i = planned.length - 1; i >= 0; i--) {
      const one = planned[i]!;
      if ('group' in one) this.addGroup(one.group);
      else this.add(one.draft);
    }
    return this.result.reverse();
  }

  private addGroup(group: Group): void {
    const place = this.result.push({ group }) - 1;
    for (const nest of group.nests) {
      const roots = nest.kind === 'sum' ? nest.node.sources : nest.stores;
      this.note(roots, nest.kind === 'sum' ? [] : roots, place);
    }
  }

  private add(draft: Draft): void {
    const size = this.smallSize(draft);
    const waiting = size !== null ? this.waitingFor(draft) : 0;
    let place = size !== null ? this.packFor(draft, size, waiting) : -1;
    if (place >= 0) {
      const pack = this.packs.get(place)!;
      pack.drafts.unshift(draft);
      pack.stores += size!.stores;
      pack.reads += size!.reads;
      pack.weight += size!.weight;
      if (place !== this.result.length - 1) pack.waiting += waiting;
    } else {
      const drafts = [draft];
      place = this.result.push({ drafts }) - 1;
      if (size !== null) this.packs.set(place, { drafts, ...size, waiting: 0 });
    }
    this.note(draft.stores, draft.stores, place);
  }

  /** The latest one that no reader of the draft runs before; -1 where there is none. */
  private packFor({ stores }: Draft, size: Size, waiting: number): number {
    const first = stores.reduce((most, node) => Math.max(most, this.readers.get(node) ?? 0), 0);
    for (const [place, pack] of this.packs) {
      const waits = place === this.result.length - 1 ? 0 : waiting;
      const fits =
        pack.stores + size.stores + pack.reads + size.reads <= this.mostBuffers &&
        pack.stores + size.stores <= mostStores &&
        pack.reads + size.reads <= mostReads &&
        pack.weight + size.weight <= mostWeight &&
        pack.waiting + waits <= mostWaiting;
      if (place >= first && fits) return place;
    }
    return -1;
  }

  /** Bytes of the flush's own values that the draft reads and nothing later does. */
  private waitingFor({ stores }: Draft): number {
    let bytes = 0;
    for (const node of this.reads.of(stores, new Set(stores))) {
      const isLast = !isLeaf(node) && !this.readers.has(node);
      if (isLast) bytes += node.size * itemSize[node.dtype];
    }
    return bytes;
  }

  private note(roots: readonly Node[], own: readonly Node[], place: number): void {
    for (const node of this.reads.of(roots, new Set(own))) {
      this.readers.set(node, Math.max(this.readers.get(node) ?? 0, place));
    }
  }

  /**
   * Null where it is not small. Nothing that could be an error in values: that would be one of all
   * the nests.
   */
  private smallSize({ isOpen, stores }: Draft): Size | null {
    if (!isOpen) return null;
    let [work, summed, weight] = [0, 0, 0];
    const { read, computed } = this.reads.behind(stores, new Set(stores));
    for (const node of computed) {
      if (mayFail(node)) return null;
      const { kind, cost } = ops[node.op];
      weight += cost;
      if (kind === 'reduce') summed += node.sources[0]!.size;
      else work += node.size * cost;
    }
    const isSmall = work <= mostWork && summed <= mostSummed;
    return isSmall ? { stores: stores.length, reads: read.size, weight } : null;
  }
}
