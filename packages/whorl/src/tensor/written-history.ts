// What becomes of the history of a tensor that is written to.
// in:  the new value as a node, the old one
// out: a node of the new value with the history that PyTorch would keep

import { capturing } from '../capture/looking/capturing.js';
import { alias, constant } from '../graph/build.js';
import { derivedOnce, type Node } from '../graph/node.js';
import { isUnseen } from '../graph/ownership.js';
import { type Mark, show, type ViewStep } from './view.js';

/**
 * What a write leaves of the history. Where autograd does not see it (inside noGrad, through
 * detach()) the old one goes on as if nothing was written (PyTorch keeps grad_fn); a written value
 * without history cuts the gradient off, but the tensor still requires it.
 */
export function continued(node: Node, old: Node, passes: boolean): Node {
  if (old.history === null || (!passes && node.history !== null)) return node;
  const result = alias(node);
  result.history = passes ? handedOn(old) : { ...handedOn(old), backward: zeros };
  return result;
}

/** That of another value in the same place: the gradient goes on to `to`. */
const handedOn = (to: Node) => ({
  kind: 'custom' as const,
  name: 'write',
  inputs: [to],
  saves: false,
  backward: (g: Node) => [g],
});

const zeros = (g: Node) => [constant(0, g.dtype, g.shape)];

/**
 * What is written through a detached tensor is its history and its views'. `put`: the write to what
 * they show.
 */
export function writeMark(
  mark: Mark,
  base: Node,
  steps: readonly ViewStep[],
  put: (detached: Node, steps: readonly ViewStep[]) => Node,
): void {
  const own = steps.findLastIndex(({ op }) => op === 'DETACH') + 1;
  const old = show(base, steps.slice(0, own));
  const written = continued(put(old, steps.slice(own)), old, false);
  if (written.history === null) return;
  const before = mark.history;
  // what was written while a function is captured is of its trace
  capturing.now?.onRestore(() => {
    mark.history = before;
    mark.shown = null;
  });
  mark.history = handedOn(isPart(steps) ? once(written) : written);
  mark.shown = null;
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
  const own = isUnseen(written) ? written : alias(written);
  const { history } = own;
  if (history?.kind === 'derived') own.history = derivedOnce;
  if (history?.kind === 'custom') own.history = { ...history, saves: true };
  return own;
}
