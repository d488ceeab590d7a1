// Integrals of samples by the trapezoid rule: trapezoid, trapz, cumulativeTrapezoid.
// in:  samples along a dimension, and where they were taken     out: integrals

import { add, cast, constant, mul, sub, withNumber } from '../../graph/build.js';
import { broadcastTo, narrow, reshape } from '../../graph/movement.js';
import { isFloating } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { scan } from '../../graph/reductions.js';
import { define } from '../../tensor/define.js';
import { demandNumbers } from '../../tensor/floating.js';
import { showShape, wrapDim } from '../../tensor/dims.js';
import { broadcastShapes, resultType, toFloat } from '../../tensor/promotion.js';
import { sumNode } from './reduce.js';
import { fromNode, Tensor } from '../../tensor/tensor.js';

export interface TrapezoidOptions {
  dx?: number;
  dim?: number;
}

/** Whole numbers are added up in 64 bits. */
const summed = (a: Node): Node => (isFloating(a.dtype) ? a : cast(a, 'int64'));
const real = (a: Node): Node => cast(a, toFloat(a.dtype));

/** Pairs of neighbours' sums, times the gaps, and what is left to multiply them with. */
function strips(name: string, y: Tensor, x: Tensor | null, dx: number, dim: number) {
  if (y.ndim === 0) {
    throw new RangeError(
      `${name}: samples lie along a dimension, but the tensor has no dimensions`,
    );
  }
  demandNumbers(name, y, x);
  const axis = wrapDim(name, dim, y.ndim);
  const n = y.shape[axis]!;
  const count = Math.max(n - 1, 0);
  const behind = (a: Node): Node => narrow(a, axis, n - count, count);
  const before = (a: Node): Node => narrow(a, axis, 0, count);
  const sums = add(behind(y.node), before(y.node));
  if (x === null) return { axis, pairs: sums, factor: dx / 2 };
  const own = x.ndim === 1 ? y.shape.map((_, i) => (i === axis ? x.shape[0]! : 1)) : x.shape;
  if (x.ndim > y.ndim) {
    throw new Error(
      `${name}: x must not have more dimensions than y: ${showShape(x.shape)} and ` +
        showShape(y.shape),
    );
  }
  const missing = y.ndim - own.length;
  const at = reshape(x.node, [...new Array<number>(missing).fill(1), ...own]);
  if (at.shape[axis] !== n) {
    throw new Error(
      `${name}: there must be one x value for each sample point: got ` +
        `${showShape(x.shape)} for ${showShape(y.shape)}`,
    );
  }
  const gaps = sub(behind(at), before(at));
  const shape = broadcastShapes(name, gaps.shape, sums.shape);
  const dtype = resultType([y, x]);
  const laid = (a: Node): Node => broadcastTo(cast(a, dtype), shape);
  return { axis, pairs: mul(laid(gaps), laid(sums)), factor: 0.5 };
}

function checkSamples(name: string, x: Tensor | null, options: TrapezoidOptions): void {
  if (x !== null && !(x instanceof Tensor)) throw new TypeError(`${name}: x must be a tensor`);
  if (x === null || options.dx === undefined) return;
  throw new Error(`${name}: x and dx exclude each other`);
}

function trapezoidOf(name: string) {
  return (y: Tensor, x: Tensor | null = null, options: TrapezoidOptions = {}): Tensor => {
    checkSamples(name, x, options);
    const { pairs, axis, factor } = strips(name, y, x, options.dx ?? 1, options.dim ?? -1);
    const shape = pairs.shape.filter((_, i) => i !== axis);
    // of no samples PyTorch makes new zeros
    if (y.shape[axis] === 0) return fromNode(constant(0, y.dtype, shape));
    if (x !== null || isFloating(y.dtype)) {
      return fromNode(withNumber('MUL', real(sumNode(summed(pairs), [axis])), factor));
    }
    // whole numbers: all of them but half of the ends, which are added in their own width
    const end = (at: number): Node => narrow(y.node, axis, at, 1);
    const ends = reshape(add(end(0), end(y.shape[axis]! - 1)), shape);
    const total = sub(real(sumNode(summed(y.node), [axis])), withNumber('MUL', real(ends), 0.5));
    return fromNode(withNumber('MUL', total, 2 * factor));
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
    const { dx = 1, dim = -1 } = options;
    const { pairs, axis, factor } = strips('cumulativeTrapezoid', y, x, dx, dim);
    // without x PyTorch has multiplied before it sums
    if (x === null) return fromNode(scan(withNumber('MUL', real(pairs), factor), 'sum', axis));
    return fromNode(withNumber('MUL', real(scan(summed(pairs), 'sum', axis)), factor));
  },
);
