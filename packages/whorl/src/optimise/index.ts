// Kernels into faster kernels with the same results, bit for bit: no sum changes its order.
// in:  a kernel as it was lowered     out: a kernel for a renderer
//
// The passes, in order:
//   fuseLoops          neighbouring loops of the same length become one
//   chooseVectorLoops  which loops run as four lanes
//   unrollSmallLoops   loops of few turns become straight code
//   tileNests          several rows and vectors at once, in registers
//   Packer             what is read again and again, scattered, is copied side by side first

import type { Kernel } from '../lower/loop.js';
import { fuseLoops } from './fuse-loops.js';
import { independentLoops } from './independent.js';
import { Names } from './names.js';
import { Packer } from './pack.js';
import { tileNests } from './unroll-and-jam.js';
import { unrollSmallLoops } from './unroll-small.js';
import { chooseVectorLoops } from './vector-loop.js';

export function optimise(kernel: Kernel): Kernel {
  const names = new Names(kernel.body);
  const fused = fuseLoops(kernel.body);
  const independent = independentLoops(fused);
  const lanes = chooseVectorLoops(fused, independent);
  const tiles = tileNests(unrollSmallLoops(lanes, names), names, independent);
  return { ...kernel, body: new Packer(kernel, names, independent).all(tiles) };
}
