// Statistics of a dimension: aminmax, stdMean, varMean, nansum, nanmean, cov, corrcoef.
// in:  a floating tensor (integers are converted where PyTorch does)     out: tensors

import { namedResults } from '../../tensor/named-results.js';
import {
  binary,
  cast,
  constant,
  div,
  eq,
  mul,
  sub,
  unary,
  where,
  withNumber,
} from '../../graph/build.js';
import { broadcastTo, diagonal, expand, permute, reshape } from '../../graph/movement.js';
import { reduce } from '../../graph/reductions.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { define, method } from '../../tensor/define.js';
import { type Dims, showShape, wrapDims } from '../../tensor/dims.js';
import { matmulNode } from '../product/matmul.js';
import { toFloat } from '../../tensor/promotion.js';
import { dataSync } from '../../tensor/read.js';
import { type KeepDim, meanNode, reduceNode, sumNode, type SumOptions } from './reduce.js';
import { fromNode, type Tensor } from '../../tensor/tensor.js';
import { clampTo } from '../pointwise/ternary.js';
import { spreadNode, type VarOptions } from './spread.js';

export interface Extrema extends Iterable<Tensor>, ArrayLike<Tensor> {
  readonly min: Tensor;
  readonly max: Tensor;
}
export interface CovOptions {
  /** subtracted from the number of observations, default 1 */
  correction?: number;
  /** how often each observation was made: whole numbers [N] */
  fweights?: Tensor | null;
  /** how much each observation counts: floating [N] */
  aweights?: Tensor | null;
}
interface AminmaxOptions extends KeepDim {
  dim?: number;
}

declare module '../../tensor/methods.js' {
  interface Methods {
    /** Smallest and largest at once. Errors: an empty dimension. Source: torch.aminmax. */
    aminmax(options?: AminmaxOptions): Extrema;
    /** The sum with NaN counted as 0. Integers give int64. Source: torch.nansum. */
    nansum(dim?: Dims, options?: SumOptions): Tensor;
    /** The mean of what is not NaN. Errors: integers. Source: torch.nanmean. */
    nanmean(dim?: Dims, options?: SumOptions): Tensor;
    /**
     * The covariance matrix of the rows: [V, N] gives [V, V], one variable gives a number. Errors:
     * more than two dimensions, weights that do not fit or are negative. Source: torch.cov.
     */
    cov(options?: CovOptions): Tensor;
    /**
     * The matrix of correlation coefficients of the rows, within [-1, 1]. Source: torch.corrcoef.
     */
    corrcoef(): Tensor;
  }
}

method(
  'aminmax',
  '| * dim:int? keepdim',
  (x: Tensor, { dim, keepdim = false }: AminmaxOptions = {}) => {
    const axes = wrapDims('aminmax', dim, x.ndim);
    if (axes.some((axis) => x.shape[axis] === 0) || (dim === undefined && x.numel() === 0)) {
      throw new RangeError(
        'aminmax: cannot compute over an empty dimension as the operation has ' +
          `no identity; the input has shape ${showShape(x.shape)}`,
      );
    }
    const min = fromNode(reduceNode(x.node, 'min', axes, keepdim));
    const max = fromNode(reduceNode(x.node, 'max', axes, keepdim));
    return namedResults({ min, max });
  },
);

/** Variance (or its root) and mean of some dimensions, as a pair. */
function withMean(name: string, kind: 'var' | 'std') {
  return define(
    name,
    'input dim:sizes/bool? unbiased? | keepdim * correction',
    (
      x: Tensor,
      dims?: Dims | boolean,
      third?: boolean,
      options: VarOptions = {},
    ): [Tensor, Tensor] => {
      // varMean(x, unbiased), too
      const [dim, unbiased] = typeof dims === 'boolean' ? [undefined, dims] : [dims, third];
      if (!isFloating(x.dtype)) {
        throw new TypeError(`${name}: only supports floating dtypes, got ${x.dtype}`);
      }
      const own = unbiased ?? options.unbiased;
      const { keepdim = false, correction = own === false ? 0 : 1 } = options;
      const axes = wrapDims(name, dim, x.ndim);
      const all = x.ndim === 0 || dim == null;
      const spread = spreadNode(kind, x.node, axes, correction, keepdim, all);
      return [fromNode(spread), fromNode(meanNode(x.node, axes, keepdim))];
    },
  );
}
/** [variance, mean] over dim (all dims by default). Source: torch.var_mean. */
export const varMean = withMean('varMean', 'var');
/** [standard deviation, mean] over dim (all dims by default). Source: torch.std_mean. */
export const stdMean = withMean('stdMean', 'std');

const isNumber = (a: Node): Node => eq(a, a);
const zeroed = (a: Node): Node => where(isNumber(a), a, constant(0, a.dtype, a.shape));

method(
  'nansum',
  'dim:sizes? | keepdim * dtype',
  (
    x: Tensor,
    dim?: Dims,
    { keepdim = false, dtype = isFloating(x.dtype) ? x.dtype : 'int64' }: SumOptions = {},
  ) => {
    const a = isFloating(x.dtype) ? zeroed(x.node) : x.node;
    return fromNode(sumNode(cast(a, dtype), wrapDims('nansum', dim, x.ndim), keepdim));
  },
);

