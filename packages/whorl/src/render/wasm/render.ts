// The WebAssembly renderer: a kernel as a module with one exported function.
// in:  a kernel     out: the bytes of a module
//
// The module imports env.memory and exports
//   run(args: i32, scratch: i32, from: i32, to: i32)
// args     the address of the argument block, 8-byte aligned; call.ts says what lies where in it
// scratch  the address of scratch memory, which holds anything on entry
// from, to the blocks of the kernel's parallel loop to run, from < to; a kernel without one does
//          everything at every call
// Addresses count bytes; buffers lie at 64 KiB or later. The first check that fails writes its code
// to the status word.

import type { Kernel } from '../../ir/loop.js';
import { demandOnlyBlocksStore } from '../../ir/parallel.js';
import { emitFunctions } from './emit.js';
import type { FunctionCode } from './encoding/encoder.js';
import { encodeModule } from './encoding/encoder.js';
import { evaluate } from './expr.js';
import { siteOf } from './site.js';
import { routineFunction } from './routines.js';
import { runKernel } from './statements.js';

export interface RenderOptions {
  /** Whether the memory that it will be given is shared. */
  readonly shared: boolean;
  /** The address of the status word. */
  readonly status: number;
  /** How much memory a kernel is given at its scratch address. */
  readonly scratchBytes: number;
  /** Products that are added are rounded with the
   *  sum: other bits, and hasRelaxedFma() is needed. */
  readonly relaxed?: boolean;
  /** An access beyond a buffer or a scratch array is a trap: slow, for WHORL_CHECK=1. */
  readonly bounded?: boolean;
}

export interface FunctionNames {
  /** The name under which the module exports the kernel; null: it is only called from inside. */
  readonly exportName: string | null;
  /** How many functions stand before these in the module: calls count from there. */
  readonly first: number;
}

/** The functions of one kernel; the last is the one to call. Several kernels may share a module. */
export function kernelFunctions(
  kernel: Kernel,
  { status, scratchBytes, relaxed = false, bounded = false }: Omit<RenderOptions, 'shared'>,
  { exportName, first }: FunctionNames,
): FunctionCode[] {
  demandOnlyBlocksStore(kernel);
  const site = siteOf(kernel, { status, scratchBytes, bounded }, evaluate);
  site.b.relaxed = relaxed;
  site.b.firstFunction = first;
  runKernel(site, kernel);
  return emitFunctions(site.b, exportName, first, site.b.routines.map(routineFunction));
}

export function renderWasm(kernel: Kernel, options: RenderOptions): Uint8Array {
  const functions = kernelFunctions(kernel, options, { exportName: 'run', first: 0 });
  return encodeModule({ functions, shared: options.shared });
}
