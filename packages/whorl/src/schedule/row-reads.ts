// What computing a value reads, and whether of its own row.
// in:  nodes, which of them lie in memory     out: the values in memory behind them

import type { BlockSums } from './group.js';
import type { Node, Shape } from '../graph/node.js';
import { type Axis, nowhere, type Place, sourcePlaces } from './axes.js';
import { isLeaf } from './walk.js';

const row: Axis = { key: 'row', level: 1 };
const mostSteps = 2000;

/** Loops over rows, and over the axes inside. */
export function rowPlace(shape: Shape, rank: number): Place {
  const axes = shape.map((size, i) =>
    i === 0 ? row : size === 1 ? nowhere : { key: `i${i}`, level: i + 1 },
  );
  return { axes: axes.slice(0, rank), loops: [1, ...shape].slice(0, rank + 1), floor: 0 };
}

/** By value: whether only its own row is read. */
export type RowReads = Map<Node, boolean>;

export interface Behind {
  readonly read: ReadonlySet<Node>;
  readonly computed: readonly Node[];
}

export class Reads {
  private visits = 0;

  constructor(
    private readonly stored: ReadonlySet<Node>,
    private readonly sums: ReadonlyMap<Node, BlockSums>,
  ) {}

  private isRead(node: Node, own: ReadonlySet<Node>): boolean {
    return this.sums.has(node) || isLeaf(node) || (this.stored.has(node) && !own.has(node));
  }

  /**
   * What computing `roots` reads: stored values but its `own`, leaves, sums whose blocks were added
   * up before.
   */
  of(roots: readonly Node[], own: ReadonlySet<Node>): ReadonlySet<Node> {
    return this.behind(roots, own).read;
  }

  /** And what it computes on the way. */
  behind(roots: readonly Node[], own: ReadonlySet<Node>): Behind {
    const read = new Set<Node>();
    const computed: Node[] = [];
    const seen = new Set(roots);
    const todo = [...roots];
    while (todo.length > 0) {
      const node = todo.pop()!;
      if (this.isRead(node, own)) {
        read.add(node);
        continue;
      }
      computed.push(node);
      for (const source of node.sources) {
        if (seen.has(source)) continue;
        seen.add(source);
        todo.push(source);
      }
    }
    return { read, computed };
  }

  /**
   * The same for `root` at `place`, into `reads`; false where `allows` refuses, or where it is too
   * much to look at.
   */
  byRow(
    root: Node,
    at: Place,
    own: ReadonlySet<Node>,
    reads: RowReads,
    allows: (node: Node, isOwnRow: boolean) => boolean,
  ): boolean {
    const rows = at.loops[1]!;
    const todo: { node: Node; place: Place }[] = [{ node: root, place: at }];
    const seen = new Set<string>();
    while (todo.length > 0) {
      const { node, place } = todo.pop()!;
      if (this.isRead(node, own)) {
        const isOwnRow = place.axes[0]?.key === row.key && node.shape[0] === rows;
        if (!allows(node, isOwnRow)) return false;
        reads.set(node, (reads.get(node) ?? true) && isOwnRow);
        continue;
      }
      let key = `${node.id}`;
      for (let i = 0; i < place.axes.length; i++) key += `,${place.axes[i]!.key}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > mostSteps) return false;
      const places = sourcePlaces(node, place, this.visits++);
      node.sources.forEach((source, i) => todo.push({ node: source, place: places[i]! }));
    }
    return true;
  }
}
