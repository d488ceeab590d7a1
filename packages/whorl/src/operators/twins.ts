// Registers a method together with its in-place twin, whose name ends with an underscore.
// in:  a name, a signature, a function of a tensor     out: the method as a function, its options
// checked

import { method } from '../tensor/define.js';
import type { Tensor } from '../tensor/tensor.js';
import { assignResult } from './pointwise/unary.js';

/** `x.name(...)`, and `x.name_(...)` that writes the result into x. */
export function withTwin<F extends (x: Tensor, ...rest: never[]) => Tensor>(
  name: string,
  signature: string,
  fn: F,
): F {
  const checked = method(name, signature, fn as never) as unknown as F;
  method(`${name}_`, signature, ((x: Tensor, ...rest: never[]) =>
    assignResult(`${name}_`, x, checked(x, ...rest))) as never);
  return checked;
}

/** What PyTorch refuses: a plain number where the operation is defined for two tensors. */
export function demandTensor(name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return;
  throw new TypeError(`${name}: expected a tensor, got ${String(value)}`);
}
