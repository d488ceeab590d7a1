// What a gradient needs of the forward pass.
// in:  a node that a gradient may pass
// out: what the op table says, or nothing where the node is an exception

import { argOf, type Node } from './node.js';
import { type Op, ops, type Saves } from './op.js';

type Needs = (source: Node) => boolean;

/**
 * Where it depends on the argument, or on which gradients are wanted: whether anything is saved.
 */
const savesWhen: Partial<Record<Op, (y: Node, needs: Needs) => boolean>> = {
  FMA: ({ sources }, needs) => needs(sources[0]!) || needs(sources[1]!),
  MOD: ({ sources }, needs) => needs(sources[1]!),
  FMOD: ({ sources }, needs) => needs(sources[1]!),
  REDUCE: (y) => argOf<'REDUCE'>(y).kind !== 'sum',
  SCAN: (y) => argOf<'SCAN'>(y).kind !== 'sum',
  SCATTER: (y, needs) => argOf<'SCATTER'>(y).kind !== 'sum' || needs(y.sources[2]!),
};

const hasHistory: Needs = (source) => source.history !== null;
const always: Needs = () => true;

/** Whether a gradient through `y` needs a value of the forward pass. */
export function savesValues(y: Node): boolean {
  return ops[y.op].saves !== 'nothing' && (savesWhen[y.op]?.(y, hasHistory) ?? true);
}

/**
 * What a gradient through `y` may need, whichever sources it goes on to: plans are kept for all of
 * these cases.
 */
export function mostSaved(y: Node): Saves {
  const when = savesWhen[y.op];
  return when === undefined || when(y, always) ? ops[y.op].saves : 'nothing';
}
