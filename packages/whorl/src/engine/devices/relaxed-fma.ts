// Whether kernels may round a product and the sum that it is added to once instead of twice.
// in:  a choice of the user's, or WHORL_RELAXED     out: yes or no, for all kernels alike

import { hasRelaxedFma } from '../../render/index.js';
import { setting } from '../observe/setting.js';
import { forgetKernels } from './context.js';

let relaxed: boolean | null = null;

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
