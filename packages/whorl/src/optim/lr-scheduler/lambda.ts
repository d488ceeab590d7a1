// Rates that a function gives.

import { bound } from '../../tensor/arguments/bound.js';
import { factorOf, LRScheduler, type Rated, type Resuming } from './scheduler.js';

/** The factor of a step. */
export type Factor = (epoch: number) => number;
export interface LambdaOptions extends Resuming {
  /** one for all groups, or one a group */
  lrLambda: Factor | readonly Factor[];
}

/** `new LambdaLR(optimizer, (epoch) => 0.95 ** epoch)`, or with `{ lrLambda, lastEpoch }`. */
type Given = Factor | readonly Factor[] | LambdaOptions;
interface Settled {
  factors: readonly Factor[];
}

function factorsOf(name: string, optimizer: Rated, given: LambdaOptions): Settled & Resuming {
  const { lrLambda, lastEpoch = -1 } = given;
  if (lrLambda === undefined) throw new TypeError(`${name}: the option "lrLambda" must be given`);
  const count = optimizer.paramGroups.length;
  const factors = typeof lrLambda === 'function' ? Array(count).fill(lrLambda) : [...lrLambda];
  if (factors.length !== count) {
    throw new RangeError(`${name}: expected ${count} functions, but got ${factors.length}`);
  }
  for (const factor of factors) {
    if (typeof factor === 'function') continue;
    throw new TypeError(`${name}: lrLambda should be a function, but got ${typeof factor}`);
  }
  return { factors, lastEpoch };
}

const signature = 'optimizer | lr_lambda last_epoch';
const lambdaLRArguments = bound<[Rated, LambdaOptions]>()('LambdaLR', signature);
const multiplicativeLRArguments = bound<[Rated, LambdaOptions]>()('MultiplicativeLR', signature);

/** What both have in common: a function a group. */
abstract class OfFunctions extends LRScheduler<Settled> {
  protected factor(group: number): number {
    const given = this.options.factors[group]!(this.lastEpoch);
    return factorOf(`${this.constructor.name}: lrLambda`, given);
  }
}

/** The first rate times what the function gives. Source: torch.optim.lr_scheduler.LambdaLR. */
export class LambdaLR extends OfFunctions {
  constructor(optimizer: Rated, lrLambda: Given, lastEpoch?: number);
  constructor(...given: unknown[]) {
    const [optimizer, options] = lambdaLRArguments(given);
    super(optimizer, factorsOf('LambdaLR', optimizer, options));
  }

  protected rates(): number[] {
    return this.baseLrs.map((lr, i) => lr * this.factor(i));
  }
}

/** The rate before, times what the function gives. Source: MultiplicativeLR. */
export class MultiplicativeLR extends OfFunctions {
  constructor(optimizer: Rated, lrLambda: Given, lastEpoch?: number);
  constructor(...given: unknown[]) {
    const [optimizer, options] = multiplicativeLRArguments(given);
    super(optimizer, factorsOf('MultiplicativeLR', optimizer, options));
  }

  protected rates(): number[] {
    const rates = this.current();
    if (this.initial) return rates;
    return rates.map((lr, i) => lr * this.factor(i));
  }
}
