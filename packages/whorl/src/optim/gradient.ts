// The gradient that an update follows: turned around to climb, with the decay of the weights in it.

import { live, observed } from '../capture/looking/host-state.js';
import { flushDenormal } from '../operators/pointwise/flush-denormal.js';
import type { Tensor } from '../tensor/tensor.js';

export interface GradientOptions {
  /** added to the gradient times the parameter (L2), default 0 */
  weightDecay: number;
  /** climbs instead of descending, default false */
  maximize: boolean;
}

export function followed(p: Tensor, gradient: Tensor, o: GradientOptions): Tensor {
  const g = uphill(gradient, o);
  return observed(() => o.weightDecay === 0) ? g : added(g, p, () => o.weightDecay);
}

/** The same where decay may act on the parameter itself instead. */
export function decayed(
  p: Tensor,
  gradient: Tensor,
  o: GradientOptions & { lr: number },
  isDecoupled: () => boolean,
): Tensor {
  if (observed(() => !isDecoupled() || o.weightDecay === 0)) return followed(p, gradient, o);
  scale(p, () => 1 - o.lr * o.weightDecay);
  return uphill(gradient, o);
}

export const uphill = (gradient: Tensor, o: { maximize: boolean }): Tensor =>
  (observed(() => o.maximize) ? gradient.neg() : gradient) as Tensor;

/** a + factor * b. */
export const added = (a: Tensor, b: Tensor, factor: () => number): Tensor =>
  a.add(b, { alpha: live(factor) }) as Tensor;

/** x *= factor. */
export const scale = (x: Tensor, factor: () => number): Tensor => x.mul_(live(factor)) as Tensor;

/** The running mean: m = m + (1 - beta) * (g - m). */
export function runningMean(m: Tensor, g: Tensor, beta: () => number): Tensor {
  return flushDenormal(
    m.lerp_(
      g,
      live(() => 1 - beta()),
    ) as Tensor,
  );
}

/** The running mean of squares: v = beta * v + (1 - beta) * g * g. */
export function squareMean(v: Tensor, g: Tensor, beta: () => number): Tensor {
  const rest = live(() => 1 - beta());
  return flushDenormal(v.mul_(live(beta)).addcmul_(g, g, { value: rest }) as Tensor);
}

/** Errors: a beta outside [0, 1), more or fewer than two. */
export function checkBetas(name: string, betas: readonly number[]): void {
  checkPair(name, 'betas', betas);
  betas.forEach((beta, i) => {
    if (beta >= 0 && beta < 1) return;
    throw new RangeError(
      `${name}: invalid beta parameter at index ${i}: ${beta}; it must be in [0, 1)`,
    );
  });
}

/** Errors: another number of values than two. */
export function checkPair(name: string, option: string, values: readonly number[]): void {
  if (values.length === 2) return;
  throw new RangeError(`${name}: ${option} are two numbers, got ${values.length}`);
}
