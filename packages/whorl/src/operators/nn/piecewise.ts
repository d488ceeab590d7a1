// Activations made of pieces, and what their gradients are where two pieces meet
// (torch.nn.functional).
// in:  a tensor of any shape     out: the same shape

import { differentiated } from '../../autograd/custom.js';
import { binary, constantLike, mul, unary, where, withNumber } from '../../graph/build.js';
import { broadcastTo } from '../../graph/movement.js';
import type { DType } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { bounded } from '../pointwise/clamped.js';
import { define } from '../../tensor/define.js';
import { showShape } from '../../tensor/dims.js';
import { untracked } from '../reduce/reduce.js';
import type { Tensor } from '../../tensor/tensor.js';
import { assignResult } from '../../tensor/assign.js';
import { reluOf } from '../pointwise/unary.js';
import {
  above,
  activation,
  below,
  demandTaken,
  from,
  type InPlace,
  keep,
  sloped,
  stoppedWhere,
  upTo,
} from './pointwise.js';
import type { Activation } from './pointwise.js';

/** max(0, x). Source: torch.nn.functional.relu. */
export const relu: Activation = activation('relu', 'input | inplace', {}, reluOf, 'numbers');

/** x where x > 0, else negativeSlope * x (0.01). */
export const leakyRelu: Activation<[negativeSlope?: number]> = activation(
  'leakyRelu',
  'input negative_slope? | inplace',
  { negativeSlope: 0.01 },
  (a, { negativeSlope }) => {
    const bent = (node: Node) => where(above(a, 0), node, withNumber('MUL', node, negativeSlope));
    return sloped('leakyRelu', bent(a), a, bent);
  },
);

/** min(max(0, x), 6). */
export const relu6: Activation = activation(
  'relu6',
  'input | inplace',
  {},
  (a) => limited(a, 0, 6),
  'numbers',
);

/** x limited to [minVal, maxVal] = [-1, 1]; the gradient is 0 at the limits. */
export const hardtanh: Activation<[minVal?: number, maxVal?: number]> = activation(
  'hardtanh',
  'input min_val? max_val? | inplace',
  { minVal: -1, maxVal: 1 },
  (a, o) => {
    if (o.minVal > o.maxVal)
      throw new Error(`hardtanh: minVal ${o.minVal} is larger than maxVal ${o.maxVal}`);
    const unsigned = a.dtype === 'uint8';
    return limited(a, unsigned ? Math.max(o.minVal, 0) : o.minVal, o.maxVal);
  },
  'numbers',
);

/** x within [low, high]; NaN stays NaN and its gradient passes. */
const limited = (a: Node, low: number, high: number): Node =>
  sloped('hardtanh', within(a, low, high), a, (g) =>
    stoppedWhere(binary('OR', upTo(a, low), from(a, high)), g),
  );

const within = (a: Node, low: number, high: number): Node =>
  bounded('MIN', bounded('MAX', a, constantLike(a, low)), constantLike(a, high));

/** scale * x from 0 up, alpha * scale * (exp(rate * x) - 1) below. */
interface Exponential {
  readonly alpha: number;
  readonly scale: number;
  readonly rate: number;
}

/** A product of two options, rounded as PyTorch keeps it. */
const product = (dtype: DType, a: number, b: number): number =>
  dtype === 'float32' ? Math.fround(Math.fround(a) * Math.fround(b)) : a * b;

function exponential(a: Node, o: Exponential): Node {
  const factor = product(a.dtype, o.alpha, o.scale);
  const bent = withNumber('MUL', unary('EXPM1', withNumber('MUL', a, o.rate)), factor);
  const value = where(below(a, 0), bent, withNumber('MUL', a, o.scale));
  return sloped('elu', value, a, (g) => throughExponential(g, a, o));
}

/** At 0 the gradient is that of the curve, its own derivative that of the line. */
function throughExponential(g: Node, a: Node, o: Exponential): Node {
  const factor = product(a.dtype, o.alpha, o.scale);
  const power = unary('EXP', withNumber('MUL', a, o.rate));
  const bent = mul(withNumber('MUL', withNumber('MUL', g, o.rate), factor), power);
  const node = where(upTo(a, 0), bent, withNumber('MUL', g, o.scale));
  return differentiated('elu', node, [g, a], (gg) => {
    const both = throughExponential(withNumber('MUL', mul(gg, g), o.rate), a, o);
    return [throughExponential(gg, a, o), where(below(a, 0), both, constantLike(both, 0))];
  });
}

