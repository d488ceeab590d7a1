// Where operations are registered: each PyTorch name and its signature stands once, beside its implementation.
// in:  a name, a signature such as 'dim? | keepdim dtype', a function     out: a method of Tensor
// The table feeds the check for unknown options, the conformance adapter and docs/compatibility.md.

import { Misfit } from '../graph/fits.js';
import { Tensor } from './tensor.js';

export interface Signature {
  /** PyTorch's name. */
  readonly pytorch: string;
  /** PyTorch's parameter names after the input, in PyTorch's order. */
  readonly parameters: readonly string[];
  /** How many of them are positional here; the others are keys of the options object, in camelCase. */
  readonly positional: number;
  readonly kind: 'method' | 'function' | 'functional';
}

/** By our name: 'sum', 'add_', 'cat', 'F.crossEntropy'. */
export const signatures = new Map<string, Signature>();

export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

export const camelCase = (name: string): string =>
  name.replace(/(?<=[a-z0-9])_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

/** 'dim? | keepdim dtype': positional parameters before the bar, options after it. */
function parse(text: string, pytorch: string, kind: Signature['kind']): Signature {
  const [front = '', back = ''] = text.split('|');
  const words = (part: string) =>
    part
      .split(/\s+/)
      .filter(Boolean)
      .map((w) => w.replace('?', ''));
  const positional = words(front);
  return {
    pytorch,
    parameters: [...positional, ...words(back)],
    positional: positional.length,
    kind,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the public types stand in the interface of each family
export type Implementation = (...args: any[]) => any;

/** Registers a free function's signature and hands the function back with its options checked. */
export function define<F extends Implementation>(
  name: string,
  signature: string,
  fn: F,
  kind: Signature['kind'] = 'function',
  pytorch = snakeCase(name.replace(/^(F|linalg|special)\./, '')),
): F {
  const entry = parse(signature, pytorch, kind);
  signatures.set(name, entry);
  const shown = name.replace(/^F\./, '');
  if (!signature.includes('|')) return kind === 'method' ? fn : (called(shown, fn) as F);
  const known = new Set(entry.parameters.slice(entry.positional).map(camelCase));
  const checked = (...args: unknown[]) => fn(...settle(shown, args, entry.positional, known));
  return (kind === 'method' ? checked : called(shown, checked)) as F;
}

/** The same function, whose name stands in front of what the graph has to say of its operands. */
const called =
  (name: string, fn: Implementation): Implementation =>
  (...args) => {
    try {
      return fn(...args);
    } catch (error) {
      throw Misfit.calledBy(name, error);
    }
  };

/** Makes `fn(self, ...)` a method of Tensor, and returns it as a function. */
export function method<F extends Implementation>(name: string, signature: string, fn: F): F {
  const self = signature.includes('|') || signature !== '' ? `self ${signature}` : 'self';
  const call = define(`${name}`, self, fn, 'method');
  const entry = signatures.get(name)!;
  signatures.set(name, {
    ...entry,
    parameters: entry.parameters.slice(1),
    positional: entry.positional - 1,
  });
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...args: unknown[]) {
      try {
        return call(this, ...args);
      } catch (error) {
        throw Misfit.calledBy(name, error);
      }
    },
    writable: true,
    configurable: true,
  });
  return call;
}

/** Puts the options object at its place and refuses unknown keys. */
function settle(
  name: string,
  args: unknown[],
  positional: number,
  known: ReadonlySet<string>,
): unknown[] {
  const last = args[args.length - 1];
  if (!isOptions(last)) return args;
  for (const key of Object.keys(last)) {
    if (known.has(key)) continue;
    throw new TypeError(`${name}: unknown option "${key}"; it takes ${[...known].join(', ')}`);
  }
  if (args.length > positional) return args;
  const front = args.slice(0, -1);
  while (front.length < positional) front.push(undefined);
  return [...front, last];
}

export function isOptions(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
