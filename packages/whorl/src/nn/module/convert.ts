// Converts the floating tensors of modules to another dtype: Module.to, float, double.
// in:  parameters, and modules with the names of their buffers     out: the same Parameters with other values, their
// gradients converted; new buffers

import { type DType, isFloating } from '../../graph/dtype.js';
import { Tensor } from '../../tensor/tensor.js';

/** Errors: a dtype that is not floating. */
export function demandParameterDType(dtype: DType): void {
  if (isFloating(dtype)) return;
  throw new TypeError(
    `Module.to: only floating dtypes, got ${String(dtype)}; there is one device, and none to name`,
  );
}

const isConvertible = (value: unknown, dtype: DType): value is Tensor =>
  value instanceof Tensor && isFloating(value.dtype) && value.dtype !== dtype;

const converted = (x: Tensor, dtype: DType): Tensor => x.detach().to(dtype) as Tensor;

export function convertParameter(p: Tensor, dtype: DType): void {
  const { requiresGrad, grad } = p;
  if (isConvertible(p, dtype)) p.replaceBy(converted(p, dtype), requiresGrad);
  if (isConvertible(grad, dtype)) grad.replaceBy(converted(grad, dtype), false);
}

export function convertBuffers(module: object, names: Iterable<string>, dtype: DType): void {
  const own = module as Record<string, unknown>;
  for (const name of names) {
    const value = own[name];
    if (isConvertible(value, dtype)) own[name] = converted(value, dtype);
  }
}
