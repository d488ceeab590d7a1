// Rates that go up and down between two limits over and over again.

import { beginMomentum, type MomentumOptions, writeMomentum } from './momentum.js';
import {
  factorOf,
  LRScheduler,
  perGroup,
  type Rated,
  type Resuming,
  withDefaults,
} from './scheduler.js';

export interface CyclicLROptions extends Resuming, MomentumOptions {
  /** the lowest rate, one for all groups or one a group */
  baseLr: number | readonly number[];
  /** the highest, before it is scaled */
  maxLr: number | readonly number[];
  /** steps up, default 2000 */
  stepSizeUp?: number;
  /** steps down, default stepSizeUp */
  stepSizeDown?: number;
  /** how the height changes: not, by half every cycle, by gamma^step; default 'triangular' */
  mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** default 1 */
  gamma?: number;
  /** in the place of mode: the height's factor from the cycle or the step */
  scaleFn?: (at: number) => number;
  /** what scaleFn is given, default 'cycle' */
  scaleMode?: 'cycle' | 'iterations';
}

const defaults = {
  stepSizeUp: 2000,
  stepSizeDown: undefined as never,
  mode: 'triangular' as const,
  gamma: 1,
  scaleFn: undefined as never,
  scaleMode: 'cycle' as const,
  cycleMomentum: true,
  baseMomentum: 0.8,
  maxMomentum: 0.9,
};

type Settled = Required<CyclicLROptions>;

/** The factor of a cycle's height, and whether it goes by cycles or by steps. */
const heights: Record<
  string,
  { by: 'cycle' | 'iterations'; scale(at: number, g: number): number }
> = {
  triangular: { by: 'cycle', scale: () => 1 },
  triangular2: { by: 'cycle', scale: (cycle) => 1 / 2 ** (cycle - 1) },
  exp_range: { by: 'iterations', scale: (step, gamma) => gamma ** step },
};

const cyclicLR = withDefaults<CyclicLROptions>(
  'CyclicLR',
  'optimizer | base_lr! max_lr! step_size_up step_size_down mode gamma scale_fn scale_mode ' +
    'cycle_momentum base_momentum max_momentum last_epoch',
  defaults,
);

/**
 * Between baseLr and maxLr in straight lines, the momentum the other way. Smith 2015.
 * Errors: an unknown mode; an optimizer without momentum while cycleMomentum is true.
 * Source: torch.optim.lr_scheduler.CyclicLR.
 */
export class CyclicLR extends LRScheduler<Settled> {
  constructor(
    optimizer: Rated,
    options: CyclicLROptions | number | readonly number[],
    maxLr?: number | readonly number[],
  );
  constructor(...given: unknown[]) {
    const [optimizer, o] = cyclicLR(given);
    if (!(o.mode in heights) && o.scaleFn === undefined) {
      throw new RangeError(`CyclicLR: mode ${o.mode} is unknown and scaleFn is not given`);
    }
    if (!['cycle', 'iterations'].includes(o.scaleMode))
      throw new RangeError(`CyclicLR: scaleMode must be cycle or iterations, got ${o.scaleMode}`);
    const fresh = (o.lastEpoch ?? -1) === -1;
    const lowest = perGroup('CyclicLR: baseLr', optimizer, o.baseLr);
    o.baseLr = lowest;
    o.maxLr = perGroup('CyclicLR: maxLr', optimizer, o.maxLr);
    if (fresh) {
      optimizer.paramGroups.forEach((group, i) => {
        group.lr = lowest[i]!;
      });
    }
    beginMomentum('CyclicLR', optimizer, o, fresh);
    super(optimizer, o);
    this.baseLrs = lowest;
  }

  protected rates(): number[] {
    const { stepSizeUp: up, stepSizeDown: down = up, cycleMomentum } = this.options;
    const length = up + down;
    const cycle = Math.floor(1 + this.lastEpoch / length);
    const x = 1 + this.lastEpoch / length - cycle;
    const ratio = up / length;
    const part = x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
    const scale = this.scaleAt(cycle);
    // the first rates are the optimizer's own, as PyTorch has them
    const [lowest, highest] = [this.baseLrs, this.options.maxLr as number[]];
    return this.groups.map((group, i) => {
      if (cycleMomentum) {
        const [low, high] = [group.baseMomentum, group.maxMomentum] as [number, number];
        writeMomentum(group, high - (high - low) * part * scale);
      }
      return lowest[i]! + (highest[i]! - lowest[i]!) * part * scale;
    });
  }

  private scaleAt(cycle: number): number {
    const { mode, scaleFn, scaleMode, gamma } = this.options;
    const height = heights[mode];
    const by = scaleFn === undefined ? height!.by : scaleMode;
    const at = by === 'cycle' ? cycle : this.lastEpoch;
    return scaleFn === undefined
      ? height!.scale(at, gamma)
      : factorOf('CyclicLR: scaleFn', scaleFn(at));
  }
}
