// Takes values from one device to another.
// in:  TRANSFER nodes whose sources are stored
// out: they are stored, or what is to be awaited first

import type { TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { dropSources } from '../../graph/ownership.js';
import type { Memory, Rest } from '../../runtime/index.js';
import { contextOf } from '../devices/context.js';
import { elements, giveMemory, write } from '../devices/host.js';
import { FailedValues } from '../observe/errors.js';
import { readSoon } from './journal.js';

/** null: all of them are there; else some come from a device that is only read by waiting. */
export function startTransfers(nodes: readonly Node[]): Rest | null {
  const late = nodes.filter((node) => !moveNow(node));
  if (late.length === 0) return null;
  const wait = async (): Promise<void> => {
    const reads = late.map(({ sources }) => readSoon(sources[0]!));
    const values = await Promise.all(reads).catch((error: Error) => {
      // what was to arrive is an error now: what is made of it here is undone
      throw error instanceof FailedValues ? error : new FailedValues(error, late, []);
    });
    late.forEach((node, i) => {
      if (node.buffer === null) arrive(node, values[i]!);
    });
  };
  return { wait };
}

/** Where the host sees the memory; false: it does not. */
function moveNow(node: Node): boolean {
  const [source] = node.sources;
  const { dtype, size, buffer } = source!;
  const { now } = contextOf(source!.device!).driver;
  if (now === null) return false;
  // a copy: making room may move what it is copied from
  arrive(node, elements(now, buffer as Memory, dtype, 0, size).slice());
  return true;
}

function arrive(node: Node, values: TypedArray): void {
  const context = contextOf(node.device!);
  write(giveMemory(node, context), values, node.dtype, context);
  if (node.history === null) dropSources(node);
}
