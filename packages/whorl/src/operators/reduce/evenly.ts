// One value chosen among many: all that equal it share its gradient, and where it is NaN all that
// are NaN.
// in:  the value's node and what it was chosen from     out: the node with that history

import { differentiated } from '../../autograd/custom.js';
import { binary, cast, constantLike, div, eq, unary, where } from '../../graph/build.js';
import { broadcastTo } from '../../graph/movement.js';
import { reduce } from '../../graph/reductions.js';
import type { Node } from '../../graph/node.js';

export const isNaNNode = (a: Node): Node => unary('NOT', eq(a, a));

/**
 * `value` is 0-d. Source: evenly_distribute_backward, of max(), min(), median() and nanmedian().
 */
export function evenly(name: string, value: Node, a: Node): Node {
  return differentiated(name, value, [a], (g, y) => {
    const own = broadcastTo(y, a.shape);
    const both = binary('AND', isNaNNode(a), isNaNNode(own));
    const hit = binary('OR', eq(a, own), both);
    const share = div(g, reduce(cast(hit, g.dtype), 'sum', [...a.shape.keys()]));
    return [where(hit, broadcastTo(share, a.shape), constantLike(a, 0))];
  });
}
