// Adagrad: steps scaled by the root of the sum of all squares of the gradient so far.

import { fullLike } from '../operators/create/create.js';
import { live } from '../capture/looking/host-state.js';
import type { Tensor } from '../tensor/tensor.js';
import { followed, type GradientOptions } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

export interface AdagradOptions extends GradientOptions {
  /** learning rate, default 1e-2 */
  lr: number;
  /** the rate is divided by 1 + (step - 1) times this, default 0 */
  lrDecay: number;
  /** where the sum starts, default 0 */
  initialAccumulatorValue: number;
  /** added to the denominator, default 1e-10 */
  eps: number;
}

const settled: Settles<AdagradOptions> = withDefaults(
  'Adagrad',
  'params | lr lr_decay weight_decay initial_accumulator_value eps * maximize',
  {
    lr: 1e-2,
    lrDecay: 0,
    weightDecay: 0,
    initialAccumulatorValue: 0,
    eps: 1e-10,
    maximize: false,
  },
);

/** Duchi et al. 2011. Source: torch.optim.Adagrad. */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(parameters: Parameters<AdagradOptions>, options?: Given<AdagradOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<AdagradOptions>): void {
    const state = this.stateOf(p, () => ({
      step: 0,
      sum: fullLike(p, group.initialAccumulatorValue),
    }));
    this.count(state);
    const g = followed(p, gradient, group);
    const sum = state.sum as Tensor;
    sum.addcmul_(g, g, { value: 1 });
    const root = sum.sqrt().add(live(() => group.eps)) as Tensor;
    const rate = () => -group.lr / (1 + ((state.step as number) - 1) * group.lrDecay);
    p.addcdiv_(g, root, { value: live(rate) });
  }
}

keepsOnlyState(Adagrad);
