// What a kernel writes: values at their own index, running totals, scattered values.
// in:  the nodes to store     out: loops with stores in them

import { replaced } from '../graph/axes.js';
import { isFlat } from '../graph/flat.js';
import { splicedIndex } from '../graph/movement.js';
import { argOf, contiguousStrides, type Node, sizeOf } from '../graph/node.js';
import { indexedPlace, type Loops, loopsOf } from '../graph/walks.js';
import { and, cast, le, lt } from './bodies/expressions.js';
import { computed, flatten, zero } from '../ir/index-algebra.js';
import type { Expr, Index } from '../ir/loop.js';
import type { Nest } from './nest.js';
import { combinerOf } from './reduce.js';
import { runningTotal } from './running-total.js';
import type { Surroundings, Values } from './value.js';

/** What a kernel writes of a value that replaces parts of its base. */
export type Part = 'all' | 'base' | 'rest';

export interface Writer {
  readonly around: Surroundings;
  readonly values: Values;
}

function store({ around }: Writer, node: Node, index: readonly Index[], value: Expr): void {
  const where = flatten(index, contiguousStrides(node.shape));
  around.nest.emit({ kind: 'store', buffer: around.args.bufferOf(node), index: where, value });
}

/** One nest for all: the shapes of the smaller ones are the first axes of the largest. */
export function storeLoops(writer: Writer, stores: readonly Node[]): void {
  const { nest } = writer.around;
  const shape = stores.reduce(
    (a, b) => (b.shape.length > a.length ? b.shape : a),
    stores[0]!.shape,
  );
  if (shape.length > 1 && isFlatNest(stores, writer.around.isRead)) return flatLoop(writer, stores);
  const levels = [nest.level];
  const index = shape.map((size) => {
    const own = nest.open('i', size);
    levels.push(nest.level);
    return own;
  });
  for (const node of stores) {
    const own = index.slice(0, node.shape.length);
    nest.within(levels[own.length]!, () => store(writer, node, own, writer.values.at(node, own)));
  }
  nest.close(levels[0]!);
}

/** Whether all that a nest computes is made of elements at the same place. */
function isFlatNest(stores: readonly Node[], isRead: (node: Node) => boolean): boolean {
  const found = new Set(stores);
  for (const node of found) {
    if (node.shape.length !== stores[0]!.shape.length) return false;
    if (isRead(node)) continue;
    if (!isFlat(node)) return false;
    for (const source of node.sources) found.add(source);
  }
  return stores.every((node) => isSameShape(node, stores[0]!));
}

const isSameShape = (a: Node, b: Node): boolean => a.shape.every((size, i) => size === b.shape[i]);

/** One loop over all elements: the last index runs
 *  past its axis, which is where the next row begins. */
function flatLoop(writer: Writer, stores: readonly Node[]): void {
  const { nest } = writer.around;
  const { level } = nest;
  const position = nest.open('i', sizeOf(stores[0]!.shape));
  for (const node of stores) {
    const index = node.shape.map((_, i) => (i === node.shape.length - 1 ? position : zero));
    store(writer, node, index, writer.values.at(node, index));
  }
  nest.close(level);
}

/** Running totals along one axis. */
export function scanLoops(writer: Writer, node: Node): void {
  const { nest, target } = writer.around;
  const { kind, axis } = argOf<'SCAN'>(node);
  const { level } = nest;
  const [{ shape, order }] = loopsOf(node) as [Loops];
  const index = new Array<Index>(shape.length);
  for (const outer of order.slice(0, -1)) index[outer] = nest.open('i', shape[outer]!);
  const add = runningTotal(nest, kind, node.dtype, target.hasFloat64);
  nest.loop('k', shape[axis]!, (k) => {
    const own = replaced(index, axis, k);
    store(writer, node, own, add(writer.values.at(node.sources[0]!, own)));
  });
  nest.close(level);
}

/** The base, where it is not there already, then every value in row-major order. */
export function scatterLoops(writer: Writer, node: Node, part: Part): void {
  const { nest } = writer.around;
  const [base, indices, value] = node.sources;
  const [whole, values] = loopsOf(node) as [Loops, Loops];
  if (part !== 'rest') {
    over(nest, whole, (index) => store(writer, node, index, writer.values.at(base!, index)));
  }
  if (part === 'base') return;
  over(nest, values, (index) => {
    const position = nest.name(writer.values.at(indices!, index));
    const size = node.shape[argOf<'SCATTER'>(node).axis]!;
    const ok = nest.name(and(le(0, position), lt(position, size)));
    nest.emit({ kind: 'check', ok, code: writer.around.args.codeOf(node) });
    const own = writer.values.at(value!, index);
    nest.guard(ok, () => {
      const place = computed(nest.named(cast(position, 'int32')), size - 1);
      const where = indexedPlace(node, index, place);
      store(writer, node, where, scattered(writer, node, where, own));
    });
  });
}

function scattered(writer: Writer, node: Node, where: readonly Index[], value: Expr): Expr {
  const { kind } = argOf<'SCATTER'>(node);
  if (kind === 'set') return value;
  const before = writer.around.nest.name(writer.values.load(node, where));
  return combinerOf(kind, node.dtype).combine(before, value);
}

function over(nest: Nest, { shape, order }: Loops, body: (index: Index[]) => void): void {
  if (shape.includes(0)) return;
  const { level } = nest;
  const index = new Array<Index>(shape.length);
  for (const axis of order) index[axis] = nest.open('i', shape[axis]!);
  body(index);
  nest.close(level);
}

/** Only the part that a SPLICE replaces: the rest is there already. */
export function spliceLoops(writer: Writer, node: Node): void {
  const value = node.sources[1]!;
  const [, values] = loopsOf(node) as [Loops, Loops];
  over(writer.around.nest, values, (index) => {
    const place = splicedIndex(writer.values.axes, node, index);
    store(writer, node, place, writer.values.at(value, index));
  });
}
