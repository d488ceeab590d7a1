// Rprop: a step size for each number, larger while its gradient keeps its sign, else smaller.

import { fullLike, zerosLike } from '../operators/create/create.js';
import { where } from '../operators/pointwise/ternary.js';
import { live } from '../capture/looking/host-state.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPair, uphill } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

export interface RpropOptions {
  /** the first step size, default 1e-2 */
  lr: number;
  /** factors where the sign changed and where it stayed, default [0.5, 1.2] */
  etas: readonly [number, number];
  /** the smallest and the largest step, default [1e-6, 50] */
  stepSizes: readonly [number, number];
  /** climbs instead of descending, default false */
  maximize: boolean;
}

const settled: Settles<RpropOptions> = withDefaults(
  'Rprop',
  'params | lr etas step_sizes * maximize',
  {
    lr: 1e-2,
    etas: [0.5, 1.2],
    stepSizes: [1e-6, 50],
    maximize: false,
  },
);

/**
 * Riedmiller and Braun 1993, for whole batches. Errors: etas that are not 0 < smaller < 1 < larger.
 * Source: torch.optim.Rprop.
 */
export class Rprop extends Optimizer<RpropOptions> {
  constructor(parameters: Parameters<RpropOptions>, options?: Given<RpropOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
    checkPair('Rprop', 'etas', this.defaults.etas);
    checkPair('Rprop', 'stepSizes', this.defaults.stepSizes);
    const [smaller, larger] = this.defaults.etas;
    if (!(smaller > 0 && smaller < 1 && larger > 1)) {
      throw new RangeError(`Rprop: invalid etas: ${smaller}, ${larger}`);
    }
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<RpropOptions>): void {
    const make = () => ({ step: 0, prev: zerosLike(p), stepSize: fullLike(p, group.lr) });
    const state = this.stateOf(p, make);
    this.count(state);
    const g = uphill(gradient, group);
    const [before, size] = [state.prev as Tensor, state.stepSize as Tensor];
    const agreement = g.mul(before) as Tensor;
    const turned = agreement.lt(0) as Tensor;
    const [smaller, larger] = [live(() => group.etas[0]), live(() => group.etas[1])];
    const change = where(turned, smaller, where(agreement.gt(0) as Tensor, larger, fullLike(p, 1)));
    const [least, most] = [live(() => group.stepSizes[0]), live(() => group.stepSizes[1])];
    size.mul_(change as Tensor).clamp_(least, most);
    // after a change of sign the number stays where it is for one step
    const kept = where(turned, zerosLike(p), g) as Tensor;
    p.addcmul_(kept.sign() as Tensor, size, { value: -1 });
    before.copy_(kept);
  }
}

keepsOnlyState(Rprop);
