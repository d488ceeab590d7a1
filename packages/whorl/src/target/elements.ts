// Which elements a device has: as what values of each
// dtype lie in its memory, and as what they are computed.
// in:  a dtype, a device's record     out: the dtype that takes its place there
//
// A device without int64 keeps them as int32: what is computed wraps there, what comes
// from outside and does not fit is refused, and a number in a kernel stays inside. A
// device without float64 has no tensors of it; what an operator would compute in
// float64 on its way is float32 there, by formulas of its own where the digits matter.

import type { DType } from '../graph/dtype.js';
import type { Target } from './target.js';

/** As what an element lies in memory. */
export const storedAs = ({ elements }: Target, dtype: DType): DType => elements[dtype] ?? 'float32';

/** As what arithmetic on it is done: what takes fewer bytes than a word is still what it is. */
export function computedAs({ elements, hasFloat64 }: Target, dtype: DType): DType {
  if (dtype === 'float64') return hasFloat64 ? 'float64' : 'float32';
  return dtype === 'int64' && elements.int64 === 'int32' ? 'int32' : dtype;
}
