// Integrals of samples by the trapezoid rule: trapezoid, trapz, cumulativeTrapezoid.
// in:  samples along a dimension, and where they were taken     out: integrals

import { add, cast, mul, sub, withNumber } from '../graph/build.js';
import { broadcastTo, narrow, reshape } from '../graph/movement.js';
import { reduce, scan } from '../graph/reductions.js';
import { define } from './define.js';
import { showShape, wrapDim } from './dims.js';
import { broadcastShapes, resultType, toFloat } from './promotion.js';
import { fromNode, Tensor } from './tensor.js';

export interface TrapezoidOptions {
  dx?: number;
  dim?: number;
}

/** Pairs of neighbours' sums, times the half of the gaps: one trapezoid each. */
function strips(name: string, y: Tensor, x: Tensor | null, dx: number, dim: number) {
  if (y.ndim === 0) {
    throw new RangeError(
      `${name}: samples lie along a dimension, but the tensor has no dimensions`,
    );
  }
  const axis = wrapDim(name, dim, y.ndim);
  const n = y.shape[axis]!;
  const count = Math.max(n - 1, 0);
  const value = cast(y.node, toFloat(x === null ? y.dtype : resultType([y, x])));
  if (x === null) {
    const pairs = add(narrow(value, axis, n - count, count), narrow(value, axis, 0, count));
    return { axis, node: withNumber('MUL', pairs, dx / 2) };
  }
  const own = x.ndim === 1 ? y.shape.map((_, i) => (i === axis ? x.shape[0]! : 1)) : x.shape;
  if (x.ndim > y.ndim) {
    throw new Error(
      `${name}: x must not have more dimensions than y: ${showShape(x.shape)} and ` +
        showShape(y.shape),
    );
  }
  const missing = y.ndim - own.length;
  const at = reshape(cast(x.node, value.dtype), [...new Array<number>(missing).fill(1), ...own]);
  if (at.shape[axis] !== n) {
    throw new Error(
      `${name}: there must be one x value for each sample point: got ` +
        `${showShape(x.shape)} for ${showShape(y.shape)}`,
    );
  }
  const gaps = sub(narrow(at, axis, n - count, count), narrow(at, axis, 0, count));
  const pairs = add(narrow(value, axis, n - count, count), narrow(value, axis, 0, count));
  const shape = broadcastShapes(name, gaps.shape, pairs.shape);
  const product = mul(broadcastTo(gaps, shape), broadcastTo(pairs, shape));
  return { axis, node: withNumber('DIV', product, 2) };
}

function checkSamples(name: string, x: Tensor | null, options: TrapezoidOptions): void {
  if (x !== null && !(x instanceof Tensor)) throw new TypeError(`${name}: x must be a tensor`);
  if (x === null || options.dx === undefined) return;
  throw new Error(`${name}: x and dx exclude each other`);
}

function trapezoidOf(name: string) {
  return (y: Tensor, x: Tensor | null = null, options: TrapezoidOptions = {}): Tensor => {
    checkSamples(name, x, options);
    const { node, axis } = strips(name, y, x, options.dx ?? 1, options.dim ?? -1);
    return fromNode(reduce(node, 'sum', [axis]));
  };
}
/**
 * The integral along dim by the trapezoid rule, at spacing dx (1) or the points x ([N] or y's
 * shape).
 * Source: torch.trapezoid.
 */
export const trapezoid = define('trapezoid', 'y x? | * dx dim', trapezoidOf('trapezoid'));
export const trapz = define('trapz', 'y x? | * dx dim', trapezoidOf('trapz'));
/** The integral up to each point but the first. Source: torch.cumulative_trapezoid. */
export const cumulativeTrapezoid = define(
  'cumulativeTrapezoid',
  'y x? | * dx dim',
  (y: Tensor, x: Tensor | null = null, options: TrapezoidOptions = {}): Tensor => {
    checkSamples('cumulativeTrapezoid', x, options);
    const { node, axis } = strips('cumulativeTrapezoid', y, x, options.dx ?? 1, options.dim ?? -1);
    return fromNode(scan(node, 'sum', axis));
  },
);
