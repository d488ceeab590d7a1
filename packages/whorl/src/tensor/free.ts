// A method as a function: exp(x) is x.exp().
// in:  the name of a method, as the compiler sees it the method itself
// out: a function of the receiver and of what the method takes

import { shown } from './arguments/show.js';
import type { Methods } from './methods.js';
import { Tensor } from './tensor.js';

/** Gives a method's name for the method: `methods.exp` is 'exp', and has the type of x.exp. */
export const methods = /* @__PURE__ */ new Proxy(
  {},
  { get: (_, name) => name },
) as unknown as Methods;

type Method = (...args: readonly unknown[]) => unknown;

export function free<T extends Tensor, A extends unknown[], R>(
  method: (this: T, ...args: A) => R,
): (input: T, ...args: A) => R {
  const name = method as unknown as string;
  const call = (x: unknown, ...args: readonly unknown[]): unknown => {
    if (x instanceof Tensor) return (x as unknown as Record<string, Method>)[name]!(...args);
    throw new TypeError(`${name}: argument 'input' (position 1) must be a Tensor, got ${shown(x)}`);
  };
  return call as unknown as (input: T, ...args: A) => R;
}
