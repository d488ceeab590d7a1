// The momentum that goes against the rate in a cycle: `momentum`, or the first of `betas`.

import { perGroup, type Rated, type RatedGroup } from './scheduler.js';

export interface MomentumOptions {
  /** whether the momentum falls while the rate rises, default true */
  cycleMomentum?: boolean;
  /** the lowest, one for all groups or one a group */
  baseMomentum?: number | readonly number[];
  /** the highest */
  maxMomentum?: number | readonly number[];
}

/** Writes the highest momentum, where the cycle begins. Errors: no such option to change. */
export function beginMomentum(
  name: string,
  optimizer: Rated,
  o: Required<MomentumOptions>,
  fresh: boolean,
): void {
  if (!o.cycleMomentum) return;
  if (!('momentum' in optimizer.defaults) && !('betas' in optimizer.defaults)) {
    throw new Error(`${name}: the optimizer must have momentum or betas for cycleMomentum`);
  }
  if (!fresh) return;
  const highest = perGroup(`${name}: maxMomentum`, optimizer, o.maxMomentum);
  const lowest = perGroup(`${name}: baseMomentum`, optimizer, o.baseMomentum);
  optimizer.paramGroups.forEach((group, i) => {
    writeMomentum(group as RatedGroup, highest[i]!);
    Object.assign(group, { maxMomentum: highest[i], baseMomentum: lowest[i] });
  });
}

export function writeMomentum(group: RatedGroup, value: number): void {
  const betas = group.betas as readonly number[] | undefined;
  if (betas === undefined) group.momentum = value;
  else group.betas = [value, ...betas.slice(1)];
}
