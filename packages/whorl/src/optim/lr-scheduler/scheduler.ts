// What all learning-rate schedules share: counting steps and writing each group's rate.
// in:  an optimizer and options     out: step() sets the rates that the next optimizer step uses

import { hostStepOf, opaque, sign } from '../../capture/looking/host-state.js';
import { Tensor } from '../../tensor/tensor.js';
import { Optimizer } from '../optimizer.js';
import { bound } from '../../tensor/arguments/bound.js';
import { readSignature } from '../../tensor/arguments/signature.js';

/** An optimizer as a schedule sees it. */
export type Rated = Optimizer<{ lr: number }>;
/** A group with what schedules keep in it: initialLr, and for cycles the limits. */
export type RatedGroup = Rated['paramGroups'][number] & Record<string, unknown>;

export interface Resuming {
  /** The step to go on from; default -1: from the start. */
  lastEpoch?: number;
}

export interface SchedulerState {
  lastEpoch: number;
  stepCount: number;
  baseLrs: number[];
  lastLr: number[];
  [own: string]: unknown;
}

/**
 * The base of all schedules. Rates are host numbers in double, computed step by step from the one
 * before where PyTorch does so. Source: torch.optim.lr_scheduler.LRScheduler.
 */
export abstract class LRScheduler<O extends object = object> {
  /** How many steps were made; the step of the constructor is 0. */
  lastEpoch: number;
  /** The rates at the start, one a group. */
  baseLrs: number[];
  protected stepCount = 0;
  /** Whether the step of the constructor is being made. */
  protected initial = false;
  protected lastLr: number[] = [];

  /** Errors: no optimizer; lastEpoch given while a group has no initialLr. */
  constructor(
    readonly optimizer: Rated,
    protected readonly options: O & Resuming,
  ) {
    if (!(optimizer instanceof Optimizer)) {
      throw new TypeError(`${this.constructor.name}: expected an Optimizer`);
    }
    this.lastEpoch = options.lastEpoch ?? -1;
    this.groups.forEach((group, i) => {
      if (this.lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined) {
        throw new Error(
          `${this.constructor.name}: initialLr is not specified in paramGroups[${i}] when ` +
            'resuming with lastEpoch; load the optimizer state first',
        );
      }
    });
    this.baseLrs = this.groups.map((group) => group.initialLr as number);
    this.begin();
  }

  protected get groups(): RatedGroup[] {
    return this.optimizer.paramGroups as RatedGroup[];
  }

  /** @internal the step that sets the first rates */
  begin(): void {
    this.stepCount = 0;
    this.initial = true;
    this.step();
    this.initial = false;
  }

  /** The rates of step `lastEpoch`, one a group. */
  protected abstract rates(): number[];

  /** The rates of step `lastEpoch` from the first ones alone; null where there is no such form. */
  protected closedRates(): number[] | null {
    return null;
  }

  /** Goes on by one step, or to `epoch`. Call it after the optimizer's. */
  step(epoch?: number): void {
    demandEpoch(this, epoch);
    sign();
    hostStepOf(
      this,
      () => [this, ...this.groups],
      () => {
        this.stepCount += 1;
        this.lastEpoch = epoch ?? this.lastEpoch + 1;
        this.write((epoch === undefined ? null : this.closedRates()) ?? this.rates());
      },
    );
  }

  /** @internal */
  get [opaque](): boolean {
    return true;
  }

  /** @internal starts anew at step 0 in the midst of a sequence */
  restart(): void {
    this.lastEpoch = 0;
    this.write(this.closedRates() ?? this.rates());
  }

  protected write(rates: readonly number[]): void {
    this.groups.forEach((group, i) => {
      group.lr = rates[i]!;
    });
    this.lastLr = this.current();
  }

  protected current(): number[] {
    return this.groups.map((group) => group.lr);
  }

  /** The rates that the last step set. Source: get_last_lr. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** Where the schedule stands; its options are given at construction again. */
  stateDict(): SchedulerState {
    return {
      lastEpoch: this.lastEpoch,
      stepCount: this.stepCount,
      baseLrs: [...this.baseLrs],
      lastLr: [...this.lastLr],
    };
  }

