// Schedules made of schedules: one after the other, or all at once.

import { bound } from '../../tensor/arguments/bound.js';
import { hostStepOf, opaque, sign } from '../../capture/looking/host-state.js';
import { demandState, LRScheduler, type Rated, type SchedulerState } from './scheduler.js';

/** What both have in common: a list of schedules of one optimizer. */
abstract class Combined {
  protected lastLr: number[] = [];

  constructor(
    readonly optimizer: Rated,
    /** @internal */
    readonly schedulers: readonly (LRScheduler | Combined)[],
  ) {
    const name = this.constructor.name;
    if (schedulers.length < 1) throw new RangeError(`${name}: expects at least one scheduler`);
    schedulers.forEach((scheduler, i) => {
      if (!(scheduler instanceof LRScheduler) && !(scheduler instanceof Combined)) {
        throw new TypeError(`${name}: at index ${i} is no schedule that steps without a value`);
      }
      if (scheduler.optimizer !== optimizer) {
        throw new Error(`${name}: the scheduler at index ${i} belongs to another optimizer`);
      }
    });
  }

  abstract step(): void;

  /** @internal */
  get [opaque](): boolean {
    return true;
  }

  /** @internal all that a step may change */
  *parts(): Generator<object> {
    yield this;
    yield* this.optimizer.paramGroups;
    for (const scheduler of this.schedulers) {
      if (scheduler instanceof Combined) yield* scheduler.parts();
      else yield scheduler;
    }
  }

  /** @internal */
  abstract begin(): void;
  /** @internal */
  abstract restart(): void;

  getLastLr(): number[] {
    return [...this.lastLr];
  }

  stateDict(): CombinedState {
    return {
      lastLr: [...this.lastLr],
      schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  loadStateDict(state: CombinedState): void {
    demandState(this, state, ['lastLr', 'schedulers']);
    this.lastLr = [...state.lastLr];
    this.schedulers.forEach((scheduler, i) => {
      scheduler.loadStateDict(state.schedulers[i] as never);
    });
  }
}

export interface CombinedState {
  lastLr: number[];
  lastEpoch?: number;
  schedulers: (SchedulerState | CombinedState)[];
}

export interface SequentialLROptions {
  schedulers: readonly (LRScheduler | Combined)[];
  /** the steps at which the next one takes over: one fewer than schedulers */
  milestones: readonly number[];
  /** steps that were made before, less one; default -1 */
  lastEpoch?: number;
}

/** Takes one step back from the schedules that were made before the sequence. */
function undo(schedulers: readonly (LRScheduler | Combined)[]): void {
  const list = [...schedulers];
  for (let i = 0; i < list.length; i++) {
    const scheduler = list[i]!;
    if (scheduler instanceof LRScheduler) scheduler.lastEpoch -= 1;
    else list.push(...scheduler.schedulers);
  }
}

const sequentialArguments = bound<[Rated, SequentialLROptions]>()(
  'SequentialLR',
  'optimizer | schedulers milestones last_epoch',
);
const chainedArguments = bound<[readonly (LRScheduler | Combined)[], Rated?]>()(
  'ChainedScheduler',
  'schedulers optimizer:optimizer?',
);

/**
 * One schedule after the other, each from its own start. Errors: schedules of another optimizer, a
 * number of milestones that does not fit. Source: torch.optim.lr_scheduler.SequentialLR.
 */
export class SequentialLR extends Combined {
  lastEpoch = 0;
  private readonly milestones: readonly number[];
  private readonly firstEpoch: number;

  constructor(
    optimizer: Rated,
    options: SequentialLROptions | readonly (LRScheduler | Combined)[],
    milestones?: readonly number[],
    lastEpoch?: number,
  );
  constructor(...given: unknown[]) {
    const [optimizer, { schedulers = [], milestones = [], lastEpoch = -1 }] =
      sequentialArguments(given);
    super(optimizer, schedulers);
    if (milestones.length !== schedulers.length - 1) {
      throw new RangeError(
        'SequentialLR: expects one scheduler more than milestones, but got ' +
          `${schedulers.length} schedulers and ${milestones.length} milestones`,
      );
    }
    this.milestones = milestones;
    this.firstEpoch = lastEpoch + 1;
    for (const group of optimizer.paramGroups) {
      group.lr = (group as typeof group & { initialLr: number }).initialLr;
    }
    undo(schedulers);
    this.begin();
  }

  /** @internal */
  begin(): void {
    this.lastEpoch = this.firstEpoch;
    const first = this.schedulers[this.indexAt(0)]!;
    first.begin();
    this.lastLr = first.getLastLr();
  }

  /** @internal */
  restart(): void {
    this.begin();
  }

  private indexAt(step: number): number {
    return this.milestones.filter((milestone) => milestone <= step).length;
  }

  step(): void {
    sign();
    hostStepOf(
      this,
      () => [...this.parts()],
      () => this.goOn(),
    );
  }

  private goOn(): void {
    this.lastEpoch += 1;
    const i = this.indexAt(this.lastEpoch);
    const scheduler = this.schedulers[i]!;
    if (i > 0 && this.milestones[i - 1] === this.lastEpoch) scheduler.restart();
    else scheduler.step();
    this.lastLr = scheduler.getLastLr();
  }

  override stateDict(): CombinedState {
    return { ...super.stateDict(), lastEpoch: this.lastEpoch };
  }

  override loadStateDict(state: CombinedState): void {
    super.loadStateDict(state);
    this.lastEpoch = state.lastEpoch ?? 0;
  }
}

/** All at once, each on the rate that the one before left. Source: ChainedScheduler. */
export class ChainedScheduler extends Combined {
  constructor(schedulers: readonly (LRScheduler | Combined)[], optimizer?: Rated);
  constructor(...given: unknown[]) {
    const [schedulers, optimizer] = chainedArguments(given);
    super(optimizer ?? (schedulers[0]?.optimizer as Rated), schedulers);
    this.note();
  }

  private note(): void {
    this.lastLr = this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** @internal */
  begin(): void {
    for (const scheduler of this.schedulers) scheduler.begin();
    this.note();
  }

  /** @internal */
  restart(): void {
    for (const scheduler of this.schedulers) scheduler.restart();
    this.note();
  }

  step(): void {
    sign();
    hostStepOf(
      this,
      () => [...this.parts()],
      () => {
        for (const scheduler of this.schedulers) scheduler.step();
        this.note();
      },
    );
  }
}
