// Several kernels over the same rows as one: everything that
// happens to a tile of rows happens while it is in the cache.
// in:  what is computed for each row, which sums over all rows are wanted
// out: loop IR, and what to launch it with
//
//   for every tile of rows
//     the first value of each row     into scratch memory
//     the second one                  from there
//     ...
//     every sum over rows             its block's part, in memory, goes on by the rows of the tile
//
// A sum over rows is made of blocks of rows (see reduce.ts) that are
// added up by who reads it. Tiles do not cross the blocks' ends, and rows
// come in order: the sums have the bits that they have without tiles.

import type { BlockSums, Group } from '../schedule/group.js';
import { argOf, contiguousStrides, type Node, sizeOf } from '../graph/node.js';
import { KernelArguments, type Lowered } from './arguments.js';
import { divide, fixed, flatten, modulo, scale, subtract } from '../ir/index-algebra.js';
import * as address from '../ir/index-algebra.js';
import { countUses } from './kernel.js';
import type { Expr, Index, Scratch } from '../ir/loop.js';
import { Nest } from './nest.js';
import type { Target } from '../target/target.js';
import { combinerOf } from './reduce.js';
import { Values } from './value.js';
import { conditionOf } from './places.js';

export interface BatchFragment {
  readonly group: Group;
  /** Whether a node's value lies in memory, before the kernel or by it. */
  readonly isStored: (node: Node) => boolean;
  /** Sums that an earlier kernel has added up block by block. */
  readonly blockSumsOf: (node: Node) => BlockSums | undefined;
}

export function lowerBatch(fragment: BatchFragment, target: Target): Lowered {
  return new BatchWriter(fragment, target).lowered();
}

const nothing: ReadonlySet<Node> = new Set();

class BatchWriter {
  private readonly nest = new Nest();
  private readonly args = new KernelArguments();
  private readonly scratches = new Map<Node, Scratch>();
  private readonly written = new Set<Node>();
  /** The first row of the tile that is written now. */
  private start: Index = fixed(0);
  private readonly group: Group;

  constructor(
    private readonly fragment: BatchFragment,
    private readonly target: Target,
  ) {
    this.group = fragment.group;
    for (const node of this.group.stores) this.written.add(node);
    for (const nest of this.group.nests) if (nest.kind === 'sum') this.written.add(nest.sums.node);
  }

  lowered(): Lowered {
    const { nest } = this;
    const { rows, rowsPerTile, rowsPerBlock } = this.group;
    const whole = Math.floor(rows / rowsPerTile);
    const grain = rowsPerBlock / rowsPerTile;
    const write = (tile: Index, count: number): void => this.tile(tile, count, grain);
    nest.loop('t', whole, (tile) => write(tile, rowsPerTile), { mode: 'parallel', grain });
    const rest = rows - whole * rowsPerTile;
    if (rest > 0) write(fixed(whole), rest);
    return this.args.lowered(this.name(), (node) => this.written.has(node), nest.body);
  }

  private name(): string {
    const { rows, nests } = this.group;
    return `batch_${rows}_of_${nests.length}`;
  }

  private tile(tile: Index, count: number, grain: number): void {
    const { nest, group } = this;
    this.start = scale(tile, group.rowsPerTile);
    const isFirst = conditionOf([{ index: modulo(tile, grain), lo: 0, hi: 1 }]);
    const clear = (): void => {
      for (const one of group.nests) if (one.kind === 'sum') this.clear(one.sums, tile, grain);
    };
    if (isFirst === true) clear();
    else if (isFirst !== false) nest.guard(isFirst, clear);
    for (const one of group.nests) {
      if (one.kind === 'rows') this.rows(one.stores, count);
      else this.sum(one.node, one.sums, count, divide(tile, grain));
    }
  }

  // ---- values of rows

