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

import type { Kernel, Stmt } from '../ir/loop.js';
import { coalesceLoops } from './coalesce.js';
import { fuseLoops } from './fuse-loops.js';
import { hoistPanels } from './hoist-panels.js';
import { type Independent, independentLoops } from './independent.js';
import { Names } from '../ir/names.js';
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

/** The passes that can be left out, to see what they are worth: `npm run bench -- --only ladder`. */
export type Pass = 'fuseLoops' | 'lanes' | 'unroll' | 'tiles' | 'pack';
const none: ReadonlySet<Pass> = new Set();

/** Kernels that cost less than `least` instructions only get lanes; less than `parallel`, no blocks. */
export function optimise(
  kernel: Kernel,
  least = cheap,
  parallel = leastParallel,
  without = none,
): Kernel {
  const names = new Names(kernel.body);
  const passes = new Passes(kernel, names, without);
  if (kernel.body.some(isTiles)) {
    const tiles = passes.packed(nestByNest(kernel.body, passes));
    return { ...kernel, body: hoistPanels(tiles, kernel.buffers) };
  }
  const fused = passes.fused(kernel.body);
  const { cost, stmts } = passes.withLanes(fused);
  if (cost < least) return { ...kernel, body: stmts };
  const work = passes
    .inRegisters(stmts)
    .map((before) => ({ before, after: coalesceLoops(passes.packed([before])) }));
  const effort = { cost, least: parallel };
  const whole =
    cost >= parallel ? divisible(sinkLoads(fused, kernel.buffers, independentLoops(fused))) : null;
  const cut = whole !== null ? cutIntoBlocks(work, whole, passes.independent, effort, names) : null;
  return { ...kernel, body: cut ?? work.flatMap(({ after }) => after) };
}

/** Tiles of rows: blocks for threads from the start. */
const isTiles = (stmt: Stmt): stmt is Loop => stmt.kind === 'loop' && stmt.mode === 'parallel';

/** What is done tile by tile stays apart, nest after nest: their loops over rows are alike, and are not to become one. */
function nestByNest(stmts: readonly Stmt[], passes: Passes): Stmt[] {
  return stmts.flatMap((stmt): readonly Stmt[] => {
    if (isTiles(stmt)) return [{ ...stmt, body: nestByNest(stmt.body, passes) }];
    return passes.inRegisters(passes.withLanes(passes.fused([stmt])).stmts);
  });
}

/** The passes on one kernel, less those that are left out. */
class Passes {
  readonly independent: Independent = new Set();
  private readonly packer: Packer;

  constructor(
    private readonly kernel: Kernel,
    private readonly names: Names,
    private readonly without: ReadonlySet<Pass>,
  ) {
    this.packer = new Packer(kernel, names, this.independent);
  }

  fused(stmts: readonly Stmt[]): readonly Stmt[] {
    return this.without.has('fuseLoops') ? stmts : fuseLoops(stmts);
  }

  withLanes(fused: readonly Stmt[]): Choice {
    const split = coalesceLoops(splitLoops(fused, this.names));
    independentLoops(split, this.independent);
    const sunk = sinkLoads(split, this.kernel.buffers, this.independent);
    const chosen = chooseVectorLoops(sunk, this.independent);
    return this.without.has('lanes') ? { ...chosen, stmts: sunk } : chosen;
  }

  inRegisters(stmts: readonly Stmt[]): readonly Stmt[] {
    const { names, independent, without } = this;
    const straight = without.has('unroll') ? stmts : unrollSmallLoops(stmts, names);
    return without.has('tiles') ? straight : tileNests(straight, names, independent);
  }

  packed(stmts: readonly Stmt[]): Stmt[] {
    return this.without.has('pack') ? [...stmts] : this.packer.all(stmts);
  }
}
