// PERMUTE: the same elements with the axes in another order.
// in:  a node, for each axis of the result the source's
// out: a node, an old one where the order is what it was

import { demandOrder } from '../fits.js';
import { argOf, Node } from '../node.js';
import { constantAs } from './reshape.js';
import { everywhere } from '../axes.js';
import type { ViewRow } from './row.js';

export function permute(a: Node, order: readonly number[]): Node {
  demandOrder('PERMUTE', a.shape, order);
  if (order.every((axis, i) => axis === i)) return a;
  // turned twice, as the gradient of a transposed weight is; where a gradient passes, each step is
  // its own
  if (a.op === 'PERMUTE' && a.history === null && a.sources.length > 0) {
    const first = argOf<'PERMUTE'>(a).order;
    return permute(
      a.sources[0]!,
      order.map((axis) => first[axis]!),
    );
  }
  const shape = order.map((axis) => a.shape[axis]!);
  if (a.op === 'CONST') return constantAs(a, shape);
  return new Node('PERMUTE', a.dtype, shape, [a], { order });
}

/** What stood at axis i of the result goes back to axis order[i]. */
function turnedBack<T>(order: readonly number[], items: readonly T[]): T[] {
  const result = new Array<T>(order.length);
  for (let i = 0; i < order.length; i++) result[order[i]!] = items[i]!;
  return result;
}

const inverse = (order: readonly number[]): number[] => turnedBack(order, [...order.keys()]);

export const PERMUTE: ViewRow<'PERMUTE'> = {
  source: (_, { arg: { order } }, index) => everywhere(turnedBack(order, index)),
  transpose: (g, y) => permute(g, inverse(argOf<'PERMUTE'>(y).order)),
  show: (node, { order }) => permute(node, order),
  geometry: ({ shape, strides, offset }, { order }) => ({
    shape: order.map((i) => shape[i]!),
    strides: order.map((i) => strides[i]!),
    offset,
  }),
  put: (_, { order }, value) => permute(value, inverse(order)),
  repeats: () => false,
  merged: (first, second) => ({ op: 'PERMUTE', order: second.order.map((i) => first.order[i]!) }),
};
