// A flush that failed computes everything that has nothing to do with the failure all the same.
// in:  roots, how to run some of them, what to undo     out: stored roots; the error that belongs to who asked
//
// Two kinds of failure. Values turn out to be errors (an index out of range): whatever is made of such a value is lost, what was
// written of it is undone, and the read that ran them throws. Or a value cannot be computed at all (no kernel can be made
// of it, there is no memory for it): then who asked for it gets the error, and others do not see it.

import { facts, type Node } from '../graph/node.js';
import { deferringReleases, dropSources } from '../graph/ownership.js';
import type { Rest } from '../runtime/index.js';
import { isLeaf, walk } from '../schedule/walk.js';
import { FailedValues } from './errors.js';
import type { Running } from './in-flight.js';
import { lostOnes, type Transaction } from './transaction.js';

export interface Flush {
  readonly roots: readonly Node[];
  /** Those of the roots whose failure is to be thrown. */
  readonly asked: readonly Node[];
  /** What belongs together, first things first. */
  readonly together: readonly Transaction[];
  /** Takes writes back that came to nothing, given which nodes are lost; what is pending and valid again for it. */
  undo(lostOf: (nodes: readonly Node[]) => ReadonlySet<Node>): readonly Node[];
}

/** Looking for what can be computed ends after so many runs: what is left stays pending. */
const mostRuns = 48;
/** And after so many more once memory was short: what is left may find some when it is read. */
const mostShort = 6;

/** A run of a flush that saves what it can where it fails. */
export class Rescued implements Running {
  private running: Running | null = null;

  /** `start`: a run that makes these roots real. */
  constructor(
    private readonly flush: Flush,
    private readonly start: (roots: readonly Node[]) => Running,
  ) {}

  resume(soon: boolean): Rest | null {
    try {
      this.running ??= this.start(this.flush.roots);
      return this.running.resume(soon);
    } catch (error) {
      new Rescue(this.flush, this.start).after(error, this.running === null);
      return null;
    }
  }
}

class Rescue {
  /** Values that turned out to be errors. */
  private readonly culprits = new Set<Node>();
  /** What never happened because of them. */
  private undone: readonly Transaction[] = [];
  /** Roots that could not be computed, with what was thrown. */
  private readonly broken = new Map<Node, unknown>();
  /** Those of them that no plan can be made for: nor will it later. */
  private readonly hopeless = new Set<Node>();
  private error: Error | null = null;
  /** Whether one of the values had not been known to be an error. */
  private isNews = false;
  private runs = 0;
  private most = mostRuns;

  constructor(
    private readonly flush: Flush,
    private readonly start: (roots: readonly Node[]) => Running,
  ) {}

  after(first: unknown, isPlanning: boolean): void {
    const { roots, asked } = this.flush;
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
      for (const one of [...this.undone].reverse()) one.undo();
    });
    this.tell(first);
  }

  /** An error in values is thrown once, and again to who asks for what is made of it. */
  private tell(first: unknown): void {
    const { asked } = this.flush;
    if (this.error !== null) {
      const lost = this.lostOf(asked);
      if (this.isNews || asked.some((node) => lost.has(node))) throw this.error;
    }
    for (const node of asked) if (this.broken.has(node)) throw this.broken.get(node);
    // looking for the culprit ended before it was found
    if (asked.some((node) => node.buffer === null)) throw this.error ?? first;
  }

  private note({ error, culprits, unreleased }: FailedValues): void {
    for (const node of unreleased) dropSources(node);
    for (const node of culprits) {
      this.culprits.add(node);
      if ((node.facts & facts.failed) !== 0) continue;
      node.facts |= facts.failed;
      // what nobody was told yet goes first
      if (!this.isNews) this.error = error;
      this.isNews = true;
    }
    this.error ??= error;
    this.withdraw();
  }

  /** What belongs to a value that is lost is not computed: it would be written over what was there before. */
  private withdraw(): void {
    const { together } = this.flush;
    if (together.length === 0) return;
    const lost = this.lostOf(together.flatMap((one) => one.values()));
    this.undone = lostOnes(together, lost);
  }

  /** Stores what can be stored: as one, else in halves. */
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
        running.resume(false);
        return;
      } catch (error) {
        if (error instanceof FailedValues) {
          this.note(error);
          continue;
        }
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

  /**
   * Those of the nodes, and of what they are made of, that are errors or are made of one. What was asked for and can never
   * be computed is one too; where only memory was short it may be had later.
   */
  private lostOf(nodes: readonly Node[]): ReadonlySet<Node> {
    const lost = new Set(this.culprits);
    for (const one of this.undone) for (const node of one.values()) lost.add(node);
    for (const node of this.flush.asked) if (this.hopeless.has(node)) lost.add(node);
    for (const node of walk(nodes)) {
      if (!isLeaf(node) && node.sources.some((source) => lost.has(source))) lost.add(node);
    }
    return lost;
  }
}
