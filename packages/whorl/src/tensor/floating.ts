// What takes floating tensors alone says so.
// in:  the operation, its operand     out: the dtype, or an error with the way out

import { type DType, isFloating } from '../graph/dtype.js';
import type { Tensor } from './tensor.js';

export const demandFloating = (name: string, { dtype }: Tensor): DType => floatingOnly(name, dtype);

/** What PyTorch has no kernel for. */
export function demandNumbers(name: string, ...operands: readonly unknown[]): void {
  const isBool = (o: unknown) =>
    typeof o === 'boolean' || (o as Partial<Tensor> | null)?.dtype === 'bool';
  if (!operands.some(isBool)) return;
  throw new TypeError(`${name}: not implemented for bool tensors`);
}

/** The dtype, if it is floating. */
export function floatingOnly(name: string, dtype: DType): DType {
  if (isFloating(dtype)) return dtype;
  throw new TypeError(
    `${name}: not implemented for ${dtype} tensors; convert the input with float()`,
  );
}
