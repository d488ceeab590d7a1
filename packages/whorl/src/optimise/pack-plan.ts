// Chooses the order of two loops and what is copied side by side in front of which of them.
// in:  two nested loops, the loads below them     out: a plan and what it saves, in instructions
//
// A panel stands in front of a loop that its loads do not depend on, and is read again in each of
// its turns. Where each of two loops has loads of its own, one of them is cut into blocks:
//   for a block of p   copy what depends on p
//     for q            copy what depends on q
//       for p in the block

import type { Stmt } from '../lower/loop.js';
import type { Group } from './panel.js';
import { elementsOf, sizeOf, stepOf, turnsOf, usedLoops } from './panel.js';
import type { Loop } from './unroll.js';

export interface Plan {
  /** How many instructions it saves in all turns of both loops. */
  readonly saved: number;
  readonly outer: Loop | null;
  readonly inner: Loop;
  /** What stands in the inner one of the two, whichever that was. */
  readonly core: readonly Stmt[];
  /** How many turns of `inner` stay together. */
  readonly block: number;
  /** Copied in front of both loops, or of a block of `inner` and `outer` in it. */
  readonly front: readonly Group[];
  /** Copied in each turn of `outer`, in front of `inner`. */
  readonly middle: readonly Group[];
}

const lineBytes = 64;
/** What spans less stays in the first cache by itself. */
const cacheBytes = 16 * 1024;
/** Copying pays when a block is read at least so often. */
const leastTurns = 4;

/** What one evaluation of a group costs more than one of a panel. */
function slowness(group: Group, below: readonly Loop[]): number {
  const { first, constants } = group;
  const size = sizeOf(first);
  if (size < 4) return 0;
  const lanes = below.find(({ mode }) => mode === 'vector');
  const apart = lanes === undefined ? 0 : stepOf(first, lanes.range);
  if (apart !== 0 && apart !== 1) return 4 * constants.size;
  const loops = usedLoops(group, below).filter(({ mode }) => mode !== 'vector');
  if (loops.length === 0) return 0;
  const steps = loops.map(({ range }) => Math.abs(stepOf(first, range)) * size);
  const span = loops.reduce((sum, { range }, i) => sum + steps[i]! * (range.extent - 1), 0);
  return steps[steps.length - 1]! >= lineBytes && span > cacheBytes ? 2 : 0;
}

/** What a panel saves that is filled once in `reuse` turns. */
function savedBy(group: Group, loops: readonly Loop[], reuse: number): number {
  const slow = slowness(group, group.around);
  const copied = slow + 2 * group.constants.size;
  return turnsOf([...loops, ...group.around]) * (slow - copied / reuse);
}

const bytesOf = (group: Group): number => elementsOf(group, group.around) * sizeOf(group.first);

const dependsOn = (group: Group, { range }: Loop): boolean => stepOf(group.first, range) !== 0;

type Nest = Pick<Plan, 'outer' | 'inner' | 'core'>;

/** `room`: bytes of scratch memory. `isFree`: the turns of both may run in any order. */
export function planOf(nest: Nest, groups: readonly Group[], room: number, isFree: boolean): Plan {
  const { outer, inner } = nest;
  const { extent } = inner.range;
  const band = outer === null ? [inner] : [outer, inner];
  const saves = (reuse: number) => (group: Group) => savedBy(group, band, reuse) > 0;
  let left = room;
  const middle = groups.filter((group) => {
    if (dependsOn(group, inner) || !saves(extent)(group) || bytesOf(group) > left) return false;
    left -= bytesOf(group);
    return true;
  });
  const front =
    outer === null || !isFree
      ? []
      : groups.filter(
          (group) =>
            dependsOn(group, inner) && !dependsOn(group, outer) && saves(outer.range.extent)(group),
        );
  const perTurn = front.reduce((sum, group) => sum + bytesOf(group), 0);
  const block = perTurn === 0 ? extent : evenBlock(extent, Math.floor(left / perTurn));
  const plan =
    block < Math.min(leastTurns, extent)
      ? { ...nest, block: extent, front: [], middle }
      : { ...nest, block, front, middle: middle.filter(saves(block)) };
  const saved = (some: readonly Group[], reuse: number): number =>
    some.reduce((sum, group) => sum + savedBy(group, band, reuse), 0);
  return {
    ...plan,
    saved: saved(plan.front, outer?.range.extent ?? 1) + saved(plan.middle, plan.block),
  };
}

/** Blocks of about the same size, none larger than `most`. */
const evenBlock = (extent: number, most: number): number =>
  most < 1 ? 0 : Math.ceil(extent / Math.ceil(extent / Math.min(most, extent)));
