// Gives memory to a node, for as long as anybody can reach the node.
// in:  a node, memory from the device     out: the node has a buffer
//
// What the device watches is a token that only nodes hold. The node itself would do, but a collector
// keeps what a WeakRef shows through every minor collection, and a node leads to its whole graph.

import type { Node } from '../../graph/node.js';
import type { Memory } from '../../runtime/index.js';
import { currentDevice } from '../devices/device.js';

/** Without room for properties, which `{}` has: thousands of them are alive at a time, and move with every minor collection. */
class Owner {}

export function hold(node: Node, memory: Memory): void {
  const owner = new Owner();
  node.buffer = memory;
  node.owner = owner;
  currentDevice().device.freeWith(owner, memory);
}
