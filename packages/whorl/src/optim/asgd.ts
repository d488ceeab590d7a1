// ASGD: gradient descent whose parameters are averaged over the steps.

import { zerosLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { followed, type GradientOptions } from './gradient.js';
import {
  checkOptions,
  type Group,
  keepsOnlyState,
  Optimizer,
  type Parameters,
} from './optimizer.js';

export interface ASGDOptions extends GradientOptions {
  /** the first rate, default 1e-2 */
  lr: number;
  /** decay of the parameters, and of the rate, default 1e-4 */
  lambd: number;
  /** power of the rate's decay, default 0.75 */
  alpha: number;
  /** the step at which averaging begins, default 1e6 */
  t0: number;
}

const defaults: ASGDOptions = {
  lr: 1e-2,
  lambd: 1e-4,
  alpha: 0.75,
  t0: 1e6,
  weightDecay: 0,
  maximize: false,
};

/**
 * Polyak and Juditsky 1992. The averages stand in `state`, under `ax`.
 * Source: torch.optim.ASGD.
 */
export class ASGD extends Optimizer<ASGDOptions> {
  constructor(parameters: Parameters, options: Partial<ASGDOptions> = {}) {
    checkOptions('ASGD', options, Object.keys(defaults));
    super(parameters, { ...defaults, ...options });
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<ASGDOptions>): void {
    const { lr, lambd, alpha, t0 } = group;
    const make = () => ({ step: 0, eta: Math.fround(lr), mu: 1, ax: zerosLike(p) });
    const state = this.stateOf(p, make);
    const step = (state.step as number) + 1;
    state.step = step;
    const g = followed(p, gradient, group);
    const { eta, mu } = state as { eta: number; mu: number };
    const average = state.ax as Tensor;
    p.mul_(1 - lambd * eta);
    p.add_(g, { alpha: -eta });
    if (mu === 1) average.copy_(p);
    else average.add_(p.sub(average).mul(mu) as Tensor);
    // PyTorch keeps both in float32
    state.eta = Math.fround(lr / (1 + lambd * lr * step) ** alpha);
    state.mu = Math.fround(1 / Math.max(1, step - t0));
  }
}

keepsOnlyState(ASGD);
