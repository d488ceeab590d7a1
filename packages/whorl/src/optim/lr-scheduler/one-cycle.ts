// One rise and one long fall of the rate over a whole training.

import { bound } from '../../tensor/arguments/bound.js';
import { beginMomentum, type MomentumOptions, writeMomentum } from './momentum.js';
import {
  LRScheduler,
  perGroup,
  type Rated,
  type RatedGroup,
  type Resuming,
  settled,
} from './scheduler.js';

export interface OneCycleLROptions extends Resuming, MomentumOptions {
  /** the highest rate, one for all groups or one a group */
  maxLr: number | readonly number[];
  /** the length; or epochs and stepsPerEpoch */
  totalSteps?: number;
  epochs?: number;
  stepsPerEpoch?: number;
  /** the part that rises, default 0.3 */
  pctStart?: number;
  /** default 'cos' */
  annealStrategy?: 'cos' | 'linear';
  /** the first rate is maxLr / divFactor, default 25 */
  divFactor?: number;
  /** the last is the first / finalDivFactor, default 1e4 */
  finalDivFactor?: number;
  /** falls to the first rate before it falls to the last, default false */
  threePhase?: boolean;
}

const defaults = {
  totalSteps: undefined as never,
  epochs: undefined as never,
  stepsPerEpoch: undefined as never,
  pctStart: 0.3,
  annealStrategy: 'cos' as const,
  cycleMomentum: true,
  baseMomentum: 0.85,
  maxMomentum: 0.95,
  divFactor: 25,
  finalDivFactor: 1e4,
  threePhase: false,
};

type Settled = Required<OneCycleLROptions>;
/** From one rate and momentum of the group to another. */
interface Phase {
  end: number;
  lr: readonly [from: string, to: string];
  momentum: readonly [from: string, to: string];
}

const falling = ['maxMomentum', 'baseMomentum'] as const;
const rising = ['baseMomentum', 'maxMomentum'] as const;

function phasesOf({ threePhase, pctStart, totalSteps }: Settled): Phase[] {
  const peak = pctStart * totalSteps - 1;
  const up: Phase = { end: peak, lr: ['initialLr', 'maxLr'], momentum: falling };
  if (!threePhase) {
    return [up, { end: totalSteps - 1, lr: ['maxLr', 'minLr'], momentum: rising }];
  }
  return [
    up,
    { end: 2 * pctStart * totalSteps - 2, lr: ['maxLr', 'initialLr'], momentum: rising },
    {
      end: totalSteps - 1,
      lr: ['initialLr', 'minLr'],
      momentum: ['maxMomentum', 'maxMomentum'],
    },
  ];
}

const anneal = {
  cos: (from: number, to: number, part: number) =>
    to + ((from - to) / 2) * (Math.cos(Math.PI * part) + 1),
  linear: (from: number, to: number, part: number) => (to - from) * part + from,
};

function checked(given: OneCycleLROptions): Settled {
  const o = settled('OneCycleLR', given, defaults, ['maxLr']) as Settled;
  const whole = (n: number | undefined) => Number.isInteger(n) && n! > 0;
  if (o.totalSteps === undefined && whole(o.epochs) && whole(o.stepsPerEpoch)) {
    o.totalSteps = o.epochs * o.stepsPerEpoch;
  }
  if (!whole(o.totalSteps)) {
    throw new RangeError(
      'OneCycleLR: give totalSteps, or epochs and stepsPerEpoch, as positive whole numbers',
    );
  }
  if (!(o.pctStart >= 0 && o.pctStart <= 1)) {
    throw new RangeError(`OneCycleLR: pctStart must be between 0 and 1, got ${o.pctStart}`);
  }
  if (!(o.annealStrategy in anneal)) {
    throw new RangeError(
      `OneCycleLR: annealStrategy must be cos or linear, got ${o.annealStrategy}`,
    );
  }
  return o;
}

const oneCycleLRArguments = bound<[Rated, OneCycleLROptions]>()(
  'OneCycleLR',
  'optimizer | max_lr total_steps epochs steps_per_epoch pct_start anneal_strategy ' +
    'cycle_momentum base_momentum max_momentum div_factor final_div_factor three_phase last_epoch',
);

/**
 * Rises to maxLr and falls far below the first rate, the momentum the other way. Smith and Topin
 * 2017. Errors: no length; more steps than that. Source: torch.optim.lr_scheduler.OneCycleLR.
 */
export class OneCycleLR extends LRScheduler<Settled> {
  constructor(
    optimizer: Rated,
    options: OneCycleLROptions | number | readonly number[],
    totalSteps?: number | null,
  );
  constructor(...given: unknown[]) {
    const [optimizer, options] = oneCycleLRArguments(given);
    const o = checked(options);
    const fresh = (o.lastEpoch ?? -1) === -1;
    const highest = perGroup('OneCycleLR: maxLr', optimizer, o.maxLr);
    if (fresh) {
      optimizer.paramGroups.forEach((group, i) => {
        const initialLr = highest[i]! / o.divFactor;
        const minLr = initialLr / o.finalDivFactor;
        Object.assign(group, { initialLr, maxLr: highest[i], minLr });
      });
    }
    beginMomentum('OneCycleLR', optimizer, o, fresh);
    super(optimizer, o);
  }

  protected rates(): number[] {
    const { totalSteps, cycleMomentum } = this.options;
    if (this.lastEpoch > totalSteps) {
      throw new RangeError(
        `OneCycleLR: tried to step ${this.lastEpoch} times. The specified number of total steps ` +
          `is ${totalSteps}`,
      );
    }
    const phases = phasesOf(this.options);
    const ends = phases.slice(0, -1).findIndex(({ end }) => this.lastEpoch <= end);
    const at = ends < 0 ? phases.length - 1 : ends;
    const phase = phases[at]!;
    const start = at === 0 ? 0 : phases[at - 1]!.end;
    const part = (this.lastEpoch - start) / (phase.end - start);
    return this.groups.map((group) => {
      if (cycleMomentum) writeMomentum(group, this.between(group, phase.momentum, part));
      return this.between(group, phase.lr, part);
    });
  }

  private between(group: RatedGroup, [from, to]: Phase['lr'], part: number): number {
    const way = anneal[this.options.annealStrategy];
    return way(group[from] as number, group[to] as number, part);
  }
}
