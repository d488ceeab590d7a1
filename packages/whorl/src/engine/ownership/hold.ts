// Gives memory to a node, for as long as anybody can reach the node.
// in:  a node, memory of a device     out: the node has a buffer, and is the device's
//
// What the device watches is a token that only nodes hold. The node itself
// would do, but a collector keeps what a WeakRef shows through every minor
// collection, and a node leads to its whole graph.

import type { Node } from '../../graph/node.js';
import type { Memory } from '../../runtime/index.js';
import type { DeviceContext } from '../devices/context.js';

/**
 * Without room for properties, which `{}` has: thousands of them are alive at a
 * time, and move with every minor collection.
 */
class Owner {}

export function hold(node: Node, memory: Memory, { device, driver }: DeviceContext): void {
  const owner = new Owner();
  node.buffer = memory;
  node.owner = owner;
  node.device = device;
  driver.freeWith(owner, memory);
}
