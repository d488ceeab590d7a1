// Sums and products of logarithms, written so that nothing overflows: logaddexp, xlogy, entr,
// logit, hypot.
// in:  tensors of one shape after broadcasting     out: floating tensors

import { differentiated } from '../../autograd/custom.js';
import {
  add,
  binary,
  div,
  eq,
  lt,
  mul,
  neg,
  sub,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../graph/build.js';
import type { DType } from '../../graph/dtype.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { checkOperand, type Operand, pointwise, toFloat } from '../../tensor/promotion.js';
import { Tensor } from '../../tensor/tensor.js';
import { demandTensor, withTwin } from '../twins.js';
import type * as Pointwise from '../pointwise/types.js';
import { apply } from '../pointwise/unary.js';
import type { ArithmeticInPlace } from '../pointwise/types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    logaddexp_: ArithmeticInPlace<'logaddexp_'>;
    logaddexp2_: ArithmeticInPlace<'logaddexp2_'>;
    /** log(exp(x) + exp(other)). Errors: integers. Source: torch.logaddexp. */
    logaddexp: Pointwise.ArithmeticFloat<'logaddexp'>;
    /** log2(2^x + 2^other). Errors: integers. Source: torch.logaddexp2. */
    logaddexp2: Pointwise.ArithmeticFloat<'logaddexp2'>;
    /** The root of x^2 + other^2, taken from the larger side so that the squares stay in range. */
    hypot: Pointwise.ArithmeticFloat<'hypot'>;
    hypot_: Pointwise.ArithmeticInPlace<'hypot_'>;
    xlogy: Pointwise.ArithmeticFloat<'xlogy'>;
    xlogy_: Pointwise.ArithmeticInPlace<'xlogy_'>;
    logit<T extends Tensor>(this: T, eps?: number | null): Tensor<T['sizes'], DType>;
    logit_<T extends Tensor>(this: T, eps?: number | null): T;
  }
}

const sigmoid = (a: Node): Node => unary('SIGMOID', a);

const demandFloat =
  (name: string) =>
  (dtype: DType): DType => {
    if (isFloating(dtype)) return dtype;
    throw new TypeError(`${name}: not implemented for ${dtype} tensors`);
  };

/** log(e^a + e^b), or to base 2: the larger, plus what the smaller adds. */
function logAdd(name: string, base: number) {
  const scale = Math.log(base);
  return (x: Tensor, other: Tensor): Tensor => {
    demandTensor(name, other);
    return pointwise(
      name,
      [x, other],
      (a, b) => {
        const gap = neg(unary('ABS', sub(a, b)));
        const rest = unary('LOG1P', unary('EXP', withNumber('MUL', gap, scale)));
        const total = add(binary('MAX', a, b), withNumber('MUL', rest, 1 / scale));
        // two equal infinities have a gap of NaN
        const infinite = binary('AND', eq(a, b), eq(unary('ABS', a), constantLike(a, Infinity)));
        // the slopes are the shares e^a and e^b have of their sum: sigmoids of the gap
        return differentiated(name, where(infinite, a, total), [a, b], (g) => [
          mul(g, sigmoid(withNumber('MUL', sub(a, b), scale))),
          mul(g, sigmoid(withNumber('MUL', sub(b, a), scale))),
        ]);
      },
      demandFloat(name),
    );
  };
}
withTwin('logaddexp', 'other:tensor', logAdd('logaddexp', Math.E));
withTwin('logaddexp2', 'other:tensor', logAdd('logaddexp2', 2));

withTwin('hypot', 'other:tensor', (x: Tensor, other: Tensor): Tensor => {
  demandTensor('hypot', other);
  return pointwise(
    'hypot',
    [x, other],
    (a, b) => {
      const [p, q] = [unary('ABS', a), unary('ABS', b)];
      const [large, small] = [binary('MAX', p, q), binary('MIN', p, q)];
      const plain = binary(
        'OR',
        eq(large, constantLike(a, 0)),
        eq(large, constantLike(a, Infinity)),
      );
      const ratio = where(plain, constantLike(a, 0), div(small, large));
      const root = mul(large, unary('SQRT', withNumber('ADD', mul(ratio, ratio), 1)));
      // infinite where either is, even beside NaN
      const infinite = binary(
        'OR',
        eq(p, constantLike(p, Infinity)),
        eq(q, constantLike(q, Infinity)),
      );
      const length = where(infinite, constantLike(root, Infinity), root);
      return differentiated('hypot', length, [a, b], (g, y) => [
        mul(g, div(a, y)),
        mul(g, div(b, y)),
      ]);
    },
    demandFloat('hypot'),
  );
});

