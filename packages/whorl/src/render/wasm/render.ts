// The WebAssembly renderer: a kernel as a module with one exported function.
// in:  a kernel     out: the bytes of a module
//
// The module imports env.memory and exports
//   run(address of each buffer, each parameter, scratch address, status address)
// Addresses are i32 and count bytes; buffers lie at 64 KiB or later. Parameters have the type of
// their dtype: i64 for int64, f32 and f64 for floats, i32 for the rest. Scratch memory holds
// anything on entry.

import type { Kernel } from '../../lower/loop.js';
import { emitFunctions } from './emit.js';
import { encodeModule } from './encoder.js';
import { evaluate } from './expr.js';
import { placeOf } from './place.js';
import { runAll } from './statements.js';

export interface WasmTarget {
  /** Whether the memory that it will be given is shared. */
  readonly shared: boolean;
  /** Products that are added are rounded with the sum: other bits, and hasRelaxedFma() is needed. */
  readonly relaxed?: boolean;
}

export function renderWasm(kernel: Kernel, { shared, relaxed = false }: WasmTarget): Uint8Array {
  const place = placeOf(kernel, evaluate);
  place.b.relaxed = relaxed;
  runAll(place, kernel.body);
  return encodeModule({ functions: emitFunctions(place.b, 'run'), shared });
}
