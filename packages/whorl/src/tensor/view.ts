// Views: how a Tensor shows the value of its cell.
// in:  a node and view steps     out: what they show, and the shape, strides and offset that PyTorch would report

import { alias } from '../graph/build.js';
import { diagonal, expand, permute, reshape, shrink, window } from '../graph/movement.js';
import { type History, type Node, type Shape, recording } from '../graph/node.js';
import { viewStrides } from './strides.js';

export type ViewStep =
  /** strides: where axes of one element come or go, what PyTorch reports; else the rule of Tensor.view. */
  | { readonly op: 'RESHAPE'; readonly shape: Shape; readonly strides?: readonly number[] }
  | { readonly op: 'PERMUTE'; readonly order: readonly number[] }
  | { readonly op: 'EXPAND'; readonly shape: Shape }
  | {
      readonly op: 'SHRINK';
      readonly starts: readonly number[];
      readonly steps: readonly number[];
      readonly shape: Shape;
    }
  | {
      readonly op: 'DIAGONAL';
      readonly a: number;
      readonly b: number;
      readonly starts: readonly number[];
      readonly length: number;
    }
  | { readonly op: 'WINDOW'; readonly axis: number; readonly size: number; readonly step: number }
  /** detach(): the same memory, from here on with a history of its own (none at first). */
  | { readonly op: 'DETACH'; readonly mark: Mark }
  /** requiresGrad_(): from here on a leaf of its own. */
  | { readonly op: 'LEAF'; readonly history: History };

/** What a detached tensor and its views share of their history; what it was detached from keeps its own. */
export interface Mark {
  /** null at first, a leaf after requiresGrad_(), else that of what was written */
  history: History | null;
  /** The last node that was shown with the history of a write, and of what: views of one tensor have one. */
  shown: { readonly of: Node; readonly node: Node } | null;
}

export const detached = (history: History | null = null): ViewStep => ({
  op: 'DETACH',
  mark: { history, shown: null },
});

/** What a view is a view of: the shape, strides and offset that PyTorch would report. */
export interface Geometry {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

export function get(node: Node, step: ViewStep): Node {
  switch (step.op) {
    case 'RESHAPE':
      return reshape(node, step.shape);
    case 'PERMUTE':
      return permute(node, step.order);
    case 'EXPAND':
      return expand(node, step.shape);
    case 'SHRINK':
      return shrink(node, step.starts, step.steps, step.shape);
    case 'DIAGONAL':
      return diagonal(node, step.a, step.b, step.starts, step.length);
    case 'WINDOW':
      return window(node, step.axis, step.size, step.step);
    case 'DETACH':
      return marked(node, step.mark);
    case 'LEAF':
      return withHistory(node, step.history);
  }
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
export function through(from: Geometry, step: ViewStep): Geometry {
  const { shape, strides, offset } = from;
  switch (step.op) {
    case 'RESHAPE': {
      const result = step.strides ?? viewStrides(shape, strides, step.shape);
      if (result === null) throw new Error(`no view of [${shape}] has the shape [${step.shape}]`);
      return { shape: step.shape, strides: result, offset };
    }
    case 'PERMUTE':
      return {
        shape: step.order.map((i) => shape[i]!),
        strides: step.order.map((i) => strides[i]!),
        offset,
      };
    case 'EXPAND':
      return {
        shape: step.shape,
        strides: step.shape.map((n, i) => (n === shape[i] ? strides[i]! : 0)),
        offset,
      };
    case 'SHRINK':
      return {
        shape: step.shape,
        strides: strides.map((s, i) => s * step.steps[i]!),
        offset: step.starts.reduce((sum, start, i) => sum + start * strides[i]!, offset),
      };
    case 'DIAGONAL': {
      const keep = [...shape.keys()].filter((i) => i !== step.a && i !== step.b);
      return {
        shape: [...keep.map((i) => shape[i]!), step.length],
        strides: [...keep.map((i) => strides[i]!), strides[step.a]! + strides[step.b]!],
        offset: offset + step.starts[0]! * strides[step.a]! + step.starts[1]! * strides[step.b]!,
      };
    }
    case 'WINDOW': {
      const count = Math.floor((shape[step.axis]! - step.size) / step.step) + 1;
      return {
        shape: [...shape.map((n, i) => (i === step.axis ? count : n)), step.size],
        strides: [
          ...strides.map((s, i) => (i === step.axis ? s * step.step : s)),
          strides[step.axis]!,
        ],
        offset,
      };
    }
    case 'DETACH':
    case 'LEAF':
      return from;
  }
}

/** The steps with one more at the end, neighbours of one kind merged. */
export function append(steps: readonly ViewStep[], step: ViewStep): ViewStep[] {
  const last = steps[steps.length - 1];
  const one = last === undefined ? null : merged(last, step);
  return one === null ? [...steps, step] : [...steps.slice(0, -1), one];
}

/** Two steps as one; null where they stay two. */
function merged(first: ViewStep, second: ViewStep): ViewStep | null {
  if (first.op === 'RESHAPE' && second.op === 'RESHAPE') return second;
  if (first.op === 'PERMUTE' && second.op === 'PERMUTE') {
    return { op: 'PERMUTE', order: second.order.map((i) => first.order[i]!) };
  }
  if (first.op !== 'SHRINK' || second.op !== 'SHRINK') return null;
  return {
    op: 'SHRINK',
    starts: first.starts.map((s, i) => s + first.steps[i]! * second.starts[i]!),
    steps: first.steps.map((s, i) => s * second.steps[i]!),
    shape: second.shape,
  };
}
