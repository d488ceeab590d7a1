// A tensor as JSON, so that JSON.stringify keeps what it holds: dtype, shape and all values.
// in:  a tensor     out: a record; and back

import { type DType, dtypes } from '../../graph/dtype.js';
import { tensor } from './create.js';
import { isOptions } from '../../tensor/arguments/bind.js';
import { dataSync } from '../../tensor/read.js';
import { Tensor } from '../../tensor/tensor.js';
import type { TensorJson } from '../../tensor/types/json.js';

function element(value: number | bigint): number | string {
  const isPlain =
    typeof value === 'bigint'
      ? Number.isSafeInteger(Number(value))
      : Number.isFinite(value) && !Object.is(value, -0);
  return isPlain ? Number(value) : Object.is(value, -0) ? '-0' : String(value);
}

/** Reads all values, synchronously: what JSON.stringify calls. */
export function tensorToJson(x: Tensor): TensorJson {
  const data = Array.from(dataSync(x, 'toJSON') as ArrayLike<number | bigint>, element);
  return { dtype: x.dtype, shape: [...x.shape], data };
}

export const isTensorJson = (value: unknown): value is TensorJson =>
  isOptions(value) &&
  dtypes.includes(value['dtype'] as DType) &&
  Array.isArray(value['shape']) &&
  Array.isArray(value['data']);

/** Errors: a number of values that is not the shape's. */
export function tensorFromJson({ dtype, shape, data }: TensorJson): Tensor {
  const values = data.map((v) => (dtype === 'int64' ? BigInt(v) : Number(v)));
  return (tensor(values as number[], { dtype }) as Tensor).reshape(shape) as Tensor;
}

Object.defineProperty(Tensor.prototype, 'toJSON', {
  value(this: Tensor) {
    return tensorToJson(this);
  },
  writable: true,
  configurable: true,
});
