// Small kernels that have nothing to do with each other become one kernel of several nests: all parameters' updates
// are one launch.
// in:  drafts in launch order     out: neighbours in groups, each group one kernel

import { isFloating } from '../graph/dtype.js';
import { isFlat } from '../graph/flat.js';
import { sizeOf } from '../graph/node.js';
import type { Draft } from './draft.js';

/** More work than this, in operations, is worth a launch (and threads) of its own. */
const mostWork = 2 ** 20;
/** Values that one kernel stores. */
const mostStores = 48;

export function packed(drafts: readonly Draft[]): Draft[][] {
  const groups: Draft[][] = [];
  for (const draft of drafts) {
    const group = groups[groups.length - 1];
    if (group !== undefined && fits(group, draft)) group.push(draft);
    else groups.push([draft]);
  }
  return groups;
}

function fits(group: readonly Draft[], draft: Draft): boolean {
  if (!isSmall(draft) || !isSmall(group[0]!)) return false;
  const stores = group.reduce((count, other) => count + other.stores.length, draft.stores.length);
  return stores <= mostStores && !group.some((other) => other.readers.has(draft));
}

/** Elementwise, and nothing that could be an error in values: that would be one of all the nests. */
function isSmall({ isOpen, nodes, shape, operations }: Draft): boolean {
  if (!isOpen || sizeOf(shape) * operations > mostWork) return false;
  for (const node of nodes) {
    if (!isFlat(node) || !(isFloating(node.dtype) || node.dtype === 'bool')) return false;
  }
  return true;
}
