// Registers a method together with its in-place twin, whose name ends with an underscore.
// in:  a name, a signature, a function of a tensor
// out: the method as a function, its arguments checked

import type { Agrees } from '../tensor/arguments/agrees.js';
import { assignResult } from '../tensor/assign.js';
import { method } from '../tensor/define.js';
import type { Methods } from '../tensor/methods.js';
import type { Tensor } from '../tensor/tensor.js';

/** The methods that have a twin in place. */
export type Twinned = {
  [N in keyof Methods]: `${N}_` extends keyof Methods ? N : never;
}[keyof Methods];

/** What must hold before the target is written to. */
type Guard = (name: string, target: Tensor, rest: readonly unknown[]) => void;

/** `x.name(...)`, and `x.name_(...)` that writes the result into x. */
export function withTwin<
  N extends Twinned,
  const S extends string,
  F extends (x: Tensor, ...rest: never[]) => Tensor,
>(
  name: N,
  signature: Agrees<Methods[N] | Methods[`${N}_` & keyof Methods], S>,
  fn: F,
  guard?: Guard,
): F {
  const checked = method(name, signature as never, fn as never) as unknown as F;
  const twin = `${name}_` as keyof Methods;
  method(
    twin,
    signature as never,
    ((x: Tensor, ...rest: never[]) => {
      guard?.(twin, x, rest);
      return assignResult(twin, x, checked(x, ...rest));
    }) as never,
  );
  return checked;
}

/** What PyTorch refuses: a plain number where the operation is defined for two tensors. */
export function demandTensor(name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return;
  throw new TypeError(`${name}: expected a tensor, got ${String(value)}`);
}
