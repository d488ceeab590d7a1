// RMSprop: steps scaled by the root of a running mean of the gradient's square.

import { zerosLike } from '../operators/create/create.js';
import { live } from '../capture/looking/host-state.js';
import { flushDenormal } from '../operators/pointwise/flush-denormal.js';
import type { Tensor } from '../tensor/tensor.js';
import { followed, type GradientOptions, runningMean, scale, squareMean } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

export interface RMSpropOptions extends GradientOptions {
  /** learning rate, default 1e-2 */
  lr: number;
  /** decay of the running mean, default 0.99 */
  alpha: number;
  /** added to the denominator, default 1e-8 */
  eps: number;
  /** default 0 */
  momentum: number;
  /** takes the square of the mean off: an estimate of the variance, default false */
  centered: boolean;
}

const settled: Settles<RMSpropOptions> = withDefaults(
  'RMSprop',
  'params | lr alpha eps weight_decay momentum centered * maximize',
  {
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    momentum: 0,
    centered: false,
    maximize: false,
  },
);

/** Hinton's lecture 6; centered: Graves 2013. Source: torch.optim.RMSprop. */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(parameters: Parameters<RMSpropOptions>, options?: Given<RMSpropOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<RMSpropOptions>): void {
    const state = this.stateOf(p, () => ({
      step: 0,
      squareAvg: zerosLike(p),
      momentumBuffer: group.momentum > 0 ? zerosLike(p) : null,
      gradAvg: group.centered ? zerosLike(p) : null,
    }));
    this.count(state);
    const g = followed(p, gradient, group);
    const square = squareMean(state.squareAvg as Tensor, g, () => group.alpha);
    const mean = state.gradAvg as Tensor | null;
    if (mean !== null) runningMean(mean, g, () => group.alpha);
    const spread = (mean === null ? square : square.addcmul(mean, mean, { value: -1 })) as Tensor;
    const root = spread.sqrt().add(live(() => group.eps)) as Tensor;
    const buffer = state.momentumBuffer as Tensor | null;
    const rate = live(() => -group.lr);
    if (buffer === null) p.addcdiv_(g, root, { value: rate });
    else {
      scale(buffer, () => group.momentum).addcdiv_(g, root);
      p.add_(flushDenormal(buffer), { alpha: rate });
    }
  }
}

keepsOnlyState(RMSprop);
