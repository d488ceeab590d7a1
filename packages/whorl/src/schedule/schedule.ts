// Decides which values are stored and which kernel writes them.
// in:  the roots of a tensor graph     out: kernels in launch order, each a fragment of that graph

import type { Node } from '../graph/node.js';
import { ops } from '../graph/op.js';
import { isLeaf } from './walk.js';

export type Step =
  | { readonly kind: 'kernel'; readonly stores: readonly Node[] }
  | { readonly kind: 'host'; readonly node: Node };

/** A root that needs no memory of its own: it has the bytes of `base`. */
export interface Share { readonly node: Node; readonly base: Node }

export interface Schedule {
  readonly steps: readonly Step[];
  readonly shares: readonly Share[];
}

export interface ScheduleOptions {
  /** false: every node is stored by a kernel of its own */
  readonly fuse: boolean;
}

/** RESHAPE and ALIAS show the bytes of their source in the same order. */
export function baseOf(node: Node): Node {
  let base = node;
  while (!isLeaf(base) && (base.op === 'RESHAPE' || base.op === 'ALIAS')) base = base.sources[0]!;
  return base.op === 'CONST' && base !== node ? node : base;
}

/** `nodes`: what walk() found for `roots`. */
export function schedule(
  nodes: readonly Node[], roots: readonly Node[], { fuse }: ScheduleOptions,
): Schedule {
  const stored = new Set<Node>();
  const shares: Share[] = [];
  for (const root of new Set(roots)) {
    const base = baseOf(root);
    if (base !== root) shares.push({ node: root, base });
    if (!isLeaf(base)) stored.add(base);
  }
  const deep = new Map<Node, number>();
  for (const node of nodes) {
    if (isLeaf(node)) continue;
    const { kind } = ops[node.op];
    let depth = 1;
    for (const source of node.sources) {
      depth = Math.max(depth, stored.has(source) || isLeaf(source) ? 1 : 1 + deep.get(source)!);
    }
    deep.set(node, depth);
    const own = !fuse || kind === 'stored' || kind === 'reduce' || depth > 60;
    if (own && kind !== 'leaf') stored.add(node);
    if (node.op === 'HOST') for (const source of node.sources) if (!isLeaf(source)) stored.add(source);
  }
  const steps: Step[] = [];
  for (const node of nodes) {
    if (!stored.has(node)) continue;
    steps.push(node.op === 'HOST' ? { kind: 'host', node } : { kind: 'kernel', stores: [node] });
  }
  return { steps, shares };
}
