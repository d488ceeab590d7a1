// Where kernels of one store take what they read: nothing else joins them, so that their loops are
// known.
// in:  a SCAN, SCATTER or HOST, or a write in place     out: the index at which each source is read

import type { Node } from '../graph/node.js';
import { type Loops, loopsOf } from '../graph/walks.js';
import { type Axis, nowhere, type Place } from './axes.js';

export const closedPlaces = (node: Node): Place[] =>
  loopsOf(node).map((loops, i) => placeIn(loops, i === 0 ? 'b' : 's'));

function placeIn({ shape, order }: Loops, prefix: string): Place {
  const axes = new Array<Axis>(shape.length);
  order.forEach((axis, i) => {
    axes[axis] = shape[axis] === 1 ? nowhere : { key: `${prefix}${axis}`, level: i + 1 };
  });
  return { axes, loops: [1, ...order.map((axis) => shape[axis]!)], floor: 0 };
}
