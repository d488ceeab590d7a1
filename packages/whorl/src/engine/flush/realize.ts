// Makes pending values real.
// in:  root nodes     out: each root has a buffer; kernels ran on the current device
//
// walk the graph, take its signature, look for a plan of that structure or make one (schedule, lower,
// load), run it.

import type { Node } from '../../graph/node.js';
import { isBareNumber, isWrite, overwrites } from '../../graph/ownership.js';
import {
  type Schedule,
  schedule,
  type ScheduleOptions,
  type Technique,
} from '../../schedule/schedule.js';
import type { Rest } from '../../runtime/index.js';
import { walk } from '../../schedule/walk.js';
import { demandSame, isChecking } from '../observe/check.js';
import { currentDevice, forgetOnSwitch } from '../devices/device.js';
import { finishInFlight, fly, type Running } from './in-flight.js';
import { loadKernels, makePlan, type Plan } from './plan.js';
import { planText } from './plan-text.js';
import { Recent } from '../devices/recent.js';
import { isRecording, recordFlush } from '../observe/record.js';
import { type Flush, Rescued } from './rescue.js';
import { startPlan } from './run.js';
import { sameInts, type Signature, signatureOf } from './signature.js';

export type { Technique };

export interface RealizeOptions {
  /** false: every node is stored by a kernel of its own, for tests. Default what setFusion() said, else true. */
  readonly fuse?: boolean;
}

let fusion = true;

/** Whether flushes from here on fuse: tests compare both. */
export function setFusion(enabled: boolean): void {
  fusion = enabled;
}

let inPlace = true;

/** Whether stores of flushes from here on may take over the memory of what they read last: for tests. */
export function setInPlace(enabled: boolean): void {
  inPlace = enabled;
}

let left: ReadonlySet<Technique> = new Set();

/** Has flushes and recordings from here on planned without some techniques: what they are worth, and that no bit depends on them. */
export function leaveOut(techniques: ReadonlySet<Technique>): void {
  left = techniques;
  plans.clear();
}

/** What is left out now. */
export const leftOut = (): ReadonlySet<Technique> => left;

/** Whether flushes fuse now. */
export const isFusing = (): boolean => fusion;

/** By the hash of their signatures. Least recently used ones go; another device starts anew. */
const plans = new Recent<number, Plan>(1000);
forgetOnSwitch(() => plans.clear());

/** Larger graphs are not worth keeping a plan for. */
const mostInts = 1 << 20;

/**
 * Afterwards every root has a buffer. Throws where values are errors, or cannot be computed: those roots have none, all
 * others do.
 */
export function realize(roots: readonly Node[], { fuse = fusion }: RealizeOptions = {}): void {
  finishInFlight();
  const flush = { roots, asked: roots, together: [], earlier: () => [], undo: () => [] };
  rescued(flush, fuse).resume(false);
}

/** The same for a flush, which may undo writes; it throws what belongs to what was asked for. */
export function realizeFlush(flush: Flush): void {
  finishInFlight();
  rescued(flush, fusion).resume(false);
}

/** What `read` gives after that: a promise where other threads must be awaited. */
export function realizeThen<T>(flush: Flush, read: () => T): T | Promise<T> {
  finishInFlight();
  const running = rescued(flush, fusion);
  const rest = running.resume(true);
  return rest === null ? read() : fly(running, rest, read);
}

const rescued = (flush: Flush, fuse: boolean): Running =>
  new Rescued(flush, (roots) => prepareRun(roots, fuse));

/** Everything but running it. */
function prepareRun(roots: readonly Node[], fuse: boolean): Running {
  const nodes = walk(roots);
  const signature = signatureOf(nodes, roots, { fuse, inPlace });
  const found = plans.get(signature.hash);
  const isKnown = found !== undefined && sameInts(found.signature, signature.ints);
  const plan = isKnown ? found : planned(nodes, roots, fuse, signature);
  if (isKnown && isChecking()) checkPlan(plan, nodes, roots, fuse);
  return isRecording() ? recorded(plan, nodes, isKnown) : startPlan(plan, nodes);
}

/** A new plan, kept under its signature. */
function planned(
  nodes: readonly Node[],
  roots: readonly Node[],
  fuse: boolean,
  { hash, ints }: Signature,
): Plan {
  const kept = ints.length > mostInts ? new Int32Array() : ints.slice();
  const plan = planOf(kept, nodes, roots, { fuse });
  loadKernels(plan);
  if (kept.length > 0) plans.set(hash, plan);
  if (isChecking())
    timesOf.set(
      plan,
      nodes.map(({ id }) => id),
    );
  return plan;
}

function planOf(
  signature: Int32Array,
  nodes: readonly Node[],
  roots: readonly Node[],
  own: Pick<ScheduleOptions, 'fuse' | 'timeOf'>,
): Plan {
  const { target } = currentDevice();
  const options = { ...own, target, overwrites, without: left };
  const made = (steps: Schedule) => makePlan(signature, nodes, roots, steps, { inPlace });
  return (
    made(schedule(nodes, roots, options)) ??
    made(schedule(nodes, roots, { ...options, overwrites: () => false }))!
  );
}

/** While checking: when a plan's nodes were made. Any order of launches is right that keeps sources before readers. */
const timesOf = new WeakMap<Plan, readonly number[]>();

function checkPlan(
  plan: Plan,
  nodes: readonly Node[],
  roots: readonly Node[],
  fuse: boolean,
): void {
  const times = timesOf.get(plan);
  if (times === undefined) return;
  const timeOf = ({ index }: Node) => times[index]!;
  const anew = planOf(plan.signature, nodes, roots, { fuse, timeOf });
  demandSame('a plan', planText(plan), planText(anew));
}

/** A run that tells its listeners when it is done; what it throws is thrown after that. */
function recorded(plan: Plan, nodes: readonly Node[], isKnown: boolean): Running {
  const tell = recordFlush(nodes, plan, isKnown);
  const running = startPlan(plan, nodes);
  return {
    resume(soon) {
      let rest: Rest | null = null;
      try {
        rest = running.resume(soon);
      } finally {
        if (rest === null) tell();
      }
      return rest;
    },
  };
}

/**
 * Makes a write over its base, at once, where nobody can read the base any more; a base that is a number
 * is stored first. false: that cannot be done, and nothing was.
 */
export function realizeInPlace(node: Node): boolean {
  finishInFlight();
  if (!isWrite(node)) return false;
  const base = node.sources[0]!;
  if (isBareNumber(base)) realize([base]);
  if (!overwrites(node)) return false;
  realize([node]);
  return true;
}

/** How many structures of flushes are remembered. */
export const knownPlans = (): number => plans.size;
