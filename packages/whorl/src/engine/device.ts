// Which device kernels run on now, and how they are rendered for it.
// in:  'js' or 'wasm', by useDevice() or WHORL_DEVICE     out: the device with its renderer

import type { Kernel } from '../lower/loop.js';
import { createJsDevice, type Device } from '../runtime/index.js';
import { interimJs } from './interim.js';

export type DeviceName = 'js' | 'wasm';

export interface CurrentDevice {
  readonly device: Device;
  readonly render: (kernel: Kernel) => string | Uint8Array;
}

let current: CurrentDevice | null = null;

export function currentDevice(): CurrentDevice {
  current ??= { device: createJsDevice(), render: interimJs };
  return current;
}
