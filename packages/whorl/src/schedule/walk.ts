// The part of the graph that a flush has to do with.
// in:  roots     out: every node they need, stored ones as leaves; sources before their readers

import type { Node } from '../graph/node.js';
import { ops } from '../graph/op.js';

let stamps = 0;

/** A node that is read and not computed: it is stored, or has no elements. */
export const isLeaf = (node: Node): boolean => node.buffer !== null || node.size === 0;

/** The node whose bytes `node` has, where it shows another's in the same order. */
export function baseOf(node: Node): Node {
  let base = node;
  while (!isLeaf(base) && ops[base.op].shows === 'same') base = base.sources[0]!;
  // a plan knows of what is stored that it is, not what made it
  const isNumber = ops[base.op].says === 'number' && base.buffer === null;
  return isNumber && base !== node ? node : base;
}

/** Depth-first, from the first root on; the place in the list stands in `node.index`. */
export function walk(roots: readonly Node[]): Node[] {
  const stamp = ++stamps;
  const found: Node[] = [];
  const todo: Node[] = [];
  for (const root of roots) {
    if (root.stamp === stamp) continue;
    todo.push(root);
    while (todo.length > 0) {
      const node = todo[todo.length - 1]!;
      if (node.stamp !== stamp) {
        node.stamp = stamp;
        node.index = -1;
        if (!isLeaf(node)) pushSources(node, todo, stamp);
        continue;
      }
      todo.pop();
      if (node.index >= 0) continue;
      node.index = found.length;
      found.push(node);
    }
  }
  return found;
}

function pushSources(node: Node, todo: Node[], stamp: number): void {
  const { sources } = node;
  for (let i = sources.length - 1; i >= 0; i--) {
    const source = sources[i]!;
    if (source.stamp !== stamp) todo.push(source);
  }
}
