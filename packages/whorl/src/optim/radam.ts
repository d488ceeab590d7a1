// RAdam: Adam that waits with its adaptive step until the variance of that step is known well.

import { zerosLike } from '../operators/create/create.js';
import { live, observed } from '../capture/looking/host-state.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkBetas, decayed, type GradientOptions, runningMean, squareMean } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

export interface RAdamOptions extends GradientOptions {
  /** learning rate, default 1e-3 */
  lr: number;
  /** decay of the running means, default [0.9, 0.999] */
  betas: readonly [number, number];
  /** added to the denominator, default 1e-8 */
  eps: number;
  /** whether weight decay acts on the parameter, as in AdamW, default false */
  decoupledWeightDecay: boolean;
}

/** The factor that evens out the variance at a step, or null where it is not defined yet. */
function rectification(beta2: number, step: number): number | null {
  const longest = 2 / (1 - beta2) - 1;
  const length = longest - (2 * step * beta2 ** step) / (1 - beta2 ** step);
  if (!(length > 5)) return null;
  const now = (length - 4) * (length - 2) * longest;
  return (now / ((longest - 4) * (longest - 2) * length)) ** 0.5;
}

const settled: Settles<RAdamOptions> = withDefaults(
  'RAdam',
  'params | lr betas eps weight_decay decoupled_weight_decay * maximize',
  {
    lr: 1e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    decoupledWeightDecay: false,
    maximize: false,
  },
);

/** Liu et al. 2019. Source: torch.optim.RAdam. */
export class RAdam extends Optimizer<RAdamOptions> {
  constructor(parameters: Parameters<RAdamOptions>, options?: Given<RAdamOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
    checkBetas('RAdam', this.defaults.betas);
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<RAdamOptions>): void {
    const make = () => ({ step: 0, expAvg: zerosLike(p), expAvgSq: zerosLike(p) });
    const state = this.stateOf(p, make);
    this.count(state);
    const step = () => state.step as number;
    const g = decayed(p, gradient, group, () => group.decoupledWeightDecay);
    const [mean, square] = [state.expAvg as Tensor, state.expAvgSq as Tensor];
    runningMean(mean, g, () => group.betas[0]);
    squareMean(square, g, () => group.betas[1]);
    let change = mean
      .div(live(() => 1 - group.betas[0] ** step()))
      .mul(live(() => group.lr)) as Tensor;
    const factor = () => rectification(group.betas[1], step());
    if (observed(() => factor() !== null)) {
      const inverse = square
        .sqrt()
        .add(live(() => group.eps))
        .reciprocal() as Tensor;
      const corrected = inverse.mul(live(() => (1 - group.betas[1] ** step()) ** 0.5)) as Tensor;
      change = change.mul(corrected).mul(live(() => factor()!)) as Tensor;
    }
    p.add_(change, { alpha: -1 });
  }
}

keepsOnlyState(RAdam);
