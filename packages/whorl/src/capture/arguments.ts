// The arguments of a compiled function: tensors in any nesting, and plain values.
// in:  arguments of a call
// out: a key, equal where the same program serves; the tensors in order
//
// Of tensors the key has shape, dtype, requiresGrad, whether they are leaves, strides and
// which of them share memory; everything else counts with its value. Objects of a class
// count as themselves and with their fields.

import { Tensor } from '../tensor/tensor.js';
import { isOpaque } from './looking/host-state.js';

export interface Arguments {
  readonly key: string;
  readonly tensors: readonly Tensor[];
  /** Numbers by their place, for the warning about those that change. */
  readonly numbers: ReadonlyMap<string, number>;
}

const ids = new WeakMap<object, number>();
const symbols = new Map<symbol, number>();
let objects = 0;

function idOf(object: object | symbol): number {
  const known = typeof object === 'symbol' ? symbols : ids;
  let id = known.get(object as never);
  if (id === undefined) {
    id = ++objects;
    known.set(object as never, id);
  }
  return id;
}

/** An array of numbers that is longer is data, which belongs into a tensor. */
const mostNumbers = 4096;

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
  /** Objects of classes that were met, and how many of them are being read. */
  private readonly met = new Set<object>();
  private inside = 0;

  read(value: unknown, path: string): void {
    if (value instanceof Tensor) this.tensor(value);
    else if (typeof value === 'object' && value !== null) this.object(value, path);
    else if (typeof value === 'function' || typeof value === 'symbol')
      this.key += `f${idOf(value)};`;
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
    } else if (value instanceof Set) {
      this.key += '(';
      for (const part of value) this.read(part, `${path} element`);
      this.key += ')';
    } else if (ArrayBuffer.isView(value)) this.data(value, path);
    else if (isPlainObject(value)) this.fields(value, path);
    else this.instance(value, path);
  }

  private fields(value: object, path: string): void {
    this.key += '{';
    for (const name of Object.keys(value)) {
      this.key += `${JSON.stringify(name)}:`;
      this.read((value as Record<string, unknown>)[name], `${path}.${name}`);
    }
    this.key += '}';
  }

  /** Numbers of a typed array, by value. */
  private data(value: ArrayBufferView, path: string): void {
    if (value.byteLength > mostNumbers * 8) {
      throw new TypeError(
        `compile: argument ${path} is a ${value.constructor.name} of ${value.byteLength} bytes, ` +
          'whose numbers would be constants of the recording: pass a tensor of them',
      );
    }
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    this.key += `${value.constructor.name}${String.fromCharCode(...bytes)};`;
  }

  /** An object of a class is handed on as it is: another tensor in it is another recording. */
  private instance(value: object, path: string): void {
    this.key += `o${idOf(value)}`;
    if (value instanceof Date) this.key += value.getTime();
    if (!isOpaque(value) && !this.met.has(value)) {
      this.met.add(value);
      this.inside++;
      this.fields(value, path);
      this.inside--;
    }
    this.key += ';';
  }

  private tensor(tensor: Tensor): void {
    if (this.inside > 0) {
      this.key += `t${idOf(tensor)};`;
      return;
    }
    const { shape, dtype, layout, steps, cell } = tensor;
    const first = this.tensors.findIndex((other) => other.cell === cell);
    this.key += `${dtype}${shape.join()}@${cell.node.device}`;
    if (tensor.requiresGrad) this.key += tensor.isLeaf ? 'g' : 'h';
    if (layout !== null) this.key += `l${layout.join()}`;
    if (!tensor.plain) this.key += 'p';
    if (steps.length > 0) this.key += isOfLeaf(tensor) ? `v${textOfView(tensor)}` : 'v';
    this.key += first < 0 ? ';' : `=${first};`;
    this.tensors.push(tensor);
  }
}

/** Gradients of a leaf's views go to the leaf: where they begin is part of the signature. */
export const isOfLeaf = ({ steps, cell, requiresGrad }: Tensor): boolean =>
  steps.length > 0 && cell.leaf !== null && requiresGrad;

/** What a view is a view of, and how; whom its gradients go to is no part of it. */
export function textOfView({ steps, cell, dtype }: Tensor): string {
  const text = JSON.stringify(steps, (key, part: unknown) =>
    key === 'history' || key === 'mark' ? undefined : part,
  );
  return `${dtype}[${cell.node.shape.join()}]${text}`;
}

/** The arguments with each tensor, in order, replaced. */
export function withTensors(args: readonly unknown[], tensors: readonly Tensor[]): unknown[] {
  let next = 0;
  const copy = (value: unknown): unknown => {
    if (value instanceof Tensor) return tensors[next++];
    if (Array.isArray(value)) return value.map(copy);
    if (value instanceof Map)
      return new Map([...value].map(([name, part]) => [copy(name), copy(part)]));
    if (value instanceof Set) return new Set([...value].map(copy));
    if (typeof value !== 'object' || value === null || !isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copy(part)]));
  };
  return args.map(copy);
}
