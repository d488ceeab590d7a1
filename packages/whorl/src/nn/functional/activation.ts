// Activation functions (torch.nn.functional): what stands between two layers so that they do not
// collapse into one.
// in:  a tensor of any shape     out: the same shape

import {
  add,
  binary,
  broadcastTo,
  cast,
  div,
  eq,
  mul,
  narrow,
  neg,
  sub,
  unary,
  where,
  withNumber,
  constantLike,
} from '../../graph/build.js';
import type { Node } from '../../graph/node.js';
import { define } from '../../tensor/define.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { resultLayout, toFloat } from '../../tensor/promotion.js';
import { logSoftmax as logSoftmaxOf, softmax as softmaxOf } from '../../tensor/softmax.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { assignResult, reluOf } from '../../tensor/unary.js';
import { isFloating } from '../../graph/dtype.js';

const above = (a: Node, value: number): Node => binary('LT', constantLike(a, value), a);
const below = (a: Node, value: number): Node => binary('LT', a, constantLike(a, value));
const keep = (x: Tensor, node: Node): Tensor => fromNode(node, resultLayout(x.shape, [x]));

const toFloating = (a: Node): Node => cast(a, toFloat(a.dtype));

interface InPlace {
  inplace?: boolean;
}

function demandFloat(name: string, x: Tensor): void {
  if (!isFloating(x.dtype))
    throw new Error(`${name}: not implemented for ${x.dtype} tensors; convert it with float()`);
}

/** Registers an activation whose options are numbers with defaults. */
function activation<O extends object>(
  name: string,
  options: string,
  defaults: O,
  make: (a: Node, o: O) => Node,
  integers = false,
) {
  const positional =
    options === ''
      ? ''
      : ` ${options
          .split(' ')
          .map((o) => `${o}?`)
          .join(' ')}`;
  const keys = Object.keys(defaults) as (keyof O)[];
  return define(
    `F.${name}`,
    `input${positional} | inplace`,
    (x: Tensor, ...args: unknown[]) => {
      if (!integers) demandFloat(name, x);
      const { inplace = false } = (args[keys.length] ?? {}) as InPlace;
      const o = { ...defaults };
      keys.forEach((key, i) => {
        if (args[i] !== undefined) o[key] = args[i] as O[keyof O];
      });
      const result = keep(x, make(x.node, o));
      return inplace ? assignResult(name, x, result) : result;
    },
    'functional',
  ) as (x: Tensor, ...args: (number | string | InPlace)[]) => Tensor;
}

/** log(1 + exp(x)), safe for large |x|. */
const softplusOf = (a: Node): Node =>
  add(binary('MAX', a, constantLike(a, 0)), unary('LOG1P', unary('EXP', neg(unary('ABS', a)))));

/** exp(x) - 1 where x <= 0, taken at min(x, 0) so that nothing overflows. */
const expm1Below = (a: Node): Node => unary('EXPM1', binary('MIN', a, constantLike(a, 0)));

/** max(0, x). Source: torch.nn.functional.relu. */
export const relu = activation('relu', '', {}, reluOf, true);
/** x where x > 0, else negativeSlope * x (0.01). */
export const leakyRelu = activation(
  'leakyRelu',
  'negative_slope',
  { negativeSlope: 0.01 },
  (a, o) => where(above(a, 0), a, withNumber('MUL', a, o.negativeSlope)),
);
/** min(max(0, x), 6). */
export const relu6 = activation('relu6', '', {}, (a) => hardtanhOf(a, 0, 6), true);
/** x limited to [minVal, maxVal] = [-1, 1]; the gradient is 0 at the limits. */
export const hardtanh = activation(
  'hardtanh',
  'min_val max_val',
  { minVal: -1, maxVal: 1 },
  (a, o) => {
    if (o.minVal > o.maxVal)
      throw new Error(`hardtanh: minVal ${o.minVal} is larger than maxVal ${o.maxVal}`);
    return hardtanhOf(a, o.minVal, o.maxVal);
  },
  true,
);

