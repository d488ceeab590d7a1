// What all optimizers share: parameter groups, state per parameter, zeroGrad, state dicts.
// in:  parameters or groups of them, options     out: step() writes the parameters in place

import { within } from '../autograd/mode.js';
import { flushDenormal } from '../operators/pointwise/flush-denormal.js';
import { clearGradient, clearing } from '../tensor/gradient.js';
import {
  beforehand,
  capturing,
  demandUnchanged,
  hostStep,
  ifUndone,
  observed,
  opaque,
  sign,
} from '../capture/looking/host-state.js';
import { GroupWatch } from './group-watch.js';
import { isFloating } from '../graph/dtype.js';
import { demandNoMore } from '../tensor/arguments/bound.js';
import { isTensorJson, tensorFromJson } from '../operators/create/json.js';
import { Tensor, updates } from '../tensor/tensor.js';
import {
  type Given,
  type GroupOf,
  groupsOf,
  ownOptions,
  type Parameters,
  parametersOf,
  withLiveNumbers,
} from './parameter-groups.js';
import { optimizerText } from './repr.js';
import { checkOptions } from './options.js';

export type { Given, Parameters };

export type Group<O> = O & { params: Tensor[] };
/** What an optimizer remembers of one parameter: tensors and host numbers. */
export type ParameterState = Record<string, Tensor | number | null>;

export interface OptimizerState<O> {
  state: Record<number, ParameterState>;
  paramGroups: (O & { params: number[] })[];
}

/** Source: torch.optim.Optimizer. Hyperparameters are host numbers in double, as in PyTorch. */
export abstract class Optimizer<O extends object = { lr: number }> {
  /** Each group's options may be changed at any time: `optimizer.paramGroups[0].lr = 1e-4`. */
  readonly paramGroups: Group<O>[] = [];
  readonly state = new Map<Tensor, ParameterState>();
  /** What another optimizer may have saved: looked at when it is first used. */
  private readonly loaded = new WeakSet<ParameterState>();
  private readonly groupWatch = new GroupWatch(this.paramGroups);

  constructor(
    parameters: Parameters<O>,
    readonly defaults: O,
  ) {
    if (typeof defaults !== 'object' || defaults === null) {
      throw new TypeError(`${nameOf(this)}: argument 'defaults' must be an object of options`);
    }
    withLiveNumbers(nameOf(this), defaults);
    for (const group of groupsOf(nameOf(this), parameters)) this.addParamGroup(group as never);
  }

  /** @internal */
  get [opaque](): boolean {
    return true;
  }

  /**
   * Adds a group with options of its own. Errors: what is no leaf, a parameter of another group.
   */
  addParamGroup(group: GroupOf<O>, ...surplus: unknown[]): void {
    const name = nameOf(this);
    demandNoMore(`${name}.addParamGroup`, surplus, 1);
    const others = new Set(this.paramGroups.flatMap((g) => g.params));
    const given = parametersOf(name, group as never, others);
    sign();
    const { params: _, ...options } = group;
    // what schedules keep in a group, and the names of its parameters
    const own = ownOptions(name, options, this.defaults);
    checkOptions(name, own, [...Object.keys(this.defaults), 'initialLr', 'paramNames']);
    const settings = {
      ...Object.getOwnPropertyDescriptors(this.defaults),
      ...Object.getOwnPropertyDescriptors(withLiveNumbers(name, own)),
    };
    this.paramGroups.push(
      Object.assign(Object.defineProperties({}, settings) as O, given) as never,
    );
  }

  /** Forgets the gradients; setToNone false writes zeros instead. Source: Optimizer.zero_grad. */
  zeroGrad(setToNone?: boolean | { setToNone?: boolean }): void;
  zeroGrad(...given: unknown[]): void {
    const setToNone = clearing(given);
    this.watchGroups();
    for (const group of this.paramGroups) for (const p of group.params) clearGradient(p, setToNone);
  }

  /**
   * Updates every parameter that has a gradient. A barrier: what is pending is dispatched, not
   * read. `closure` computes the loss and its gradients before, with gradients recorded; what it
   * gives is handed back.
   */
  step(closure?: null): void;
  step<R>(closure: () => R): R;
  step<R>(closure?: (() => R) | null): R | undefined {
    const result = closure == null ? undefined : evaluated(nameOf(this), closure);
    this.write();
    return result;
  }

