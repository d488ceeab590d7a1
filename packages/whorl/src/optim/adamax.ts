// Adamax: Adam with the largest gradient so far in the place of the root of the mean square.

import { maximum } from '../operators/pointwise/binary.js';
import { zerosLike } from '../operators/create/create.js';
import { live } from '../capture/looking/host-state.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkBetas, followed, type GradientOptions, runningMean } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

export interface AdamaxOptions extends GradientOptions {
  /** learning rate, default 2e-3 */
  lr: number;
  /** decay of the running mean and of the running maximum, default [0.9, 0.999] */
  betas: readonly [number, number];
  /** added to the gradient's size, default 1e-8 */
  eps: number;
}

const settled: Settles<AdamaxOptions> = withDefaults(
  'Adamax',
  'params | lr betas eps weight_decay * maximize',
  {
    lr: 2e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    maximize: false,
  },
);

/** Kingma and Ba 2014, section 7. Source: torch.optim.Adamax. */
export class Adamax extends Optimizer<AdamaxOptions> {
  constructor(parameters: Parameters<AdamaxOptions>, options?: Given<AdamaxOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
    checkBetas('Adamax', this.defaults.betas);
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<AdamaxOptions>): void {
    const state = this.stateOf(p, () => ({ step: 0, expAvg: zerosLike(p), expInf: zerosLike(p) }));
    this.count(state);
    const g = followed(p, gradient, group);
    const [mean, largest] = [state.expAvg as Tensor, state.expInf as Tensor];
    runningMean(mean, g, () => group.betas[0]);
    const decayedLargest = largest.mul(live(() => group.betas[1])) as Tensor;
    const now = g.abs().add(live(() => group.eps)) as Tensor;
    largest.copy_(maximum(decayedLargest, now) as Tensor);
    const rate = () => -group.lr / (1 - group.betas[0] ** (state.step as number));
    p.addcdiv_(mean, largest, { value: live(rate) });
  }
}

keepsOnlyState(Adamax);
