// What a device that is only read by waiting has not yet said of
// its launches: whether a value was an error.
// in:  flushes and replays that were submitted
// out: the error of who reads; what was made of it is undone
//
// Such a device says with a read which launches failed. Until then a flush counts as done: its
// nodes have memory, keep what they were made of, and no old value is written over. Afterwards the
// failed ones are pending again, and writes of them are undone, as if the flush had thrown. What
// only shared a kernel with them is pending again, too, and belongs to the next flush.

import type { Device } from '../../graph/device.js';
import type { TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { dropSources } from '../../graph/ownership.js';
import type { Driver, Late, Memory } from '../../runtime/index.js';
import { contextOf, type DeviceContext, Owned } from '../devices/context.js';
import { downloadSoon } from '../devices/host.js';
import { FailedValues } from '../observe/errors.js';
import { lostAmong } from './transaction.js';

/** What an error that is told later took with it. */
export interface Fallout {
  /** Values whose memory holds nothing now, for a kernel that stores them failed. */
  readonly gone: Iterable<Node>;
  /** Those that are errors themselves. */
  readonly culprits: Iterable<Node>;
}

/** Something submitted, whose launches may turn out to have failed. */
export interface Submitted {
  /**
   * Told once all before it were told: which of its tickets failed, with their codes, and what
   * is gone that was there before.
   */
  fail(codes: ReadonlyMap<number, number>, gone: ReadonlySet<Node>): Fallout;
  /**
   * Takes back what it did with errors and what is made of them; the error
   * for who reads, null where nothing of it failed.
   */
  undo(lost: ReadonlySet<Node>): Error | null;
}

export class Journal {
  private entries: Submitted[] = [];
  /** Those that the device was asked about. */
  private asked: Submitted[] = [];
  private tickets = 0;
  /** Stored nodes that have not let go of their sources. */
  private unreleased: Node[] = [];
  /** The answer that is waited for. */
  private asking: Promise<void> | null = null;
  /** What became of values that are gone. */
  private readonly fates = new WeakMap<Node, FailedValues>();

  /** Whether a launch may have failed, and nobody knows. */
  get isOpen(): boolean {
    return this.entries.length + this.asked.length > 0;
  }

  ticket(): number {
    return ++this.tickets;
  }

  /**
   * Notes what was submitted; without a launch that may fail, only
   * where something before it may have failed.
   */
  add(submitted: Submitted, canFail: boolean): void {
    if (this.entries.at(-1) === submitted) return;
    if (canFail || this.isOpen) this.entries.push(submitted);
  }

  /** Why a value is gone; undefined: it is there, or was never computed. */
  fateOf(node: Node): FailedValues | undefined {
    return node.buffer === null ? this.fates.get(node) : undefined;
  }

  /** A stored node lets go of its sources once it is known that nothing failed. */
  release(node: Node): void {
    if (this.isOpen) this.unreleased.push(node);
    else dropSources(node);
  }

  /** Waits for what is said of all that was submitted; throws FailedValues. */
  async settle({ driver }: DeviceContext): Promise<void> {
    // its error is its reader's
    if (!this.isOpen) return this.asking?.catch(() => {});
    const asking = this.askAfter(this.asking, driver);
    this.asking = asking;
    try {
      await asking;
    } finally {
      if (this.asking === asking) this.asking = null;
    }
  }

  private async askAfter(before: Promise<void> | null, driver: Driver): Promise<void> {
    await before?.catch(() => {});
    return this.ask(driver);
  }

  private async ask(driver: Driver): Promise<void> {
    this.asked.push(...this.entries.splice(0));
    const unreleased = this.unreleased.length;
    const failures = await driver.settle();
    // what was submitted meanwhile reads what failed, but is only asked for by the next reader
    const error = failures.length === 0 ? null : this.tell(failures);
    this.asked = [];
    for (const node of this.unreleased.splice(0, unreleased)) {
      if (node.buffer !== null) dropSources(node);
    }
    if (error !== null) throw error;
  }

  private tell(failures: readonly Late[]): FailedValues | null {
    const codes = new Map(failures.map(({ ticket, code }) => [ticket, code]));
    const [gone, culprits] = [new Set<Node>(), new Set<Node>()];
    const entries = [...this.asked, ...this.entries];
    for (const entry of entries) {
      const fallout = entry.fail(codes, gone);
      for (const node of fallout.gone) gone.add(node);
      for (const node of fallout.culprits) culprits.add(node);
    }
    giveUp(gone);
    // the others only shared a kernel with an error, and can be computed without it
    const lost = lostAmong(gone, culprits);
    let error: Error | null = null;
    // the last one first: each gives back what was there before it
    for (const entry of entries.reverse()) error = entry.undo(lost) ?? error;
    if (error === null) return null;
    for (const node of gone) {
      this.fates.set(node, new FailedValues(error, lost.has(node) ? [node] : [], []));
    }
    return new FailedValues(error, [...lost], []);
  }
}

/** The values are pending again: errors that are asked for once more fail once more. */
function giveUp(failed: ReadonlySet<Node>): void {
  // some lie in the same memory
  const memories = new Map<Memory, Device>();
  for (const node of failed) {
    if (node.buffer === null) continue;
    memories.set(node.buffer as Memory, node.device!);
    node.buffer = null;
    node.owner = null;
  }
  for (const [memory, device] of memories) contextOf(device).driver.free(memory);
}

const journalOn = new Owned('lasting', () => new Journal());

export const journalOf = (context: DeviceContext): Journal => journalOn.of(context);

/**
 * Values of a stored node on any device, as they are now. Throws FailedValues where they are gone:
 * without a culprit where they can be computed again.
 */
export async function readSoon(node: Node, start = 0, count = node.size): Promise<TypedArray> {
  const context = contextOf(node.device!);
  const journal = journalOf(context);
  const values = downloadSoon(node, start, count);
  // a device that is lost refuses both: one of them is told
  values.catch(() => {});
  await journal.settle(context);
  const fate = journal.fateOf(node);
  if (fate !== undefined) throw fate;
  return values;
}
