// Module: what has parameters, buffers and children, found by looking at its properties.
// in:  a subclass with fields and a forward     out: named parameters, modes, PyTorch's repr

import type { DType } from '../../graph/dtype.js';
import { bound } from '../../tensor/arguments/bound.js';
import { clearGradient, clearing } from '../../tensor/gradient.js';
import { capturing, hostStep, observed, opaque, sign } from '../../capture/looking/host-state.js';
import { Tensor } from '../../tensor/tensor.js';
import type { DeviceLike, Wanted } from '../../tensor/convert.js';
import { convertBuffers, convertParameter, wantedOfModule } from './convert.js';
import { followMethods, watch } from './follow.js';
import { Parameter } from './parameter.js';
import {
  type LoadOptions,
  type LoadResult,
  loadState,
  type SavedState,
  StateDict,
} from './state-dict.js';
import { joined, walk, type WalkOptions } from './walk.js';
import type { Walk } from './walk.js';

// what a module keeps for itself stands under symbols: every name is free for the fields of a
// subclass

/** @internal whether it is training */
export const mode = Symbol('training');
/** @internal the names of its buffers, and whether each is saved */
export const buffers = Symbol('buffers');
/**
 * @internal the names of its modules in their order, where that of JavaScript (whole numbers first)
 * is another
 */
export const order = Symbol('order');

const modulesWalk = walk('namedModules', '| prefix remove_duplicate');
const parametersWalk = walk('namedParameters', '| prefix recurse remove_duplicate');
const buffersWalk = walk('namedBuffers', '| prefix recurse remove_duplicate');
const parameterValues = walk('parameters', '| recurse * prefix remove_duplicate');
const bufferValues = walk('buffers', '| recurse * prefix remove_duplicate');

const bufferArguments = bound<[string, Tensor | null, { persistent?: boolean }]>()(
  'registerBuffer',
  'name:string tensor:tensor? | persistent',
);

/**
 * The base of all layers and models. Parameters and child modules are the fields that hold them, in
 * the order in which they were declared or set; a plain array of modules is not searched (use
 * ModuleList), and a field whose name begins with # cannot be seen. Write `forward` in the
 * subclass; it is called by name. Source: torch.nn.Module.
 */
export abstract class Module {
  /** @internal */
  [mode] = true;
  /** @internal */
  readonly [buffers] = new Map<string, boolean>();
  /** @internal */
  [order]: string[] | null = null;

  constructor() {
    followMethods(Object.getPrototypeOf(this) as object, Module.prototype);
  }

  /** true while training: Dropout and BatchNorm ask. */
  get training(): boolean {
    return observed(() => this[mode], this);
  }

  set training(wanted: boolean) {
    if (typeof wanted !== 'boolean')
      throw new TypeError(`${typeName(this)}: training is true or false, got ${String(wanted)}`);
    if (capturing.now === null && wanted !== this[mode]) sign();
    let before = wanted;
    hostStep(
      () => {
        before = this[mode];
        this[mode] = wanted;
      },
      () => {
        this[mode] = before;
      },
      this,
    );
  }

  /** @internal */
  get [opaque](): boolean {
    return true;
  }

  /**
   * Makes a tensor part of the state without being a parameter. Errors: a name that is no field's
   * or is taken, what is no Tensor. Source: register_buffer.
   */
  registerBuffer(
    name: string,
    value: Tensor | null,
    persistent?: boolean | { persistent?: boolean },
  ): void;
  registerBuffer(...given: unknown[]): void {
    const [name, value, { persistent = true }] = bufferArguments(given);
    if (name === '' || name.includes('.')) {
      throw new Error(`registerBuffer: buffer name can't be empty or contain ".", got "${name}"`);
    }
    const own = this as unknown as Record<string, unknown>;
    const isFree = !(name in own) || own[name] === undefined || this[buffers].has(name);
    if (!isFree) throw new Error(`registerBuffer: attribute '${name}' already exists`);
    own[name] = value;
    this[buffers].set(name, persistent);
  }

  /**
   * Own fields that hold modules, by name; one that stands in two fields once. Source:
   * named_children.
   */
  *namedChildren(): Generator<[string, Module]> {
    const seen = new Set<Module>();
    for (const [name, child] of childrenOf(this)) {
      if (seen.has(child)) continue;
      seen.add(child);
      yield [name, child];
    }
  }

  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /**
   * This module and all below it with dotted names, each once unless `removeDuplicate` is false.
   * Source: named_modules.
   */
  namedModules(
    prefix?: string | WalkOptions,
    removeDuplicate?: boolean | WalkOptions,
  ): Generator<[string, Module]>;
  *namedModules(...given: unknown[]): Generator<[string, Module]> {
    const o = modulesWalk(given);
    yield* below(this, o.prefix, o.removeDuplicate ? new Set() : null, []);
  }

  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  /**
   * All parameters with dotted names; a shared one once, unless `removeDuplicate` is false; those
   * of this module alone, if `recurse` is. Source: named_parameters.
   */
  *namedParameters(...given: Walk): Generator<[string, Parameter]> {
    yield* members(this, parametersWalk(given), parametersOf);
  }

