// Devices to make kernels for, in tests of the passes.
// in:  the CPU's record     out: the same, with other opinions about what is worth it

import { wasmTarget } from '../src/runtime/index.js';
import type { Machine, Target } from '../src/target/target.js';

const withMachine = (machine: Partial<Machine>): Target => ({
  ...wasmTarget,
  machine: { ...wasmTarget.machine, ...machine },
});

/** Every kernel is worth tiles and panels. */
export const eager = withMachine({ launchCost: 0 });
/** And none is worth threads. */
export const inOnePiece = withMachine({ launchCost: 0, forkCost: Number.POSITIVE_INFINITY });
/** And all of them are. */
export const inBlocks = withMachine({ launchCost: 0, forkCost: 0 });

/** Memory of a module of its own. */
export const plainMemory = { shared: false, status: 0, scratchBytes: wasmTarget.scratchBytes };
