// How much memory the device has in use.

import { currentDevice } from './device.js';

export interface MemoryUse {
  /** bytes in buffers now */
  readonly used: number;
  /** bytes taken from the system */
  readonly reserved: number;
  /** the most bytes that were ever in buffers */
  readonly peak: number;
  /** buffers now */
  readonly buffers: number;
}

/** What tensors take now. Memory of tensors that are gone counts until it was needed again. */
export const memory = (): MemoryUse => currentDevice().device.memory();
