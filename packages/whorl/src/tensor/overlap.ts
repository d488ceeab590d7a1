// Whether two tensors show the same memory: what a write may not read at the same time.
// in:  two tensors     out: a verdict from their strides alone, or an error where PyTorch refuses
// Source: at::get_overlap_status. Views with gaps are too hard to tell and pass, as in PyTorch.

import { isDense, isExpanded, overlaps } from './strides.js';
import { assertOwnHistory, assertWritable } from './assign.js';
import { Tensor } from './tensor.js';

type Overlap = 'none' | 'partial' | 'full' | 'unknown';

export function overlapOf(a: Tensor, b: Tensor): Overlap {
  if (a === b) return 'full';
  if (a.cell !== b.cell || a.numel() === 0 || b.numel() === 0) return 'none';
  if (!isDense(a.shape, a.strides) || !isDense(b.shape, b.strides)) return 'unknown';
  const [endA, endB] = [a.offset + a.numel(), b.offset + b.numel()];
  if (a.offset === b.offset && endA === endB) {
    return String(a.strides) === String(b.strides) ? 'full' : 'partial';
  }
  return a.offset < endB && b.offset < endA ? 'partial' : 'none';
}

function refuse(name: string): never {
  throw new Error(
    `${name}: unsupported operation: some elements of the input tensor and the written-to ` +
      'tensor refer to a single memory location. Please clone() the tensor before performing the ' +
      'operation.',
  );
}

/** Whether a write to all of `x` may come to one place more than once. */
export const showsTwice = (x: Tensor): boolean => x.layout !== null && overlaps(x.shape, x.layout);

/**
 * For writes of values that are not made of the target's: windows that overlap take them one after
 * the other, as in PyTorch. What is computed from the target's own elements would be another number
 * there for each order of going.
 */
export function assertReplaceable(name: string, target: Tensor): void {
  const { shape, layout } = target;
  if (layout !== null && isExpanded(shape, layout)) assertWritable(name, target);
  assertOwnHistory(name, target);
}

/**
 * Whether both show the same elements of one memory, more than once: a copy that PyTorch leaves out
 * and does not refuse.
 */
export const repeatsAlike = (a: Tensor, b: Tensor): boolean =>
  a.cell === b.cell &&
  a.offset === b.offset &&
  String(a.shape) === String(b.shape) &&
  String(a.strides) === String(b.strides) &&
  isExpanded(a.shape, a.strides);

/** For writes that go element by element: each operand is the target itself or apart from it. */
export function assertNoPartialOverlap(
  name: string,
  target: Tensor,
  operands: readonly unknown[],
): void {
  for (const operand of operands) {
    if (operand instanceof Tensor && overlapOf(target, operand) === 'partial') refuse(name);
  }
}

/** For writes at index tensors: the source must not be the target either. */
export function assertNoOverlap(name: string, target: Tensor, source: Tensor): void {
  const overlap = overlapOf(target, source);
  if (overlap === 'partial' || overlap === 'full') refuse(name);
}
