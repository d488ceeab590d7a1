// What all optimizers share: parameter groups, state per parameter, zeroGrad, state dicts.
// in:  parameters or groups of them, options     out: step() writes the parameters in place

import { within } from '../autograd/mode.js';
import { clearGradient } from '../tensor/gradient.js';
import { beforehand, capturing, hostStep, observed, opaque, sign } from '../tensor/host-state.js';
import { GroupWatch } from './group-watch.js';
import { flush, Tensor, updates } from '../tensor/tensor.js';

export type Parameters = Iterable<Tensor> | Iterable<{ params: Iterable<Tensor> | Tensor }>;

export type Group<O> = O & { params: Tensor[] };
/** What an optimizer remembers of one parameter: tensors and host numbers. */
export type ParameterState = Record<string, Tensor | number | null>;

export interface OptimizerState<O> {
  state: Record<number, ParameterState>;
  paramGroups: (O & { params: number[] })[];
}

/** Source: torch.optim.Optimizer. Hyperparameters are host numbers in double, as in PyTorch. */
export abstract class Optimizer<O extends object> {
  /** Each group's options may be changed at any time: `optimizer.paramGroups[0].lr = 1e-4`. */
  readonly paramGroups: Group<O>[] = [];
  readonly state = new Map<Tensor, ParameterState>();
  private readonly groupWatch = new GroupWatch(this.paramGroups);

  constructor(
    parameters: Parameters,
    readonly defaults: O,
  ) {
    const list = [...(parameters as Iterable<Tensor | { params: Iterable<Tensor> | Tensor }>)];
    if (list.length === 0) throw new Error(`${this.name}: optimizer got an empty parameter list`);
    if (list.every((p) => p instanceof Tensor))
      this.addParamGroup({ params: list as Tensor[] } as never);
    else for (const group of list) this.addParamGroup(group as never);
  }

  /** @internal */
  get [opaque](): boolean {
    return true;
  }

  get name(): string {
    return this.constructor.name;
  }

  /** Adds a group with options of its own. Errors: what is no leaf, a parameter given twice. */
  addParamGroup(group: Partial<O> & { params: Iterable<Tensor> | Tensor }): void {
    const params = group.params instanceof Tensor ? [group.params] : [...group.params];
    const known = new Set(this.paramGroups.flatMap((g) => g.params));
    for (const p of params) {
      if (!(p instanceof Tensor))
        throw new TypeError(`${this.name}: optimizer can only optimize Tensors`);
      if (!p.isLeaf)
        throw new Error(
          `${this.name}: can't optimize a non-leaf Tensor of shape [${p.shape.join(', ')}]`,
        );
      if (known.has(p))
        throw new Error(`${this.name}: some parameters appear in more than one parameter group`);
      known.add(p);
    }
    sign();
    const { params: _, ...own } = group;
    // initialLr is what a schedule keeps in a group
    checkOptions(this.name, own, [...Object.keys(this.defaults), 'initialLr']);
    this.paramGroups.push({ ...this.defaults, ...group, params } as Group<O>);
  }

  /** Forgets the gradients; setToNone false writes zeros instead. Source: Optimizer.zero_grad. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    checkOptions(`${this.name}.zeroGrad`, options, ['setToNone']);
    const { setToNone = true } = options;
    observed(() => this.groupWatch.current(), this);
    for (const group of this.paramGroups) for (const p of group.params) clearGradient(p, setToNone);
  }

  /**
   * Updates every parameter that has a gradient. A barrier: what is pending is dispatched, not read. `closure`
   * computes the loss and its gradients before, with gradients recorded; what it gives is handed back.
   */
  step(closure?: null): void;
  step<R>(closure: () => R): R;
  step<R>(closure?: (() => R) | null): R | undefined {
    if (closure != null && typeof closure !== 'function') {
      throw new TypeError(`${this.name}.step: expected a function that computes the loss`);
    }
    const result = closure == null ? undefined : within(true, closure);
    this.write();
    return result;
  }

  private write(): void {
    const write = () =>
      within(false, () => {
        observed(() => this.groupWatch.current(), this);
        for (const group of this.paramGroups) {
          for (const p of group.params) if (p.grad !== null) this.update(p, p.grad, group);
        }
      });
    if (thrifty.has(this.update)) {
      updates(write, () => this.stateCells());
      return;
    }
    write();
    flush([]);
  }

