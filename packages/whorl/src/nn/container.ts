// Modules made of modules: Sequential, ModuleList, ModuleDict.

import type { Tensor } from '../tensor/tensor.js';
import type { Check, Through } from '../tensor/types/index.js';
import { Layer } from './layer.js';
import { Module } from './module.js';

/**
 * Layers one after the other; a layer that does not fit the one before it is a compile error at
 * that layer.
 * Also takes one Map or record of named layers. Source: torch.nn.Sequential.
 */
export class Sequential<const L extends readonly Module[] = readonly Module[]> extends Layer<
  Through<L>
> {
  constructor(...layers: L extends readonly [] ? L : Check<L>) {
    super();
    (layers as readonly unknown[]).forEach((layer, i) => {
      if (
        !(layer instanceof Module) ||
        typeof (layer as { forward?: unknown }).forward !== 'function'
      ) {
        throw new TypeError(
          `Sequential: layer ${i} is no Module with a forward, but ${
            layer === null ? 'null' : typeof layer
          }`,
        );
      }
      (this as unknown as Record<string, Module>)[String(i)] = layer;
    });
  }

  get length(): number {
    return [...this.children()].length;
  }

  /** The layer at `index`; negative counts from the end. */
  at(index: number): Module {
    const layer = [...this.children()].at(index);
    if (layer === undefined) throw new RangeError(`Sequential: index ${index} is out of range`);
    return layer;
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.children();
  }

  protected run(x: Tensor): Tensor {
    let h = x;
    for (const layer of this.children())
      h = (layer as unknown as { forward(x: Tensor): Tensor }).forward(h);
    return h;
  }
}

/** A list of modules that is found by parameters(). Source: torch.nn.ModuleList. */
export class ModuleList<M extends Module = Module> extends Module {
  constructor(modules: Iterable<M> = []) {
    super();
    for (const module of modules) this.append(module);
  }

  get length(): number {
    return [...this.children()].length;
  }

  append(module: M): this {
    (this as unknown as Record<string, Module>)[String(this.length)] = module;
    return this;
  }

  at(index: number): M {
    const module = [...this.children()].at(index);
    if (module === undefined) throw new RangeError(`ModuleList: index ${index} is out of range`);
    return module as M;
  }

  /** Equal neighbours are shown once: (0-5): 6 x Linear(...). */
  override toString(): string {
    const texts = [...this.children()].map(String);
    const lines: string[] = [];
    for (let start = 0, end = 1; start < texts.length; start = end, end += 1) {
      while (texts[end] === texts[start]) end += 1;
      const count = end - start;
      const text = texts[start]!.replaceAll('\n', '\n  ');
      lines.push(count === 1 ? `(${start}): ${text}` : `(${start}-${end - 1}): ${count} x ${text}`);
    }
    return lines.length === 0 ? `${this.name}()` : `${this.name}(\n  ${lines.join('\n  ')}\n)`;
  }

  [Symbol.iterator](): Iterator<M> {
    return this.children() as Iterator<M>;
  }
}

/** Modules by name, found by parameters(). Source: torch.nn.ModuleDict. */
export class ModuleDict<M extends Module = Module> extends Module {
  constructor(modules: Record<string, M> = {}) {
    super();
    for (const [key, module] of Object.entries(modules)) this.set(key, module);
  }

  set(key: string, module: M): this {
    if (key in this)
      throw new Error(`ModuleDict: the name "${key}" is taken by a field of the module itself`);
    (this as unknown as Record<string, Module>)[key] = module;
    return this;
  }

  get(key: string): M {
    const module = (this as unknown as Record<string, unknown>)[key];
    if (!(module instanceof Module)) throw new RangeError(`ModuleDict: no module "${key}"`);
    return module as M;
  }
}
