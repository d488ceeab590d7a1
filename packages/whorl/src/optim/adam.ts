// Adam and AdamW: steps scaled by running means of the gradient and of its square.

import { zerosLike } from '../operators/create/create.js';
import { maximum } from '../operators/pointwise/binary.js';
import { live } from '../capture/looking/host-state.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkBetas, decayed, type GradientOptions, runningMean, squareMean } from './gradient.js';
import { type Given, type Group, keepsOnlyState, Optimizer, type Parameters } from './optimizer.js';
import { type Settles, withDefaults } from './options.js';

export interface AdamOptions extends GradientOptions {
  /** learning rate, default 1e-3 */
  lr: number;
  /** decay of the running means, default [0.9, 0.999] */
  betas: readonly [number, number];
  /** added to the denominator, default 1e-8 */
  eps: number;
  /** L2 added to the gradient (Adam, default 0), or decay of the parameter (AdamW, 1e-2) */
  weightDecay: number;
  /** divides by the largest second moment so far, default false */
  amsgrad: boolean;
}

const signature = 'params | lr betas eps weight_decay amsgrad * maximize';

const defaults: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};
const settled: Settles<AdamOptions> = withDefaults('Adam', signature, defaults);
const settledW: Settles<AdamOptions> = withDefaults('AdamW', signature, {
  ...defaults,
  weightDecay: 1e-2,
});

/** Kingma and Ba 2014; L2 goes into the gradient. Source: torch.optim.Adam. */
export class Adam extends Optimizer<AdamOptions> {
  /** Whether weight decay acts on the parameter rather than on the gradient. */
  protected readonly decoupled: boolean = false;

  constructor(parameters: Parameters<AdamOptions>, options?: Given<AdamOptions> | number);
  constructor(...given: unknown[]) {
    super(...settled(given));
    checkBetas(new.target.name, this.defaults.betas);
  }

  protected update(p: Tensor, gradient: Tensor, group: Group<AdamOptions>): void {
    const state = this.stateOf(p, () => ({
      step: 0,
      expAvg: zerosLike(p),
      expAvgSq: zerosLike(p),
      maxExpAvgSq: group.amsgrad ? zerosLike(p) : null,
    }));
    this.count(state);
    const step = () => state.step as number;
    const g = decayed(p, gradient, group, () => this.decoupled);
    const [m, v] = [state.expAvg as Tensor, state.expAvgSq as Tensor];
    runningMean(m, g, () => group.betas[0]);
    squareMean(v, g, () => group.betas[1]);
    const root = live(() => Math.sqrt(1 - group.betas[1] ** step()));
    const denominator = this.largest(state, v)
      .sqrt()
      .div(root)
      .add(live(() => group.eps)) as Tensor;
    p.addcdiv_(m, denominator, { value: live(() => -(group.lr / (1 - group.betas[0] ** step()))) });
  }

  private largest(state: Record<string, unknown>, v: Tensor): Tensor {
    const before = state.maxExpAvgSq as Tensor | null;
    return before === null ? v : (before.copy_(maximum(before, v)) as Tensor);
  }
}

/** Loshchilov and Hutter 2017: decay of the parameter itself, 1e-2. Source: torch.optim.AdamW. */
export class AdamW extends Adam {
  protected override readonly decoupled: boolean = true;

  constructor(parameters: Parameters<AdamOptions>, options?: Given<AdamOptions> | number);
  constructor(...given: unknown[]) {
    super(...settledW(given));
  }
}

keepsOnlyState(Adam);
