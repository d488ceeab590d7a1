// Seeding the default generator: in a compiled function at its place in each replay.
// in:  seeds and states     out: the default generator, set accordingly

import { hostStep } from '../../capture/looking/capturing.js';
import {
  defaultGenerator,
  manualSeed as seedNow,
  setRngState as setNow,
} from '../../random/default.js';
import type { Generator } from '../../random/generator.js';

/** The generator itself knows what it was. */
const nothing = () => {};

/**
 * Seeds the default generator and returns it (torch.manual_seed). A fraction is cut off, as
 * Python's int() does. Throws outside [-2^63, 2^64).
 *
 * @example
 * manualSeed(12345);
 */
export function manualSeed(seed: number | bigint): Generator {
  hostStep(() => seedNow(seed), nothing, seed, defaultGenerator);
  return defaultGenerator;
}

/** Puts the default generator back into a saved state (torch.set_rng_state). */
export function setRngState(state: Uint8Array): void {
  hostStep(() => setNow(state), nothing, state, defaultGenerator);
}
