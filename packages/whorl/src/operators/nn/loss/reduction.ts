// How a loss is reduced: 'mean', 'sum' or 'none', the same for all losses.

import { type Node, sizeOf } from '../../../graph/node.js';
import { meanNode, sumNode } from '../../reduce/reduce.js';
import { showShape } from '../../../tensor/dims.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { DType } from '../../../graph/dtype.js';

export type Reduction = 'mean' | 'sum' | 'none';

export function reduceLoss(name: string, loss: Node, reduction: Reduction): Node {
  const axes = [...loss.shape.keys()];
  if (reduction === 'none') return loss;
  if (reduction === 'sum') return sumNode(loss, axes);
  if (reduction === 'mean') return meanNode(loss, axes);
  throw new Error(
    `${name}: "${reduction}" is not a valid value for reduction; use mean, sum or none`,
  );
}

/**
 * Both of one shape, as regression losses here demand it of users who did not mean to broadcast.
 */
export function demandSameShape(name: string, input: Tensor, target: Tensor): void {
  if (input.ndim === target.ndim && input.shape.every((n, i) => n === target.shape[i])) return;
  throw new Error(
    `${name}: input ${showShape(input.shape)} and target ${showShape(target.shape)} must have ` +
      'the same shape',
  );
}

/**
 * Of the dtype of what it goes with, as PyTorch's kernels ask of weights, biases and statistics.
 */
export function demandDType(
  name: string,
  what: string,
  tensor: Tensor | null | undefined,
  dtype: DType,
): void {
  if (tensor == null || tensor.dtype === dtype) return;
  throw new TypeError(
    `${name}: expected scalar type ${dtype} but found ${tensor.dtype} for ${what}; convert it ` +
      'with to()',
  );
}

/** Subtraction has no meaning for truth values. */
export function refuseBool(name: string, ...tensors: Tensor[]): void {
  if (tensors.every((t) => t.dtype !== 'bool')) return;
  throw new TypeError(`${name}: subtraction with a bool tensor is not supported; convert it`);
}

export const elements = (a: Node): number => sizeOf(a.shape);
