// The parallel loop of a kernel: at most one, and an outermost loop of its body.
// in:  a kernel     out: the loop, and how many blocks threads may share

import type { Kernel, Loop } from './loop.js';
import { someStmt } from './walk.js';

/** The loop whose turns are blocks, or null: the kernel is one piece of work. Only an outermost
 *  one can be: what a launch hands out are numbers of its turns. */
export function parallelLoop({ body }: Pick<Kernel, 'body'>): Loop | null {
  for (const stmt of body) if (stmt.kind === 'loop' && stmt.mode === 'parallel') return stmt;
  return null;
}

/** Every thread runs what stands in front of the parallel loop: a
 *  store there would be done again and again, while others are in
 *  the blocks. What stands behind is run with the last block, alone. */
export function demandOnlyBlocksStore({ name, body }: Kernel): void {
  if (parallelLoop({ body }) === null) return;
  for (const stmt of body) {
    if (stmt.kind === 'loop' && stmt.mode === 'parallel') return;
    if (!someStmt([stmt], ({ kind }) => kind === 'store')) continue;
    throw new Error(
      `kernel ${name} stores in front of its parallel loop: make that a block, or a kernel`,
    );
  }
}

/** Into how many blocks a launch may be cut: 1 where the kernel has no parallel loop. */
export function blocksOf({ body }: Pick<Kernel, 'body'>): number {
  const loop = parallelLoop({ body });
  if (loop === null) return 1;
  const { range, grain = 1 } = loop;
  const hasRest = body[body.length - 1] !== loop;
  return Math.ceil((range.extent + (hasRest ? 1 : 0)) / grain);
}
