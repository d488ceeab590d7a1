// Kernels into faster kernels with the same results, bit for bit: no sum changes its order.
// in:  a kernel as it was lowered     out: a kernel for a renderer
//
// The passes, in order:
//   fuseLoops          neighbouring loops of the same length become one
//   splitLoops         loops are cut where a condition on their range changes
//   coalesceLoops      nested loops that every address counts as one become one
//   sinkLoads          what a loop loads for all turns moves into the only loop inside
//   chooseVectorLoops  which loops run as four lanes
// and, where there is more than a microsecond of work,
//   unrollSmallLoops   loops of few turns become straight code
//   tileNests          several rows and vectors at once, in registers
//   Packer             what is read again and again, scattered, is copied side by side first;
//                      then loops may count as one that did not before
// and, where there are more than 100 microseconds of work,
//   cutIntoBlocks      the outermost loop becomes blocks for threads

import type { Kernel } from '../lower/loop.js';
import { coalesceLoops } from './coalesce.js';
import { fuseLoops } from './fuse-loops.js';
import { independentLoops } from './independent.js';
import { Names } from './names.js';
import { Packer } from './pack.js';
import { cutIntoBlocks, divisible, leastParallel } from './parallelise.js';
import { sinkLoads } from './sink.js';
import { splitLoops } from './split-loops.js';
import { tileNests } from './unroll-and-jam.js';
import { unrollSmallLoops } from './unroll-small.js';
import { chooseVectorLoops } from './vector-loop.js';

/** About a microsecond of work: a launch costs more than tiles would save. */
const cheap = 3000;

/** Kernels that cost less than `least` instructions only get lanes; less than `parallel`, no blocks. */
export function optimise(kernel: Kernel, least = cheap, parallel = leastParallel): Kernel {
  const names = new Names(kernel.body);
  const fused = fuseLoops(kernel.body);
  const split = coalesceLoops(splitLoops(fused, names));
  const independent = independentLoops(split);
  const sunk = sinkLoads(split, kernel.buffers, independent);
  const { cost, stmts } = chooseVectorLoops(sunk, independent);
  if (cost < least) return { ...kernel, body: stmts };
  const tiled = tileNests(unrollSmallLoops(stmts, names), names, independent);
  const packer = new Packer(kernel, names, independent);
  const work = tiled.map((before) => ({ before, after: coalesceLoops(packer.all([before])) }));
  const effort = { cost, least: parallel };
  const whole =
    cost >= parallel ? divisible(sinkLoads(fused, kernel.buffers, independentLoops(fused))) : null;
  const cut = whole !== null ? cutIntoBlocks(work, whole, independent, effort, names) : null;
  return { ...kernel, body: cut ?? work.flatMap(({ after }) => after) };
}
