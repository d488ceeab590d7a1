// Modules made of modules: Sequential, ModuleList, ModuleDict.

import { isOptions } from '../tensor/arguments/bind.js';
import { demandNoMore } from '../tensor/arguments/bound.js';
import { isIterable } from '../tensor/arguments/iterable.js';
import { shown } from '../tensor/arguments/show.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Check, Through } from '../tensor/types/index.js';
import { Layer } from './module/layer.js';
import { childrenOf, Module, order, typeName } from './module/module.js';

/** Modules with names of their own: in the order of the Map, or of the record's keys. */
export type NamedModules<M extends Module = Module> =
  | ReadonlyMap<string, M>
  | Readonly<Record<string, M>>;

/** The list of layers, for the types only. */
export declare const held: unique symbol;

/** What stands at a whole number, or at -1; any of them where the number is not known. */
type LayerAt<L extends readonly unknown[], I extends number> = `${I}` extends keyof L
  ? L[I] & Module
  : I extends -1
    ? L extends readonly [...unknown[], infer Last extends Module]
      ? Last
      : Module
    : Module;

const set = (module: Module, name: string, value: Module): void => {
  (module as unknown as Record<string, Module>)[name] = value;
};

/** Names are kept in their order, which JavaScript would not do with whole numbers. */
function setNamed(module: Module, name: string, value: unknown): void {
  const what = typeName(module);
  if (typeof name !== 'string')
    throw new TypeError(`${what}: a module's name is a string, got ${shown(name)}`);
  if (!(value instanceof Module)) {
    throw new TypeError(`${what}: "${name}" is no Module, but ${shown(value)}`);
  }
  if (name === '' || name.includes('.')) {
    throw new Error(`${what}: module name can't be empty or contain ".", got "${name}"`);
  }
  const isOwn = childrenOf(module).some(([own]) => own === name);
  if (!isOwn && name in module) {
    throw new Error(`${what}: the name "${name}" is taken by a field of the module itself`);
  }
  module[order] ??= childrenOf(module).map(([own]) => own);
  if (!isOwn) module[order].push(name);
  set(module, name, value);
}

function demandIterable(name: string, value: unknown, what: string): void {
  if (isIterable(value)) return;
  throw new TypeError(`${name}: argument 'modules' must be ${what}, got ${shown(value)}`);
}

const modulesOf = (module: Module): Module[] => childrenOf(module).map(([, child]) => child);

function at(module: Module, index: number): Module {
  const found = modulesOf(module).at(index);
  if (found !== undefined && Number.isInteger(index)) return found;
  throw new RangeError(`${typeName(module)}: index ${index} is out of range`);
}

/**
 * Layers one after the other; a layer that does not fit the one before it is a compile error at
 * that layer. Also takes one Map or record of named layers, or one list of layers. Source:
 * torch.nn.Sequential.
 */
export class Sequential<
  const L extends readonly (Module | NamedModules)[] = readonly Module[],
> extends Layer<Through<L>> {
  declare readonly [held]: L;

  constructor(...layers: L extends readonly [] ? L : Check<L>) {
    super();
    const [only] = layers as readonly unknown[];
    if (layers.length === 1 && (only instanceof Map || isOptions(only))) {
      for (const [name, layer] of only instanceof Map ? only : Object.entries(only))
        setNamed(this, name, demandLayer(layer, `"${name}"`));
      return;
    }
    // children() of another model: without names of its own, as a list is
    const isList = layers.length === 1 && isIterable(only) && !(only instanceof Module);
    const list = isList ? [...only] : [...(layers as readonly unknown[])];
    list.forEach((layer, i) => {
      set(this, String(i), demandLayer(layer, i));
    });
  }

  get length(): number {
    return modulesOf(this).length;
  }

  /** The layer at `index`; negative counts from the end. */
  at<T extends { readonly [held]: readonly unknown[] }, const I extends number>(
    this: T,
    index: I,
  ): LayerAt<T[typeof held], I> {
    return at(this as unknown as Module, index) as LayerAt<T[typeof held], I>;
  }

  [Symbol.iterator](): Iterator<Module> {
    return modulesOf(this)[Symbol.iterator]();
  }

  protected run(x: Tensor): Tensor {
    let h = x;
    for (const layer of modulesOf(this))
      h = (layer as unknown as { forward(x: Tensor): Tensor }).forward(h);
    return h;
  }
}

function demandLayer(layer: unknown, where: number | string): Module {
  const { forward } = (layer ?? {}) as { forward?: unknown };
  if (layer instanceof Module && typeof forward === 'function') return layer;
  throw new TypeError(
    `Sequential: layer ${where} is no Module with a forward, but ${shown(layer)}`,
  );
}

/** A list of modules that is found by parameters(). Source: torch.nn.ModuleList. */
export class ModuleList<M extends Module = Module> extends Module {
  constructor(modules: Iterable<M> = [], ...surplus: unknown[]) {
    super();
    demandNoMore('ModuleList', surplus, 1);
    demandIterable('ModuleList', modules, 'a list of Modules');
    for (const module of modules) this.append(module);
  }

  get length(): number {
    return modulesOf(this).length;
  }

  append(module: M): this {
    setNamed(this, String(this.length), module);
    return this;
  }

  at(index: number): M {
    return at(this, index) as M;
  }

  /** Equal neighbours are shown once: (0-5): 6 x Linear(...). */
  override toString(): string {
    const texts = modulesOf(this).map(String);
    const name = typeName(this);
    const lines: string[] = [];
    for (let start = 0, end = 1; start < texts.length; start = end, end += 1) {
      while (texts[end] === texts[start]) end += 1;
      const count = end - start;
      const text = texts[start]!.replaceAll('\n', '\n  ');
      lines.push(count === 1 ? `(${start}): ${text}` : `(${start}-${end - 1}): ${count} x ${text}`);
    }
    return lines.length === 0 ? `${name}()` : `${name}(\n  ${lines.join('\n  ')}\n)`;
  }

  [Symbol.iterator](): Iterator<M> {
    return modulesOf(this)[Symbol.iterator]() as Iterator<M>;
  }
}

/**
 * Modules by name, in the order in which they were given; found by parameters(). Source:
 * torch.nn.ModuleDict.
 */
export class ModuleDict<M extends Module = Module> extends Module {
  /** Takes a record, a Map, or pairs of names and modules. */
  constructor(
    modules: NamedModules<M> | Iterable<readonly [string, M]> | ModuleDict<M> = {},
    ...surplus: unknown[]
  ) {
    super();
    demandNoMore('ModuleDict', surplus, 1);
    const pairs =
      modules instanceof ModuleDict
        ? childrenOf(modules)
        : isOptions(modules)
          ? Object.entries(modules)
          : modules;
    demandIterable('ModuleDict', pairs, 'a record, a Map or a list of pairs');
    for (const pair of pairs as Iterable<[string, M]>) {
      if (!Array.isArray(pair)) demandIterable('ModuleDict', pair, 'pairs of a name and a Module');
      this.set(pair[0], pair[1]);
    }
  }

  get length(): number {
    return modulesOf(this).length;
  }

  /** Another module under the same name takes the place of the first. */
  set(key: string, module: M): this {
    setNamed(this, key, module);
    return this;
  }

  get(key: string): M {
    const module = childrenOf(this).find(([name]) => name === key)?.[1];
    if (module === undefined) throw new RangeError(`ModuleDict: no module "${key}"`);
    return module as M;
  }
}