/** x where x > 0, else alpha * (exp(x) - 1). Clevert et al. 2015. */
export const elu: Activation<[alpha?: number]> = activation(
  'elu',
  'input alpha?:number | inplace',
  { alpha: 1 },
  (a, { alpha }) => exponential(a, { alpha, scale: 1, rate: 1 }),
);
/** elu with the alpha and scale of Klambauer et al. 2017. */
export const selu: Activation = activation('selu', 'input | inplace', {}, (a) =>
  exponential(a, { alpha: 1.6732632423543772, scale: 1.0507009873554805, rate: 1 }),
);
/** max(0, x) + min(0, alpha * (exp(x / alpha) - 1)). */
export const celu: Activation<[alpha?: number]> = activation(
  'celu',
  'input alpha?:number | inplace',
  { alpha: 1 },
  (a, { alpha }) => {
    if (alpha === 0) throw new Error('celu: alpha must not be 0');
    return exponential(a, { alpha, scale: 1, rate: 1 / alpha });
  },
);

/** x * relu6(x + 3) / 6. */
export const hardswish: Activation = activation('hardswish', 'input | inplace', {}, (a) => {
  const gate = within(withNumber('ADD', a, 3), 0, 6);
  return sloped('hardswish', withNumber('DIV', mul(a, gate), 6), a, (g) => {
    const rising = mul(g, withNumber('ADD', withNumber('DIV', a, 3), 0.5));
    return stoppedWhere(upTo(a, -3), where(below(a, 3), rising, g));
  });
});

/** relu6(x + 3) / 6. */
export const hardsigmoid: Activation = activation('hardsigmoid', 'input | inplace', {}, (a) => {
  const value = withNumber('DIV', within(withNumber('ADD', a, 3), 0, 6), 6);
  // PyTorch's sixth is a float32 number in float64, too
  return sloped('hardsigmoid', value, a, (g) => {
    const inside = binary('AND', above(a, -3), below(a, 3));
    return where(inside, withNumber('MUL', g, Math.fround(1 / 6)), constantLike(g, 0));
  });
});

/** Whether -limit <= x <= limit. */
const near = (a: Node, limit: number): Node => binary('AND', from(a, -limit), upTo(a, limit));

const largest: Partial<Record<DType, number>> = { float32: 3.4028234663852886e38 };

/** x - lambd above lambd, x + lambd below -lambd, else 0. */
export const softshrink: Activation<[lambd?: number]> = activation(
  'softshrink',
  'input lambd? | inplace',
  { lambd: 0.5 },
  (a, { lambd }) => {
    const most = largest[a.dtype] ?? Number.MAX_VALUE;
    if (!(lambd >= 0 && lambd <= most)) {
      throw new Error(
        `softshrink: lambda must be in range [0, ${most}] for ${a.dtype}, but found ${lambd}`,
      );
    }
    const less = withNumber('SUB', a, lambd);
    const more = withNumber('ADD', a, lambd);
    const value = where(
      above(a, lambd),
      less,
      where(below(a, -lambd), more, withNumber('MUL', a, 0)),
    );
    return sloped('softshrink', value, a, (g) => stoppedWhere(near(a, lambd), g));
  },
);

/** x where |x| > lambd, else 0. */
export const hardshrink: Activation<[lambd?: number]> = activation(
  'hardshrink',
  'input lambd? | inplace',
  { lambd: 0.5 },
  (a, { lambd }) => stoppedWhere(near(a, lambd), a),
);

/** x where x > threshold, else value. */
export const threshold = define(
  'F.threshold',
  'input threshold value:number | inplace',
  (x: Tensor, limit: number, value: number, { inplace = false }: InPlace = {}) => {
    demandTaken('threshold', x, 'numbers');
    const a = x.node;
    const result = keep(x, where(upTo(a, limit), constantLike(a, value), a));
    return inplace ? assignResult('threshold', x, result) : result;
  },
  'functional',
);

/** x where x > 0, else weight * x, one weight or one per channel (dim 1). He et al. 2015. */
export const prelu = define(
  'F.prelu',
  'input weight',
  (x: Tensor, weight: Tensor) => {
    demandTaken('prelu', x);
    const channels = x.ndim >= 2 ? x.shape[1]! : 1;
    if (weight.dtype !== x.dtype) {
      throw new TypeError(
        `prelu: type promoting not supported: the input is ${x.dtype}, the weight ${weight.dtype}`,
      );
    }
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
    const slopes = (x.ndim === 0 ? weight.reshape([]) : weight.reshape(shape)) as Tensor;
    return keep(x, kinked(x.node, broadcastTo(slopes.node, x.shape)));
  },
  'functional',
);

function kinked(a: Node, w: Node): Node {
  const value = where(above(a, 0), a, mul(w, a));
  return differentiated('prelu', value, [a, w], (g) => {
    const line = from(a, 0);
    const zero = constantLike(g, 0);
    // at 0 the gradients are those of the slope, their own derivatives those of the line
    const curved = (node: Node) => where(line, untracked(node), node);
    return [where(above(a, 0), g, mul(curved(w), g)), where(above(a, 0), zero, mul(curved(a), g))];
  });
}