  private rows(stores: readonly Node[], count: number): void {
    const { nest } = this;
    const { level } = nest;
    const values = this.values(stores, new Set(stores));
    const largest = stores.reduce(
      (a, b) => (b.shape.length > a.length ? b.shape : a),
      stores[0]!.shape,
    );
    const row = nest.open('r', count);
    const levels = [nest.level];
    const inner = largest.slice(1).map((size) => {
      const index = nest.open('i', size);
      levels.push(nest.level);
      return index;
    });
    for (const node of stores) {
      const own = inner.slice(0, node.shape.length - 1);
      const index = [address.add(this.start, row), ...own];
      nest.within(levels[own.length]!, () => this.put(node, index, values.at(node, index)));
    }
    nest.close(level);
  }

  private put(node: Node, index: readonly Index[], value: Expr): void {
    const { nest, args } = this;
    if (this.group.locals.has(node)) {
      const scratch = this.scratchOf(node);
      return nest.emit({ kind: 'poke', scratch, index: this.within(node, index), value });
    }
    const where = flatten(index, contiguousStrides(node.shape));
    nest.emit({ kind: 'store', buffer: args.bufferOf(node), index: where, value });
  }

  private scratchOf(node: Node): Scratch {
    let scratch = this.scratches.get(node);
    if (scratch === undefined) {
      const length = (sizeOf(node.shape) / this.group.rows) * this.group.rowsPerTile;
      scratch = this.nest.within(0, () => this.nest.scratch(node.dtype, length));
      this.scratches.set(node, scratch);
    }
    return scratch;
  }

  /** Where an element lies in the tile. */
  private within(node: Node, [row, ...inner]: readonly Index[]): Index {
    return flatten([subtract(row!, this.start), ...inner], contiguousStrides(node.shape));
  }

  /** Values on the way to `roots`; those of `own` are computed although they will be stored. */
  private values(roots: readonly Node[], own: ReadonlySet<Node>): Values {
    const { nest, args, fragment, group } = this;
    const isRead = (node: Node): boolean =>
      !own.has(node) && (group.locals.has(node) || fragment.isStored(node));
    const uses = countUses(roots, isRead);
    return new Values({
      target: this.target,
      nest,
      args,
      isRead,
      blockSumsOf: fragment.blockSumsOf,
      usesOf: (node) => uses.get(node) ?? 0,
      peek: (node, index) =>
        group.locals.has(node)
          ? {
              kind: 'peek',
              dtype: node.dtype,
              scratch: this.scratchOf(node),
              index: this.within(node, index),
            }
          : null,
    });
  }

  // ---- sums over rows

  private clear({ node }: BlockSums, tile: Index, grain: number): void {
    const { nest, args } = this;
    const size = sizeOf(node.shape) / node.shape[0]!;
    const first = scale(divide(tile, grain), size);
    const { identity } = combinerOf('sum', node.dtype);
    nest.loop('z', size, (z) => {
      nest.emit({
        kind: 'store',
        buffer: args.bufferOf(node),
        index: address.add(first, z),
        value: identity,
      });
    });
  }

  private sum(node: Node, sums: BlockSums, count: number, block: Index): void {
    const { nest, args } = this;
    const { level } = nest;
    const { axes } = argOf<'REDUCE'>(node);
    const source = node.sources[0]!;
    const values = this.values([source], nothing);
    const own = new Array<Index>(node.shape.length);
    for (const axis of sums.order) own[axis] = nest.open('o', node.shape[axis]!);
    const place = [block, ...sums.order.map((axis) => own[axis]!)];
    const index = flatten(place, contiguousStrides(sums.node.shape));
    const buffer = args.bufferOf(sums.node);
    const before: Expr = { kind: 'load', dtype: node.dtype, buffer, index };
    const total = nest.variable('sum', node.dtype, before);
    const inner = nest.level;
    let next = 0;
    const whole = source.shape.map((size, axis): Index => {
      if (!axes.includes(axis)) return own[next++]!;
      return axis === 0 ? address.add(this.start, nest.open('k', count)) : nest.open('k', size);
    });
    const { combine } = combinerOf('sum', node.dtype);
    nest.emit({ kind: 'assign', local: total, value: combine(total, values.at(source, whole)) });
    nest.close(inner);
    nest.emit({ kind: 'store', buffer, index, value: total });
    nest.close(level);
  }
}
