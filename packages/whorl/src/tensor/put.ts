// Writes through views: how a written part changes the value that it is a part of.
// in:  a node, the view steps from it, a value of the shape that they show     out: the node with that part replaced

import { splice } from '../graph/build.js';
import { permute, reshape, shrink } from '../graph/movement.js';
import type { Node, Shape } from '../graph/node.js';
import { dropUnread } from '../graph/ownership.js';
import { isShared, scatterThrough } from './shared-memory.js';
import { get, type ViewStep } from './view.js';

/** `base` with `value` in the place that `step` shows. */
export function put(base: Node, step: ViewStep, value: Node): Node {
  switch (step.op) {
    case 'RESHAPE':
      return reshape(value, base.shape);
    case 'PERMUTE':
      return permute(value, inverse(step.order));
    case 'SHRINK': {
      const whole = step.shape.every((n, i) => n === base.shape[i] && step.steps[i] === 1);
      if (whole) return value;
      return splice(base, value, { op: 'SHRINK', steps: step.steps }, step.starts);
    }
    case 'DIAGONAL':
      return splice(base, value, { op: 'DIAGONAL', a: step.a, b: step.b }, step.starts);
    case 'WINDOW': {
      const { axis, size } = step;
      // windows are apart here; a single one may be longer than the step: nothing follows that it could overlap
      const apart = value.shape[axis] === 1 ? Math.max(size, step.step) : step.step;
      return splice(base, value, { op: 'WINDOW', axis, size, step: apart }, []);
    }
    case 'EXPAND':
    case 'DETACH':
    case 'LEAF':
      return value;
  }
}

const inverse = (order: readonly number[]): number[] => {
  const result = new Array<number>(order.length);
  order.forEach((axis, i) => {
    result[axis] = i;
  });
  return result;
};

/** `base` after `value` was written through `steps`; where a place comes twice, the last value stays. */
export function write(base: Node, steps: readonly ViewStep[], value: Node): Node {
  return changed(base, steps, (within, shared) => {
    if (shared.length === 0) return value;
    const isFilled = value.op === 'CONST' && value.size > 0 && shared.every(repeats);
    return isFilled
      ? narrowed(value, within.shape)
      : scatterThrough(within, shared, value, (positions) => positions, 'set');
  });
}

const repeats = ({ op }: ViewStep): boolean => op === 'EXPAND' || op === 'DETACH' || op === 'LEAF';

const narrowed = (value: Node, shape: Shape): Node =>
  shrink(
    value,
    shape.map(() => 0),
    shape.map(() => 1),
    shape,
  );

/**
 * `base` with a part of it changed: what is shown in front of the first step that shows elements more than once
 * (`shared` begins with it; empty where there is none), put back part by part.
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
