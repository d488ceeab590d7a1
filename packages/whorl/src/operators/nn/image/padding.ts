// Padding of the last dimensions: zeros or a constant, reflection, replication, wrapping around.
// in:  a tensor, [left, right] of the last dim, then of the one before, ...     out: a larger (or
// cut) tensor

import { placesNode } from '../../index/places.js';
import { alias, constant, gather } from '../../../graph/build.js';
import { broadcastTo, narrow, pad as padNode, reshape } from '../../../graph/movement.js';
import type { Node } from '../../../graph/node.js';
import { reaching } from '../../../autograd/paths.js';
import { define } from '../../../tensor/define.js';
import { showShape } from '../../../tensor/dims.js';
import type { Scalar } from '../../../tensor/promotion.js';
import { copyLayout } from '../../../tensor/promotion.js';
import { fromNode, type Tensor } from '../../../tensor/tensor.js';

export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** What is added in front of and behind one axis; negative numbers cut. */
interface Edge {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

function edgesOf(x: Tensor, amounts: readonly number[]): Edge[] {
  if (amounts.length % 2 !== 0 || amounts.length / 2 > x.ndim || !amounts.every(Number.isInteger)) {
    throw new Error(
      `pad: expected at most ${x.ndim} pairs of whole numbers for an input of shape ` +
        `${showShape(x.shape)}, got ${showShape(amounts)}`,
    );
  }
  return Array.from({ length: amounts.length / 2 }, (_, i) => {
    const axis = x.ndim - 1 - i;
    const [before, after] = [amounts[2 * i]!, amounts[2 * i + 1]!];
    const cut = Math.max(-before, 0) + Math.max(-after, 0);
    if (cut > x.shape[axis]!) {
      throw new Error(
        `pad: the input size ${x.shape[axis]}, plus negative padding ${before} and ${after}, ` +
          `resulted in a negative output size in dimension ${axis}`,
      );
    }
    return { axis, before, after };
  });
}

/** Cuts what negative padding takes away, then fills. */
/** By nothing: a copy. */
function padded(x: Tensor, edges: readonly Edge[], value: number): Tensor {
  const isCopy = edges.every(({ before, after }) => before === 0 && after === 0);
  return isCopy
    ? fromNode(alias(x.node), copyLayout(x))
    : fromNode(constantPad(x.node, edges, value));
}

function constantPad(a: Node, edges: readonly Edge[], value: number): Node {
  let node = a;
  for (const { axis, before, after } of edges) {
    const n = node.shape[axis]!;
    const start = Math.min(Math.max(-before, 0), n);
    const count = Math.max(n - start - Math.max(-after, 0), 0);
    if (count < n) node = narrow(node, axis, start, count);
  }
  const shape = a.shape.map((n, i) => {
    const edge = edges.find(({ axis }) => axis === i);
    return edge === undefined ? n : n + edge.before + edge.after;
  });
  if (node.shape.includes(0) || shape.includes(0)) {
    return reaching(constant(value, a.dtype, shape), [a]);
  }
  const amount = (side: 'before' | 'after') =>
    node.shape.map((_, i) => Math.max(edges.find(({ axis }) => axis === i)?.[side] ?? 0, 0));
  return padNode(node, amount('before'), amount('after'), value);
}

/** Which source element stands at each place of a padded axis. */
const places: Record<Exclude<PadMode, 'constant'>, (n: number, edge: Edge) => number[]> = {
  replicate: (n, { before, after }) =>
    counted(n + before + after, (i) => Math.min(Math.max(i - before, 0), n - 1)),
  reflect: (n, { before, after }) =>
    counted(n + before + after, (i) => {
      const at = Math.abs(i - before);
      return at < n ? at : 2 * (n - 1) - at;
    }),
  circular: (n, { before, after }) => {
    // what is cut away does not come back on the other side
    const start = Math.max(-before, 0);
    const kept = n - start - Math.max(-after, 0);
    return counted(n + before + after, (i) => {
      const at = (i - Math.max(before, 0)) % kept;
      return start + (at < 0 ? at + kept : at);
    });
  },
};

const counted = (n: number, place: (i: number) => number): number[] =>
  Array.from({ length: n }, (_, i) => place(i));

function checkEdge(mode: PadMode, n: number, { axis, before, after }: Edge): void {
  const most = Math.max(before, after);
  if (n === 0 && most > 0) throw new Error(`pad: dimension ${axis} has no element to pad with`);
  if (mode === 'reflect' && most >= n) {
    throw new Error(
      `pad: padding size should be less than the corresponding input dimension, but got ` +
        `(${before}, ${after}) at dimension ${axis} of size ${n}`,
    );
  }
  if (mode === 'circular' && most > n) {
    throw new Error(
      `pad: padding value causes wrapping around more than once: (${before}, ${after}) at ` +
        `dimension ${axis} of size ${n}`,
    );
  }
}

function picked(a: Node, axis: number, order: readonly number[]): Node {
  const shape = a.shape.map((n, i) => (i === axis ? order.length : n));
  if (shape.includes(0)) return reaching(constant(0, a.dtype, shape), [a]);
  const row = placesNode(order, a);
  const index = reshape(
    row,
    shape.map((_, i) => (i === axis ? order.length : 1)),
  );
  return gather(a, broadcastTo(index, shape), axis);
}

function repeatingPad(x: Tensor, edges: readonly Edge[], mode: Exclude<PadMode, 'constant'>): Node {
  const spatial = x.ndim - edges.length;
  if (spatial !== 1 && spatial !== 2) {
    throw new Error(
      `pad: mode "${mode}" pads the last 1, 2 or 3 dims of an input with one or two more; got ` +
        `${edges.length} pairs for ${showShape(x.shape)}`,
    );
  }
  if (mode !== 'circular' && x.shape.slice(-edges.length - 1).includes(0)) {
    throw new Error(
      `pad: mode "${mode}" pads inputs of which only the batch may have size 0, got ` +
        `${showShape(x.shape)}`,
    );
  }
  let node = x.node;
  for (const edge of edges) {
    const n = node.shape[edge.axis]!;
    checkEdge(mode, n, edge);
    if (mode !== 'circular' && n > 0 && n + edge.before + edge.after < 1) {
      throw new Error(
        `pad: input size ${n} in dimension ${edge.axis} is too small: the calculated output size ` +
          'is 0',
      );
    }
    if (edge.before !== 0 || edge.after !== 0)
      node = picked(node, edge.axis, places[mode](n, edge));
  }
  return node;
}

/**
 * x with elements added at the ends of its last dimensions (or cut off, where negative).
 * pad: [left, right, top, bottom, ...], the last dimension first. mode: 'constant' (of `value`),
 * 'reflect', 'replicate', 'circular'. Errors: more pairs than dimensions, padding wider than what
 * it is
 * taken from. Source: torch.nn.functional.pad.
 */
export const pad = define(
  'F.pad',
  'input pad mode? value:number?',
  (
    x: Tensor,
    amounts: readonly number[],
    mode: PadMode = 'constant',
    value?: Scalar | null,
  ): Tensor => {
    const edges = edgesOf(x, amounts);
    if (mode === 'constant') return padded(x, edges, Number(value ?? 0));
    if (!(mode in places)) {
      throw new Error(`pad: mode must be constant, reflect, replicate or circular, got "${mode}"`);
    }
    if (value !== undefined && value !== null && Number(value) !== 0) {
      throw new Error(`pad: padding mode "${mode}" doesn't take in a value argument`);
    }
    if (x.dtype === 'bool' && mode !== 'circular')
      throw new TypeError(`pad: mode "${mode}" is not implemented for bool tensors`);
    return fromNode(repeatingPad(x, edges, mode));
  },
  'functional',
);

/** pad() with a constant. Source: torch.constant_pad_nd. */
export const constantPadNd = define(
  'constantPadNd',
  'input pad value:scalar?',
  (x: Tensor, amounts: readonly number[], value: Scalar = 0): Tensor =>
    padded(x, edgesOf(x, amounts), Number(value)),
);
