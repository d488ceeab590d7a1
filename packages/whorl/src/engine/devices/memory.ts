// How much a device has in use: memory of tensors, and what is kept to run known programs again.

import type { MemoryUse as DriverMemory } from '../../runtime/index.js';
import { knownPlans } from '../flush/planning.js';
import { contextOf } from './context.js';
import { defaultDevice, device, type DeviceLike } from './default.js';
import { loadedKernels } from './kernels.js';

export interface MemoryUse extends DriverMemory {
  /** Kernels that are loaded: at most 2,000, the least recently used ones go. */
  readonly kernels: number;
  /** Structures of programs whose plan is remembered: at most 1,000, likewise. */
  readonly plans: number;
}

/**
 * What tensors on a device take now (default: the default device), in bytes, and how many kernels
 * and plans are kept beside them. Memory of tensors that are gone counts until it was needed again.
 */
export function memory(of: DeviceLike = defaultDevice()): MemoryUse {
  const context = contextOf(device(of));
  const [kernels, plans] = [loadedKernels(context), knownPlans(context)];
  return { ...context.driver.memory(), kernels, plans };
}
