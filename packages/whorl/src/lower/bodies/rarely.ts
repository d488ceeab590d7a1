// Values that hardly ever need the long way: the short one is computed always, the other behind a
// branch.
// in:  a condition, the usual values, how to make the others     out: names of the values that hold

import type { Expr } from '../../ir/loop.js';

/** Where `condition` holds the values are those of `unusual`, which is written under it. */
export type Rarely = (
  condition: Expr,
  usual: readonly Expr[],
  unusual: () => readonly Expr[],
) => Expr[];
