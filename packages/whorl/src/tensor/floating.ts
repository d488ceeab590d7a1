// What takes floating tensors alone says so.
// in:  the operation, its operand     out: the dtype, or an error with the way out

import { type DType, isFloating } from '../graph/dtype.js';
import type { Tensor } from './tensor.js';

export const demandFloating = (name: string, { dtype }: Tensor): DType => floatingOnly(name, dtype);

/** The dtype, if it is floating. */
export function floatingOnly(name: string, dtype: DType): DType {
  if (isFloating(dtype)) return dtype;
  throw new TypeError(
    `${name}: not implemented for ${dtype} tensors; convert the input with float()`,
  );
}