method(
  'nanmean',
  'dim:sizes? | keepdim * dtype',
  (x: Tensor, dim?: Dims, { keepdim = false, dtype = x.dtype }: SumOptions = {}) => {
    if (!isFloating(x.dtype)) {
      throw new TypeError(`nanmean: expected input to have floating dtype but got ${x.dtype}`);
    }
    if (!isFloating(dtype)) {
      throw new TypeError(`nanmean: expected a floating point dtype, got ${dtype}`);
    }
    const axes = wrapDims('nanmean', dim, x.ndim);
    const total = sumNode(cast(zeroed(x.node), dtype), axes, keepdim);
    return fromNode(div(total, reduceNode(cast(isNumber(x.node), dtype), 'sum', axes, keepdim)));
  },
);

/** One row of weights, checked. */
function checkWeights(name: string, weights: Tensor, n: number, floating: boolean): void {
  if (weights.ndim > 1) {
    throw new Error(`cov: expected ${name} to have one or fewer dimensions, got ${weights.ndim}`);
  }
  if (isFloating(weights.dtype) !== floating || weights.dtype === 'bool') {
    const wanted = floating ? 'floating point' : 'integral';
    throw new TypeError(`cov: expected ${name} to have ${wanted} dtype, got ${weights.dtype}`);
  }
  if (weights.numel() !== n) {
    throw new Error(
      `cov: expected ${name} to have the same numel as there are observations, ` +
        `got ${weights.numel()} for ${n}`,
    );
  }
  if ((dataSync(weights, 'cov') as Float32Array).some((v) => Number(v) < 0)) {
    throw new Error(`cov: ${name} cannot be negative`);
  }
}

/** Rows are variables, columns observations: a vector is one variable. */
function observations(name: string, x: Tensor): Node {
  if (x.ndim > 2) {
    throw new Error(
      `${name}: expected input to have two or fewer dimensions but got an input with ` +
        `${x.ndim} dimensions`,
    );
  }
  if (x.dtype === 'bool') throw new TypeError(`${name}: bool dtype is not supported for input`);
  const a = cast(x.node, toFloat(x.dtype));
  return x.ndim < 2 ? reshape(a, [1, x.numel()]) : a;
}

/** Weights of the observations as a row, or null where each counts once. */
function weightRow(a: Node, { fweights, aweights }: CovOptions): Node | null {
  const n = a.shape[1]!;
  if (fweights != null) checkWeights('fweights', fweights, n, false);
  if (aweights != null) checkWeights('aweights', aweights, n, true);
  const rows = [fweights, aweights]
    .filter((w): w is Tensor => w != null)
    .map((w) => reshape(cast(w.node, a.dtype), [1, n]));
  return rows.length === 0 ? null : rows.reduce(mul);
}

/**
 * (x - mean) diag(w) (x - mean)^T over norm, w = fweights * aweights. norm: the sum of w less
 * correction, which aweights weigh by sum(w * aweights) / sum(w).
 */
function covariance(a: Node, options: CovOptions): Node {
  const { correction = 1, aweights } = options;
  const n = a.shape[1]!;
  const weights = weightRow(a, options);
  const weighted = weights === null ? a : mul(a, expand(weights, a.shape));
  const total =
    weights === null
      ? constant(n, a.dtype, [1, 1])
      : reshape(reduce(weights, 'sum', [0, 1]), [1, 1]);
  const mean = div(reduceNode(weighted, 'sum', [1], true), broadcastTo(total, [a.shape[0]!, 1]));
  const centred = sub(a, expand(mean, a.shape));
  let norm = withNumber('SUB', total, correction);
  if (weights !== null && aweights != null && correction !== 0) {
    const part = reshape(reduce(mul(weights, rowOf(aweights, a)), 'sum', [0, 1]), [1, 1]);
    norm = sub(total, withNumber('MUL', div(part, total), correction));
  }
  const bounded = binary('MAX', norm, constant(0, norm.dtype, norm.shape));
  const right = weights === null ? centred : mul(centred, expand(weights, a.shape));
  const product = matmulNode('cov', centred, permute(right, [1, 0]));
  return div(product, broadcastTo(bounded, product.shape));
}

const rowOf = (weights: Tensor, a: Node): Node =>
  reshape(cast(weights.node, a.dtype), [1, a.shape[1]!]);

const squeezed = (a: Node): Node => (a.shape[0] === 1 && a.shape[1] === 1 ? reshape(a, []) : a);

method('cov', '| * correction fweights aweights', (x: Tensor, options: CovOptions = {}) =>
  fromNode(squeezed(covariance(observations('cov', x), options))),
);

method('corrcoef', '', (x: Tensor) => {
  const c = covariance(observations('corrcoef', x), {});
  const n = c.shape[0]!;
  if (n === 1) return fromNode(reshape(div(c, c), []));
  const root = unary('SQRT', diagonal(c, 0, 1, [0, 0], n));
  const across = expand(reshape(root, [n, 1]), c.shape);
  const down = expand(reshape(root, [1, n]), c.shape);
  const ratio = div(div(c, across), down);
  // rounding may lead out of it
  return clampTo('corrcoef', fromNode(ratio), -1, 1);
});
