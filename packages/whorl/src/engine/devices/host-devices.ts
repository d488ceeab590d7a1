// The devices that every JavaScript engine has: cpu, which is
// WebAssembly, and reference, which is JavaScript.
// in:  settings     out: what opens either; how many threads the cpu has
//
// reference means what it says, loop by loop; cpu runs what the optimiser made of it.

import { cpu, Device } from '../../graph/device.js';
import type { Kernel } from '../../ir/loop.js';
import { optimise } from '../../optimise/index.js';
import {
  callOf,
  type ProgramSpec,
  renderJs,
  renderProgram,
  renderWasm,
} from '../../render/index.js';
import {
  createJsDriver,
  createWasmDriver,
  jsTarget,
  mostThreads,
  wasmTarget,
} from '../../runtime/index.js';
import { isGuarding } from '../observe/check.js';
import { setting } from '../observe/setting.js';
import { contextOf, type Opened, type Rendered } from './context.js';
import { usesRelaxedFma } from './relaxed-fma.js';

/** JavaScript that means what a kernel says: slow, and right by definition. */
export const reference = new Device('reference');

function openReference(): Opened {
  const render = (kernel: Kernel): Rendered => ({ code: renderJs(kernel), call: callOf(kernel) });
  const driver = createJsDriver({ guarded: isGuarding() });
  return { driver, target: jsTarget, render, renderProgram: null };
}

function openCpu(): Opened {
  if (typeof WebAssembly === 'undefined') return withoutWasm();
  const driver = createWasmDriver({ guarded: isGuarding() });
  driver.setThreads(threads ?? preferredThreads());
  const target = {
    shared: driver.isShared,
    status: driver.statusAddress,
    bounded: isGuarding(),
    scratchBytes: wasmTarget.scratchBytes,
  };
  const render = (kernel: Kernel): Rendered => {
    const better = optimise(kernel, wasmTarget);
    const code = renderWasm(better, { ...target, relaxed: usesRelaxedFma() });
    return { code, call: callOf(better) };
  };
  const renderWhole = ({ kernels, segments }: ProgramSpec) =>
    renderProgram(
      { kernels: kernels.map((kernel) => optimise(kernel, wasmTarget)), segments },
      { ...target, relaxed: usesRelaxedFma() },
    );
  return { driver, target: wasmTarget, render, renderProgram: renderWhole };
}

/** Without WebAssembly (some hardened browsers) the reference computes. */
function withoutWasm(): Opened {
  console.warn('whorl: WebAssembly is not available here; JavaScript computes, many times slower.');
  return openReference();
}

/** With what opens them. */
export const hostDevices: ReadonlyMap<Device, () => Opened> = new Map([
  [cpu, openCpu],
  [reference, openReference],
]);

/** null: nobody said how many. */
let threads: number | null = null;

function preferredThreads(): number {
  const text = setting('WHORL_THREADS') ?? '1';
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostThreads) return count;
  throw new RangeError(`WHORL_THREADS must be an integer from 1 to ${mostThreads}, not "${text}"`);
}

/** false: there can be only one. */
export function useThreads(count: number): boolean {
  threads = count;
  return contextOf(cpu).driver.now!.setThreads(count);
}

export const threadsInUse = (): number => contextOf(cpu).driver.now!.threads;
