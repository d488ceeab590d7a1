// Kernels into faster kernels with the same results, bit for bit: no sum changes its order.
// in:  a kernel as it was lowered     out: a kernel for a renderer
//
// The passes, in order:
//   fuseLoops          neighbouring loops of the same length become one
//   splitLoops         loops are cut where a condition on their range changes
//   coalesceLoops      nested loops that every address counts as one become one
//   sinkLoads          what a loop loads for all turns moves into the only loop inside
//   markIndependent    which loops' turns could run in any order
//   chooseVectorLoops  which loops run as lanes
// and, where there is more work than a launch takes,
//   unrollSmallLoops   loops of few turns become straight code
//   tileNests          several rows and vectors at once, in registers
//   Panels             what is read again and again, scattered, is copied side by side first;
//                      then loops may count as one that did not before
// and, where there is so much work that threads are worth waking,
//   cutIntoBlocks      the outermost loop becomes blocks for threads

import type { Kernel, Loop, Stmt } from '../ir/loop.js';
import { mapBody, mapStmts } from '../ir/map.js';
import { coalesceLoops } from './coalesce.js';
import { fuseLoops } from './fuse-loops.js';
import { hoistPanels } from './hoist-panels.js';
import { markIndependent } from './independent.js';
import { Names } from '../ir/names.js';
import { Panels } from './panels.js';
import { cutIntoBlocks, divisible } from './parallelise.js';
import type { Target } from '../target/target.js';
import { sinkLoads } from './sink.js';
import { splitLoops } from './split-loops.js';
import { tileNests } from './unroll-and-jam.js';
import { unrollSmallLoops } from './unroll-small.js';
import { type Choice, chooseVectorLoops } from './vector-loop.js';

/** The passes that can be left out, to see what they
 *  are worth: `npm run bench -- --only ladder`. */
export type Pass = 'fuseLoops' | 'lanes' | 'unroll' | 'tiles' | 'panels';
const none: ReadonlySet<Pass> = new Set();

export function optimise(kernel: Kernel, target: Target, without = none): Kernel {
  const { launchCost, forkCost } = target.machine;
  const names = new Names(kernel.body);
  const passes = new Passes(kernel, target, names, without);
  if (kernel.body.some(isTiles)) {
    const tiles = passes.packed(nestByNest(kernel.body, passes));
    return { ...kernel, body: hoistPanels(tiles, kernel.buffers) };
  }
  const fused = passes.fused(kernel.body);
  const { cost, stmts } = passes.withLanes(fused);
  if (cost < launchCost) return { ...kernel, body: stmts };
  const work = passes
    .inRegisters(stmts)
    .map((before) => ({ before, after: coalesceLoops(passes.packed([before])) }));
  const effort = { cost, least: forkCost };
  const whole =
    cost >= forkCost ? divisible(sinkLoads(markIndependent(fused), kernel.buffers)) : null;
  const cut = whole !== null ? cutIntoBlocks(work, whole, effort, names) : null;
  return { ...kernel, body: cut ?? work.flatMap(({ after }) => after) };
}

/** Tiles of rows: blocks for threads from the start. */
const isTiles = (stmt: Stmt): stmt is Loop => stmt.kind === 'loop' && stmt.mode === 'parallel';

/** What is done tile by tile stays apart, nest after nest:
 *  their loops over rows are alike, and are not to become one. */
const nestByNest = (stmts: readonly Stmt[], passes: Passes): readonly Stmt[] =>
  mapStmts(stmts, (stmt) => {
    if (isTiles(stmt)) return mapBody(stmt, (body) => nestByNest(body, passes));
    return passes.inRegisters(passes.withLanes(passes.fused([stmt])).stmts);
  });

/** The passes on one kernel, less those that are left out. */
class Passes {
  private readonly panels: Panels;

  constructor(
    private readonly kernel: Kernel,
    private readonly target: Target,
    private readonly names: Names,
    private readonly without: ReadonlySet<Pass>,
  ) {
    this.panels = new Panels(kernel, names, target);
  }

  fused(stmts: readonly Stmt[]): readonly Stmt[] {
    return this.without.has('fuseLoops') ? stmts : fuseLoops(stmts);
  }

  withLanes(fused: readonly Stmt[]): Choice {
    const split = coalesceLoops(splitLoops(fused, this.names));
    const sunk = sinkLoads(markIndependent(split), this.kernel.buffers);
    const chosen = chooseVectorLoops(sunk, this.target.machine);
    return this.without.has('lanes') ? { ...chosen, stmts: sunk } : chosen;
  }

  inRegisters(stmts: readonly Stmt[]): readonly Stmt[] {
    const { names, target, without } = this;
    const straight = without.has('unroll') ? stmts : unrollSmallLoops(stmts, names);
    return without.has('tiles') ? straight : tileNests(straight, names, target.machine);
  }

  packed(stmts: readonly Stmt[]): readonly Stmt[] {
    return this.without.has('panels') ? stmts : this.panels.all(stmts);
  }
}