  private write(): void {
    const write = () =>
      within(false, () => {
        this.watchGroups();
        for (const group of this.paramGroups) {
          const decays = observed(() => isDecaying(group));
          for (const p of group.params) {
            if (p.grad === null) continue;
            this.update(p, p.grad, group);
            flushDenormal(p, decays);
          }
        }
      });
    const isThrifty = thrifty.has(this.update);
    updates(write, () => this.gradientCells(), isThrifty ? () => this.stateCells() : null);
  }

  /**
   * While capturing: other groups are another recording; what the function sets in them would not
   * be replayed.
   */
  private watchGroups(): void {
    const { now } = capturing;
    if (now === null) return;
    now.look(() => this.groupWatch.current(), this);
    for (const group of this.paramGroups) {
      if (!now.isNew(group)) continue;
      // a rate may be a tensor, which is read here
      const before = beforehand(() => ({ ...group }));
      now.after(() => {
        demandUnchanged(group, before, `a parameter group of ${nameOf(this)}`);
      });
    }
  }

  private gradientCells(): Tensor['cell'][] {
    const parameters = this.paramGroups.flatMap((group) => group.params);
    return parameters.flatMap(({ grad }) => (grad === null ? [] : [grad.cell]));
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
      ifUndone(() => this.state.delete(p));
    } else if (this.loaded.delete(state)) demandSameState(nameOf(this), state, beforehand(make));
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
    demandSaved(nameOf(this), saved);
    sign();
    const sizes = (groups: readonly { params: readonly unknown[] }[]) =>
      groups.map((g) => g.params.length);
    const [own, given] = [sizes(this.paramGroups), sizes(saved.paramGroups)];
    if (own.length !== given.length || own.some((n, i) => n !== given[i])) {
      throw new Error(
        `${nameOf(this)}: loaded state dict has parameter groups of sizes [${given.join(', ')}], ` +
          `the optimizer has [${own.join(', ')}]`,
      );
    }
    const all = this.paramGroups.flatMap((g) => g.params);
    this.paramGroups.forEach((group, i) => {
      Object.assign(group, { ...saved.paramGroups[i], params: group.params });
    });
    this.state.clear();
    for (const [i, state] of Object.entries(saved.state)) {
      const p = all[Number(i)]!;
      const copy = Object.entries(state).map(([key, value]) => [key, loadedState(p, value)]);
      const own = Object.fromEntries(copy) as ParameterState;
      this.loaded.add(own);
      this.state.set(p, own);
    }
  }

  /** PyTorch's repr. */
  toString(): string {
    return optimizerText(nameOf(this), this.paramGroups);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function demandSameState(name: string, state: object, fresh: object): void {
  const missing = Object.keys(fresh).find((key) => !(key in state));
  if (missing === undefined) return;
  throw new Error(
    `${name}: the state that was loaded has no ${missing}, but ${Object.keys(state).join(', ')}: ` +
      'another optimizer saved it',
  );
}

function demandSaved(name: string, saved: unknown): void {
  const { state, paramGroups } = (saved ?? {}) as Record<string, unknown>;
  if (typeof state === 'object' && state !== null && Array.isArray(paramGroups)) return;
  throw new TypeError(
    `${name}.loadStateDict: expected what stateDict() of an optimizer gives, with state and ` +
      'paramGroups',
  );
}

/** Whether weights that nothing else moves go to zero. */
const isDecaying = (group: object): boolean => 'weightDecay' in group && group.weightDecay !== 0;

const nameOf = (optimizer: object): string => optimizer.constructor.name;

function evaluated<R>(name: string, closure: () => R): R {
  if (typeof closure !== 'function')
    throw new TypeError(`${name}.step: expected a function that computes the loss`);
  const loss = within(true, closure);
  if (typeof (loss as { then?: unknown } | null | undefined)?.then !== 'function') return loss;
  throw new TypeError(
    `${name}.step: the closure must be synchronous: give the loss back, not a promise of it`,
  );
}

/** State is of the parameter's dtype and lies beside it, however it was saved. */
function loadedState(p: Tensor, saved: unknown): unknown {
  const value = isTensorJson(saved) ? tensorFromJson(saved) : saved;
  if (!(value instanceof Tensor)) return value;
  const dtype = isFloating(p.dtype) ? p.dtype : value.dtype;
  const own = value.detach().to(p.device, dtype);
  return own.cell === value.cell ? own.clone() : own;
}

/**
 * Updates that keep no tensor but in the optimizer's state, so that their temporaries need not be
 * kept.
 */
const thrifty = new WeakSet<object>();

/** Tells that the update of a class keeps tensors nowhere but in the optimizer's state. */
export function keepsOnlyState(type: { readonly prototype: object }): void {
  thrifty.add((type.prototype as { update: object }).update);
}
