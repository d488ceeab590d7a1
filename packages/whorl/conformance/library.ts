// The library as the runner sees it: its public API looked up by name.
// in:  dotted names of our API     out: functions and classes, or NotOffered with the name
import * as whorl from '../src/index.js';
import type { Tensor } from '../src/index.js';

export type Call = (...values: unknown[]) => unknown;

/** The API has no such function, method or class: the case is skipped, and its name is listed. */
export class NotOffered extends Error {
  constructor(readonly missing: string) {
    super(`not offered: ${missing}`);
  }
}

/** PyTorch's name in our spelling: max_pool2d -> maxPool2d, masked_fill_ -> maskedFill_. */
export function camel(name: string): string {
  return name.replace(/(?<=.)_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What stands at a dotted name, or undefined: 'nn.functional.relu'. */
export function find(path: string): unknown {
  let found: unknown = whorl;
  for (const part of path.split('.')) {
    if (found === null || (typeof found !== 'object' && typeof found !== 'function')) {
      return undefined;
    }
    found = Reflect.get(found, part);
  }
  return found;
}

export function free(path: string): Call {
  const found = find(path);
  if (typeof found !== 'function') throw new NotOffered(path);
  return found as Call;
}

export function construct<T>(path: string, ...values: unknown[]): T {
  return Reflect.construct(free(path), values) as T;
}

export function hasMethod(target: unknown, name: string): boolean {
  return (
    typeof target === 'object' && target !== null && typeof Reflect.get(target, name) === 'function'
  );
}

/** A method bound to its object; `owner` names it in the list of what is not offered. */
export function method(target: object, name: string, owner = 'Tensor'): Call {
  const found: unknown = Reflect.get(target, name);
  if (typeof found !== 'function') throw new NotOffered(`${owner}.${name}`);
  return (...values) => Reflect.apply(found, target, values);
}

export function isTensor(value: unknown): value is Tensor {
  return value instanceof whorl.Tensor;
}
