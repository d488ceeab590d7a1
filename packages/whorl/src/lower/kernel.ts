// One kernel: a fragment of the tensor graph as loops.
// in:  the nodes it stores, which others lie in memory, what the device can
// out: loop IR, and what to launch it with

import type { BlockSums } from '../schedule/group.js';
import type { Node } from '../graph/node.js';
import type { Op } from '../graph/op.js';
import type { Target } from '../target/target.js';
import { KernelArguments, type Lowered } from './arguments.js';
import { legalise } from './legalise.js';
import { Nest } from './nest.js';
import {
  type Part,
  scanLoops,
  scatterLoops,
  spliceLoops,
  storeLoops,
  type Writer,
} from './stores.js';
import { Values } from './value.js';

export type { Lowered };

export interface Fragment {
  /** What the kernel stores, sources before what is made of them. */
  readonly stores: readonly Node[];
  /** How many of the stores each nest of loops writes, in order; left out, one nest writes all. */
  readonly nests?: readonly number[];
  /** Whether a node's value lies in memory before the kernel runs. */
  readonly isStored: (node: Node) => boolean;
  /** The one store is written over its own base: only what changes is written. */
  readonly inPlace: boolean;
  /**
   * Of a store that replaces parts of its base: only the base, or the rest, over the base; default
   * all.
   */
  readonly part?: Part;
  /** Sums that another kernel has added up block by block. */
  readonly blockSumsOf?: (node: Node) => BlockSums | undefined;
  /** Nodes that lie in the memory that a store is written to: both are one buffer. */
  readonly over?: ReadonlyMap<Node, Node>;
}

export function lowerKernel(fragment: Fragment, target: Target): Lowered {
  const { stores, nests = [stores.length] } = fragment;
  const part = fragment.inPlace ? 'rest' : (fragment.part ?? 'all');
  const nest = new Nest();
  const args = new KernelArguments(fragment.over);
  let first = 0;
  for (const count of nests) {
    const own = stores.slice(first, (first += count));
    write(writerOf(own, fragment, target, nest, args), own, part);
  }
  const written = new Set(stores);
  const lowered = args.lowered(nameOf(fragment), (node) => written.has(node), nest.body);
  const kernel = legalise(lowered.kernel, target);
  if (kernel === lowered.kernel) return lowered;
  const params = lowered.params.map((param, i) => ({ ...param, dtype: kernel.params[i]! }));
  return { ...lowered, kernel, params };
}

/** A nest computes its own stores, and reads what earlier nests stored. */
function writerOf(
  stores: readonly Node[],
  { isStored, blockSumsOf }: Fragment,
  target: Target,
  nest: Nest,
  args: KernelArguments,
): Writer {
  const own = new Set(stores);
  const isRead = (node: Node): boolean => !own.has(node) && isStored(node);
  const uses = countUses(stores, isRead);
  const usesOf = (node: Node): number => uses.get(node) ?? 0;
  const around = { target, nest, args, isRead, blockSumsOf, usesOf };
  return { around, values: new Values(around) };
}

type Loops = (writer: Writer, node: Node, part: Part) => void;

/** What is written by loops of its own: others are computed in one nest with what is as long. */
const ownLoops: Partial<Record<Op, Loops>> = { SCAN: scanLoops, SCATTER: scatterLoops };

function write(writer: Writer, stores: readonly Node[], part: Part): void {
  const node = stores[0]!;
  const loops = ownLoops[node.op] ?? (part === 'rest' ? spliceLoops : null);
  if (loops === null) storeLoops(writer, stores);
  else loops(writer, node, part);
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

/** Readable, not unique: the last ops of the first
 *  nest and their shape, and how many nests follow. */
function nameOf({ stores, nests = [stores.length] }: Fragment): string {
  const first = stores.slice(0, nests[0]);
  const last = first[first.length - 1]!;
  const shape = last.shape.length === 0 ? 'scalar' : last.shape.join('x');
  const kinds = [...new Set(first.map((node) => node.op.toLowerCase()))].slice(0, 4);
  const others = nests.length > 1 ? `_and_${nests.length - 1}_more` : '';
  return `${kinds.join('_')}_${shape}${others}`;
}
