// Kernels into faster kernels with the same results, bit for bit: no sum changes its order.
// in:  a kernel as it was lowered     out: a kernel for a renderer
//
// The passes, in order:
//   fuseLoops          neighbouring loops of the same length become one
//   splitLoops         loops are cut where a condition on their range changes
//   chooseVectorLoops  which loops run as four lanes
// and, where there is more than a microsecond of work,
//   unrollSmallLoops   loops of few turns become straight code
//   tileNests          several rows and vectors at once, in registers
//   Packer             what is read again and again, scattered, is copied side by side first

import type { Kernel } from '../lower/loop.js';
import { fuseLoops } from './fuse-loops.js';
import { independentLoops } from './independent.js';
import { Names } from './names.js';
import { Packer } from './pack.js';
import { splitLoops } from './split-loops.js';
import { tileNests } from './unroll-and-jam.js';
import { unrollSmallLoops } from './unroll-small.js';
import { chooseVectorLoops } from './vector-loop.js';

/** About a microsecond of work: a launch costs more than tiles would save. */
const cheap = 3000;

/** The passes that can be left out, to see what they are worth: `npm run bench -- --only ladder`. */
export type Pass = 'fuseLoops' | 'lanes' | 'unroll' | 'tiles' | 'pack';
const none: ReadonlySet<Pass> = new Set();

/** Kernels that cost less than `least` instructions only get lanes. */
export function optimise(kernel: Kernel, least = cheap, without = none): Kernel {
  const names = new Names(kernel.body);
  const whole = without.has('fuseLoops') ? kernel.body : fuseLoops(kernel.body);
  const fused = splitLoops(whole, names);
  const independent = independentLoops(fused);
  const chosen = chooseVectorLoops(fused, independent);
  const stmts = without.has('lanes') ? fused : chosen.stmts;
  if (chosen.cost < least) return { ...kernel, body: stmts };
  const straight = without.has('unroll') ? stmts : unrollSmallLoops(stmts, names);
  const tiles = without.has('tiles') ? straight : tileNests(straight, names, independent);
  if (without.has('pack')) return { ...kernel, body: tiles };
  return { ...kernel, body: new Packer(kernel, names, independent).all(tiles) };
}
