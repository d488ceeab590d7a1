// Makes pending values real.
// in:  root nodes     out: each root has a buffer; kernels ran on the current device
//
// walk the graph, take its signature, look for a plan of that structure or make one (schedule, lower,
// load), run it.

import type { Node } from '../graph/node.js';
import type { Saves } from '../schedule/saved.js';
import { schedule } from '../schedule/schedule.js';
import { walk } from '../schedule/walk.js';
import { forgetOnSwitch } from './device.js';
import { overwrites } from './in-place.js';
import { makePlan, type Plan } from './plan.js';
import { Recent } from './recent.js';
import { isRecording, recordFlush } from './record.js';
import { runPlan } from './run.js';
import { sameInts, signatureOf } from './signature.js';

export interface RealizeOptions {
  /** false: every node is stored by a kernel of its own, for tests. Default what setFusion() said, else true. */
  readonly fuse?: boolean;
}

let fusion = true;

/** Whether flushes from here on fuse: tests compare both. */
export function setFusion(enabled: boolean): void {
  fusion = enabled;
}

/** Whether flushes fuse now. */
export const isFusing = (): boolean => fusion;

let saves: (node: Node) => Saves = () => 'nothing';

/** Tells the engine what each op's derivative saves, so that a backward pass finds it computed. */
export function setSaves(table: (node: Node) => Saves): void {
  saves = table;
  plans.clear();
}

/** By the hash of their signatures. Least recently used ones go; another device starts anew. */
const plans = new Recent<number, Plan>(1000);
forgetOnSwitch(() => plans.clear());

/** Larger graphs are not worth keeping a plan for. */
const mostInts = 1 << 20;

/** Afterwards every root has a buffer. Throws where values have an error; those roots have none. */
export function realize(roots: readonly Node[], { fuse = fusion }: RealizeOptions = {}): void {
  const nodes = walk(roots);
  const signature = signatureOf(nodes, roots, fuse);
  let plan = plans.get(signature.hash);
  const isKnown = plan !== undefined && sameInts(plan.signature, signature.ints);
  if (!isKnown) {
    const { hash, ints } = signature;
    const kept = ints.length > mostInts ? new Int32Array() : ints.slice();
    plan =
      makePlan(kept, nodes, roots, schedule(nodes, roots, { fuse, saves, overwrites })) ??
      makePlan(
        kept,
        nodes,
        roots,
        schedule(nodes, roots, { fuse, saves, overwrites: () => false }),
      )!;
    if (kept.length > 0) plans.set(hash, plan);
  }
  if (isRecording()) recordFlush(nodes, plan!, isKnown, () => runPlan(plan!, nodes));
  else runPlan(plan!, nodes);
}

/**
 * Writes a SPLICE or SCATTER over its base, at once, where nobody can read the base any more; a base
 * that is a constant is stored first. false: that cannot be done, and nothing was.
 */
export function realizeInPlace(node: Node): boolean {
  if (node.buffer !== null || (node.op !== 'SPLICE' && node.op !== 'SCATTER')) return false;
  const base = node.sources[0]!;
  if (base.op === 'CONST' && base.buffer === null && base.cells === 0) realize([base]);
  if (!overwrites(node)) return false;
  realize([node]);
  return true;
}

/** How many structures of flushes are remembered. */
export const knownPlans = (): number => plans.size;
