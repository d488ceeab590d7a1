// Rates that begin with a part of what they will be: a constant part, or one that grows.

import { LRScheduler, type Rated, type Resuming, withDefaults } from './scheduler.js';

export interface ConstantLROptions extends Resuming {
  /** the part of the rate that is used at first, from 0 to 1, default 1/3 */
  factor?: number;
  /** for how many steps, default 5 */
  totalIters?: number;
}

const constantLR = withDefaults<ConstantLROptions>(
  'ConstantLR',
  'optimizer | factor total_iters last_epoch',
  { factor: 1 / 3, totalIters: 5 },
);

/**
 * Times `factor` until step totalIters. Errors: a factor outside [0, 1].
 * Source: torch.optim.lr_scheduler.ConstantLR.
 */
export class ConstantLR extends LRScheduler<Required<ConstantLROptions>> {
  constructor(optimizer: Rated, options?: ConstantLROptions | number, totalIters?: number);
  constructor(...given: unknown[]) {
    const [optimizer, o] = constantLR(given);
    if (!(o.factor >= 0 && o.factor <= 1)) {
      throw new RangeError(`ConstantLR: factor must be between 0 and 1, got ${o.factor}`);
    }
    super(optimizer, o as never);
  }

  protected rates(): number[] {
    const { factor, totalIters } = this.options;
    const rates = this.current();
    if (this.lastEpoch === 0) return rates.map((lr) => lr * factor);
    return this.lastEpoch === totalIters ? rates.map((lr) => lr * (1 / factor)) : rates;
  }

  protected override closedRates(): number[] {
    const { factor, totalIters } = this.options;
    const part = this.lastEpoch >= totalIters ? factor + (1 - factor) : factor;
    return this.baseLrs.map((lr) => lr * part);
  }
}

export interface LinearLROptions extends Resuming {
  /** the part at step 0, in (0, 1], default 1/3 */
  startFactor?: number;
  /** the part from step totalIters on, in [0, 1], default 1 */
  endFactor?: number;
  /** default 5 */
  totalIters?: number;
}

const linearLR = withDefaults<LinearLROptions>(
  'LinearLR',
  'optimizer | start_factor end_factor total_iters last_epoch',
  { startFactor: 1 / 3, endFactor: 1, totalIters: 5 },
);

/**
 * From startFactor to endFactor in equal steps. Errors: factors outside their range.
 * Source: torch.optim.lr_scheduler.LinearLR.
 */
export class LinearLR extends LRScheduler<Required<LinearLROptions>> {
  constructor(
    optimizer: Rated,
    options?: LinearLROptions | number,
    endFactor?: number,
    totalIters?: number,
  );
  constructor(...given: unknown[]) {
    const [optimizer, o] = linearLR(given);
    if (!(o.startFactor > 0 && o.startFactor <= 1)) {
      throw new RangeError(`LinearLR: startFactor must be in (0, 1], got ${o.startFactor}`);
    }
    if (!(o.endFactor >= 0 && o.endFactor <= 1)) {
      throw new RangeError(`LinearLR: endFactor must be in [0, 1], got ${o.endFactor}`);
    }
    super(optimizer, o as never);
  }

  protected rates(): number[] {
    const { startFactor, endFactor, totalIters } = this.options;
    const rates = this.current();
    if (this.lastEpoch === 0) return rates.map((lr) => lr * startFactor);
    if (this.initial || this.lastEpoch > totalIters) return rates;
    const rise = endFactor - startFactor;
    const before = totalIters * startFactor + (this.lastEpoch - 1) * rise;
    return rates.map((lr) => lr * (1 + rise / before));
  }

  protected override closedRates(): number[] {
    const { startFactor, endFactor, totalIters } = this.options;
    const done = Math.min(totalIters, this.lastEpoch);
    const part = startFactor + ((endFactor - startFactor) * done) / totalIters;
    return this.baseLrs.map((lr) => lr * part);
  }
}
