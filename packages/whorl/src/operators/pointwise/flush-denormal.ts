// What is so small that a processor is slow with it: stored as zero where an optimizer writes it.
// in:  a choice of the user's; a tensor that a step has written     out: it, without small values
//
// WebAssembly has no mode in which a processor flushes by itself, so it is an op of the graph. A
// weight that only decays ends below 1e-30 and stays; what it is multiplied with is a gradient, so
// its products are subnormal long before it is, and each costs an Intel processor 150 cycles.

import { hostStep, observed } from '../../capture/looking/capturing.js';
import { withoutSmall } from '../../graph/build.js';
import type { DType } from '../../graph/dtype.js';
import { assign } from '../../tensor/assign.js';
import type { Tensor } from '../../tensor/tensor.js';

let flushes = true;

/**
 * Whether an optimizer's step stores zeros, with their signs, for what is too small to matter:
 * moments and weights that are subnormal (below 1.2e-38 in float32), and in a group with weight
 * decay weights below 8.1e-28, whose products would be subnormal. True at the start; false computes
 * what PyTorch does by default. Operators give subnormal numbers in either mode. Gives back that
 * it is supported, which it is everywhere. Errors: anything but a boolean. Source:
 * torch.set_flush_denormal.
 */
export function setFlushDenormal(mode: boolean): boolean {
  if (typeof mode !== 'boolean') {
    throw new TypeError(`setFlushDenormal expects a boolean, got ${typeof mode}`);
  }
  let before = flushes;
  hostStep(
    () => {
      before = flushes;
      flushes = mode;
    },
    () => {
      flushes = before;
    },
    mode,
  );
  return true;
}

interface Limits {
  readonly subnormal: readonly number[];
  readonly fading: readonly number[];
}

/**
 * What a fading weight is multiplied with is seldom smaller than 2 ** -36: with 2 ** -26 there were
 * steps of the exercise with 25,000 subnormal products among 16 million, with this 9,000.
 */
const limitsFrom = (smallestNormal: number): Limits => ({
  subnormal: [smallestNormal],
  fading: [smallestNormal * 2 ** 36],
});

/** By dtype, as lists that nodes share. */
const limits: Partial<Record<DType, Limits>> = {
  float32: limitsFrom(2 ** -126),
  float64: limitsFrom(2 ** -1022),
};

/**
 * Small values of what a step has just written become zeros, where the user wants that. `fades`:
 * it decays to zero, so that products with it are subnormal before it is. Gives `written` back.
 */
export function flushDenormal(written: Tensor, fades = false): Tensor {
  const own = limits[written.dtype];
  if (own === undefined || !observed(() => flushes)) return written;
  // the value itself, without the alias that makes a parameter a leaf
  const value = written.steps.length === 0 ? written.cell.node : written.node;
  assign(written, withoutSmall(value, fades ? own.fading : own.subnormal));
  return written;
}
