// FOLD as a sum: every element of the result takes in the windows that cover it, first one first.
// in:  a FOLD node, an index into its result     out: its value there

import type { Node } from '../graph/node.js';
import type { Args } from '../graph/op.js';
import { add as plus } from './bodies/expressions.js';
import { add, divide, modulo, scale, shift, subtract } from '../ir/index-algebra.js';
import type { Expr, Index } from '../ir/loop.js';
import type { Nest } from './nest.js';
import { combinerOf } from './reduce.js';
import { conditionOf } from './views.js';

export function foldValue(
  nest: Nest,
  node: Node,
  index: readonly Index[],
  valueAt: (node: Node, index: readonly Index[]) => Expr,
): Expr {
  const { axis, size, step } = node.arg as Args['FOLD'];
  const source = node.sources[0]!;
  const count = source.shape[axis]!;
  const own = index[axis]!;
  const covering = Math.ceil(size / step);
  const { identity } = combinerOf('sum', node.dtype);
  const level = Math.max(nest.levelOfIndices(index), nest.floor);
  return nest.within(level, () => {
    const total = nest.variable('sum', node.dtype, identity);
    nest.loop('k', covering, (k) => {
      // window q - (covering - 1) + k, where q is the last window that starts at or before us
      const window = add(shift(divide(own, step), 1 - covering), k);
      const within = subtract(shift(modulo(own, step), (covering - 1) * step), scale(k, step));
      const condition = conditionOf([
        { index: window, lo: 0, hi: count },
        { index: within, lo: 0, hi: size },
      ]);
      if (condition === false) return;
      const take = (): void => {
        const place = [...index.map((other, i) => (i === axis ? window : other)), within];
        nest.emit({ kind: 'assign', local: total, value: plus(total, valueAt(source, place)) });
      };
      if (condition === true) take();
      else nest.guard(condition, take);
    });
    return total;
  });
}
