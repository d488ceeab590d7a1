// NAdam: Adam with Nesterov's momentum.

import { zerosLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkBetas, decayed, type GradientOptions } from './gradient.js';
import {
  checkOptions,
  type Group,
  keepsOnlyState,
  Optimizer,
  type Parameters,
} from './optimizer.js';

export interface NAdamOptions extends GradientOptions {
  /** learning rate, default 2e-3 */
  lr: number;
  /** decay of the running means, default [0.9, 0.999] */
  betas: readonly [number, number];
  /** added to the denominator, default 1e-8 */
  eps: number;
  /** how fast the momentum grows to its full size, default 4e-3 */
  momentumDecay: number;
  /** whether weight decay acts on the parameter, as in AdamW, default false */
  decoupledWeightDecay: boolean;
}

const defaults: NAdamOptions = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 4e-3,
  decoupledWeightDecay: false,
  maximize: false,
};

/** Dozat 2016. Source: torch.optim.NAdam. */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(parameters: Parameters, options: Partial<NAdamOptions> = {}) {
    checkOptions('NAdam', options, Object.keys(defaults));
    super(parameters, { ...defaults, ...options });
    checkBetas('NAdam', this.defaults.betas);
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<NAdamOptions>): void {
    const { lr, eps } = group;
    const [beta1, beta2] = group.betas;
    const state = this.stateOf(p, () => ({
      step: 0,
      muProduct: 1,
      expAvg: zerosLike(p),
      expAvgSq: zerosLike(p),
    }));
    const step = (state.step as number) + 1;
    state.step = step;
    const g = decayed(p, gradient, group);
    const momentumAt = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * group.momentumDecay));
    const [mu, next] = [momentumAt(step), momentumAt(step + 1)];
    // PyTorch keeps the product in float32
    const product = Math.fround((state.muProduct as number) * Math.fround(mu));
    state.muProduct = product;
    const [mean, square] = [state.expAvg as Tensor, state.expAvgSq as Tensor];
    mean.lerp_(g, 1 - beta1);
    square.mul_(beta2).addcmul_(g, g, { value: 1 - beta2 });
    const root = square
      .div(1 - beta2 ** step)
      .sqrt()
      .add(eps) as Tensor;
    p.addcdiv_(g, root, { value: (-lr * (1 - mu)) / (1 - product) });
    p.addcdiv_(mean, root, { value: (-lr * next) / (1 - product * next) });
  }
}

keepsOnlyState(NAdam);