  parameters(recurse?: boolean | WalkOptions): Generator<Parameter>;
  *parameters(...given: unknown[]): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters(parameterValues(given))) yield parameter;
  }

  /** The same of buffers. Source: named_buffers. */
  *namedBuffers(...given: Walk): Generator<[string, Tensor]> {
    yield* members(this, buffersWalk(given), buffersOf);
  }

  buffers(recurse?: boolean | WalkOptions): Generator<Tensor>;
  *buffers(...given: unknown[]): Generator<Tensor> {
    for (const [, buffer] of this.namedBuffers(bufferValues(given))) yield buffer;
  }

  /**
   * Parameters and persistent buffers, sharing memory with the module; what has two names stands
   * under both.
   * Source: state_dict.
   */
  stateDict(): StateDict {
    const state = new StateDict();
    for (const [prefix, module] of below(this, '', null, [])) {
      for (const [name, value] of parametersOf(module))
        state.set(joined(prefix, name), value.detach());
      for (const [name, value] of buffersOf(module))
        if (module[buffers].get(name)) state.set(joined(prefix, name), value);
    }
    return state;
  }

  /**
   * Copies values in by name, and tells which names it missed and did not expect. Errors: those
   * names (strict), wrong shapes, what is no Tensor; all are listed, and nothing is loaded. Source:
   * load_state_dict.
   */
  loadStateDict(state: SavedState, strict?: boolean | LoadOptions): LoadResult;
  loadStateDict(...given: unknown[]): LoadResult {
    sign();
    return loadState(typeName(this), this.stateDict(), given);
  }

  /** Sets the mode of this module and all below it. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /** Calls `visit` with every module, children first. Source: Module.apply. */
  apply(visit: (module: Module) => void): this {
    if (typeof visit !== 'function')
      throw new TypeError(`apply: expected a function of a module, got ${String(visit)}`);
    for (const child of this.children()) child.apply(visit);
    visit(this);
    return this;
  }

  requiresGrad_(wanted = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(wanted);
    return this;
  }

  /** Forgets the gradients; setToNone false writes zeros instead. Source: Module.zero_grad. */
  zeroGrad(setToNone?: boolean | { setToNone?: boolean }): void;
  zeroGrad(...given: unknown[]): void {
    const setToNone = clearing(given);
    for (const parameter of this.parameters()) clearGradient(parameter, setToNone);
  }

  /**
   * Converts parameters, with their gradients, and buffers: floating ones to a dtype, all of them
   * to a device. Parameters stay the same objects: those that are shared stay shared, and an
   * optimizer that has them goes on training them. Source: Module.to.
   */
  to(target: DType | DeviceLike | Partial<Wanted>, dtype?: DType): this {
    const wanted = wantedOfModule(target, dtype);
    for (const parameter of this.parameters()) convertParameter(parameter, wanted);
    for (const module of this.modules()) convertBuffers(module, module[buffers].keys(), wanted);
    return this;
  }

  /** On the cpu. Source: Module.cpu. */
  cpu(): this {
    return this.to('cpu');
  }

  float(): this {
    return this.to('float32');
  }

  double(): this {
    return this.to('float64');
  }

  /** What stands in the brackets of the repr. */
  extraRepr(): string {
    return '';
  }

  /** PyTorch's repr. */
  toString(): string {
    const lines = childrenOf(this).map(([name, child]) => `(${name}): ${indent(String(child))}`);
    const extra = this.extraRepr();
    if (lines.length === 0) return `${typeName(this)}(${extra})`;
    if (extra !== '') lines.unshift(extra);
    return `${typeName(this)}(\n  ${lines.join('\n  ')}\n)`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** @internal the class's name, as the repr and errors tell it */
export const typeName = (module: object): string => module.constructor.name;

/** @internal own fields, in the order of PyTorch's registration */
export function fieldsOf(module: Module): [string, unknown][] {
  watch(module);
  const names = module[order];
  if (names === null) return Object.entries(module);
  const own = new Map<string, unknown>(names.map((name) => [name, undefined]));
  for (const [name, value] of Object.entries(module)) own.set(name, value);
  return [...own];
}

/** @internal every field that holds a module, the same module in two fields twice */
export const childrenOf = (module: Module): [string, Module][] =>
  fieldsOf(module).filter((field): field is [string, Module] => field[1] instanceof Module);

const parametersOf = (module: Module): [string, Parameter][] =>
  fieldsOf(module).filter((field): field is [string, Parameter] => field[1] instanceof Parameter);

function* buffersOf(module: Module): Generator<[string, Tensor]> {
  for (const name of module[buffers].keys()) {
    const value = (module as unknown as Record<string, unknown>)[name];
    if (value instanceof Tensor) yield [name, value];
  }
}

/** A module and all below it; `seen`: each once. What is inside itself is not entered again. */
function* below(
  module: Module,
  prefix: string,
  seen: Set<Module> | null,
  around: readonly Module[],
): Generator<[string, Module]> {
  if (seen?.has(module) || around.includes(module)) return;
  seen?.add(module);
  yield [prefix, module];
  for (const [name, child] of childrenOf(module))
    yield* below(child, joined(prefix, name), seen, [...around, module]);
}

/** What `find` gives of a module and of those below it, with dotted names. */
function* members<T extends Tensor>(
  module: Module,
  { prefix, recurse, removeDuplicate }: Required<WalkOptions>,
  find: (module: Module) => Iterable<[string, T]>,
): Generator<[string, T]> {
  const seen = new Set<T>();
  const modules = recurse
    ? below(module, prefix, removeDuplicate ? new Set() : null, [])
    : [[prefix, module] as const];
  for (const [path, part] of modules) {
    for (const [name, value] of find(part)) {
      if (removeDuplicate && seen.has(value)) continue;
      seen.add(value);
      yield [joined(path, name), value];
    }
  }
}

const indent = (text: string): string => text.replaceAll('\n', '\n  ');
