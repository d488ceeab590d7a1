// Writes through views: how a written part changes the value that it is a part of.
// in:  a node, the view steps from it, a value of the shape that they show
// out: the node with that part replaced

import { shrink, viewOf } from '../graph/movement.js';
import type { Node, Shape } from '../graph/node.js';
import { dropUnread } from '../graph/ownership.js';
import { isShared, scatterThrough } from './shared-memory.js';
import { get, moves, type ViewStep } from './view.js';

/** `base` with `value` in the place that `step` shows. */
export const put = (base: Node, step: ViewStep, value: Node): Node =>
  moves(step) ? viewOf(step).put(base, step, value) : value;

/**
 * `base` after `value` was written through `steps`; where a place comes twice, the last value
 * stays.
 */
export function write(base: Node, steps: readonly ViewStep[], value: Node): Node {
  return changed(base, steps, (within, shared) => {
    if (shared.length === 0) return value;
    const isFilled = value.op === 'CONST' && value.size > 0 && shared.every(repeats);
    return isFilled
      ? narrowed(value, within.shape)
      : scatterThrough(within, shared, value, (positions) => positions, 'set');
  });
}

const repeats = (step: ViewStep): boolean => !moves(step) || step.op === 'EXPAND';

const narrowed = (value: Node, shape: Shape): Node =>
  shrink(
    value,
    shape.map(() => 0),
    shape.map(() => 1),
    shape,
  );

/**
 * `base` with a part of it changed: what is shown in front of the first step that shows elements
 * more than once (`shared` begins with it; empty where there is none), put back part by part.
 */
export function changed(
  base: Node,
  steps: readonly ViewStep[],
  change: (within: Node, shared: readonly ViewStep[]) => Node,
): Node {
  const bases = [base];
  let apart = 0;
  while (apart < steps.length && !isShared(bases[apart]!.shape, steps[apart]!)) {
    if (++apart < steps.length) bases.push(get(bases[apart - 1]!, steps[apart - 1]!));
  }
  const shared = steps.slice(apart);
  let result = change(bases[Math.min(apart, bases.length - 1)]!, shared);
  for (let i = apart - 1; i >= 0; i--) result = put(bases[i]!, steps[i]!, result);
  // those of which only the shape was needed are no readers: the write may then happen in place
  if (bases.length > 1) dropUnread(bases, base);
  return result;
}
