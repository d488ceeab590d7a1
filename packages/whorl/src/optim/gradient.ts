// The gradient that an update follows: turned around to climb, with the decay of the weights in it.

import type { Tensor } from '../tensor/tensor.js';

export interface GradientOptions {
  /** added to the gradient times the parameter (L2), default 0 */
  weightDecay: number;
  /** climbs instead of descending, default false */
  maximize: boolean;
}

export function followed(p: Tensor, gradient: Tensor, o: GradientOptions): Tensor {
  const g = (o.maximize ? gradient.neg() : gradient) as Tensor;
  return o.weightDecay === 0 ? g : (g.add(p, { alpha: o.weightDecay }) as Tensor);
}

/** The same where decay may act on the parameter itself instead. */
export function decayed(
  p: Tensor,
  gradient: Tensor,
  o: GradientOptions & { lr: number; decoupledWeightDecay: boolean },
): Tensor {
  if (!o.decoupledWeightDecay || o.weightDecay === 0) return followed(p, gradient, o);
  p.mul_(1 - o.lr * o.weightDecay);
  return followed(p, gradient, { maximize: o.maximize, weightDecay: 0 });
}

/** Errors: a beta outside [0, 1). */
export function checkBetas(name: string, betas: readonly number[]): void {
  betas.forEach((beta, i) => {
    if (beta >= 0 && beta < 1) return;
    throw new RangeError(
      `${name}: invalid beta parameter at index ${i}: ${beta}; it must be in [0, 1)`,
    );
  });
}
