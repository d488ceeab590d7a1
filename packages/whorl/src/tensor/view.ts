// Views: how a Tensor shows the value of its cell.
// in:  a node and view steps
// out: what they show, and the shape, strides and offset that PyTorch would report

import { alias } from '../graph/build.js';
import { viewOf } from '../graph/movement.js';
import type { Geometry, Step } from '../graph/movement/row.js';
import { type History, type Node, recording } from '../graph/node.js';

export type { Geometry };

export type ViewStep =
  | Step
  /** detach(): the same memory, from here on with a history of its own (none at first). */
  | { readonly op: 'DETACH'; readonly mark: Mark }
  /** requiresGrad_(): from here on a leaf of its own. */
  | { readonly op: 'LEAF'; readonly history: History };

/**
 * Whether a step shows other elements, or the same ones elsewhere: else it changes the history
 * alone.
 */
export const moves = (step: ViewStep): step is Step => step.op !== 'DETACH' && step.op !== 'LEAF';

/**
 * What a detached tensor and its views share of their history; what it was detached from keeps its
 * own.
 */
export interface Mark {
  /** null at first, a leaf after requiresGrad_(), else that of what was written */
  history: History | null;
  /**
   * The last node that was shown with the history of a write, and of what: views of one tensor have
   * one.
   */
  shown: { readonly of: Node; readonly node: Node } | null;
}

export const detached = (history: History | null = null): ViewStep => ({
  op: 'DETACH',
  mark: { history, shown: null },
});

export function get(node: Node, step: ViewStep): Node {
  if (moves(step)) return viewOf(step).show(node, step);
  return step.op === 'DETACH' ? marked(node, step.mark) : withHistory(node, step.history);
}

function marked(node: Node, mark: Mark): Node {
  if (mark.history?.kind !== 'custom') return withHistory(node, mark.history);
  if (mark.shown?.of !== node) mark.shown = { of: node, node: withHistory(node, mark.history) };
  return mark.shown.node;
}

/** The same value with another history. */
export function withHistory(node: Node, history: History | null): Node {
  if (node.history === history) return node;
  const other = alias(node);
  other.history = history;
  return other;
}

/** The node that `steps` show of `base`, whatever the gradient mode is now. */
export function show(base: Node, steps: readonly ViewStep[]): Node {
  const before = recording().enabled;
  recording().enabled = true;
  let node = base;
  for (const step of steps) node = get(node, step);
  recording().enabled = before;
  return node;
}

/** Shape, strides and offset after one more step. */
export const through = (from: Geometry, step: ViewStep): Geometry =>
  moves(step) ? viewOf(step).geometry(from, step) : from;

/** The steps with one more at the end, neighbours of one kind merged. */
export function append(steps: readonly ViewStep[], step: ViewStep): ViewStep[] {
  const last = steps[steps.length - 1];
  const one = last === undefined ? null : merged(last, step);
  return one === null ? [...steps, step] : [...steps.slice(0, -1), one];
}

/** Two steps as one; null where they stay two. */
function merged(first: ViewStep, second: ViewStep): ViewStep | null {
  if (!moves(first) || first.op !== second.op) return null;
  return viewOf(first).merged?.(first, second) ?? null;
}
