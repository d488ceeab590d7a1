// How much memory a device has in use.

import type { MemoryUse } from '../../runtime/index.js';
import { contextOf } from './context.js';
import { defaultDevice, device, type DeviceLike } from './default.js';

export type { MemoryUse };

/**
 * What tensors on a device take now (default: the default device), in bytes. Memory of tensors that
 * are gone counts until it was needed again.
 */
export const memory = (of: DeviceLike = defaultDevice()): MemoryUse =>
  contextOf(device(of)).driver.memory();
