// Rates that fall: at every few steps, at milestones, at every step, along a polynomial.

import { LRScheduler, nonZero, type Rated, type Resuming, withDefaults } from './scheduler.js';

export interface StepLROptions extends Resuming {
  /** steps between two falls */
  stepSize: number;
  /** the factor of a fall, default 0.1 */
  gamma?: number;
}

const stepLR = withDefaults<StepLROptions>('StepLR', 'optimizer | step_size! gamma last_epoch', {
  gamma: 0.1,
});

/** Times gamma every stepSize steps. Source: torch.optim.lr_scheduler.StepLR. */
export class StepLR extends LRScheduler<Required<StepLROptions>> {
  constructor(optimizer: Rated, options: StepLROptions | number, gamma?: number);
  constructor(...given: unknown[]) {
    super(...nonZero('StepLR', 'stepSize', stepLR(given)));
  }

  protected rates(): number[] {
    const { stepSize, gamma } = this.options;
    const rates = this.current();
    if (this.lastEpoch === 0 || this.lastEpoch % stepSize !== 0) return rates;
    return rates.map((lr) => lr * gamma);
  }

  protected override closedRates(): number[] {
    const { stepSize, gamma } = this.options;
    return this.baseLrs.map((lr) => lr * gamma ** Math.floor(this.lastEpoch / stepSize));
  }
}

export interface MultiStepLROptions extends Resuming {
  /** the steps at which it falls; one given twice counts twice */
  milestones: readonly number[];
  /** the factor of a fall, default 0.1 */
  gamma?: number;
}

const multiStepLR = withDefaults<MultiStepLROptions>(
  'MultiStepLR',
  'optimizer | milestones! gamma last_epoch',
  { gamma: 0.1 },
);

/** Times gamma at each milestone. Source: torch.optim.lr_scheduler.MultiStepLR. */
export class MultiStepLR extends LRScheduler<Required<MultiStepLROptions>> {
  constructor(optimizer: Rated, options: MultiStepLROptions | readonly number[], gamma?: number);
  constructor(...given: unknown[]) {
    super(...multiStepLR(given));
  }

  protected rates(): number[] {
    const falls = this.falls((at) => at === this.lastEpoch);
    return falls === 0 ? this.current() : this.scaled(this.current(), falls);
  }

  protected override closedRates(): number[] {
    return this.scaled(
      this.baseLrs,
      this.falls((at) => at <= this.lastEpoch),
    );
  }

  private falls(counts: (milestone: number) => boolean): number {
    return this.options.milestones.filter(counts).length;
  }

  private scaled(rates: readonly number[], falls: number): number[] {
    return rates.map((lr) => lr * this.options.gamma ** falls);
  }
}

export interface ExponentialLROptions extends Resuming {
  gamma: number;
}

const exponentialLR = withDefaults<ExponentialLROptions>(
  'ExponentialLR',
  'optimizer | gamma! last_epoch',
  {},
);

/** Times gamma at every step. Source: torch.optim.lr_scheduler.ExponentialLR. */
export class ExponentialLR extends LRScheduler<ExponentialLROptions> {
  constructor(optimizer: Rated, options: ExponentialLROptions | number);
  constructor(...given: unknown[]) {
    super(...exponentialLR(given));
  }

  protected rates(): number[] {
    const rates = this.current();
    return this.initial ? rates : rates.map((lr) => lr * this.options.gamma);
  }

  protected override closedRates(): number[] {
    return this.baseLrs.map((lr) => lr * this.options.gamma ** this.lastEpoch);
  }
}

export interface PolynomialLROptions extends Resuming {
  /** steps until the rate is 0, default 5 */
  totalIters?: number;
  /** default 1 */
  power?: number;
}

const polynomialLR = withDefaults<PolynomialLROptions>(
  'PolynomialLR',
  'optimizer | total_iters power last_epoch',
  { totalIters: 5, power: 1 },
);

/** Falls to 0 as (1 - step / totalIters)^power. Source: torch.optim.lr_scheduler.PolynomialLR. */
export class PolynomialLR extends LRScheduler<Required<PolynomialLROptions>> {
  constructor(optimizer: Rated, options?: PolynomialLROptions | number, power?: number);
  constructor(...given: unknown[]) {
    super(...polynomialLR(given));
  }

  protected rates(): number[] {
    const { totalIters, power } = this.options;
    const rates = this.current();
    if (this.initial || this.lastEpoch > totalIters) return rates;
    const left = 1 - this.lastEpoch / totalIters;
    const before = 1 - (this.lastEpoch - 1) / totalIters;
    return rates.map((lr) => lr * (left / before) ** power);
  }

  protected override closedRates(): number[] {
    const { totalIters, power } = this.options;
    const left = 1 - Math.min(totalIters, this.lastEpoch) / totalIters;
    return this.baseLrs.map((lr) => lr * left ** power);
  }
}
