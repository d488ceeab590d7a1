// Stochastic gradient descent, with momentum, Nesterov momentum and weight decay.

import { capturing, ifUndone, live, observed } from '../capture/looking/host-state.js';
import { flushDenormal } from '../operators/pointwise/flush-denormal.js';
import type { Tensor } from '../tensor/tensor.js';
import { added, followed, type GradientOptions, scale } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

export interface SGDOptions extends GradientOptions {
  /** learning rate, default 1e-3 */
  lr: number;
  /** default 0 */
  momentum: number;
  /** damps the gradient that enters the momentum, default 0 */
  dampening: number;
  /** default false; needs momentum and no dampening */
  nesterov: boolean;
}

const settled: Settles<SGDOptions> = withDefaults(
  'SGD',
  'params | lr momentum dampening weight_decay nesterov * maximize',
  {
    lr: 1e-3,
    momentum: 0,
    dampening: 0,
    weightDecay: 0,
    nesterov: false,
    maximize: false,
  },
);

/** Source: torch.optim.SGD. */
export class SGD extends Optimizer<SGDOptions> {
  constructor(parameters: Parameters<SGDOptions>, options?: Given<SGDOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
    const { nesterov, momentum, dampening } = this.defaults;
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new RangeError(
        'SGD: Nesterov momentum requires a momentum and zero dampening; ' +
          `got momentum ${momentum}, dampening ${dampening}`,
      );
    }
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<SGDOptions>): void {
    let g = followed(p, gradient, group);
    if (observed(() => group.momentum !== 0)) g = this.withMomentum(p, g, group);
    p.add_(g, { alpha: live(() => -group.lr) });
  }

  private withMomentum(p: Tensor, g: Tensor, group: Group<SGDOptions>): Tensor {
    const state = this.stateOf(p, () => ({ momentumBuffer: null }));
    let buffer = state.momentumBuffer as Tensor | null;
    if (buffer === null) {
      buffer = g.clone() as Tensor;
      state.momentumBuffer = buffer;
      ifUndone(() => {
        state.momentumBuffer = null;
      });
      capturing.now?.keep(buffer, (made: Tensor) => {
        state.momentumBuffer = made;
      });
    } else {
      scale(buffer, () => group.momentum);
      buffer.add_(g, { alpha: live(() => 1 - group.dampening) });
      flushDenormal(buffer);
    }
    if (!observed(() => group.nesterov)) return buffer;
    return added(g, buffer, () => group.momentum);
  }
}

keepsOnlyState(SGD);
