// Which device kernels run on now, and how they are rendered for it.
// in:  'wasm' or 'js', by useDevice() or WHORL_DEVICE     out: the device with its renderer

import type { Kernel } from '../../ir/loop.js';
import { isGuarding } from '../observe/check.js';
import { finishInFlight } from '../flush/in-flight.js';
import { optimise } from '../../optimise/index.js';
import {
  callOf,
  hasRelaxedFma,
  type ProgramSpec,
  renderJs,
  renderProgram,
  renderWasm,
} from '../../render/index.js';
import {
  type Call,
  createJsDevice,
  createWasmDevice,
  type Device,
  jsTarget,
  mostThreads,
  type ProgramCode,
  wasmTarget,
} from '../../runtime/index.js';
import type { Target } from '../../target/target.js';
import { setting } from '../observe/setting.js';

export type DeviceName = 'js' | 'wasm';

export interface CurrentDevice {
  readonly name: DeviceName;
  readonly device: Device;
  readonly target: Target;
  /** Code for a kernel as it was lowered. */
  readonly render: (kernel: Kernel) => Rendered;
  /** Code for several that run as one call; null: this device launches them one by one. */
  readonly renderProgram: ((program: ProgramSpec) => ProgramCode) | null;
}

/** What a device loads. */
export interface Rendered {
  readonly code: string | Uint8Array;
  readonly call: Call;
}

/** js means what it says, loop by loop; wasm runs what the optimiser made of it. */
const create: Record<DeviceName, () => CurrentDevice> = {
  js: () => ({
    name: 'js',
    device: createJsDevice({ guarded: isGuarding() }),
    target: jsTarget,
    render: (kernel) => ({ code: renderJs(kernel), call: callOf(kernel) }),
    renderProgram: null,
  }),
  wasm: () => {
    const device = createWasmDevice({ guarded: isGuarding() });
    const target = {
      shared: device.isShared,
      status: device.statusAddress,
      bounded: isGuarding(),
      scratchBytes: wasmTarget.scratchBytes,
    };
    const render = (kernel: Kernel): Rendered => {
      const better = optimise(kernel, wasmTarget);
      const code = renderWasm(better, { ...target, relaxed: usesRelaxedFma() });
      return { code, call: callOf(better) };
    };
    const renderWhole = ({ kernels, segments }: ProgramSpec): ProgramCode =>
      renderProgram(
        { kernels: kernels.map((kernel) => optimise(kernel, wasmTarget)), segments },
        { ...target, relaxed: usesRelaxedFma() },
      );
    return { name: 'wasm', device, target: wasmTarget, render, renderProgram: renderWhole };
  },
};

let current: CurrentDevice | null = null;
/** null: nobody said how many. */
let threads: number | null = null;
/** Caches of what was loaded on the device before. */
const onSwitch: (() => void)[] = [];
/** Who keeps kernels elsewhere than in such a cache remembers which these are. */
let generation = 0;

/** Another one since another device took over, or kernels are to be rendered anew. */
export const kernelGeneration = (): number => generation;

/** Everything that was made for the device is made anew from here on. */
export function forgetKernels(): void {
  generation++;
  for (const clear of onSwitch) clear();
}

/** Without WebAssembly (some hardened browsers) the reference computes. */
function preferred(): DeviceName {
  if (setting('WHORL_DEVICE') === 'js') return 'js';
  if (typeof WebAssembly !== 'undefined') return 'wasm';
  console.warn('whorl: WebAssembly is not available here; JavaScript computes, many times slower.');
  return 'js';
}

function preferredThreads(): number {
  const text = setting('WHORL_THREADS') ?? '1';
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostThreads) return count;
  throw new RangeError(`WHORL_THREADS must be an integer from 1 to ${mostThreads}, not "${text}"`);
}

function make(name: DeviceName): CurrentDevice {
  const made = create[name]();
  made.device.setThreads(threads ?? preferredThreads());
  return made;
}

export function currentDevice(): CurrentDevice {
  current ??= make(preferred());
  return current;
}

/** For this device and those that take over later; false: this one has only one. */
export function useThreads(count: number): boolean {
  finishInFlight();
  threads = count;
  return currentDevice().device.setThreads(count);
}

/** Values stored on the device before cannot be read on the new one. */
export function useDevice(name: DeviceName): CurrentDevice {
  if (current?.name === name) return current;
  finishInFlight();
  current?.device.setThreads(1);
  current = make(name);
  forgetKernels();
  return current;
}

let relaxed: boolean | null = null;

/** Whether kernels may round a product and the sum that it is added to once instead of twice. */
export function usesRelaxedFma(): boolean {
  if (relaxed === null) setRelaxedFma(setting('WHORL_RELAXED') === '1');
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
  const isFirst = relaxed === null;
  relaxed = on;
  // no kernel, plan or program of the other kind is used again
  if (!isFirst) forgetKernels();
}

export { hasRelaxedFma };

/** Calls `clear` whenever another device takes over, or kernels are to be rendered anew. */
export function forgetOnSwitch(clear: () => void): void {
  onSwitch.push(clear);
}
