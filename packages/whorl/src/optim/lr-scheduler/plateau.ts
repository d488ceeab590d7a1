// A rate that falls when a measured value has stopped getting better.

import { bound } from '../../tensor/arguments/bound.js';
import { hostStepOf, opaque, sign } from '../../capture/looking/host-state.js';
import { Tensor } from '../../tensor/tensor.js';
import { perGroup, type Rated, settled } from './scheduler.js';

export interface PlateauOptions {
  /** whether smaller or larger is better, default 'min' */
  mode?: 'min' | 'max';
  /** what the rate is multiplied by, below 1, default 0.1 */
  factor?: number;
  /** epochs without improvement that are waited for, default 10 */
  patience?: number;
  /** what counts as better, default 1e-4 */
  threshold?: number;
  /** whether the threshold is a part of the best value or a distance, default 'rel' */
  thresholdMode?: 'rel' | 'abs';
  /** epochs after a fall that do not count, default 0 */
  cooldown?: number;
  /** the lowest rate, one for all groups or one a group, default 0 */
  minLr?: number | readonly number[];
  /** a smaller change is not made, default 1e-8 */
  eps?: number;
}

export interface PlateauState {
  lastEpoch: number;
  best: number;
  numBadEpochs: number;
  cooldownCounter: number;
  lastLr: number[];
}

const defaults = {
  mode: 'min' as const,
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: 'rel' as const,
  cooldown: 0,
  minLr: 0,
  eps: 1e-8,
};

const plateauArguments = bound<[Rated, PlateauOptions]>()(
  'ReduceLROnPlateau',
  'optimizer | mode factor patience threshold threshold_mode cooldown min_lr eps:number',
);

/**
 * `scheduler.step(validationLoss)` once an epoch. Errors: a factor of 1 or more, an unknown mode.
 * Source: torch.optim.lr_scheduler.ReduceLROnPlateau.
 */
export class ReduceLROnPlateau {
  private readonly options: Required<PlateauOptions>;
  /** The lowest rate of each group; to be made longer where a group was added. */
  minLrs: number[];
  private state: PlateauState;

  readonly optimizer: Rated;

  constructor(optimizer: Rated, options?: PlateauOptions | 'min' | 'max');
  constructor(...args: unknown[]) {
    const [optimizer, given] = plateauArguments(args);
    this.optimizer = optimizer;
    const o = settled('ReduceLROnPlateau', given, defaults) as Required<PlateauOptions>;
    if (!(o.factor < 1)) throw new RangeError('ReduceLROnPlateau: factor should be < 1');
    if (!['min', 'max'].includes(o.mode)) {
      throw new RangeError(`ReduceLROnPlateau: mode ${o.mode} is unknown`);
    }
    if (!['rel', 'abs'].includes(o.thresholdMode)) {
      throw new RangeError(`ReduceLROnPlateau: thresholdMode ${o.thresholdMode} is unknown`);
    }
    this.minLrs = perGroup('ReduceLROnPlateau: minLr', optimizer, o.minLr);
    this.options = o;
    const best = o.mode === 'min' ? Infinity : -Infinity;
    const lastLr = optimizer.paramGroups.map((group) => group.lr);
    this.state = { lastEpoch: 0, best, numBadEpochs: 0, cooldownCounter: 0, lastLr };
  }

  /** Takes the value of one epoch: a number, or a tensor of one element, which is read. */
  step(metrics: number | Tensor, epoch?: number): void {
    sign();
    hostStepOf(
      metrics,
      () => [this.state, ...this.optimizer.paramGroups],
      () => this.take(numberOf(metrics), epoch),
    );
  }

  /** @internal */
  get [opaque](): boolean {
    return true;
  }

  private take(metrics: number, epoch: number | undefined): void {
    const { state } = this;
    state.lastEpoch = epoch ?? state.lastEpoch + 1;
    if (this.isBetter(metrics)) {
      state.best = metrics;
      state.numBadEpochs = 0;
    } else {
      state.numBadEpochs += 1;
    }
    if (state.cooldownCounter > 0) {
      state.cooldownCounter -= 1;
      state.numBadEpochs = 0;
    }
    if (state.numBadEpochs > this.options.patience) {
      this.reduce();
      state.cooldownCounter = this.options.cooldown;
      state.numBadEpochs = 0;
    }
    state.lastLr = this.optimizer.paramGroups.map((group) => group.lr);
  }

  private isBetter(value: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const { best } = this.state;
    const sign = mode === 'min' ? -1 : 1;
    const limit = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? value < limit : value > limit;
  }

  private lowest(): number[] {
    const { options, optimizer } = this;
    const count = optimizer.paramGroups.length;
    if (this.minLrs.length === count) return this.minLrs;
    if (typeof options.minLr !== 'number') {
      throw new Error(
        `ReduceLROnPlateau: the number of param groups in the optimizer (${count}) differs from ` +
          `when it was initialized (${this.minLrs.length}), usually due to a new param group ` +
          'being added. Please modify minLrs to match the length of the optimizer param groups.',
      );
    }
    this.minLrs = perGroup('ReduceLROnPlateau: minLr', optimizer, options.minLr);
    return this.minLrs;
  }

  private reduce(): void {
    const lowest = this.lowest();
    this.optimizer.paramGroups.forEach((group, i) => {
      const lr = Math.max(group.lr * this.options.factor, lowest[i]!);
      if (group.lr - lr > this.options.eps) group.lr = lr;
    });
  }

  getLastLr(): number[] {
    return [...this.state.lastLr];
  }

  stateDict(): PlateauState {
    return { ...this.state, lastLr: [...this.state.lastLr] };
  }

  loadStateDict(state: PlateauState): void {
    this.state = { ...state, lastLr: [...state.lastLr] };
  }
}

function numberOf(metrics: unknown): number {
  const value = metrics instanceof Tensor ? Number((metrics as Tensor).itemSync()) : metrics;
  if (typeof value === 'number') return value;
  throw new TypeError(
    'ReduceLROnPlateau.step: expected the value of the epoch, a number, got ' +
      (value instanceof Promise ? 'a promise: await it first' : typeof value),
  );
}
