// What JSON.stringify makes of a tensor.

import type { DType } from '../../graph/dtype.js';

/** Row-major values; what JSON has no number for (NaN, Infinity, -0, large int64) is a string. */
export interface TensorJson {
  dtype: DType;
  shape: number[];
  data: (number | string)[];
}
