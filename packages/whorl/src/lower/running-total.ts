// A total that every value of a row is added to, and that is asked for after each.
// in:  a nest, a kind of reduction, a dtype
// out: what takes in a value and gives the total so far
//
// float32 adds up in float64, as PyTorch's cumsum does. Where there is none, what each addition
// or product has lost is added up beside it: right to an ulp or two however long the row is.

import type { DType } from '../graph/dtype.js';
import type { ReduceKind } from '../graph/op.js';
import { abs, add, cast, constant, fma, lt, neg, select, sub } from './bodies/expressions.js';
import type { Expr, Local } from '../ir/loop.js';
import type { Nest } from './nest.js';
import { combinerOf } from './reduce.js';

type Total = (value: Expr) => Expr;

export function runningTotal(
  nest: Nest,
  kind: ReduceKind,
  dtype: DType,
  hasFloat64: boolean,
): Total {
  const loses = dtype === 'float32' && (kind === 'sum' || kind === 'prod');
  if (loses && !hasFloat64) return compensated(nest, kind);
  const wide = loses ? 'float64' : dtype;
  const { identity, combine } = combinerOf(kind, wide);
  const total = nest.variable('sum', wide, identity);
  return (value) => {
    nest.emit({ kind: 'assign', local: total, value: combine(total, cast(value, wide)) });
    return cast(total, dtype);
  };
}

function compensated(nest: Nest, kind: 'sum' | 'prod'): Total {
  const { identity, combine } = combinerOf(kind, 'float32');
  const total = nest.variable('sum', 'float32', identity);
  const lost = nest.variable('lost', 'float32', constant('float32', 0));
  const assign = (local: Local, value: Expr): void => nest.emit({ kind: 'assign', local, value });
  return (given) => {
    const value = nest.name(given);
    // a name might be given in front of the loop, where the total is not yet what it will be
    const next = nest.variable('next', 'float32', combine(total, value));
    const own =
      kind === 'sum' ? lostBySum(total, value, next, nest) : lostByProduct(total, value, next);
    assign(lost, kind === 'sum' ? add(lost, own) : fma(lost, value, own));
    assign(total, next);
    // an infinite total has lost no number
    return select(lt(abs(total), Infinity), add(total, lost), total);
  };
}

/** a + b - sum, exactly (Knuth). */
function lostBySum(a: Expr, b: Expr, sum: Expr, { name }: Nest): Expr {
  const second = name(sub(sum, a));
  return add(sub(a, sub(sum, second)), sub(b, second));
}

/** a b - product, exactly. */
const lostByProduct = (a: Expr, b: Expr, product: Expr): Expr => fma(a, b, neg(product));
