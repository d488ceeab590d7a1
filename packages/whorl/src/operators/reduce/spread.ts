// How far values are spread: var and std.
// in:  a floating tensor and dimensions     out: a tensor without them (or with size 1, keepdim)

import {
  cast,
  constant,
  constantLike,
  div,
  eq,
  mul,
  sub,
  unary,
  where,
  withNumber,
} from '../../graph/build.js';
import { reshape } from '../../graph/movement.js';
import { isFloating } from '../../graph/dtype.js';
import { expand } from '../../graph/movement.js';
import type { Node } from '../../graph/node.js';
import { differentiated } from '../../autograd/custom.js';
import { method } from '../../tensor/define.js';
import { type Dims, wrapDims } from '../../tensor/dims.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Spread } from './types.js';
import { keptShape, meanNode, reduceNode, type KeepDim } from './reduce.js';
import { fromNode } from '../../tensor/tensor.js';

declare module '../../tensor/methods.js' {
  interface Methods {
    /**
     * Squared distances from the mean over dim (all by default), summed and divided by n -
     * correction (1). Errors: integers. Source: torch.var.
     */
    var: Spread<'var'>;
    /** The root of var, with a gradient of 0 where that is 0. Source: torch.std. */
    std: Spread<'std'>;
  }
}

export interface VarOptions extends KeepDim {
  correction?: number;
  unbiased?: boolean;
}

/**
 * Sum of squared deviations over max(0, n - correction), or its root, in two passes: in float64, as
 * PyTorch computes them, because beside large numbers the mean in float32 is not near enough.
 */
export function spreadNode(
  name: 'var' | 'std',
  a: Node,
  axes: readonly number[],
  correction: number,
  keepdim: boolean,
  whole: boolean,
): Node {
  const n = axes.reduce((size, axis) => size * a.shape[axis]!, 1);
  const wide = cast(a, 'float64');
  const far = sub(wide, expand(meanNode(wide, axes, true), a.shape));
  const squares = reduceNode(mul(far, far), 'sum', axes, keepdim);
  const freedom = Math.max(0, n - correction);
  // the variance of nothing is none, whatever is added to the count
  const quotient = div(squares, constant(n === 0 ? 0 : freedom, wide.dtype, squares.shape));
  const variance = differentiated('var', quotient, [a], (g) => {
    const deviation = cast(far, a.dtype);
    const back = expand(reshape(cast(g, a.dtype), keptShape(a, axes)), a.shape);
    if (whole && freedom === 0) return [mul(back, endless(deviation))];
    return [mul(withNumber('MUL', back, 2 / (n - correction)), deviation)];
  });
  const result = name === 'std' ? safeRoot(variance) : variance;
  if (result.dtype === a.dtype) return result;
  const back = (g: Node) => [cast(g, result.dtype)];
  return differentiated(name, cast(result, a.dtype), [result], back, false);
}

/**
 * The slope where no degree of freedom is left: infinite, and NaN at the mean. PyTorch asks this of
 * the variance of all elements only; along dims it divides by what is left, zero or less.
 */
function endless(deviation: Node): Node {
  const at = eq(deviation, constantLike(deviation, 0));
  return where(at, constantLike(deviation, Number.NaN), constantLike(deviation, Infinity));
}

const correctionOf = ({ correction, unbiased }: VarOptions): number =>
  correction ?? (unbiased === false ? 0 : 1);

function statistic(name: 'var' | 'std') {
  return (x: Tensor, dim?: Dims | boolean, options: VarOptions = {}): Tensor => {
    const settings = typeof dim === 'boolean' ? { ...options, unbiased: dim } : options;
    const dims = typeof dim === 'boolean' ? null : dim;
    if (!isFloating(x.dtype)) {
      throw new Error(`${name}: only support floating point dtypes, got ${x.dtype}`);
    }
    const axes = wrapDims(name, dims, x.ndim);
    const { keepdim = false } = settings;
    const all = x.ndim === 0 || dims == null;
    return fromNode(spreadNode(name, x.node, axes, correctionOf(settings), keepdim, all));
  };
}

/** The root whose gradient at 0 is 0 where the variance is 0 (PyTorch masks it). */
function safeRoot(variance: Node): Node {
  const root = unary('SQRT', variance);
  if (root.history === null) return root;
  root.history = {
    kind: 'custom',
    name: 'std',
    inputs: [variance],
    saves: true,
    backward: (g, y) => {
      const zero = constant(0, g.dtype, g.shape);
      return [where(eq(y, zero), zero, div(g, withNumber('MUL', y, 2)))];
    },
  };
  return root;
}

export const variance = method(
  'var',
  'dim:sizes/bool? unbiased? | keepdim * correction',
  (x: Tensor, dim?: Dims | boolean, unbiased?: boolean, options: VarOptions = {}) =>
    statistic('var')(x, dim, { unbiased, ...options }),
);
export const std = method(
  'std',
  'dim:sizes/bool? unbiased? | keepdim * correction',
  (x: Tensor, dim?: Dims | boolean, unbiased?: boolean, options: VarOptions = {}) =>
    statistic('std')(x, dim, { unbiased, ...options }),
);
