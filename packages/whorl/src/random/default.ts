// The generator that drawing functions use when none is given, and torch's functions over it.
// in:  seeds and states     out: the default generator, set accordingly

import { Generator } from './generator.js';

/** torch.default_generator. As in PyTorch it starts from a seed that nobody can foresee. */
export const defaultGenerator: Generator = new Generator();
defaultGenerator.seed();

/**
 * Seeds the default generator and returns it (torch.manual_seed). A fraction is cut off, as
 * Python's int() does. Throws outside [-2^63, 2^64).
 *
 * @example
 * manualSeed(12345);
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(typeof seed === 'number' ? Math.trunc(seed) : seed);
}

/** Seeds the default generator unforeseeably and returns the seed (torch.seed). */
export function seed(): bigint {
  return defaultGenerator.seed();
}

/** The seed of the default generator's stream (torch.initial_seed). */
export function initialSeed(): bigint {
  return defaultGenerator.initialSeed();
}

/** The default generator's state, 5056 bytes (torch.get_rng_state). */
export function getRngState(): Uint8Array {
  return defaultGenerator.getState();
}

/** Puts the default generator back into a saved state (torch.set_rng_state). */
export function setRngState(state: Uint8Array): void {
  defaultGenerator.setState(state);
}