  loadStateDict(state: SchedulerState): void {
    demandState(this, state, ['baseLrs', 'lastLr']);
    this.lastEpoch = state.lastEpoch;
    this.stepCount = state.stepCount;
    this.baseLrs = [...state.baseLrs];
    this.lastLr = [...state.lastLr];
  }
}

/** Errors: what is no state of a schedule. */
export function demandState(scheduler: object, state: unknown, lists: readonly string[]): void {
  const given = (state ?? {}) as Record<string, unknown>;
  if (lists.every((key) => Array.isArray(given[key]))) return;
  throw new TypeError(
    `${scheduler.constructor.name}.loadStateDict: expected what stateDict() gives, with ` +
      lists.join(' and '),
  );
}

/**
 * What a user's function gave, as a number. Errors: nothing (a missing return), a promise, a word.
 */
export function factorOf(what: string, given: unknown): number {
  if (typeof given === 'number') return given;
  if (typeof given === 'boolean' || typeof given === 'bigint') return Number(given);
  if (given instanceof Tensor && given.numel() === 1) return Number(given.itemSync());
  throw new TypeError(`${what} must return a number, got ${kindOf(given)}`);
}

/** A loss here is a slip: only ReduceLROnPlateau takes one. */
function demandEpoch(scheduler: object, epoch: unknown): void {
  if (epoch === undefined || (typeof epoch === 'number' && !Number.isNaN(epoch))) return;
  throw new TypeError(
    `${scheduler.constructor.name}.step: expected no argument or the number of an epoch, got ` +
      (typeof epoch === 'number' ? 'NaN' : kindOf(epoch)),
  );
}

const kindOf = (value: unknown): string =>
  value instanceof Tensor ? 'a Tensor' : value instanceof Promise ? 'a promise' : typeof value;

/** Options with defaults filled in. Errors: an unknown option, a missing one of `required`. */
export function settled<O extends object>(
  name: string,
  given: O,
  defaults: Partial<Required<O>>,
  required: readonly string[] = [],
): O {
  const known = [...required, ...Object.keys(defaults), 'lastEpoch'];
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new TypeError(`${name}: unknown option "${key}"; it takes ${known.join(', ')}`);
  }
  const o = { ...defaults, ...given };
  for (const key of required) {
    if ((o as Record<string, unknown>)[key] !== undefined) continue;
    throw new TypeError(`${name}: the option "${key}" must be given`);
  }
  return o;
}

/**
 * What a schedule's constructor is given: the optimizer, and options with the defaults filled in.
 * An option that the signature marks with '!' must be given.
 */
export function withDefaults<O extends object>(
  name: string,
  signature: string,
  defaults: Partial<Required<O>>,
): (given: readonly unknown[]) => [Rated, Required<O>] {
  const read = bound<[Rated, O]>()(name, signature.replaceAll('!', ''));
  const { options } = readSignature(signature);
  const required = options.filter((option) => !option.optional).map((option) => option.key);
  return (given) => {
    const [optimizer, own] = read(given);
    return [optimizer, settled(name, own, defaults, required) as Required<O>];
  };
}

/** The same arguments. Errors: the option by which a schedule divides is 0. */
export function nonZero<O extends object>(name: string, option: keyof O, given: [Rated, O]) {
  if (given[1][option] !== 0) return given;
  throw new RangeError(`${name}: ${String(option)} must not be 0`);
}

/** One value a group, from one for all or from a list. Errors: a list of another length. */
export function perGroup(name: string, optimizer: Rated, value: number | readonly number[]) {
  const count = optimizer.paramGroups.length;
  if (typeof value === 'number') return new Array<number>(count).fill(value);
  if (value.length === count) return [...value];
  throw new RangeError(
    `${name} must have the same length as optimizer.paramGroups: ${value.length} values, ` +
      `${count} groups`,
  );
}
