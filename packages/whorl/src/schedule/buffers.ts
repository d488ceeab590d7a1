// How many buffers a kernel will need, while it is put together from its stores down.
// in:  nodes that a kernel is found to use
// out: whether it may compute one more, where buffers are counted
//
// What a kernel uses and nobody has decided about yet may turn out to be read from memory. So it
// counts from the beginning: a kernel never has to give back what it took.

import type { Node } from '../graph/node.js';
import { ops } from '../graph/op.js';
import { isLeaf } from './walk.js';

/** What a kernel stores, reads, and may yet read. */
export class Buffers {
  private readonly nodes = new Set<Node>();

  constructor(private readonly most: number) {}

  uses(node: Node): void {
    if (this.most !== Number.POSITIVE_INFINITY && liesInMemory(node)) this.nodes.add(node);
  }

  /** Computed where it is used: what it is made of takes its place. */
  computes(node: Node): void {
    this.nodes.delete(node);
  }

  /** Whether there is room for what `node` is made of; `isStored`: beside the node itself. */
  takes(node: Node, isStored: boolean): boolean {
    if (this.most === Number.POSITIVE_INFINITY) return true;
    const after = new Set(this.nodes);
    if (isStored) after.add(node);
    else after.delete(node);
    for (const source of node.sources) if (liesInMemory(source)) after.add(source);
    return after.size <= this.most;
  }
}

/** A number, or a count from 0, is no memory unless it was stored. */
const liesInMemory = (node: Node): boolean =>
  node.buffer !== null || (!isLeaf(node) && ops[node.op].says === 'nothing');
