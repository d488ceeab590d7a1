// What a device can do, and what is fast on it: all
// that planner, lowering and optimiser may know of it.
// in:  nothing     out: the record that a device hands to every stop of its values
//
// No stop asks which device it works for. What stands here decides how kernels are
// made, so a record never changes while its device lives: caches belong to one device.

import type { DType } from '../graph/dtype.js';

export interface Target {
  /** As what each dtype lies in memory and is computed; null: the device has no such elements. */
  readonly elements: Readonly<Record<DType, DType | null>>;
  /** Whether float32 arithmetic may pass through float64 to be rounded once, or exactly. */
  readonly hasFloat64: boolean;
  /** Whether the nests of one kernel run one after the other: else each nest is a kernel. */
  readonly ordersNests: boolean;
  /** How many buffers a kernel may have. */
  readonly mostBuffers: number;
  /** Bytes of memory that a kernel may use while it runs: tiles of rows, panels. */
  readonly scratchBytes: number;
  /** ordered: as the node says, the same bits everywhere.
   *  trees: halves are added, right to float32's tolerance. */
  readonly sums: 'ordered' | 'trees';
  readonly machine: Machine;
}

/** What is fast: sizes of the processor that kernels
 *  are written for. Costs are counted in instructions. */
export interface Machine {
  /** Turns of a vector loop that run together: numbers of 4 bytes in one vector. */
  readonly lanes: number;
  /** Vectors that an unrolled loop may keep at once. */
  readonly vectorRegisters: number;
  /** Bytes that come from memory together. */
  readonly lineBytes: number;
  /** What spans fewer bytes stays in the first cache by itself. */
  readonly nearBytes: number;
  /** What one tile of rows touches again and again
   *  has to stay in the first cache, or close to it. */
  readonly tileBytes: number;
  /** Of them the tile's own values, in scratch memory. */
  readonly tileScratchBytes: number;
  /** Bytes of a kernel's panels together, which stay in the second cache. */
  readonly panelBytes: number;
  /** A kernel of less work runs for as long as a launch takes: tiles would save nothing. */
  readonly launchCost: number;
  /** A kernel of less work is not worth waking threads for. */
  readonly forkCost: number;
}
