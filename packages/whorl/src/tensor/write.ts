// In-place writes that are not a twin of an operation: copy_, fill_, zero_.
// in:  a target tensor and a value     out: the target, whose cell holds a new value

import { reaching } from '../autograd/paths.js';
import { broadcastTo, cast, constant } from '../graph/build.js';
import { method } from './define.js';
import { showShape } from './dims.js';
import { isScalar, type Operand, type Scalar } from './promotion.js';
import { assertWritable, assign, fromNode, Tensor } from './tensor.js';

/** Writes `value`, broadcast and converted to the target's dtype. */
export function copyInto(name: string, target: Tensor, value: Operand): Tensor {
  assertWritable(name, target);
  if (isScalar(value)) {
    assign(target, constant(Number(value), target.dtype, target.shape));
    return target;
  }
  if (!(value instanceof Tensor)) throw new TypeError(`${name}: expected a tensor or a number`);
  assertExpands(name, value.shape, target.shape);
  assign(target, broadcastTo(cast(value.node, target.dtype), target.shape));
  return target;
}

export function assertExpands(name: string, from: readonly number[], to: readonly number[]): void {
  const missing = to.length - from.length;
  const fits = missing >= 0 && from.every((n, i) => n === 1 || n === to[i + missing]);
  if (fits) return;
  throw new Error(`${name}: the value of shape ${showShape(from)} does not broadcast to the shape ` +
    `${showShape(to)} of the place it is written to`);
}

method('copy_', 'src', (x: Tensor, source: Tensor) => copyInto('copy_', x, source));
method('zero_', '', (x: Tensor) => copyInto('zero_', x, 0));
/** A tensor of x's shape and dtype, `value` everywhere. Source: torch.fill. */
method('fill', 'value', (x: Tensor, value: Scalar | Tensor) => {
  if (value instanceof Tensor && value.ndim > 0) {
    throw new Error(`fill: only supports a 0-dimension value tensor but got one with ${value.ndim} dimensions`);
  }
  const node = value instanceof Tensor
    ? broadcastTo(cast(value.node, x.dtype), x.shape) : constant(Number(value), x.dtype, x.shape);
  return fromNode(reaching(node, [x.node]));
});
method('fill_', 'value', (x: Tensor, value: Scalar | Tensor) => {
  if (value instanceof Tensor && value.ndim > 0) {
    throw new Error(`fill_: only supports a 0-dimension value tensor but got one with ${value.ndim} dimensions`);
  }
  return copyInto('fill_', x, value);
});
