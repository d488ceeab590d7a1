// Writes through views that show an element more than once: expand, and unfold with windows that
// overlap.
// in:  a node, the view steps from it, a value
// out: the node with each place holding the last value that came to it
//
// Every place of the memory has a number. What the view shows of those numbers says where each
// value goes, whatever the steps are and in whatever order; only chains with such a step pay for
// it.

import { constant, gather, iota, scatter } from '../graph/build.js';
import { reshape, viewOf } from '../graph/movement.js';
import { type Node, type Shape, sizeOf } from '../graph/node.js';
import type { ScatterKind } from '../graph/op.js';
import { differentiated } from '../autograd/custom.js';
import { moves, show, type ViewStep } from './view.js';

/** Whether `step` shows elements of the shape `from` more than once. */
export const isShared = (from: Shape, step: ViewStep): boolean =>
  moves(step) && viewOf(step).repeats(from, step);

/**
 * The number of the place in `base` that each element of the view lies in: int64, of the view's
 * shape.
 */
function positionsOf(base: Node, steps: readonly ViewStep[]): Node {
  const places = reshape(iota(base.size, 'int64'), base.shape);
  return show(places, steps.filter(moves));
}

/**
 * `base` after `value` came to the places that `pick` takes of those that `steps` show, one after
 * the other: put there, or added.
 */
export function scatterThrough(
  base: Node,
  steps: readonly ViewStep[],
  value: Node,
  pick: (positions: Node) => Node,
  kind: 'set' | 'sum',
): Node {
  if (value.size === 0) return base;
  const flat = (node: Node): Node => reshape(node, [node.size]);
  const at = flat(pick(positionsOf(base, steps)));
  const [old, put] = [flat(base), flat(value)];
  return reshape(scattered(old, at, put, kind), base.shape);
}

/** A second backward passes: where the values went is known without any of them. */
function scattered(old: Node, at: Node, put: Node, kind: ScatterKind): Node {
  const zeros = (like: Node): Node => constant(0, like.dtype, like.shape);
  return differentiated(
    'write',
    scatter(old, at, put, 0, kind),
    [old, put],
    (g) => [kind === 'sum' ? g : scatter(g, at, zeros(put), 0, 'set'), gather(g, at, 0)],
    false,
  );
}

/**
 * Which places of `base` a true element of `mask`, of the view's shape, lies in: bool, of base's
 * shape.
 */
export function placesOf(base: Node, steps: readonly ViewStep[], mask: Node): Node {
  const none = constant(0, 'bool', [base.size]);
  if (mask.size === 0) return reshape(none, base.shape);
  const at = reshape(positionsOf(base, steps), [sizeOf(mask.shape)]);
  return reshape(scatter(none, at, reshape(mask, [mask.size]), 0, 'max'), base.shape);
}