  private stateCells(): Set<Tensor['cell']> {
    const found = new Set<Tensor['cell']>();
    for (const state of this.state.values()) {
      for (const key in state) {
        const value = state[key];
        if (value instanceof Tensor) found.add(value.cell);
      }
    }
    return found;
  }

  /** One parameter's update, inside noGrad. */
  protected abstract update(p: Tensor, gradient: Tensor, group: Group<O>): void;

  /** The state of a parameter, made at first use. */
  protected stateOf(p: Tensor, make: () => ParameterState): ParameterState {
    let state = this.state.get(p);
    if (state === undefined) {
      // a compiled step finds it as if it had been there
      state = beforehand(make);
      this.state.set(p, state);
    }
    if (capturing.now !== null) this.follow(p, state);
    return state;
  }

  /** Another state, or another tensor in it, is another recording of a compiled step. */
  private follow(p: Tensor, state: ParameterState): void {
    observed(() => this.state.get(p), this);
    for (const [name, value] of Object.entries(state)) {
      if (typeof value !== 'number') observed(() => state[name]);
    }
  }

  /** Counts a step, which every call of a compiled one does. */
  protected count(state: ParameterState): void {
    hostStep(
      () => {
        state.step = (state.step as number) + 1;
      },
      () => {
        state.step = (state.step as number) - 1;
      },
      state,
    );
  }

  /** State by the parameters' position, options by group. Source: Optimizer.state_dict. */
  stateDict(): OptimizerState<O> {
    const all = this.paramGroups.flatMap((g) => g.params);
    const state: Record<number, ParameterState> = {};
    all.forEach((p, i) => {
      const own = this.state.get(p);
      if (own !== undefined) state[i] = { ...own };
    });
    const paramGroups = this.paramGroups.map((g) => ({
      ...g,
      params: g.params.map((p) => all.indexOf(p)),
    }));
    return { state, paramGroups };
  }

  loadStateDict(saved: OptimizerState<O>): void {
    sign();
    const sizes = (groups: readonly { params: readonly unknown[] }[]) =>
      groups.map((g) => g.params.length);
    const [own, given] = [sizes(this.paramGroups), sizes(saved.paramGroups)];
    if (own.length !== given.length || own.some((n, i) => n !== given[i])) {
      throw new Error(
        `${this.name}: loaded state dict has parameter groups of sizes [${given.join(', ')}], ` +
          `the optimizer has [${own.join(', ')}]`,
      );
    }
    const all = this.paramGroups.flatMap((g) => g.params);
    this.paramGroups.forEach((group, i) => {
      Object.assign(group, { ...saved.paramGroups[i], params: group.params });
    });
    this.state.clear();
    for (const [i, state] of Object.entries(saved.state)) {
      const copy = Object.entries(state).map(([k, v]) => [
        k,
        v instanceof Tensor ? v.detach().clone() : v,
      ]);
      this.state.set(all[Number(i)]!, Object.fromEntries(copy) as ParameterState);
    }
  }
}

/** Updates that keep no tensor but in the optimizer's state, so that their temporaries need not be kept. */
const thrifty = new WeakSet<object>();

/** Tells that the update of a class keeps tensors nowhere but in the optimizer's state. */
export function keepsOnlyState(type: { readonly prototype: object }): void {
  thrifty.add((type.prototype as { update: object }).update);
}

/** Refuses options that are unknown or negative where they must not be. */
export function checkOptions(name: string, options: object, known: readonly string[]): void {
  for (const [key, value] of Object.entries(options)) {
    if (!known.includes(key)) {
      throw new TypeError(`${name}: unknown option "${key}"; it takes ${known.join(', ')}`);
    }
    const signed = [
      'maximize',
      'amsgrad',
      'nesterov',
      'betas',
      'dampening',
      'params',
      'centered',
      'etas',
      'stepSizes',
    ];
    if (!signed.includes(key) && typeof value === 'number' && !(value >= 0)) {
      throw new RangeError(`${name}: invalid ${key}: ${value}; it must be at least 0`);
    }
  }
}
