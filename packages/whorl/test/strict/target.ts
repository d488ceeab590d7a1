// What the strict device can: as little as a GPU in a page.
// in:  nothing     out: its record

import { wasmTarget } from '../../src/runtime/wasm/target.js';
import type { Target } from '../../src/target/target.js';

/** Words of 32 bits, eight buffers, nothing in order. Its sizes are those of any machine: it is not fast. */
export const strictTarget: Target = {
  elements: {
    float32: 'float32',
    float64: null,
    int64: 'int32',
    int32: 'int32',
    uint8: 'int32',
    bool: 'int32',
  },
  hasFloat64: false,
  ordersNests: false,
  mostBuffers: 8,
  scratchBytes: 16 * 1024,
  sums: 'trees',
  machine: wasmTarget.machine,
};
