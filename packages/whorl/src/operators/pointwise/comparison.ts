// Whether tensors agree: isclose, allclose, equal; extrema that skip NaN; isreal, nanToNum,
// positive.
// in:  one or two tensors     out: a tensor of truth values, or one boolean (read, so a promise)

import { differentiated } from '../../autograd/custom.js';
import {
  alias,
  binary,
  cast,
  constant,
  eq,
  mul,
  sub,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../graph/build.js';
import { reduce } from '../../graph/reductions.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { isNaNNode } from '../reduce/evenly.js';
import { copyLayout, pointwise, resultType, toFloat } from '../../tensor/promotion.js';
import { itemSync, soon } from '../../tensor/read.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { demandTensor, withTwin } from '../twins.js';
import type { Shape } from '../../tensor/types/shape.js';
import type * as Pointwise from './types.js';
import { apply } from './unary.js';
import type { ArithmeticInPlace } from './types.js';

export interface CloseOptions {
  rtol?: number;
  atol?: number;
  equalNan?: boolean;
}

declare module '../../tensor/methods.js' {
  interface Methods {
    fmax_: ArithmeticInPlace<'fmax_'>;
    fmin_: ArithmeticInPlace<'fmin_'>;
    /**
     * |x - other| <= atol + rtol * |other|, element by element; equal infinities are close. Errors:
     * shapes that do not broadcast, unequal dtypes, negative tolerances. Source: torch.isclose.
     */
    isclose<T extends Tensor>(
      this: T,
      other: Tensor,
      options?: CloseOptions,
    ): Tensor<Shape, 'bool'>;
    allclose(other: Tensor, options?: CloseOptions): Promise<boolean>;
    allcloseSync(other: Tensor, options?: CloseOptions): boolean;
    equal(other: Tensor): Promise<boolean>;
    equalSync(other: Tensor): boolean;
    fmax: Pointwise.Arithmetic<'fmax'>;
    fmin: Pointwise.Arithmetic<'fmin'>;
    /** True everywhere: no dtype here is complex. Source: torch.isreal. */
    isreal: Pointwise.UnaryBool;
    /** The tensor itself. Errors: bool. Source: torch.positive. */
    positive: Pointwise.Unary;
    /**
     * NaN, infinity and -infinity replaced: by 0 and the dtype's largest and smallest numbers, or
     * by the numbers given. Source: torch.nan_to_num.
     */
    nanToNum<T extends Tensor>(
      this: T,
      nan?: number,
      posinf?: number,
      neginf?: number,
    ): Tensor<T['sizes'], T['dtype']>;
    nanToNum_<T extends Tensor>(this: T, nan?: number, posinf?: number, neginf?: number): T;
  }
}

function checkClose(name: string, x: Tensor, other: Tensor, rtol: number, atol: number): void {
  demandTensor(name, other);
  if (x.dtype !== other.dtype) {
    throw new TypeError(`${name}: ${x.dtype} did not match ${other.dtype}; convert one with to()`);
  }
  for (const [key, value] of Object.entries({ rtol, atol })) {
    if (value < 0) {
      throw new RangeError(`${name}: ${key} must be greater than or equal to zero, got ${value}`);
    }
  }
}

const isclose = method(
  'isclose',
  'other:tensor | rtol:number atol:number equal_nan',
  (
    x: Tensor,
    other: Tensor,
    { rtol = 1e-5, atol = 1e-8, equalNan = false }: CloseOptions = {},
  ): Tensor => {
    checkClose('isclose', x, other, rtol, atol);
    return pointwise('isclose', [x, other], (a, b) => {
      const same = eq(a, b);
      const alike = equalNan ? binary('OR', same, binary('AND', isNaNNode(a), isNaNNode(b))) : same;
      if (a.dtype === 'bool' || (rtol === 0 && atol === 0)) return alike;
      const [p, q] = [cast(a, toFloat(a.dtype)), cast(b, toFloat(b.dtype))];
      const gap = unary('ABS', sub(p, q));
      const allowed = withNumber('ADD', withNumber('MUL', unary('ABS', q), rtol), atol);
      const finite = binary('LT', gap, constantLike(gap, Infinity));
      return binary('OR', alike, binary('AND', finite, binary('LE', gap, allowed)));
    });
  },
);

const everywhere = (truth: Node): Tensor => fromNode(reduce(truth, 'min', [...truth.shape.keys()]));

/** Whether all elements are close. Reads. Source: torch.allclose. */
function allcloseSync(x: Tensor, other: Tensor, options?: CloseOptions): boolean {
  return Boolean(itemSync(everywhere(isclose(x, other, options).node), 'allclose'));
}
method(
  'allclose',
  'other:tensor | rtol:number atol:number equal_nan',
  (x: Tensor, other: Tensor, o?: CloseOptions) =>
    soon('allclose', [x, other, o] as const, allcloseSync),
);
method('allcloseSync', 'other:tensor | rtol:number atol:number equal_nan', allcloseSync);

/** Whether shape and all elements are the same; NaN is not. Reads. Source: torch.equal. */
function equalSync(x: Tensor, other: Tensor): boolean {
  demandTensor('equal', other);
  const fits = x.ndim === other.ndim && x.shape.every((n, i) => n === other.shape[i]);
  if (!fits) return false;
  const dtype = resultType([x, other]);
  return Boolean(itemSync(everywhere(eq(cast(x.node, dtype), cast(other.node, dtype))), 'equal'));
}
method('equal', 'other:tensor', (x: Tensor, other: Tensor) =>
  soon('equal', [x, other] as const, equalSync),
);
method('equalSync', 'other:tensor', equalSync);

/** The larger (smaller) of two; where one is NaN, the other. Source: torch.fmax, torch.fmin. */
function skippingNaN(name: 'fmax' | 'fmin', op: 'MAX' | 'MIN'): void {
  withTwin(name, 'other', (x: Tensor, other: Tensor): Tensor => {
    demandTensor(name, other);
    return pointwise(name, [x, other], (a, b) => {
      if (a.dtype === 'bool') return binary(op === 'MAX' ? 'OR' : 'AND', a, b);
      if (!isFloating(a.dtype)) return binary(op, a, b);
      return chosen(name, a, b, op);
    });
  });
}

function chosen(name: string, a: Node, b: Node, op: 'MAX' | 'MIN'): Node {
  const ordered = op === 'MAX' ? binary('LE', b, a) : binary('LE', a, b);
  const first = binary('OR', ordered, isNaNNode(b));
  return differentiated(name, where(first, a, b), [a, b], (g) => {
    const [zero, half] = [constantLike(g, 0), constantLike(g, 0.5)];
    const tie = eq(a, b);
    return [
      where(tie, mul(g, half), where(first, g, zero)),
      where(tie, mul(g, half), where(first, zero, g)),
    ];
  });
}
skippingNaN('fmax', 'MAX');
skippingNaN('fmin', 'MIN');

method('isreal', '', (x: Tensor) => fromNode(constant(1, 'bool', x.shape), copyLayout(x)));

method('positive', '', (x: Tensor) => {
  demandNumbers('positive', x);
  return x;
});

const largest = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE };

withTwin(
  'nanToNum',
  'nan? posinf? neginf?',
  (x: Tensor, nan?: number | null, posinf?: number | null, neginf?: number | null): Tensor =>
    apply(
      x,
      (d) => d,
      (a) => {
        if (!isFloating(a.dtype)) return alias(a);
        const top = largest[a.dtype as 'float32' | 'float64'];
        const high = eq(a, constantLike(a, Infinity));
        const low = eq(a, constantLike(a, -Infinity));
        const rest = where(low, constantLike(a, neginf ?? -top), a);
        return where(
          isNaNNode(a),
          constantLike(a, nan ?? 0),
          where(high, constantLike(a, posinf ?? top), rest),
        );
      },
    ),
);
