// Module: what has parameters, buffers and children, found by looking at its properties.
// in:  a subclass with fields and a forward     out: named parameters, state dicts, modes,
// PyTorch's repr

import { type DType, isFloating } from '../graph/dtype.js';
import { within } from '../autograd/mode.js';
import { Tensor } from '../tensor/tensor.js';
import { observed } from '../tensor/host-state.js';
import { followForward } from './follow.js';
import { Parameter } from './parameter.js';

/** Name to tensor, in PyTorch's order and with PyTorch's names. */
export type StateDict = Map<string, Tensor>;

/**
 * The base of all layers and models. Parameters and child modules are the fields that hold them,
 * in the
 * order in which they were set; a plain array of modules is not searched (use ModuleList).
 * Write `forward` in the subclass; it is called by name. Source: torch.nn.Module.
 */
export abstract class Module {
  private isTraining = true;

  constructor() {
    followForward(Object.getPrototypeOf(this) as object);
  }

  /** true while training: Dropout and BatchNorm ask. */
  get training(): boolean {
    return observed(() => this.isTraining);
  }

  set training(mode: boolean) {
    this.isTraining = mode;
  }

  private readonly bufferNames = new Map<string, boolean>();

  /** Makes a tensor part of the state without being a parameter. Source: register_buffer. */
  registerBuffer(name: string, value: Tensor | null, persistent = true): void {
    (this as Record<string, unknown>)[name] = value;
    this.bufferNames.set(name, persistent);
  }

  /** Own fields that hold modules, by name. */
  *namedChildren(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this))
      if (value instanceof Module) yield [name, value];
  }

  *children(): Generator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** This module and all below it, each once, with dotted names. */
  *namedModules(prefix = '', seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.namedChildren()) {
      yield* child.namedModules(prefix === '' ? name : `${prefix}.${name}`, seen);
    }
  }

  *modules(): Generator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  /** All parameters with dotted names; a shared one once. Source: named_parameters. */
  *namedParameters(): Generator<[string, Parameter]> {
    const seen = new Set<Parameter>();
    for (const [prefix, module] of this.namedModules()) {
      for (const [name, value] of Object.entries(module)) {
        if (!(value instanceof Parameter) || seen.has(value)) continue;
        seen.add(value);
        yield [prefix === '' ? name : `${prefix}.${name}`, value];
      }
    }
  }

  *parameters(): Generator<Parameter> {
    for (const [, parameter] of this.namedParameters()) yield parameter;
  }

  *namedBuffers(): Generator<[string, Tensor]> {
    for (const [prefix, module] of this.namedModules()) {
      for (const name of module.bufferNames.keys()) {
        const value = (module as unknown as Record<string, unknown>)[name];
        if (value instanceof Tensor) yield [prefix === '' ? name : `${prefix}.${name}`, value];
      }
    }
  }

  *buffers(): Generator<Tensor> {
    for (const [, buffer] of this.namedBuffers()) yield buffer;
  }

  /** Parameters and persistent buffers, sharing memory with the module. Source: state_dict. */
  stateDict(): StateDict {
    const state: StateDict = new Map();
    for (const [prefix, module] of this.namedModules('', new Set())) {
      const dot = prefix === '' ? '' : `${prefix}.`;
      for (const [name, value] of Object.entries(module)) {
        if (value instanceof Parameter) state.set(dot + name, value.detach());
      }
      for (const [name, persistent] of module.bufferNames) {
        const value = (module as unknown as Record<string, unknown>)[name];
        if (persistent && value instanceof Tensor) state.set(dot + name, value);
      }
    }
    return state;
  }

  /**
   * Copies values in by name. Errors: missing or unexpected names (strict), wrong shapes; all are
   * listed.
   */
  loadStateDict(state: StateDict | Record<string, Tensor>, { strict = true } = {}): void {
    const given = state instanceof Map ? state : new Map(Object.entries(state));
    const own = this.stateDict();
    const problems: string[] = [];
    for (const [name, target] of own) {
      const value = given.get(name);
      if (value === undefined) {
        if (strict) problems.push(`missing key "${name}"`);
      } else if (!sameSizes(value.shape, target.shape)) {
        problems.push(
          `size mismatch for ${name}: copying [${value.shape.join(', ')}] into ` +
            `[${target.shape.join(', ')}]`,
        );
      }
    }
    if (strict)
      for (const name of given.keys())
        if (!own.has(name)) problems.push(`unexpected key "${name}"`);
    if (problems.length > 0) {
      throw new Error(
        `loadStateDict: error(s) in loading state_dict for ${this.name}: ${problems.join('; ')}`,
      );
    }
    within(false, () => {
      for (const [name, target] of own) if (given.has(name)) target.copy_(given.get(name)!);
    });
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
    for (const child of this.children()) child.apply(visit);
    visit(this);
    return this;
  }

  requiresGrad_(wanted = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(wanted);
    return this;
  }

  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /** Converts floating parameters and buffers; they stay the same objects. Source: Module.to. */
  to(dtype: DType): this {
    if (!isFloating(dtype)) throw new TypeError(`Module.to: only floating dtypes, got ${dtype}`);
    for (const module of this.modules()) {
      for (const [name, value] of Object.entries(module)) {
        if (!(value instanceof Tensor) || !isFloating(value.dtype)) continue;
        const converted = value.detach().to(dtype) as Tensor;
        (module as unknown as Record<string, unknown>)[name] =
          value instanceof Parameter ? new Parameter(converted, value.requiresGrad) : converted;
      }
    }
    return this;
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

  /** The class's name in the repr. */
  get name(): string {
    return this.constructor.name;
  }

  /** PyTorch's repr. */
  toString(): string {
    const children = [...this.namedChildren()].map(
      ([name, child]) => `(${name}): ${indent(String(child))}`,
    );
    const extra = this.extraRepr();
    if (children.length === 0) return `${this.name}(${extra})`;
    const lines = [...(extra === '' ? [] : [extra]), ...children];
    return `${this.name}(\n  ${lines.join('\n  ')}\n)`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const sameSizes = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

const indent = (text: string): string => text.replaceAll('\n', '\n  ');
