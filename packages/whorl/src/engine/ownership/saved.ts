// What a forward pass stored for its gradients goes back when the next
// backward pass begins, not when it is collected.
// in:  the nodes whose history a backward pass ended     out: memory of those that nobody asked for
//
// Such a node keeps its sources: should a user read the value after all, it is
// computed again. Values that were read, written or are sinks (`isRoot`) keep
// their memory and let go of their sources.

import type { Node } from '../../graph/node.js';
import { dropSources, isSpare } from '../../graph/ownership.js';
import type { Memory } from '../../runtime/index.js';
import { capturing } from '../../capture/looking/capturing.js';
import { contextOf } from '../devices/context.js';

let saved: readonly Node[] = [];

/** Called by each backward pass with what it freed; gives back what the one before had freed. */
export function releaseSaved(freed: readonly Node[]): void {
  // what a captured function saves is its program's
  if (capturing.now !== null) return;
  for (const node of saved) if (isSpare(node)) giveBack(node);
  saved = freed;
  for (const node of freed) if (node.isRoot && node.buffer !== null) dropSources(node);
}

function giveBack(node: Node): void {
  contextOf(node.device!).driver.free(node.buffer as Memory);
  node.buffer = null;
}
