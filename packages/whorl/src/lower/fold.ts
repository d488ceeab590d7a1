// FOLD as a sum: every element of the result takes in the windows that cover it, first one first.
// in:  a FOLD node, an index into its result     out: its value there

import { coveringCount, coveringPlace } from '../graph/movement/window.js';
import type { Node } from '../graph/node.js';
import type { Expr, Index } from '../ir/loop.js';
import { add } from './bodies/expressions.js';
import type { Nest } from './nest.js';
import { combinerOf } from './reduce.js';
import { type Addresses, conditionOf } from './places.js';

/**
 * The transpose of taking windows: what overlaps is added.
 *     var sum = 0
 *     for k < the most windows that cover one element
 *       if there is such a window: sum := sum + source[window k, place in it]
 */
export function foldValue(
  { nest, axes }: { readonly nest: Nest; readonly axes: Addresses },
  node: Node,
  index: readonly Index[],
  valueAt: (node: Node, index: readonly Index[]) => Expr,
): Expr {
  const source = node.sources[0]!;
  const { identity } = combinerOf('sum', node.dtype);
  const level = Math.max(nest.levelOfIndices(index), nest.floor);
  return nest.within(level, () => {
    const total = nest.variable('sum', node.dtype, identity);
    nest.loop('k', coveringCount(node), (k) => {
      const place = coveringPlace(axes, node, index, k);
      const condition = conditionOf(place.inside);
      if (condition === false) return;
      const take = (): void => {
        const value = add(total, valueAt(source, place.index));
        nest.emit({ kind: 'assign', local: total, value });
      };
      if (condition === true) take();
      else nest.guard(condition, take);
    });
    return total;
  });
}
