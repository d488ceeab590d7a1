// What becomes of the history of a tensor that is written to.
// in:  the new value as a node, the old one     out: a node of the new value with the history that PyTorch would keep

import { alias, constant } from '../graph/build.js';
import { derivedOnce, type Node } from '../graph/node.js';
import type { ViewStep } from './view.js';

/**
 * What a write leaves of the history. Where autograd does not see it (inside noGrad, through detach()) the old one
 * goes on as if nothing was written (PyTorch keeps grad_fn); a written value without history cuts the gradient off,
 * but the tensor still requires it.
 */
export function continued(node: Node, old: Node, passes: boolean): Node {
  if (old.history === null || (!passes && node.history !== null)) return node;
  const result = alias(node);
  result.history = {
    kind: 'custom',
    name: 'write',
    inputs: [old],
    saves: false,
    backward: (g) => [passes ? g : constant(0, g.dtype, g.shape)],
  };
  return result;
}

/** Whether a write through `steps` is one to a view of what autograd takes for the base. */
export function isPart(steps: readonly ViewStep[]): boolean {
  for (let i = steps.length - 1; i >= 0 && steps[i]!.op !== 'DETACH'; i--) {
    if (steps[i]!.op !== 'LEAF') return true;
  }
  return false;
}

/** What a view wrote can be walked once: PyTorch frees how it was made, whatever that had saved. */
export function once(written: Node): Node {
  if (written.history === null) return written;
  const own = written.cells === 0 && !written.wasRead ? written : alias(written);
  const { history } = own;
  if (history?.kind === 'derived') own.history = derivedOnce;
  if (history?.kind === 'custom') own.history = { ...history, saves: true };
  return own;
}
