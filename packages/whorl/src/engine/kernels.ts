// Kernels that are loaded on the device: each is rendered and compiled once.
// in:  a fragment of a graph     out: an executable, and what to launch it with

import type { Kernel } from '../lower/loop.js';
import { kernelKey } from '../lower/key.js';
import type { Executable } from '../runtime/index.js';
import { currentDevice, forgetOnSwitch } from './device.js';
import { Recent } from './recent.js';

export interface Loaded {
  readonly executable: Executable;
  readonly kernel: Kernel;
  readonly code: string | Uint8Array;
}

/** By the kernel's loops. Least recently used ones go; another device starts anew. */
const loaded = new Recent<string, Loaded>(2000);
forgetOnSwitch(() => loaded.clear());

export function loadKernel(kernel: Kernel): Loaded {
  const key = kernelKey(kernel);
  let found = loaded.get(key);
  if (found === undefined) {
    const { device, render } = currentDevice();
    const code = render(kernel);
    found = { executable: device.load(kernel.name, code), kernel, code };
    loaded.set(key, found);
  }
  return found;
}

/** How many kernels are held. */
export const loadedKernels = (): number => loaded.size;
