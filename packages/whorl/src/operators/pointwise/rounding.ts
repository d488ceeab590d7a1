// Rounding to the nearest, halves to even; and the parts of a floating number: frexp, ldexp,
// nextafter.
// in:  tensors     out: tensors of the same (or broadcast) shape

import { namedResults } from '../../tensor/named-results.js';
import { differentiated } from '../../autograd/custom.js';
import {
  alias,
  binary,
  cast,
  constant,
  div,
  eq,
  mul,
  unary,
  where,
  withNumber,
} from '../../graph/build.js';
import { type DType, isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { method } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { copyLayout, type Operand, pointwise, toFloat } from '../../tensor/promotion.js';
import { mapped, mappedTogether } from '../special/elementwise.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { demandTensor, withTwin } from '../twins.js';
import type * as Pointwise from './types.js';
import type { Shape } from '../../tensor/types/shape.js';
import { apply } from './unary.js';

export interface RoundOptions {
  decimals?: number;
}
export type MantissaExponent<S extends Shape, D extends DType> = {
  readonly mantissa: Tensor<S, D>;
  readonly exponent: Tensor<S, 'int32'>;
} & readonly [mantissa: Tensor<S, D>, exponent: Tensor<S, 'int32'>];

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * The nearest whole number, or multiple of 10^-decimals; halves go to the even one. Source:
     * torch.round.
     */
    round<T extends Tensor>(this: T, options?: RoundOptions): Tensor<T['sizes'], T['dtype']>;
    round_<T extends Tensor>(this: T, options?: RoundOptions): T;
    /**
     * x as mantissa * 2^exponent with 0.5 <= |mantissa| < 1; int32 exponents. Source: torch.frexp.
     */
    frexp<T extends Tensor>(this: T): MantissaExponent<T['sizes'], T['dtype']>;
    /** x * 2^other. Integers become float32. Source: torch.ldexp. */
    ldexp: Pointwise.ArithmeticFloat<'ldexp'>;
    ldexp_: Pointwise.ArithmeticInPlace<'ldexp_'>;
    /**
     * The floating number next to x on the way to other. Errors: integers. Source: torch.nextafter.
     */
    nextafter: Pointwise.ArithmeticFloat<'nextafter'>;
    nextafter_: Pointwise.ArithmeticInPlace<'nextafter_'>;
  }
}

withTwin('round', '| * decimals', (x: Tensor, { decimals = 0 }: RoundOptions = {}): Tensor => {
  demandNumbers('round', x);
  if (decimals !== 0 && !isFloating(x.dtype)) {
    throw new TypeError(`round: not implemented for ${x.dtype} tensors with decimals`);
  }
  const scale = 10 ** Math.abs(decimals);
  return apply(
    x,
    (d) => d,
    (a) => {
      if (!isFloating(a.dtype)) return alias(a);
      if (decimals === 0) return unary('ROUND', a);
      const [there, back] = decimals > 0 ? (['MUL', 'DIV'] as const) : (['DIV', 'MUL'] as const);
      return withNumber(back, unary('ROUND', withNumber(there, a, scale)), scale);
    },
  );
});

/** How often |x| must be halved to lie in [0.5, 1). */
function exponentOf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 0;
  const size = Math.abs(x);
  let e = Math.floor(Math.log2(size)) + 1;
  // the logarithm may round across a power of two
  while (halved(size, e) >= 1) e++;
  while (halved(size, e) < 0.5) e--;
  return e;
}

/** x / 2^e in two steps: 2^e alone may be out of range. */
const halved = (x: number, e: number): number => {
  const half = Math.trunc(e / 2);
  return x * 2 ** -half * 2 ** -(e - half);
};

method('frexp', '', (x: Tensor) => {
  if (!isFloating(x.dtype)) throw new TypeError('frexp: only supports floating tensors');
  const a = x.node;
  const wide = mapped('frexp exponent', exponentOf, a);
  wide.history = null;
  const exponent = fromNode(cast(wide, 'int32'), copyLayout(x));
  const node = mapped('frexp mantissa', (v) => halved(v, exponentOf(v)), a);
  const history = differentiated('frexp', node, [a], (g) => [div(g, powerOfTwo(wide))]);
  const mantissa = fromNode(history, copyLayout(x));
  return namedResults({ mantissa, exponent });
});

const powerOfTwo = (e: Node): Node => binary('POW', constant(2, e.dtype, e.shape), e);

withTwin('ldexp', 'other', (x: Tensor, other: Tensor): Tensor => {
  demandTensor('ldexp', other);
  if (isFloating(x.dtype)) demandNumbers('ldexp', other);
  return pointwise('ldexp', [x, other], (a, b) => mul(a, powerOfTwo(b)), toFloat);
});

withTwin('nextafter', 'other', (x: Tensor, other: Operand): Tensor => {
  demandTensor('nextafter', other);
  return pointwise('nextafter', [x, other], (a, b) => {
    if (!isFloating(a.dtype)) throw new TypeError(`nextafter: not implemented for ${a.dtype}`);
    const step = a.dtype === 'float32' ? nextSingle : nextDouble;
    const node = mappedTogether(
      'nextafter',
      (out, inputs) => {
        const [from, to] = inputs as [Float64Array, Float64Array];
        for (let i = 0; i < out.length; i++) out[i] = step(from[i]!, to[i]!);
      },
      a.dtype,
      [a, b],
    );
    return differentiated('nextafter', node, [a, b], (g) => {
      const zero = constant(0, g.dtype, g.shape);
      return [where(eq(a, b), zero, g), zero];
    });
  });
});

const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

function nextSingle(from: number, to: number): number {
  if (from === to || Number.isNaN(from) || Number.isNaN(to)) return from === to ? to : Number.NaN;
  if (from === 0) return to > 0 ? 2 ** -149 : -(2 ** -149);
  single[0] = from;
  singleBits[0]! += to > from === from > 0 ? 1 : -1;
  return single[0]!;
}

function nextDouble(from: number, to: number): number {
  if (from === to || Number.isNaN(from) || Number.isNaN(to)) return from === to ? to : Number.NaN;
  if (from === 0) return to > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  double[0] = from;
  doubleBits[0]! += to > from === from > 0 ? 1n : -1n;
  return double[0]!;
}
