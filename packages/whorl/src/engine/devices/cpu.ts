// The device cpu: WebAssembly kernels, which the optimiser made of the loops.
// in:  settings     out: what opens it; how many threads it has

import { cpu } from '../../graph/device.js';
import type { Kernel } from '../../ir/loop.js';
import { optimise } from '../../optimise/index.js';
import { callOf, type ProgramSpec, renderProgram, renderWasm } from '../../render/index.js';
import { createWasmDriver, mostThreads, wasmTarget } from '../../runtime/index.js';
import { isGuarding } from '../observe/check.js';
import { setting } from '../observe/setting.js';
import { addDevice, contextOf, type Opened, type Rendered } from './context.js';
import { usesRelaxedFma } from './relaxed-fma.js';

function open(): Opened {
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

/** What computes where there is no WebAssembly (some hardened browsers). */
let standIn: (() => Opened) | null = null;

/** Another opener for the cpu, for where the platform refuses WebAssembly. */
export function standInForWasm(open: () => Opened): void {
  standIn = open;
}

function withoutWasm(): Opened {
  if (standIn === null) {
    throw new Error(
      "whorl: WebAssembly is not available here. import 'whorl/reference', and JavaScript " +
        'computes, many times slower',
    );
  }
  console.warn('whorl: WebAssembly is not available here; JavaScript computes, many times slower.');
  return standIn();
}

addDevice(cpu, open, { isHost: true });

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
