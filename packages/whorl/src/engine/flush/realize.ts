// Makes pending values real.
// in:  root nodes
// out: each root has a buffer; kernels ran on the devices that the nodes belong to
//
// walk the graph, split it by device where it has several, take a flush's signature, look for a
// plan of that structure or make one (schedule, lower, load), run it.

import type { Node } from '../../graph/node.js';
import { isBareNumber, isWrite, overwrites } from '../../graph/ownership.js';
import type { Rest } from '../../runtime/index.js';
import { mayFailFrom } from '../../schedule/may-fail.js';
import { walk } from '../../schedule/walk.js';
import { contextOf, type DeviceContext } from '../devices/context.js';
import { defaultDevice, isOneDevice } from '../devices/default.js';
import { isRecording, recordFlush } from '../observe/record.js';
import { finishInFlight, fly, type Running, waitsForLanding } from './in-flight.js';
import { type Fallout, journalOf } from './journal.js';
import { isFusing } from './options.js';
import { findPlan } from './planning.js';
import { type Flush, Rescued, takeBack } from './rescue.js';
import { startPlan } from './run.js';
import { isOfOneDevice, type Stage, stagesOf } from './stages.js';
import { startTransfers } from './transfer.js';

export interface RealizeOptions {
  /**
   * false: every node is stored by a kernel of its own, for tests.
   * Default what setFusion() said, else true.
   */
  readonly fuse?: boolean;
}

const noWrites = { earlier: () => [], undo: () => [], again: () => {} };

/**
 * Afterwards every root has a buffer. Throws where values are errors, or cannot be computed: those
 * roots have none, all others do. Throws where only waiting would help.
 */
export function realize(roots: readonly Node[], { fuse = isFusing() }: RealizeOptions = {}): void {
  finishInFlight();
  const flush = { roots, asked: roots, together: [], ...noWrites };
  start(rescued(flush, fuse));
  finishInFlight();
}

/**
 * The same for a flush, which may undo writes; it throws what belongs to
 * what was asked for. It may stay in flight.
 */
export function realizeFlush(flush: Flush): void {
  finishInFlight();
  start(rescued(flush, isFusing()));
}

/** What `read` gives after that: a promise where others must be awaited. */
export function realizeThen<T>(flush: Flush, read: () => T | Promise<T>): T | Promise<T> {
  finishInFlight();
  throwOwed();
  const running = rescued(flush, isFusing());
  const rest = running.resume(true);
  return rest === null ? read() : fly(running, rest, read);
}

function start(running: Running): void {
  const rest = running.resume(false);
  // nobody waits for it: an error is the next reader's
  if (rest !== null) {
    fly(running, rest, () => {}).catch((error: unknown) => {
      owed = { error };
    });
  }
}

/** What a flush ended with that nobody waited for. */
let owed: { readonly error: unknown } | null = null;

function throwOwed(): void {
  if (owed === null) return;
  const { error } = owed;
  owed = null;
  throw error;
}

const rescued = (flush: Flush, fuse: boolean): Running =>
  new Rescued(flush, (roots) => prepareRun(flush, roots, fuse));

/** Everything but running it. */
function prepareRun(flush: Flush, roots: readonly Node[], fuse: boolean): Running {
  const nodes = walk(roots);
  if (!isOneDevice() && !isOfOneDevice(nodes, roots)) {
    return new Staged(flush, stagesOf(nodes, roots, defaultDevice()), fuse);
  }
  return runOf(flush, nodes, roots, fuse, contextOf(roots[0]!.device ?? defaultDevice()));
}

function runOf(
  flush: Flush,
  nodes: readonly Node[],
  roots: readonly Node[],
  fuse: boolean,
  context: DeviceContext,
): Running {
  const running = isRecording()
    ? recorded(nodes, roots, fuse, context)
    : startPlan(findPlan(nodes, roots, fuse, context).plan, nodes, context);
  return context.driver.now === null ? noted(running, flush, context) : running;
}

/** One flush for each device after the other, with transfers between. */
class Staged implements Running {
  private at = 0;
  private running: Running | null = null;
  private isMoving = false;

  constructor(
    private readonly flush: Flush,
    private readonly stages: readonly Stage[],
    private readonly fuse: boolean,
  ) {}

  resume(soon: boolean): Rest | null {
    for (; this.at < this.stages.length; this.at++, this.running = null, this.isMoving = false) {
      const rest = this.isMoving ? null : this.stage(this.stages[this.at]!, soon);
      if (rest !== null) return rest;
    }
    return null;
  }

  private stage({ device, roots, transfers: moved }: Stage, soon: boolean): Rest | null {
    if (roots.length > 0) {
      // planned when its sources are there
      this.running ??= runOf(this.flush, walk(roots), roots, this.fuse, contextOf(device));
      const rest = this.running.resume(soon);
      if (rest !== null) return rest;
    }
    const rest = startTransfers(moved);
    this.isMoving = rest !== null;
    return rest;
  }
}

const nothing: Fallout = { gone: [], culprits: [] };

/** A run on a device that tells later what failed: what was written meanwhile is undone then. */
function noted(running: Running, flush: Flush, context: DeviceContext): Running {
  const journal = journalOf(context);
  return {
    resume(soon) {
      const undo = (lost: ReadonlySet<Node>) => takeBack(flush, lost);
      let rest: Rest | null = null;
      try {
        rest = running.resume(soon);
      } finally {
        // what is an error now says nothing of what may turn out to be one
        if (rest === null) journal.add({ fail: () => nothing, undo }, false);
      }
      return rest;
    },
  };
}

/** A run that tells its listeners when it is done; what it throws is thrown after that. */
function recorded(
  nodes: readonly Node[],
  roots: readonly Node[],
  fuse: boolean,
  context: DeviceContext,
): Running {
  const started = performance.now();
  const planned = findPlan(nodes, roots, fuse, context);
  const planning = performance.now() - started;
  const { times, tell } = recordFlush(nodes, { ...planned, planning }, context);
  const running = startPlan(planned.plan, nodes, context, times);
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
 * Makes a write over its base, at once, where nobody can read the base any more; a base that is a
 * number is stored first. false: that cannot be done, and nothing was.
 */
export function realizeInPlace(node: Node): boolean {
  if (!isWrite(node) || waitsForLanding() !== null || mayFailLater(node)) return false;
  const base = node.sources[0]!;
  if (isBareNumber(base)) realize([base]);
  if (!overwrites(node)) return false;
  realize([node]);
  return true;
}

/**
 * Whether only a later read will say that the write was an error: until then it has to be undone.
 */
function mayFailLater(node: Node): boolean {
  const { driver } = contextOf(node.device ?? defaultDevice());
  return driver.now === null && mayFailFrom(walk([node])).at(-1)!;
}
