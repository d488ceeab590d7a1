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

import type { Kernel, Stmt } from '../lower/loop.js';
import { coalesceLoops } from './coalesce.js';
import { fuseLoops } from './fuse-loops.js';
import { hoistPanels } from './hoist-panels.js';
import { type Independent, independentLoops } from './independent.js';
import { Names } from './names.js';
import { Packer } from './pack.js';
import { cutIntoBlocks, divisible, leastParallel } from './parallelise.js';
import { sinkLoads } from './sink.js';
import { splitLoops } from './split-loops.js';
import { tileNests } from './unroll-and-jam.js';
import { unrollSmallLoops } from './unroll-small.js';
import type { Loop } from './unroll.js';
import { type Choice, chooseVectorLoops } from './vector-loop.js';

/** About a microsecond of work: a launch costs more than tiles would save. */
const cheap = 3000;

/** Kernels that cost less than `least` instructions only get lanes; less than `parallel`, no blocks. */
export function optimise(kernel: Kernel, least = cheap, parallel = leastParallel): Kernel {
  const names = new Names(kernel.body);
  const independent: Independent = new Set();
  if (kernel.body.some(isTiles)) {
    const packer = new Packer(kernel, names, independent);
    const tiles = packer.all(nestByNest(kernel.body, kernel, names, independent));
    return { ...kernel, body: hoistPanels(tiles, kernel.buffers) };
  }
  const fused = fuseLoops(kernel.body);
  const { cost, stmts } = withLanes(fused, kernel, names, independent);
  if (cost < least) return { ...kernel, body: stmts };
  const tiled = inRegisters(stmts, names, independent);
  const packer = new Packer(kernel, names, independent);
  const work = tiled.map((before) => ({ before, after: coalesceLoops(packer.all([before])) }));
  const effort = { cost, least: parallel };
  const whole =
    cost >= parallel ? divisible(sinkLoads(fused, kernel.buffers, independentLoops(fused))) : null;
  const cut = whole !== null ? cutIntoBlocks(work, whole, independent, effort, names) : null;
  return { ...kernel, body: cut ?? work.flatMap(({ after }) => after) };
}

/** Tiles of rows: blocks for threads from the start. */
const isTiles = (stmt: Stmt): stmt is Loop => stmt.kind === 'loop' && stmt.mode === 'parallel';

function withLanes(
  fused: readonly Stmt[],
  { buffers }: Kernel,
  names: Names,
  independent: Independent,
): Choice {
  const split = coalesceLoops(splitLoops(fused, names));
  independentLoops(split, independent);
  return chooseVectorLoops(sinkLoads(split, buffers, independent), independent);
}

const inRegisters = (stmts: readonly Stmt[], names: Names, independent: Independent): Stmt[] =>
  tileNests(unrollSmallLoops(stmts, names), names, independent);

/** What is done tile by tile stays apart, nest after nest: their loops over rows are alike, and are not to become one. */
function nestByNest(
  stmts: readonly Stmt[],
  kernel: Kernel,
  names: Names,
  independent: Independent,
): Stmt[] {
  return stmts.flatMap((stmt): readonly Stmt[] => {
    if (isTiles(stmt))
      return [{ ...stmt, body: nestByNest(stmt.body, kernel, names, independent) }];
    const lanes = withLanes(fuseLoops([stmt]), kernel, names, independent);
    return inRegisters(lanes.stmts, names, independent);
  });
}
