// What a kernel is launched with: which memory, which numbers, whose errors.
// in:  places in a list of nodes     out: the same as text, for comparing

import type { ParamOf } from '../devices/scalar-of.js';

/** What a kernel is launched with: numbers are places in a list of nodes. */
export interface Binding {
  readonly buffers: readonly number[];
  readonly params: readonly ParamOf[];
  /** The node behind each error code, from 1. */
  readonly checks: readonly number[];
}

export function bindingText({ buffers, params, checks }: Binding): string {
  const numbers = params.map(({ node, scalar, dtype }) => `${node}.${scalar} ${dtype}`);
  return `buffers ${buffers.join()} params ${numbers.join()} checks ${checks.join()}`;
}
