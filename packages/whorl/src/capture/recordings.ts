// The recordings of one compiled function: by signature, and by what was observed on the way.
// in:  a signature     out: its tree; of all recordings those that were used last are held

import { EventTree, type Happened, isSameEvent, takeOver } from './recording/events.js';
import type { Cadence } from './recording/cadence.js';
import type { Outline } from './replaying/outline.js';
import type { Replay } from './replaying/replay.js';
import type { Delivery } from './delivery.js';

/**
 * What is held of one function: at least so many recordings, and more as long as what they keep
 * stays within the budget, in bytes. The least recently used ones go.
 */
const held = { least: 16, most: 256, budget: 2 ** 28 };

/** So many signatures of recordings that went are remembered. */
const mostGone = 1000;

export interface Recording {
  readonly key: string;
  readonly events: readonly Happened[];
  readonly replay: Replay;
  readonly delivery: Delivery;
  readonly outline: Outline;
  /** Arguments whose copies are written, by number. */
  readonly writtenCopies: readonly number[];
  readonly cadence: Cadence;
  /** What it keeps from call to call. */
  readonly bytes: number;
  usedAt: number;
}

export class Recordings {
  private readonly trees = new Map<string, EventTree<Recording>>();
  private all: Recording[] = [];
  private readonly gone = new Set<string>();

  /** How many are held. */
  get count(): number {
    return this.all.length;
  }

  /** What they keep together. */
  get bytes(): number {
    return this.all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Whether there was a recording of that signature, which had to go for others. */
  hadToGo(key: string): boolean {
    return this.gone.has(key);
  }

  tree(key: string): EventTree<Recording> | undefined {
    return this.trees.get(key);
  }

  plant(key: string): EventTree<Recording> {
    const tree = this.trees.get(key) ?? new EventTree<Recording>();
    this.trees.set(key, tree);
    return tree;
  }

  add(recording: Recording): void {
    this.plant(recording.key).add(recording.events, recording);
    this.all.push(recording);
    while (this.isFull()) {
      const oldest = this.all.reduce((a, b) => (b.usedAt < a.usedAt ? b : a));
      this.forget(oldest.key, (other) => other !== oldest);
      if (this.gone.size < mostGone) this.gone.add(oldest.key);
    }
  }

  private isFull(): boolean {
    const { count } = this;
    return count > held.most || (count > held.least && this.bytes > held.budget);
  }

  /**
   * A recording of the same events, whatever was drawn for its
   * decisions, that does what `isLike` says.
   */
  twin(
    key: string,
    events: readonly Happened[],
    isLike: (recording: Recording) => boolean,
  ): Recording | null {
    const found = this.all.find(
      (other) =>
        other.key === key &&
        other.events.length === events.length &&
        other.events.every(({ event }, i) => isSameEvent(event, events[i]!.event)) &&
        isLike(other),
    );
    if (found === undefined) return null;
    found.events.forEach(({ event }, i) => {
      takeOver(event, events[i]!.event);
    });
    return found;
  }

  /** Of one signature only those stay that `stays` says. */
  forget(key: string, stays: (recording: Recording) => boolean = () => false): void {
    this.all = this.all.filter((other) => other.key !== key || stays(other));
    this.trees.delete(key);
    for (const recording of this.all) {
      if (recording.key === key) this.plant(key).add(recording.events, recording);
    }
  }

  clear(): void {
    this.trees.clear();
    this.all = [];
    this.gone.clear();
  }
}
