// Which device kernels run on now, and how they are rendered for it.
// in:  'wasm' or 'js', by useDevice() or WHORL_DEVICE     out: the device with its renderer

import type { Kernel } from '../lower/loop.js';
import { optimise } from '../optimise/index.js';
import { hasRelaxedFma, renderJs, renderWasm } from '../render/index.js';
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
    const render = (kernel: Kernel): Uint8Array =>
      renderWasm(optimise(kernel), { shared, relaxed: usesRelaxedFma() });
    return { name: 'wasm', device, render };
  },
};

let current: CurrentDevice | null = null;
/** Caches of what was loaded on the device before. */
const onSwitch: (() => void)[] = [];

const environment = (): Record<string, string | undefined> =>
  (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {};

const preferred = (): DeviceName => (environment().WHORL_DEVICE === 'js' ? 'js' : 'wasm');

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

let relaxed: boolean | null = null;

/** Whether kernels may round a product and the sum that it is added to once instead of twice. */
export function usesRelaxedFma(): boolean {
  if (relaxed === null) setRelaxedFma(environment().WHORL_RELAXED === '1');
  return relaxed!;
}

/**
 * Lets float32 kernels multiply and add in one instruction: a third faster where products are
 * summed, and other last bits than without. Off by default; also by the variable WHORL_RELAXED=1.
 * Throws where the engine has no relaxed SIMD: ask `hasRelaxedFma()` first.
 */
export function setRelaxedFma(on: boolean): void {
  if (on && !hasRelaxedFma()) {
    throw new Error(
      'setRelaxedFma: this engine has no relaxed SIMD; Node has it from version 22, Node 20 with ' +
        '--experimental-wasm-relaxed-simd.',
    );
  }
  if (relaxed === on) return;
  relaxed = on;
  // no kernel and no plan of the other kind is used again
  for (const clear of onSwitch) clear();
}

export { hasRelaxedFma };

/** Calls `clear` whenever another device takes over, or kernels are to be rendered anew. */
export function forgetOnSwitch(clear: () => void): void {
  onSwitch.push(clear);
}
