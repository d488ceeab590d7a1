// ASGD: gradient descent whose parameters are averaged over the steps.

import { zerosLike } from '../operators/create/create.js';
import { hostStepOf, live, observed } from '../capture/looking/host-state.js';
import type { Tensor } from '../tensor/tensor.js';
import { followed, type GradientOptions, scale } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

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

const settled: Settles<ASGDOptions> = withDefaults(
  'ASGD',
  'params | lr lambd alpha t0 weight_decay * maximize',
  {
    lr: 1e-2,
    lambd: 1e-4,
    alpha: 0.75,
    t0: 1e6,
    weightDecay: 0,
    maximize: false,
  },
);

/**
 * Polyak and Juditsky 1992. The averages stand in `state`, under `ax`.
 * Source: torch.optim.ASGD.
 */
export class ASGD extends Optimizer<ASGDOptions> {
  constructor(parameters: Parameters<ASGDOptions>, options?: Given<ASGDOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<ASGDOptions>): void {
    const make = () => ({ step: 0, eta: Math.fround(group.lr), mu: 1, ax: zerosLike(p) });
    const state = this.stateOf(p, make);
    this.count(state);
    const g = followed(p, gradient, group);
    const own = state as { step: number; eta: number; mu: number };
    const average = state.ax as Tensor;
    scale(p, () => 1 - group.lambd * own.eta);
    p.add_(g, { alpha: live(() => -own.eta) });
    if (observed(() => own.mu === 1)) average.copy_(p);
    else average.add_(p.sub(average).mul(live(() => own.mu)) as Tensor);
    hostStepOf(
      own,
      () => [own],
      () => {
        const { lr, lambd, alpha, t0 } = group;
        // PyTorch keeps both in float32
        own.eta = Math.fround(lr / (1 + lambd * lr * own.step) ** alpha);
        own.mu = Math.fround(1 / Math.max(1, own.step - t0));
      },
    );
  }
}

keepsOnlyState(ASGD);
