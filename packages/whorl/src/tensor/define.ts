// Where operations are registered: each PyTorch name and its signature stands once, beside its
// implementation.
// in:  a name, a signature such as 'dim? | keepdim dtype', a function     out: a method of Tensor
// The table feeds the check for unknown options, the conformance adapter and docs/compatibility.md.

import { isOneDevice } from '../engine/devices/default.js';
import { Misfit } from '../graph/misfit.js';
import type { Agrees } from './arguments/agrees.js';
import { binder } from './arguments/bind.js';
import { readSignature } from './arguments/signature.js';
import type { Methods } from './methods.js';
import { atOperands } from './operands.js';
import { Tensor } from './tensor.js';

export interface Signature {
  /** PyTorch's name. */
  readonly pytorch: string;
  /** PyTorch's parameter names after the input, in PyTorch's order. */
  readonly parameters: readonly string[];
  /**
   * How many of them are positional here; the others are keys of the options object, in camelCase.
   */
  readonly positional: number;
  readonly kind: 'method' | 'function' | 'functional';
  /** As it was registered: 'dim? | keepdim * dtype'. */
  readonly text: string;
}

/** By our name: 'sum', 'add_', 'cat', 'F.crossEntropy'. */
export const signatures = new Map<string, Signature>();

export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** A row of the table; the text is read when somebody asks. */
class Entry implements Signature {
  constructor(
    readonly pytorch: string,
    readonly kind: Signature['kind'],
    readonly text: string,
  ) {}

  get parameters(): readonly string[] {
    const { front, options, variadic } = readSignature(this.text);
    const last = variadic ? front.length - 1 : -1;
    const places = front.map((p, i) => (i === last ? `...${p.name}` : p.name));
    return [...places, ...options.map((p) => p.name)];
  }

  get positional(): number {
    return readSignature(this.text).front.length;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: each family has the public types
export type Implementation = (...args: any[]) => any;

/** Registers a free function's signature and hands the function back with its arguments checked. */
export function define<F extends Implementation, const S extends string>(
  name: string,
  signature: Agrees<F, S>,
  fn: F,
  kind: Signature['kind'] = 'function',
  pytorch = snakeCase(name.replace(/^(F|linalg|special)\./, '')),
): F {
  signatures.set(name, new Entry(pytorch, kind, signature as string));
  const checked = checking(name.replace(/^(F|init)\./, ''), signature as string, fn);
  return called(name.replace(/^F\./, ''), checked) as F;
}

/** Makes `fn(self, ...)` a method of Tensor, and returns it as a function. */
export function method<N extends keyof Methods, const S extends string, F extends Implementation>(
  name: N,
  signature: Agrees<Methods[N], S>,
  fn: F,
): F {
  const text = signature as string;
  signatures.set(name, new Entry(snakeCase(name), 'method', text));
  const bind = binder(name, text);
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...args: unknown[]) {
      try {
        if (!isOneDevice()) return atOperands([this, ...args], () => fn(this, ...bind(args)));
        return args.length === 0 && text === '' ? fn(this) : fn(this, ...bind(args));
      } catch (error) {
        throw Misfit.calledBy(name, error);
      }
    },
    writable: true,
    configurable: true,
  });
  return checking(name, `self ${text}`, fn) as F;
}

/** The same function, its arguments bound as the signature says. */
function checking(name: string, signature: string, fn: Implementation): Implementation {
  const bind = binder(name, signature);
  return (...args) => fn(...bind(args));
}

/** The same function, whose name stands in front of what the graph has to say of its operands. */
const called =
  (name: string, fn: Implementation): Implementation =>
  (...args) => {
    try {
      return isOneDevice() ? fn(...args) : atOperands(args, () => fn(...args));
    } catch (error) {
      throw Misfit.calledBy(name, error);
    }
  };

/** A table's rows, whose names the compiler knows: each is compared with the declared method. */
export const rows = <N extends string, Row>(table: Readonly<Record<N, Row>>): [N, Row][] =>
  Object.entries(table) as [N, Row][];
