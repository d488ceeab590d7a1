// What the CPU device can, and what is fast on the processors it is written for.
// in:  nothing     out: its record; every size by which its kernels are made stands here

import type { Target } from '../../target/target.js';
import { scratchBytes } from '../memory/pooled.js';

const KiB = 1024;

export const wasmTarget: Target = {
  elements: {
    float32: 'float32',
    float64: 'float64',
    int64: 'int64',
    int32: 'int32',
    uint8: 'uint8',
    bool: 'bool',
  },
  hasFloat64: true,
  ordersNests: true,
  mostBuffers: Number.POSITIVE_INFINITY,
  scratchBytes,
  sums: 'ordered',
  machine: {
    lanes: 4,
    // of 16: an engine keeps one for itself
    vectorRegisters: 15,
    lineBytes: 64,
    nearBytes: 16 * KiB,
    tileBytes: 64 * KiB,
    tileScratchBytes: 24 * KiB,
    panelBytes: 384 * KiB,
    // about a microsecond
    launchCost: 3000,
    // about 100 us: waking a thread takes 5 to 15 of them
    forkCost: 300_000,
  },
};
