// How a kernel is called: everything it is launched with lies in one block of memory.
// in:  a kernel     out: where in that block each buffer's address and each parameter stands
//
// First the addresses of the buffers, an i32 each; then, from the next multiple of 8, the
// parameters in slots of 8 bytes, each with the type of its dtype: i64 for int64, f32 and f64 for
// floats, i32 for the rest. A launch is then described by integers alone: a thread needs no more.

import type { Kernel } from '../../ir/loop.js';
import { blocksOf } from '../../ir/parallel.js';
import { scalarType } from './registers.js';

export interface Slot {
  readonly offset: number;
  readonly type: 'i32' | 'i64' | 'f32' | 'f64';
}

export interface Call {
  /** The size of the argument block. */
  readonly bytes: number;
  /** Where the address of each buffer stands. */
  readonly buffers: readonly number[];
  readonly params: readonly Slot[];
  /** run(args, scratch, from, to) takes any part of 0..blocks. */
  readonly blocks: number;
}

export function callOf(kernel: Kernel): Call {
  const { buffers, params } = kernel;
  const first = Math.ceil(buffers.length / 2) * 8;
  return {
    bytes: first + 8 * params.length,
    buffers: buffers.map((_, i) => 4 * i),
    params: params.map((dtype, i) => ({
      offset: first + 8 * i,
      type: scalarType[dtype] as Slot['type'],
    })),
    blocks: blocksOf(kernel),
  };
}