const hardtanhOf = (a: Node, low: number, high: number): Node =>
  where(
    below(a, high),
    where(above(a, low), a, where(eq(a, a), constantLike(a, low), a)),
    constantLike(a, high),
  );

/** x where x > 0, else alpha * (exp(x) - 1). Clevert et al. 2015. */
export const elu = activation('elu', 'alpha', { alpha: 1 }, (a, o) =>
  where(above(a, 0), a, withNumber('MUL', expm1Below(a), o.alpha)),
);
/** elu with the alpha and scale of Klambauer et al. 2017. */
export const selu = activation('selu', '', {}, (a) =>
  withNumber(
    'MUL',
    where(above(a, 0), a, withNumber('MUL', expm1Below(a), 1.6732632423543772)),
    1.0507009873554805,
  ),
);
/** max(0, x) + min(0, alpha * (exp(x / alpha) - 1)). */
export const celu = activation('celu', 'alpha', { alpha: 1 }, (a, o) => {
  if (o.alpha === 0) throw new Error('celu: alpha must not be 0');
  return where(
    above(a, 0),
    a,
    withNumber('MUL', expm1Below(withNumber('DIV', a, o.alpha)), o.alpha),
  );
});
/** x * Phi(x), or its tanh approximation. Hendrycks and Gimpel 2016. */
export const gelu = define(
  'F.gelu',
  'input | * approximate',
  (x: Tensor, { approximate = 'none' }: { approximate?: 'none' | 'tanh' } = {}) => {
    demandFloat('gelu', x);
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
/** x * sigmoid(x). */
export const silu = activation('silu', '', {}, (a) => mul(a, unary('SIGMOID', a)));
/** x * tanh(softplus(x)). Misra 2019. */
export const mish = activation('mish', '', {}, (a) => mul(a, unary('TANH', softplusOf(a))));
/** x * relu6(x + 3) / 6. */
export const hardswish = activation('hardswish', '', {}, (a) =>
  where(
    below(a, -3),
    constantLike(a, 0),
    where(below(a, 3), withNumber('DIV', mul(a, withNumber('ADD', a, 3)), 6), a),
  ),
);
/** relu6(x + 3) / 6. */
export const hardsigmoid = activation('hardsigmoid', '', {}, (a) =>
  withNumber('DIV', hardtanhOf(withNumber('ADD', a, 3), 0, 6), 6),
);
/** log(1 / (1 + exp(-x))). */
export const logsigmoid = define(
  'F.logsigmoid',
  'input',
  (x: Tensor) => {
    demandFloat('logsigmoid', x);
    return keep(x, neg(softplusOf(neg(x.node))));
  },
  'functional',
);
/** log(1 + exp(beta x)) / beta; x itself where beta x > threshold. */
export const softplus = activation(
  'softplus',
  'beta threshold',
  { beta: 1, threshold: 20 },
  (a, o) => {
    const scaled = withNumber('MUL', a, o.beta);
    const linear = above(scaled, o.threshold);
    return where(
      linear,
      a,
      withNumber('DIV', softplusOf(where(linear, constantLike(a, 0), scaled)), o.beta),
    );
  },
);
/** x / (1 + |x|). */
export const softsign = activation(
  'softsign',
  '',
  {},
  (a) => div(toFloating(a), withNumber('ADD', unary('ABS', toFloating(a)), 1)),
  true,
);
/** x - lambd above lambd, x + lambd below -lambd, else 0. */
export const softshrink = activation('softshrink', 'lambd', { lambd: 0.5 }, (a, o) => {
  if (!(o.lambd >= 0))
    throw new Error(`softshrink: lambda must be greater or equal to 0, but found to be ${o.lambd}`);
  return where(
    above(a, o.lambd),
    withNumber('SUB', a, o.lambd),
    where(below(a, -o.lambd), withNumber('ADD', a, o.lambd), withNumber('MUL', a, 0)),
  );
});
/** x where |x| > lambd, else 0. */
export const hardshrink = activation('hardshrink', 'lambd', { lambd: 0.5 }, (a, o) =>
  where(
    binary('OR', above(a, o.lambd), binary('OR', below(a, -o.lambd), unary('NOT', eq(a, a)))),
    a,
    constantLike(a, 0),
  ),
);
/** x - tanh(x). */
export const tanhshrink = activation(
  'tanhshrink',
  '',
  {},
  (a) => sub(toFloating(a), unary('TANH', toFloating(a))),
  true,
);
/** x where x > threshold, else value. */
export const threshold = define(
  'F.threshold',
  'input threshold value:number | inplace',
  (x: Tensor, limit: number, value: number, { inplace = false }: InPlace = {}) => {
    const a = x.node;
    const result = keep(
      x,
      where(binary('LE', a, constantLike(a, limit)), constantLike(a, value), a),
    );
    return inplace ? assignResult('threshold', x, result) : result;
  },
  'functional',
);
/** x where x > 0, else weight * x, one weight or one per channel (dim 1). He et al. 2015. */
export const prelu = define(
  'F.prelu',
  'input weight',
  (x: Tensor, weight: Tensor) => {
    demandFloat('prelu', x);
    const channels = x.ndim >= 2 ? x.shape[1]! : 1;
    if (weight.ndim > 1) {
      throw new Error(
        `prelu: expected weight to be a scalar or 1D tensor, but got ${showShape(weight.shape)}`,
      );
    }
    if (weight.numel() !== 1 && weight.numel() !== channels) {
      throw new Error(
        `prelu: the number of weights (${weight.numel()}) must be 1 or the number of channels ` +
          `(${channels}) of the input ${showShape(x.shape)}`,
      );
    }
    const shape = x.shape.map((_, i) => (i === Math.min(1, x.ndim - 1) ? weight.numel() : 1));
    const slopes = x.ndim === 0 ? weight.reshape([]) : weight.reshape(shape);
    return where2(x, slopes as Tensor);
  },
  'functional',
);

const where2 = (x: Tensor, slopes: Tensor): Tensor => {
  const w = broadcastTo(slopes.node, x.shape);
  return keep(x, where(above(x.node, 0), x.node, mul(w, x.node)));
};
/** The first half times the sigmoid of the second half along dim. Dauphin et al. 2016. */
export const glu = define(
  'F.glu',
  'input dim?',
  (x: Tensor, dim = -1) => {
    demandFloat('glu', x);
    if (x.ndim === 0) throw new Error('glu: does not support 0-dimensional tensors');
    const axis = wrapDim('glu', dim, x.ndim);
    if (x.shape[axis]! % 2 !== 0) {
      throw new Error(
        `glu: halving dimension must be even, but dimension ${axis} is size ${x.shape[axis]}`,
      );
    }
    const half = x.shape[axis]! / 2;
    return fromNode(
      mul(narrow(x.node, axis, 0, half), unary('SIGMOID', narrow(x.node, axis, half, half))),
    );
  },
  'functional',
);

type SoftmaxOptions = Parameters<typeof softmaxOf>[2];
/** exp(x) / sum(exp(x)) along dim. */
export const softmax = define(
  'F.softmax',
  'input dim? | * dtype',
  (x: Tensor, dim: number, o?: SoftmaxOptions) => softmaxOf(x, dim, o),
  'functional',
);
/** log(softmax(x)) along dim. */
export const logSoftmax = define(
  'F.logSoftmax',
  'input dim? | * dtype',
  (x: Tensor, dim: number, o?: SoftmaxOptions) => logSoftmaxOf(x, dim, o),
  'functional',
);
/** softmax(-x) along dim. */
export const softmin = define(
  'F.softmin',
  'input dim? | * dtype',
  (x: Tensor, dim: number, o: SoftmaxOptions = {}) =>
    softmaxOf(fromNode(neg(o.dtype ? cast(x.node, o.dtype) : x.node)), dim, o),
  'functional',
);
/** sigmoid(x), tanh(x). */
export const sigmoid = (x: Tensor): Tensor => x.sigmoid() as Tensor;
export const tanh = (x: Tensor): Tensor => x.tanh() as Tensor;
