// Signs and steps: signbit, copysign, heaviside.
// in:  tensors     out: a tensor of the broadcast shape

import { differentiated } from '../../autograd/custom.js';
import { reaching } from '../../autograd/paths.js';
import {
  binary,
  cast,
  constant,
  div,
  eq,
  lt,
  mul,
  neg,
  unary,
  where,
  constantLike,
} from '../../graph/build.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { copyLayout, type Operand, pointwise, toFloat } from '../../tensor/promotion.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';
import { demandTensor, withTwin } from '../twins.js';
import type * as Pointwise from './types.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /** True where the sign bit is set, -0 included. Source: torch.signbit. */
    signbit: Pointwise.UnaryBool;
    /** |x| with the sign of other. Integers become float32. Source: torch.copysign. */
    copysign: Pointwise.ArithmeticFloat<'copysign'>;
    copysign_: Pointwise.ArithmeticInPlace<'copysign_'>;
    /** 0 below 0, 1 above, `values` at 0. Errors: unequal dtypes. Source: torch.heaviside. */
    heaviside: Pointwise.Arithmetic<'heaviside'>;
    heaviside_: Pointwise.ArithmeticInPlace<'heaviside_'>;
  }
}

/** Whether the sign is minus: -0 counts, its reciprocal is below 0. */
function isNegative(a: Node): Node {
  const below = lt(a, constantLike(a, 0));
  if (!isFloating(a.dtype)) return below;
  return binary(
    'OR',
    below,
    binary('AND', eq(a, constantLike(a, 0)), lt(unary('RECIP', a), constantLike(a, 0))),
  );
}

method('signbit', '', (x: Tensor) =>
  fromNode(x.dtype === 'bool' ? constant(0, 'bool', x.shape) : isNegative(x.node), copyLayout(x)),
);

withTwin('copysign', 'other', (x: Tensor, other: Operand): Tensor => {
  demandTensor('copysign', x);
  return pointwise(
    'copysign',
    [x, other],
    (a, b) => {
      const size = unary('ABS', a);
      const node = reaching(where(isNegative(b), neg(size), size), [b]);
      // at 0 PyTorch's gradient is 0, at infinity and NaN it is NaN
      const ratio = (y: Node): Node =>
        where(eq(a, constantLike(a, 0)), constantLike(a, 0), div(y, a));
      return differentiated('copysign', node, [a, b], (g, y) => [
        mul(g, ratio(y)),
        constantLike(g, 0),
      ]);
    },
    toFloat,
  );
});

withTwin('heaviside', 'values', (x: Tensor, values: Tensor): Tensor => {
  demandTensor('heaviside', values);
  if (values instanceof Tensor && x.dtype !== values.dtype) {
    throw new TypeError(`heaviside: expected one dtype, got ${x.dtype} and ${values.dtype}`);
  }
  return pointwise('heaviside', [x, values], (a, b) => {
    const zero = constantLike(a, 0);
    const node = where(eq(a, zero), b, cast(lt(zero, a), a.dtype));
    node.history = null;
    return node;
  });
});
