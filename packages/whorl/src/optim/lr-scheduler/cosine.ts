// Rates along half a cosine, once and over again.

import { hostStepOf, sign } from '../../capture/looking/host-state.js';
import {
  LRScheduler,
  nonZero,
  type Rated,
  type Resuming,
  type SchedulerState,
  withDefaults,
} from './scheduler.js';

export interface CosineAnnealingLROptions extends Resuming {
  /** steps from the highest rate to the lowest (T_max) */
  tMax: number;
  /** the lowest rate, default 0 */
  etaMin?: number;
}

const cosineAnnealingLR = withDefaults<CosineAnnealingLROptions>(
  'CosineAnnealingLR',
  'optimizer | t_max! eta_min last_epoch',
  { etaMin: 0 },
);

/**
 * Half a cosine down in tMax steps, and up again after it. Loshchilov and Hutter 2016, without the
 * restarts. Source: torch.optim.lr_scheduler.CosineAnnealingLR.
 */
export class CosineAnnealingLR extends LRScheduler<Required<CosineAnnealingLROptions>> {
  constructor(optimizer: Rated, options: CosineAnnealingLROptions | number, etaMin?: number);
  constructor(...given: unknown[]) {
    super(...nonZero('CosineAnnealingLR', 'tMax', cosineAnnealingLR(given)));
  }

  protected rates(): number[] {
    const { tMax, etaMin } = this.options;
    const rates = this.current();
    const t = this.lastEpoch;
    if (this.initial) return rates;
    if (this.stepCount === 1 && t > 0) return this.closedRates();
    const offset = (t - 1 - tMax) % (2 * tMax);
    if (offset === 0) {
      const rise = 1 - Math.cos(Math.PI / tMax);
      return rates.map((lr, i) => lr + ((this.baseLrs[i]! - etaMin) * rise) / 2);
    }
    const [now, before] = [t, t - 1].map((s) => 1 + Math.cos((Math.PI * s) / tMax));
    return rates.map((lr) => (now! / before!) * (lr - etaMin) + etaMin);
  }

  protected override closedRates(): number[] {
    const { tMax, etaMin } = this.options;
    return falling(this.baseLrs, etaMin, this.lastEpoch / tMax);
  }
}

/** Where a cosine from `highest` to `lowest` stands after `part` of its way. */
function falling(highest: readonly number[], lowest: number, part: number): number[] {
  const height = 1 + Math.cos(Math.PI * part);
  return highest.map((lr) => lowest + ((lr - lowest) * height) / 2);
}

export interface WarmRestartsOptions extends Resuming {
  /** steps of the first fall (T_0) */
  t0: number;
  /** how many times longer each next fall is (T_mult), a whole number, default 1 */
  tMult?: number;
  /** the lowest rate, default 0 */
  etaMin?: number;
}

const cosineAnnealingWarmRestarts = withDefaults<WarmRestartsOptions>(
  'CosineAnnealingWarmRestarts',
  'optimizer | t_0! t_mult eta_min last_epoch',
  { tMult: 1, etaMin: 0 },
);

/**
 * Falls along half a cosine and starts again at the top. Loshchilov and Hutter 2016 (SGDR).
 * Errors: t0 or tMult no whole number from 1 up.
 * Source: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<Required<WarmRestartsOptions>> {
  /**
   * lastEpoch with its fraction, which later steps keep; set by the first step, in the base's
   * constructor.
   */
  declare private place: number;

  constructor(
    optimizer: Rated,
    options: WarmRestartsOptions | number,
    tMult?: number,
    etaMin?: number,
  );
  constructor(...given: unknown[]) {
    const [optimizer, o] = cosineAnnealingWarmRestarts(given);
    const name = 'CosineAnnealingWarmRestarts';
    for (const key of ['t0', 'tMult'] as const) {
      if (Number.isInteger(o[key]) && o[key]! >= 1) continue;
      throw new RangeError(`${name}: expected a positive whole ${key}, but got ${o[key]}`);
    }
    super(optimizer, o as never);
  }

  /** Goes on by one step, or to `epoch`, which may be a fraction: `epoch + batch / batches`. */
  override step(epoch?: number): void {
    sign();
    hostStepOf(
      epoch ?? this,
      () => [this, ...this.groups],
      () => this.goTo(epoch ?? this.next()),
    );
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), place: this.place };
  }

  override loadStateDict(state: SchedulerState): void {
    super.loadStateDict(state);
    this.place = (state.place as number | undefined) ?? state.lastEpoch;
  }

  /** @internal */
  override restart(): void {
    this.place = 0;
    super.restart();
  }

  /** Below 0 stands what has not begun, or was taken back by a sequence: it begins. */
  private next(): number {
    return this.lastEpoch < 0 ? 0 : (this.place ?? this.lastEpoch) + 1;
  }

  private goTo(epoch: number): void {
    if (!(epoch >= 0)) throw new RangeError(`expected a non-negative epoch, but got ${epoch}`);
    this.stepCount += 1;
    this.place = epoch;
    this.lastEpoch = Math.floor(epoch);
    this.write(this.ratesAt(epoch));
  }

  protected rates(): number[] {
    return this.ratesAt(this.lastEpoch);
  }

  private ratesAt(epoch: number): number[] {
    const { t0, tMult, etaMin } = this.options;
    let [since, length] = [epoch, t0];
    if (tMult === 1) since %= t0;
    for (; since >= length; length *= tMult) since -= length;
    return falling(this.baseLrs, etaMin, since / length);
  }
}
