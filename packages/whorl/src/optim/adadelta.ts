// Adadelta: steps in the size of earlier steps, so that no rate has to be chosen.

import { zerosLike } from '../operators/create/create.js';
import { live } from '../capture/looking/host-state.js';
import type { Tensor } from '../tensor/tensor.js';
import { followed, type GradientOptions, squareMean } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

export interface AdadeltaOptions extends GradientOptions {
  /** what a step is multiplied by, default 1 */
  lr: number;
  /** decay of the running means, in [0, 1], default 0.9 */
  rho: number;
  /** added under both roots, default 1e-6 */
  eps: number;
}

const settled: Settles<AdadeltaOptions> = withDefaults(
  'Adadelta',
  'params | lr rho eps weight_decay * maximize',
  { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false },
);

/** Zeiler 2012. Source: torch.optim.Adadelta. */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  constructor(parameters: Parameters<AdadeltaOptions>, options?: Given<AdadeltaOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
    const { rho } = this.defaults;
    if (!(rho >= 0 && rho <= 1)) throw new RangeError(`Adadelta: invalid rho value: ${rho}`);
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<AdadeltaOptions>): void {
    const make = () => ({ step: 0, squareAvg: zerosLike(p), accDelta: zerosLike(p) });
    const state = this.stateOf(p, make);
    this.count(state);
    const g = followed(p, gradient, group);
    const rho = () => group.rho;
    const [square, moved] = [state.squareAvg as Tensor, state.accDelta as Tensor];
    squareMean(square, g, rho);
    const eps = live(() => group.eps);
    const root = square.add(eps).sqrt() as Tensor;
    const change = moved.add(eps).sqrt().div(root).mul(g) as Tensor;
    squareMean(moved, change, rho);
    p.add_(change, { alpha: live(() => -group.lr) });
  }
}

keepsOnlyState(Adadelta);