/** a * logarithm, 0 where a is 0 (unless b is NaN). */
function timesLog(name: string, logarithm: (b: Node) => Node, least: number) {
  return (x: Operand, other: Operand): Tensor => {
    checkOperand(name, x);
    checkOperand(name, other);
    if (!(x instanceof Tensor) && !(other instanceof Tensor)) demandTensor(name, x);
    return pointwise(
      name,
      [x, other],
      (a, b) => {
        const nothing = binary('AND', eq(a, constantLike(a, 0)), eq(b, b));
        const node = where(nothing, constantLike(a, 0), mul(a, logarithm(b)));
        return differentiated(name, node, [a, b], (g) => {
          const outside = binary(
            'AND',
            eq(a, constantLike(a, 0)),
            binary('LE', b, constantLike(b, least)),
          );
          const first = where(outside, constantLike(g, 0), mul(g, logarithm(b)));
          return [first, mul(g, div(a, withNumber('SUB', b, least)))];
        });
      },
      toFloat,
    );
  };
}
const xlogyOf = timesLog('xlogy', (b) => unary('LOG', b), 0);
withTwin('xlogy', 'other', xlogyOf);
/** x log(other), 0 where x is 0. Source: torch.special.xlogy. */
export const xlogy = define('special.xlogy', 'input:operand other', xlogyOf);
/** x log(1 + other), 0 where x is 0. Source: torch.special.xlog1py. */
export const xlog1py = define(
  'special.xlog1py',
  'input:operand other',
  timesLog('xlog1py', (b) => unary('LOG1P', b), -1),
);

/** -x log(x), 0 at 0, -infinity below. Source: torch.special.entr. */
export const entr = define(
  'special.entr',
  'input',
  (x: Tensor): Tensor =>
    apply(x, toFloat, (a) => {
      const zero = constantLike(a, 0);
      const inside = neg(mul(a, unary('LOG', a)));
      const rest = where(eq(a, zero), zero, where(lt(a, zero), constantLike(a, -Infinity), inside));
      return differentiated('entr', rest, [a], (g) => [
        neg(mul(g, withNumber('ADD', unary('LOG', a), 1))),
      ]);
    }),
);

/** The lower bound comes first where the two cross. */
const bounded = (a: Node, low: number, high: number): Node =>
  where(
    lt(a, constantLike(a, low)),
    constantLike(a, low),
    where(lt(constantLike(a, high), a), constantLike(a, high), a),
  );

/**
 * log(x / (1 - x)); with eps, x is first brought into [eps, 1 - eps], and the gradient outside is
 * 0.
 * Source: torch.logit.
 */
export const logit = withTwin(
  'logit',
  'eps?',
  (x: Tensor, eps?: number | null): Tensor =>
    apply(x, toFloat, (a) => {
      const low = eps === undefined || eps === null ? null : eps;
      const z = low === null ? a : bounded(a, low, 1 - low);
      const node = unary('LOG', div(z, sub(constantLike(z, 1), z)));
      return differentiated('logit', node, [a], (g) => {
        const [from, to] = low === null ? [0, 1] : [low, 1 - low];
        const outside = binary('OR', lt(a, constantLike(a, from)), lt(constantLike(a, to), a));
        const spread = mul(a, sub(constantLike(a, 1), a));
        // -0 is no number below 0: its slope is that of 0
        const end = eq(spread, constantLike(spread, 0));
        const slope = where(end, withNumber('MUL', g, Infinity), div(g, spread));
        return [where(outside, constantLike(g, low === null ? Number.NaN : 0), slope)];
      });
    }),
);
