// One kernel: a fragment of the tensor graph as loops.
// in:  the nodes it stores, which others lie in memory     out: loop IR, and what to launch it with

import type { BlockSums } from '../graph/block-sums.js';
import type { Node } from '../graph/node.js';
import { KernelArguments, type Lowered } from './arguments.js';
import { Nest } from './nest.js';
import { scanLoops, scatterLoops, spliceLoops, storeLoops, type Writer } from './stores.js';
import { Values } from './value.js';

export type { Lowered };

export interface Fragment {
  /** What the kernel stores, sources before what is made of them. */
  readonly stores: readonly Node[];
  /** Whether a node's value lies in memory before the kernel runs. */
  readonly isStored: (node: Node) => boolean;
  /** The one store is written over its own base: only what changes is written. */
  readonly inPlace: boolean;
  /** Sums that another kernel has added up block by block. */
  readonly blockSumsOf?: (node: Node) => BlockSums | undefined;
}

export function lowerKernel(fragment: Fragment): Lowered {
  const own = new Set(fragment.stores);
  const isRead = (node: Node): boolean => !own.has(node) && fragment.isStored(node);
  const uses = countUses(fragment.stores, isRead);
  const nest = new Nest();
  const args = new KernelArguments();
  const around = {
    nest,
    args,
    isRead,
    blockSumsOf: fragment.blockSumsOf,
    usesOf: (node: Node) => uses.get(node) ?? 0,
  };
  write({ around, values: new Values(around) }, fragment);
  return args.lowered(nameOf(fragment.stores), (node) => own.has(node), nest.body);
}

function write(writer: Writer, { stores, inPlace }: Fragment): void {
  const [node] = stores;
  if (node!.op === 'SCAN') scanLoops(writer, node!);
  else if (node!.op === 'SCATTER') scatterLoops(writer, node!, inPlace);
  else if (inPlace) spliceLoops(writer, node!);
  else storeLoops(writer, stores);
}

/** How often each node is read by others of the fragment; a store counts as a reader. */
export function countUses(
  stores: readonly Node[],
  isRead: (node: Node) => boolean,
): Map<Node, number> {
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

/** Readable, not unique: the last ops and their shape. */
export function nameOf(stores: readonly Node[]): string {
  const last = stores[stores.length - 1]!;
  const shape = last.shape.length === 0 ? 'scalar' : last.shape.join('x');
  const kinds = [...new Set(stores.map((node) => node.op.toLowerCase()))].slice(0, 4);
  return `${kinds.join('_')}_${shape}`;
}
