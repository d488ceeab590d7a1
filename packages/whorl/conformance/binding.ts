// Puts PyTorch's arguments where our API takes them: positional ones first, options last.
// in:  args and kwargs as PyTorch takes them, our signature     out: the values of our call
import { camel } from './library.js';

export interface Signature {
  pytorch: string;
  /** PyTorch's names in PyTorch's order, after self; a leading ... takes all that follow. */
  parameters: readonly string[];
  /** How many are positional; the others go into the options object. */
  positional: number;
  kind: 'method' | 'function' | 'functional';
}

export type Options = Record<string, unknown>;

/** A recorded call: op(input, *args, **kwargs). */
export interface Operands {
  input: unknown;
  args: unknown[];
  kwargs: Options;
}

/** The API offers the function, but cannot be called in the recorded way. */
export class CannotBind extends Error {}

/** Not values of ours: a case runs on the default device, and memory is always contiguous. */
const ignored = new Set(['device', 'memory_format', 'layout', 'pin_memory', 'generator']);

interface Slots {
  named: Map<string, unknown>;
  rest: unknown[];
}

/** Which parameter each value is for, as Python decides it. */
function assign(signature: Signature, args: readonly unknown[], kwargs: Options): Slots {
  const { parameters } = signature;
  const names = parameters.filter((name) => !name.startsWith('...'));
  const variadic = parameters.findIndex((name) => name.startsWith('...'));
  const before = variadic < 0 ? names.length : variadic;
  if (args.length > before && variadic < 0) {
    throw new CannotBind(`${signature.pytorch}: ${args.length} arguments for ${before} parameters`);
  }
  const named = new Map<string, unknown>();
  args.slice(0, before).forEach((value, i) => named.set(names[i]!, value));
  const rest = args.slice(before);
  for (const [name, value] of Object.entries(kwargs)) {
    if (ignored.has(name)) continue;
    if (parameters[variadic] === `...${name}`) rest.push(value);
    else if (names.includes(name)) named.set(name, value);
    else if (variadic >= 0)
      named.set(name, value); // zeros(...size, { dtype }) lists no options
    else throw new CannotBind(`${signature.pytorch}: no parameter ${name}`);
  }
  return { named, rest };
}

function trimmed(values: unknown[]): unknown[] {
  let length = values.length;
  while (length > 0 && values[length - 1] === undefined) length--;
  return values.slice(0, length);
}

/** None is a value left out: the defaults that it stands for are the same here. */
const given = (value: unknown): unknown => value ?? undefined;

export function bind(signature: Signature, args: readonly unknown[], kwargs: Options): unknown[] {
  const { named, rest } = assign(signature, args, kwargs);
  const positional: unknown[] = [];
  const options: Options = {};
  signature.parameters.forEach((name, i) => {
    if (name.startsWith('...')) {
      positional.push(...rest);
    } else if (i < signature.positional) {
      positional.push(given(named.get(name)));
    } else if (given(named.get(name)) !== undefined) {
      options[camel(name)] = named.get(name);
    }
  });
  for (const [name, value] of named) {
    const listed = signature.parameters.includes(name);
    if (!listed && given(value) !== undefined) options[camel(name)] = value;
  }
  if (Object.keys(options).length === 0) return trimmed(positional);
  // Options come last even where optional positional values before them are left out.
  return [...positional, options];
}

/** Without a signature: everything in order, keyword arguments as options. */
export function bindPlain(args: readonly unknown[], kwargs: Options): unknown[] {
  const values = trimmed(args.map(given));
  const entries = Object.entries(kwargs)
    .filter(([name, value]) => !ignored.has(name) && given(value) !== undefined)
    .map(([name, value]) => [camel(name), value] as const);
  return entries.length === 0 ? values : [...values, Object.fromEntries(entries)];
}
