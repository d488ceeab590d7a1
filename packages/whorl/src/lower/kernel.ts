// One kernel: a fragment of the tensor graph as loops.
// in:  the nodes it stores, which others lie in memory     out: loop IR, and what to launch it with

import type { DType } from '../graph/dtype.js';
import type { Node } from '../graph/node.js';
import type { BufferSpec, Kernel } from './loop.js';
import { Nest } from './nest.js';
import { scanLoops, scatterLoops, spliceLoops, storeLoops, type Writer } from './stores.js';
import { Values } from './value.js';

export interface Fragment {
  /** What the kernel stores, sources before what is made of them. */
  readonly stores: readonly Node[];
  /** How many of the stores each nest of loops writes, in order; left out, one nest writes all. */
  readonly nests?: readonly number[];
  /** Whether a node's value lies in memory before the kernel runs. */
  readonly isStored: (node: Node) => boolean;
  /** The one store is written over its own base: only what changes is written. */
  readonly inPlace: boolean;
  /** Nodes that lie in the memory that a store is written to: both are one buffer. */
  readonly over?: ReadonlyMap<Node, Node>;
}

export interface Param {
  readonly node: Node;
  readonly scalar: number;
  readonly dtype: DType;
}

export interface Lowered {
  readonly kernel: Kernel;
  /** The node behind each buffer, each parameter, each error code (from 1). */
  readonly buffers: readonly Node[];
  readonly params: readonly Param[];
  readonly checks: readonly Node[];
}

/** Numbers for things in the order in which they are first asked for. */
class Slots<T> {
  readonly items: T[] = [];
  private readonly numbers = new Map<unknown, number>();

  of(key: unknown, item: () => T): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.items.length;
      this.items.push(item());
      this.numbers.set(key, number);
    }
    return number;
  }
}

export function lowerKernel(fragment: Fragment): Lowered {
  const own = new Set(fragment.stores);
  const isRead = (node: Node): boolean => !own.has(node) && fragment.isStored(node);
  const uses = countUses(fragment.stores, isRead);
  const nest = new Nest();
  const [buffers, params, checks] = [new Slots<Node>(), new Slots<Param>(), new Slots<Node>()];
  const lists = new Slots<Node>();
  const around = {
    nest,
    isRead,
    bufferOf: (node: Node) => {
      const place = fragment.over?.get(node) ?? node;
      return buffers.of(place, () => place);
    },
    paramOf: (node: Node, scalar: number, dtype: DType) =>
      params.of(`${lists.of(listOf(node), () => node)}.${scalar}`, () => ({ node, scalar, dtype })),
    codeOf: (node: Node) => checks.of(node, () => node) + 1,
    usesOf: (node: Node) => uses.get(node) ?? 0,
  };
  write({ around, values: new Values(around) }, fragment);
  const kernel: Kernel = {
    name: nameOf(fragment),
    buffers: buffers.items.map(
      (node): BufferSpec => ({
        dtype: node.dtype,
        size: node.size,
        written: own.has(node),
      }),
    ),
    params: params.items.map((param) => param.dtype),
    body: nest.body,
  };
  return { kernel, buffers: buffers.items, params: params.items, checks: checks.items };
}

function write(writer: Writer, { stores, inPlace, nests = [stores.length] }: Fragment): void {
  const [node] = stores;
  if (node!.op === 'SCAN') scanLoops(writer, node!);
  else if (node!.op === 'SCATTER') scatterLoops(writer, node!, inPlace);
  else if (inPlace) spliceLoops(writer, node!);
  else {
    let first = 0;
    for (const count of nests) storeLoops(writer, stores.slice(first, (first += count)));
  }
}

/** Views that were made from one list of starts share its parameters; constants share nothing. */
const listOf = (node: Node): unknown => (node.op === 'CONST' ? node : node.scalars);

/** How often each node is read by others of the fragment; a store counts as a reader. */
function countUses(stores: readonly Node[], isRead: (node: Node) => boolean): Map<Node, number> {
  const uses = new Map<Node, number>();
  const todo: Node[] = [];
  const count = (node: Node): void => {
    const before = uses.get(node) ?? 0;
    uses.set(node, before + 1);
    if (before === 0 && !isRead(node)) todo.push(node);
  };
  for (const node of stores) count(node);
  while (todo.length > 0) for (const source of todo.pop()!.sources) count(source);
  return uses;
}

/** Readable, not unique: the last ops of the first nest and their shape, and how many nests follow. */
function nameOf({ stores, nests = [stores.length] }: Fragment): string {
  const first = stores.slice(0, nests[0]);
  const last = first[first.length - 1]!;
  const shape = last.shape.length === 0 ? 'scalar' : last.shape.join('x');
  const kinds = [...new Set(first.map((node) => node.op.toLowerCase()))].slice(0, 4);
  const others = nests.length > 1 ? `_and_${nests.length - 1}_more` : '';
  return `${kinds.join('_')}_${shape}${others}`;
}
