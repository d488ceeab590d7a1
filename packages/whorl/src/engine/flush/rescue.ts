// When a flush fails, everything that does not depend on the failure is still computed.
// in:  roots, how to run some of them, what to undo
// out: stored roots; an error for the caller it concerns
//
// There are two kinds of failure. A value may turn out to be an error (an index out of range):
// everything computed from it is lost, writes of it are undone, and the read that ran it throws. Or
// a value cannot be computed at all (no kernel can be made, no memory is left): whoever asked for
// that value gets the error, and nobody else notices.

import { facts, type Node } from '../../graph/node.js';
import { deferringReleases, dropSources } from '../../graph/ownership.js';
import { MemoryFault, type Rest } from '../../runtime/index.js';
import { contextOf } from '../devices/context.js';
import { isGuarding } from '../observe/check.js';
import { FailedValues } from '../observe/errors.js';
import { type Failed, fly, type Running } from './in-flight.js';
import { journalOf } from './journal.js';
import { lostAmong, lostOnes, type Transaction, undoAll, valuesOf } from './transaction.js';

export interface Flush {
  readonly roots: readonly Node[];
  /** The roots whose failure is thrown to the caller. */
  readonly asked: readonly Node[];
  /** Changes that belong together, oldest first. */
  readonly together: readonly Transaction[];
  /** What written cells held before: a write of a lost value is undone with it. */
  earlier(): readonly Node[];
  /**
   * Undoes the writes of lost values. Returns the pending nodes that cells hold again as a result.
   */
  undo(lostOf: (nodes: readonly Node[]) => ReadonlySet<Node>): readonly Node[];
  /** What of it is pending again, and not lost, belongs to the next flush. */
  again(lostOf: (nodes: readonly Node[]) => ReadonlySet<Node>): void;
}

/** The search for roots that can be computed stops after so many runs; the rest stays pending. */
const mostRuns = 48;
/** Once memory ran short it stops after so many more: a later read may find memory again. */
const mostShort = 6;

/** A run of a flush that, when it fails, saves what it can. */
export class Rescued implements Running {
  private running: Running | null = null;
  private roots: readonly Node[];

  /** `start`: a run that makes these roots real. */
  constructor(
    private readonly flush: Flush,
    private readonly start: (roots: readonly Node[]) => Running,
  ) {
    this.roots = flush.roots;
  }

  resume(soon: boolean, failure?: Failed): Rest | null {
    try {
      if (failure !== undefined) throw failure.error;
      this.running ??= this.start(this.roots);
      return this.running.resume(soon);
    } catch (error) {
      if (error instanceof FailedValues && error.culprits.length === 0) return this.again(soon);
      demandNoFault(error);
      new Rescue(this.flush, this.start).after(error, this.running === null);
      return null;
    }
  }

  /** What it reads is gone, for something beside that failed, and is pending again. */
  private again(soon: boolean): Rest | null {
    this.roots = this.roots.filter(({ buffer }) => buffer === null);
    this.running = null;
    return this.roots.length === 0 ? null : this.resume(soon);
  }
}

/**
 * Whoever looks for kernels that touch what is not theirs hears of one:
 * computing it in another way would hide it.
 */
function demandNoFault(error: unknown): void {
  if (!isGuarding()) return;
  if (error instanceof MemoryFault || error instanceof WebAssembly.RuntimeError) throw error;
}

/**
 * Undoes what a flush wrote of values that turned out to be errors after it had counted as done.
 */
export function takeBack({ together, undo, again }: Flush, failed: ReadonlySet<Node>): null {
  const undone = lostOnes(together, failed);
  const lost = [...failed, ...valuesOf(undone)];
  undo((nodes) => lostAmong(nodes, lost));
  undoAll(undone);
  again((nodes) => lostAmong(nodes, lost));
  return null;
}

class Rescue {
  /** Values that turned out to be errors. */
  private readonly culprits = new Set<Node>();
  /** The transactions that are undone because of them. */
  private undone: readonly Transaction[] = [];
  /** Roots that could not be computed, with what was thrown. */
  private readonly broken = new Map<Node, unknown>();
  /** Those for which no plan can be made, now or later. */
  private readonly hopeless = new Set<Node>();
  private error: Error | null = null;
  /** Whether one of the errors has not been reported before. */
  private isNews = false;
  private runs = 0;
  private most = mostRuns;

