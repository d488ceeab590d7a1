// Which device kernels run on now, and how they are rendered for it.
// in:  'wasm' or 'js', by useDevice() or WHORL_DEVICE     out: the device with its renderer

import type { Kernel } from '../lower/loop.js';
import { optimise } from '../optimise/index.js';
import { renderJs, renderWasm } from '../render/index.js';
import { createJsDevice, createWasmDevice, type Device } from '../runtime/index.js';

export type DeviceName = 'js' | 'wasm';

export interface CurrentDevice {
  readonly name: DeviceName;
  readonly device: Device;
  /** Code for a kernel as it was lowered. */
  readonly render: (kernel: Kernel) => string | Uint8Array;
}

/** js means what it says, loop by loop; wasm runs what the optimiser made of it. */
const create: Record<DeviceName, () => CurrentDevice> = {
  js: () => ({ name: 'js', device: createJsDevice(), render: renderJs }),
  wasm: () => {
    const device = createWasmDevice();
    const shared = device.isShared;
    return { name: 'wasm', device, render: (kernel) => renderWasm(optimise(kernel), { shared }) };
  },
};

let current: CurrentDevice | null = null;
/** Caches of what was loaded on the device before. */
const onSwitch: (() => void)[] = [];

const preferred = (): DeviceName => {
  const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process
    ?.env;
  return env?.WHORL_DEVICE === 'js' ? 'js' : 'wasm';
};

export function currentDevice(): CurrentDevice {
  current ??= create[preferred()]();
  return current;
}

/** Values stored on the device before cannot be read on the new one. */
export function useDevice(name: DeviceName): CurrentDevice {
  if (current?.name === name) return current;
  current = create[name]();
  for (const clear of onSwitch) clear();
  return current;
}

/** Calls `clear` whenever another device takes over. */
export function forgetOnSwitch(clear: () => void): void {
  onSwitch.push(clear);
}
