// Activation functions (torch.nn.functional): what stands between two layers so that they do not
// collapse into one.
// in:  a tensor of any shape     out: the same shape

import { differentiated } from '../../autograd/custom.js';
import {
  add,
  cast,
  constantLike,
  div,
  mul,
  sub,
  unary,
  where,
  withNumber,
} from '../../graph/build.js';
import { narrow } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { untracked } from '../reduce/reduce.js';
import { takes } from '../../tensor/arguments/bound.js';
import { define } from '../../tensor/define.js';
import { wrapDim } from '../../tensor/dims.js';
import { toFloat } from '../../tensor/promotion.js';
import { logSoftmax as logSoftmaxOf, softmax as softmaxOf } from '../reduce/softmax.js';
import { pointwiseStrides } from '../../tensor/strides.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { logSigmoidOf, softplusOf } from './log-sigmoid.js';
import { above, activation, demandTaken, from, keep, sloped } from './pointwise.js';
import type { Activation } from './pointwise.js';

const toFloating = (a: Node): Node => cast(a, toFloat(a.dtype));

/** x * Phi(x), or its tanh approximation. Hendrycks and Gimpel 2016. */
export const gelu = define(
  'F.gelu',
  'input | * approximate',
  (x: Tensor, { approximate = 'none' }: { approximate?: 'none' | 'tanh' } = {}) => {
    demandTaken('gelu', x);
    const a = x.node;
    if (approximate === 'none') {
      const phi = withNumber('ADD', unary('ERF', withNumber('MUL', a, Math.SQRT1_2)), 1);
      return keep(x, mul(withNumber('MUL', a, 0.5), phi));
    }
    if (approximate !== 'tanh') {
      throw new Error(`gelu: approximate must be "none" or "tanh", got "${approximate}"`);
    }
    const cube = mul(mul(a, a), a);
    const inner = withNumber(
      'MUL',
      add(a, withNumber('MUL', cube, 0.044715)),
      Math.sqrt(2 / Math.PI),
    );
    return keep(x, mul(withNumber('MUL', a, 0.5), withNumber('ADD', unary('TANH', inner), 1)));
  },
  'functional',
);
/** x * sigmoid(x), its slope in PyTorch's order: sigmoid(x) (1 + x (1 - sigmoid(x))). */
export const silu: Activation = activation('silu', 'input | inplace', {}, (a) => {
  const s = unary('SIGMOID', a);
  return sloped('silu', mul(a, s), a, (g) => {
    const rest = mul(a, sub(constantLike(a, 1), s));
    return mul(mul(g, s), withNumber('ADD', rest, 1));
  });
});
/** x * tanh(softplus(x)). Misra 2019. */
export const mish: Activation = activation('mish', 'input | inplace', {}, (a) =>
  mul(a, unary('TANH', softplusOf(a))),
);
/** log(1 / (1 + exp(-x))). */
export const logsigmoid = define(
  'F.logsigmoid',
  'input',
  (x: Tensor) => {
    demandTaken('logsigmoid', x);
    return keep(x, logSigmoidOf(x.node));
  },
  'functional',
);
/** log(1 + exp(beta x)) / beta; x itself where beta x > threshold. */
export const softplus: Activation<[beta?: number, threshold?: number]> = activation(
  'softplus',
  'input beta? threshold? | inplace',
  { beta: 1, threshold: 20 },
  (a, { beta, threshold }) => {
    const scaled = withNumber('MUL', a, beta);
    const linear = above(scaled, threshold);
    const value = where(linear, a, withNumber('DIV', softplusOf(scaled), beta));
    // at the threshold itself the slope is the curve's, the curvature the line's
    const inside = where(from(scaled, threshold), untracked(scaled), scaled);
    return differentiated('softplus', value, [a], (g) => [
      where(linear, g, mul(g, unary('SIGMOID', inside))),
    ]);
  },
);
/** x / (1 + |x|). */
export const softsign: Activation = activation(
  'softsign',
  'input | inplace',
  {},
  (a) => div(toFloating(a), withNumber('ADD', unary('ABS', toFloating(a)), 1)),
  'numbers',
);
/** x - tanh(x). */
export const tanhshrink: Activation = activation(
  'tanhshrink',
  'input | inplace',
  {},
  (a) => sub(toFloating(a), unary('TANH', toFloating(a))),
  'numbers',
);
/** The first half times the sigmoid of the second half along dim. Dauphin et al. 2016. */
export const glu = define(
  'F.glu',
  'input dim?',
  (x: Tensor, dim: number = -1): Tensor => {
    demandTaken('glu', x);
    if (x.ndim === 0) throw new Error('glu: does not support 0-dimensional tensors');
    const axis = wrapDim('glu', dim, x.ndim);
    if (x.shape[axis]! % 2 !== 0) {
      throw new Error(
        `glu: halving dimension must be even, but dimension ${axis} is size ${x.shape[axis]}`,
      );
    }
    const half = x.shape[axis]! / 2;
    const part = x.shape.map((n, i) => (i === axis ? half : n));
    const layout =
      x.layout === null ? null : pointwiseStrides(part, [{ shape: part, strides: x.strides }]);
    return fromNode(
      mul(narrow(x.node, axis, 0, half), unary('SIGMOID', narrow(x.node, axis, half, half))),
      layout,
    );
  },
  'functional',
);

/** PyTorch's choice where no dim is given, with a warning there. */
const implicitDim = (x: Tensor): number => (x.ndim === 0 || x.ndim === 1 || x.ndim === 3 ? 0 : 1);

type SoftmaxOptions = Parameters<typeof softmaxOf>[2];
/** exp(x) / sum(exp(x)) along dim. */
export const softmax = define(
  'F.softmax',
  'input dim? | * dtype',
  (x: Tensor, dim: number = implicitDim(x), o?: SoftmaxOptions) => softmaxOf(x, dim, o),
  'functional',
);
/** log(softmax(x)) along dim. */
export const logSoftmax = define(
  'F.logSoftmax',
  'input dim? | * dtype',
  (x: Tensor, dim: number = implicitDim(x), o?: SoftmaxOptions) => logSoftmaxOf(x, dim, o),
  'functional',
);
/** softmax(-x) along dim. */
export const softmin = define(
  'F.softmin',
  'input dim? | * dtype',
  (x: Tensor, dim: number = implicitDim(x), o?: SoftmaxOptions) =>
    softmaxOf(x.neg() as Tensor, dim, o),
  'functional',
);
/** sigmoid(x), tanh(x). */
export const sigmoid = takes('sigmoid', 'input', (x: Tensor): Tensor => x.sigmoid() as Tensor);
export const tanh = takes('tanh', 'input', (x: Tensor): Tensor => x.tanh() as Tensor);
