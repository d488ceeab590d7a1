// A float32 function computed in float64: for what is rare, and hard to get right in 24 bits.

import type { Expr } from '../../ir/loop.js';
import { cast } from './expressions.js';

export const inFloat64 =
  (f: (...xs: Expr[]) => Expr) =>
  (...xs: Expr[]): Expr =>
    xs[0]!.dtype === 'float64'
      ? f(...xs)
      : cast(f(...xs.map((x) => cast(x, 'float64'))), xs[0]!.dtype);
