// Finds the plan for a flush of one device, or makes one.
// in:  the nodes of a flush, its roots, a device
// out: a plan of that structure, its kernels loaded

import type { Node } from '../../graph/node.js';
import { overwrites } from '../../graph/ownership.js';
import { type Schedule, schedule, type ScheduleOptions } from '../../schedule/schedule.js';
import { type DeviceContext, Owned } from '../devices/context.js';
import { Recent } from '../devices/recent.js';
import { demandSame, isChecking } from '../observe/check.js';
import { isInPlace, leftOut } from './options.js';
import { loadKernels, makePlan, type Plan } from './plan.js';
import { planText } from './plan-text.js';
import { sameInts, type Signature, signatureOf } from './signature.js';

/** By the hash of their signatures. Least recently used ones go. */
const plansOn = new Owned('cache', () => new Recent<number, Plan>(1000));

/** Larger graphs are not worth keeping a plan for. */
const mostInts = 1 << 20;

export interface Planned {
  readonly plan: Plan;
  /** Whether a plan of this structure was there before. */
  readonly isKnown: boolean;
}

export function findPlan(
  nodes: readonly Node[],
  roots: readonly Node[],
  fuse: boolean,
  context: DeviceContext,
): Planned {
  const plans = plansOn.of(context);
  const signature = signatureOf(nodes, roots, { fuse, inPlace: isInPlace() });
  const found = plans.get(signature.hash);
  if (found === undefined || !sameInts(found.signature, signature.ints)) {
    return { plan: planned(nodes, roots, fuse, signature, context), isKnown: false };
  }
  if (isChecking()) checkPlan(found, nodes, roots, fuse, context);
  return { plan: found, isKnown: true };
}

/** A new plan, kept under its signature. */
function planned(
  nodes: readonly Node[],
  roots: readonly Node[],
  fuse: boolean,
  { hash, ints }: Signature,
  context: DeviceContext,
): Plan {
  const kept = ints.length > mostInts ? new Int32Array() : ints.slice();
  const plan = planOf(kept, nodes, roots, { fuse }, context);
  loadKernels(plan);
  if (kept.length > 0) plansOn.of(context).set(hash, plan);
  if (isChecking()) {
    timesOf.set(
      plan,
      nodes.map(({ id }) => id),
    );
  }
  return plan;
}

function planOf(
  signature: Int32Array,
  nodes: readonly Node[],
  roots: readonly Node[],
  own: Pick<ScheduleOptions, 'fuse' | 'timeOf'>,
  context: DeviceContext,
): Plan {
  const { target } = context;
  const options = { ...own, target, overwrites, without: leftOut() };
  const how = { inPlace: isInPlace(), context };
  const made = (steps: Schedule) => makePlan(signature, nodes, roots, steps, how);
  return (
    made(schedule(nodes, roots, options)) ??
    made(schedule(nodes, roots, { ...options, overwrites: () => false }))!
  );
}

/**
 * While checking: when a plan's nodes were made. Any order of launches is
 * right that keeps sources before readers.
 */
const timesOf = new WeakMap<Plan, readonly number[]>();

function checkPlan(
  plan: Plan,
  nodes: readonly Node[],
  roots: readonly Node[],
  fuse: boolean,
  context: DeviceContext,
): void {
  const times = timesOf.get(plan);
  if (times === undefined) return;
  const timeOf = ({ index }: Node) => times[index]!;
  const anew = planOf(plan.signature, nodes, roots, { fuse, timeOf }, context);
  demandSame('a plan', planText(plan), planText(anew));
}

/** How many structures of flushes are remembered for a device. */
export const knownPlans = (context: DeviceContext): number => plansOn.of(context).size;
