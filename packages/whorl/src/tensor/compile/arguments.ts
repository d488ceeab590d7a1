// The arguments of a compiled function: tensors in any nesting, and plain values.
// in:  arguments of a call     out: a key, equal where the same program serves; the tensors in order
//
// Of tensors the key has shape, dtype, requiresGrad, strides and which of them share memory; everything else
// counts with its value, or as the object it is.

import { makeCell, type Cell } from '../../engine/pending.js';
import { Tensor } from '../tensor.js';

export interface Arguments {
  readonly key: string;
  readonly tensors: readonly Tensor[];
  /** Numbers by their place, for the warning about those that change. */
  readonly numbers: ReadonlyMap<string, number>;
}

const ids = new WeakMap<object, number>();
let objects = 0;

function idOf(object: object): number {
  let id = ids.get(object);
  if (id === undefined) {
    id = ++objects;
    ids.set(object, id);
  }
  return id;
}

export const isPlainObject = (value: object): value is Record<string, unknown> => {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
};

export function readArguments(args: readonly unknown[]): Arguments {
  const reader = new Reader();
  args.forEach((value, i) => {
    reader.read(value, String(i));
  });
  return reader;
}

class Reader implements Arguments {
  key = '';
  readonly tensors: Tensor[] = [];
  readonly numbers = new Map<string, number>();

  read(value: unknown, path: string): void {
    if (value instanceof Tensor) this.tensor(value);
    else if (typeof value === 'object' && value !== null) this.object(value, path);
    else if (typeof value === 'function') this.key += `f${idOf(value)};`;
    else if (typeof value === 'string') this.key += `s${JSON.stringify(value)};`;
    else {
      if (typeof value === 'number') this.numbers.set(path, value);
      this.key += `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)};`;
    }
  }

  private object(value: object, path: string): void {
    if (Array.isArray(value)) {
      this.key += '[';
      value.forEach((part, i) => {
        this.read(part, `${path}[${i}]`);
      });
      this.key += ']';
    } else if (value instanceof Map) {
      this.key += '<';
      for (const [name, part] of value) {
        this.read(name, `${path} key`);
        this.read(part, `${path}.${String(name)}`);
      }
      this.key += '>';
    } else if (isPlainObject(value)) {
      this.key += '{';
      for (const name of Object.keys(value)) {
        this.key += `${JSON.stringify(name)}:`;
        this.read(value[name], `${path}.${name}`);
      }
      this.key += '}';
    } else this.key += `o${idOf(value)};`;
  }

  private tensor(tensor: Tensor): void {
    const { shape, dtype, layout, steps, cell } = tensor;
    const first = this.tensors.findIndex((other) => other.cell === cell);
    this.key += `${dtype}${shape.join()}`;
    if (tensor.requiresGrad) this.key += 'g';
    if (layout !== null) this.key += `l${layout.join()}`;
    if (!tensor.plain) this.key += 'p';
    if (steps.length > 0) this.key += 'v';
    this.key += first < 0 ? ';' : `=${first};`;
    this.tensors.push(tensor);
  }
}

/** The arguments with each tensor, in order, replaced. */
export function withTensors(args: readonly unknown[], tensors: readonly Tensor[]): unknown[] {
  let next = 0;
  const copy = (value: unknown): unknown => {
    if (value instanceof Tensor) return tensors[next++];
    if (Array.isArray(value)) return value.map(copy);
    if (value instanceof Map)
      return new Map([...value].map(([name, part]) => [copy(name), copy(part)]));
    if (typeof value !== 'object' || value === null || !isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copy(part)]));
  };
  return args.map(copy);
}

/** The cell in which a program finds an argument: a view is shown in one of its own. */
export const cellOfArgument = (tensor: Tensor): Cell =>
  tensor.steps.length === 0 ? tensor.cell : makeCell(tensor.node);

/** What the function is given in place of a view: the same values in a cell of their own. */
export function standIn(tensor: Tensor, cell: Cell): Tensor {
  if (tensor.steps.length === 0) return tensor;
  const own = new Tensor(cell, [], null);
  own.layout = tensor.layout;
  return own;
}
