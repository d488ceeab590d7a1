// Whether computing a value may turn out to be an error: an index out of range, an integer division
// by zero.
// in:  nodes     out: by the op table alone, whatever the values are

import { isFloating } from '../graph/dtype.js';
import type { Node } from '../graph/node.js';
import { ops } from '../graph/op.js';
import { isLeaf } from './walk.js';

export const mayFail = (node: Node): boolean => {
  const { fails } = ops[node.op];
  return fails !== 'never' && (fails !== 'zero divisor' || !isFloating(node.dtype));
};

/**
 * By `node.index`: whether the node, or something pending that it is made of, may fail. Sources
 * stand before readers.
 */
export function mayFailFrom(nodes: readonly Node[]): boolean[] {
  const fails = new Array<boolean>(nodes.length).fill(false);
  nodes.forEach((node, i) => {
    if (isLeaf(node)) return;
    fails[i] = mayFail(node) || node.sources.some((source) => fails[source.index]!);
  });
  return fails;
}
