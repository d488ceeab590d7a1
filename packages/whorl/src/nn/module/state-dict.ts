// A module's state by name: what stateDict() gives, what loadStateDict() takes, and its JSON.
// in:  tensors by name, or what JSON made of them
// out: values copied into a module's own tensors

import { isOptions } from '../../tensor/arguments/bind.js';
import { bound } from '../../tensor/arguments/bound.js';
import { shown } from '../../tensor/arguments/show.js';
import { within } from '../../autograd/mode.js';
import { isTensorJson, tensorFromJson, tensorToJson } from '../../operators/create/json.js';
import { Tensor } from '../../tensor/tensor.js';
import type { TensorJson } from '../../tensor/types/json.js';

/** Name to tensor, in PyTorch's order and with PyTorch's names; JSON.stringify keeps all of it. */
export class StateDict extends Map<string, Tensor> {
  constructor(entries?: Iterable<readonly [string, Tensor]> | null) {
    if (entries != null && !(typeof entries === 'object' && Symbol.iterator in entries)) {
      throw new TypeError(`StateDict: expected pairs of names and tensors, got ${shown(entries)}`);
    }
    super();
    for (const pair of entries ?? []) {
      if (!Array.isArray(pair) || typeof pair[0] !== 'string' || !(pair[1] instanceof Tensor))
        throw new TypeError(`StateDict: expected pairs of names and tensors, got ${shown(pair)}`);
      this.set(pair[0], pair[1]);
    }
  }

  static override get [Symbol.species](): MapConstructor {
    return Map;
  }

  /** What loadStateDict takes again after JSON.parse. */
  toJSON(): Record<string, TensorJson> {
    return Object.fromEntries([...this].map(([name, value]) => [name, tensorToJson(value)]));
  }
}

export type SavedState =
  | ReadonlyMap<string, Tensor | TensorJson>
  | Readonly<Record<string, Tensor | TensorJson>>;

export interface LoadOptions {
  /** whether names that are missing or not expected are errors, default true */
  strict?: boolean;
}

export interface LoadResult {
  missingKeys: string[];
  unexpectedKeys: string[];
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
const sizes = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const isSame = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

const loadArguments = bound<[unknown, LoadOptions]>()(
  'loadStateDict',
  'state_dict:index? | strict',
);

/** Errors: all that does not fit, in one sentence; then nothing is written. */
export function loadState(
  module: string,
  own: ReadonlyMap<string, Tensor>,
  args: readonly unknown[],
): LoadResult {
  const [state, { strict = true }] = loadArguments(args);
  const given = entriesOf(state);
  const missingKeys = [...own.keys()].filter((name) => !given.has(name));
  const unexpectedKeys = [...given.keys()].filter((name) => !own.has(name));
  const values = new Map<string, Tensor>();
  const problems: string[] = [];
  for (const [name, target] of own) {
    if (!given.has(name)) continue;
    const saved = given.get(name);
    const value = isTensorJson(saved) ? tensorFromJson(saved) : saved;
    if (!(value instanceof Tensor))
      problems.push(`${name}: expected a Tensor, got ${kindOf(value)}`);
    else if (!isSame(value.shape, target.shape)) {
      problems.push(
        `size mismatch for ${name}: copying ${sizes(value.shape)} into ${sizes(target.shape)}`,
      );
    } else values.set(name, value);
  }
  if (strict && missingKeys.length > 0) problems.push(`missing key ${quoted(missingKeys)}`);
  if (strict && unexpectedKeys.length > 0)
    problems.push(`unexpected key ${quoted(unexpectedKeys)}`);
  if (problems.length > 0) {
    throw new Error(
      `loadStateDict: error(s) in loading state_dict for ${module}: ${problems.join('; ')}`,
    );
  }
  within(false, () => {
    for (const [name, value] of values) own.get(name)!.copy_(value);
  });
  return { missingKeys, unexpectedKeys };
}

function entriesOf(state: unknown): Map<string, unknown> {
  if (state instanceof Map) return state as Map<string, unknown>;
  // a class's instance, a list or what namedParameters() gives has other entries than a state
  if (isOptions(state)) return new Map(Object.entries(state));
  throw new TypeError(
    'loadStateDict: expected a state dict (a Map or an object of tensors by name), got ' +
      `${shown(state)}`,
  );
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