  constructor(
    private readonly flush: Flush,
    private readonly start: (roots: readonly Node[]) => Running,
  ) {}

  after(first: unknown, isPlanning: boolean): void {
    const { roots, asked } = this.flush;
    // a run without what failed would write over old values that nobody has but these
    const earlier = this.flush.earlier();
    for (const node of earlier) node.cells++;
    deferringReleases(() => {
      if (first instanceof FailedValues) this.note(first);
      else {
        if (!isPlanning) this.most = mostShort;
        if (roots.length === 1) this.giveUp(roots[0]!, first, isPlanning);
      }
      // what was asked for comes first
      this.compute(asked);
      const others = new Set(roots);
      for (const node of asked) others.delete(node);
      this.compute([...others]);
      this.compute(this.flush.undo((nodes) => this.lostOf(nodes)));
      for (const node of earlier) node.cells--;
      undoAll(this.undone);
    });
    this.tell(first);
  }

  /**
   * An error in values is thrown once, and again to whoever asks for something computed from it.
   */
  private tell(first: unknown): void {
    const { asked } = this.flush;
    if (this.error !== null) {
      const lost = this.lostOf(asked);
      if (this.isNews || asked.some((node) => lost.has(node))) throw this.error;
    }
    for (const node of asked) if (this.broken.has(node)) throw this.broken.get(node);
    // the search stopped before the culprit was found
    if (asked.some((node) => node.buffer === null)) throw this.error ?? first;
  }

  private note({ error, culprits, unreleased }: FailedValues): void {
    for (const node of unreleased) release(node);
    for (const node of culprits) {
      this.culprits.add(node);
      if ((node.facts & facts.failed) !== 0) continue;
      node.facts |= facts.failed;
      // an error that nobody has been told of goes first
      if (!this.isNews) this.error = error;
      this.isNews = true;
    }
    this.error ??= error;
    // one that depends on them must not run: it would overwrite what was there before
    this.undone = lostOnes(this.flush.together, this.errors());
  }

  /** Computes all the roots at once; where that fails, each half of them by itself. */
  private compute(roots: readonly Node[]): void {
    for (;;) {
      const lost = this.culprits.size > 0 ? this.lostOf(roots) : null;
      const left = roots.filter(
        (node) => node.buffer === null && !this.broken.has(node) && lost?.has(node) !== true,
      );
      if (left.length === 0 || ++this.runs > this.most) return;
      let running: Running | null = null;
      try {
        running = this.start(left);
        const rest = running.resume(false);
        // what must be awaited comes after what failed
        if (rest !== null) fly(running, rest, () => {}).catch(() => {});
        return;
      } catch (error) {
        if (error instanceof FailedValues) {
          this.note(error);
          continue;
        }
        demandNoFault(error);
        if (running !== null) this.most = Math.min(this.most, this.runs + mostShort);
        if (left.length === 1) return this.giveUp(left[0]!, error, running === null);
      }
      const half = left.length >> 1;
      this.compute(left.slice(0, half));
      this.compute(left.slice(half));
      return;
    }
  }

  private giveUp(root: Node, error: unknown, isPlanning: boolean): void {
    this.broken.set(root, error);
    if (isPlanning) this.hopeless.add(root);
  }

  /** The nodes, and sources of nodes, that are errors or depend on one. */
  private lostOf(nodes: readonly Node[]): ReadonlySet<Node> {
    return lostAmong(nodes, this.errors());
  }

  /**
   * A value that was asked for and can never be computed counts as an error; one
   * that only lacked memory does not, for it may be computed later.
   */
  private errors(): Node[] {
    const hopeless = this.flush.asked.filter((node) => this.hopeless.has(node));
    return [...this.culprits, ...valuesOf(this.undone), ...hopeless];
  }
}

/** A stored node lets go of its sources, where its device may still say that it failed: later. */
function release(node: Node): void {
  if (node.device === null) dropSources(node);
  else journalOf(contextOf(node.device)).release(node);
}
