// NAdam: Adam with Nesterov's momentum.

import { zerosLike } from '../operators/create/create.js';
import { hostStepOf, live } from '../capture/looking/host-state.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkBetas, decayed, type GradientOptions, runningMean, squareMean } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

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

const settled: Settles<NAdamOptions> = withDefaults(
  'NAdam',
  'params | lr betas eps weight_decay momentum_decay decoupled_weight_decay * maximize',
  {
    lr: 2e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    momentumDecay: 4e-3,
    decoupledWeightDecay: false,
    maximize: false,
  },
);

/** Dozat 2016. Source: torch.optim.NAdam. */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(parameters: Parameters<NAdamOptions>, options?: Given<NAdamOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
    checkBetas('NAdam', this.defaults.betas);
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<NAdamOptions>): void {
    const state = this.stateOf(p, () => ({
      step: 0,
      muProduct: 1,
      expAvg: zerosLike(p),
      expAvgSq: zerosLike(p),
    }));
    this.count(state);
    const own = state as { step: number; muProduct: number };
    const g = decayed(p, gradient, group, () => group.decoupledWeightDecay);
    const momentumAt = (t: number) =>
      group.betas[0] * (1 - 0.5 * 0.96 ** (t * group.momentumDecay));
    hostStepOf(
      own,
      () => [own],
      () => {
        // PyTorch keeps the product in float32
        own.muProduct = Math.fround(own.muProduct * Math.fround(momentumAt(own.step)));
      },
    );
    const [mean, square] = [state.expAvg as Tensor, state.expAvgSq as Tensor];
    runningMean(mean, g, () => group.betas[0]);
    squareMean(square, g, () => group.betas[1]);
    const root = square
      .div(live(() => 1 - group.betas[1] ** own.step))
      .sqrt()
      .add(live(() => group.eps)) as Tensor;
    const now = () => (-group.lr * (1 - momentumAt(own.step))) / (1 - own.muProduct);
    p.addcdiv_(g, root, { value: live(now) });
    const next = () => momentumAt(own.step + 1);
    const ahead = () => (-group.lr * next()) / (1 - own.muProduct * next());
    p.addcdiv_(mean, root, { value: live(ahead) });
  }
}

keepsOnlyState(NAdam);
