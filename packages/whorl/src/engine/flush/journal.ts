// What a device that is only read by waiting has not yet said of
// its launches: whether a value was an error.
// in:  flushes and replays that were submitted
// out: the error of who reads; what was made of it is undone
//
// Such a device says with a read which launches failed. Until then a flush counts as done: its
// nodes have memory, keep what they were made of, and no old value is written over. Afterwards the
// failed ones are pending again, and writes of them are undone, as if the flush had thrown.

import type { Device } from '../../graph/device.js';
import type { TypedArray } from '../../graph/dtype.js';
import type { Node } from '../../graph/node.js';
import { dropSources } from '../../graph/ownership.js';
import type { Driver, Late, Memory } from '../../runtime/index.js';
import { contextOf, type DeviceContext, Owned } from '../devices/context.js';
import { downloadSoon } from '../devices/host.js';

/** Something submitted, whose launches may turn out to have failed. */
export interface Submitted {
  /**
   * Told once all before it were told: which of its tickets failed, with their codes, and what
   * failed before. Gives the nodes that failed with it.
   */
  fail(codes: ReadonlyMap<number, number>, failed: ReadonlySet<Node>): readonly Node[];
  /**
   * Takes back what it did with what failed; the error for
   * who reads, null where nothing of it failed.
   */
  undo(lost: ReadonlySet<Node>): Error | null;
}

export class Journal {
  private entries: Submitted[] = [];
  private tickets = 0;
  /** Stored nodes that have not let go of their sources. */
  private unreleased: Node[] = [];
  /** The answer that is waited for. */
  private asking: Promise<void> | null = null;
  /** Errors by the values that they are about. */
  readonly errors = new WeakMap<Node, Error>();

  /** Whether a launch may have failed, and nobody knows. */
  get isOpen(): boolean {
    return this.entries.length > 0;
  }

  ticket(): number {
    return ++this.tickets;
  }

  /**
   * Notes what was submitted; without a launch that may fail, only
   * where something before it may have failed.
   */
  add(submitted: Submitted, canFail: boolean): void {
    if (canFail || this.isOpen) this.entries.push(submitted);
  }

  /** A stored node lets go of its sources once it is known that nothing failed. */
  release(node: Node): void {
    if (this.isOpen) this.unreleased.push(node);
    else dropSources(node);
  }

  /** Waits for what is said of all that was submitted; throws the first error in values. */
  async settle({ driver }: DeviceContext): Promise<void> {
    if (!this.isOpen) return this.asking ?? undefined;
    const asking = this.askAfter(this.asking, driver);
    this.asking = asking;
    try {
      await asking;
    } finally {
      if (this.asking === asking) this.asking = null;
    }
  }

  private async askAfter(before: Promise<void> | null, driver: Driver): Promise<void> {
    // its error is its reader's
    await before?.catch(() => {});
    return this.ask(driver);
  }

  private async ask(driver: Driver): Promise<void> {
    const [entries, unreleased] = [this.entries.length, this.unreleased.length];
    const failures = await driver.settle();
    // what was submitted meanwhile reads what failed, but is only asked for by the next reader
    const error = failures.length === 0 ? null : this.tell(failures);
    this.entries.splice(0, entries);
    for (const node of this.unreleased.splice(0, unreleased)) {
      if (node.buffer !== null) dropSources(node);
    }
    if (error !== null) throw error;
  }

  private tell(failures: readonly Late[]): Error | null {
    const codes = new Map(failures.map(({ ticket, code }) => [ticket, code]));
    const failed = new Set<Node>();
    for (const entry of this.entries)
      for (const node of entry.fail(codes, failed)) failed.add(node);
    giveUp(failed);
    let error: Error | null = null;
    // the last one first: each gives back what was there before it
    for (const entry of [...this.entries].reverse()) error = entry.undo(failed) ?? error;
    if (error !== null) for (const node of failed) this.errors.set(node, error);
    return error;
  }
}

/** The values are pending again: asked for once more, they fail once more. */
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

/** Values of a stored node on any device, as they are now; throws where they are errors. */
export async function readSoon(node: Node, start = 0, count = node.size): Promise<TypedArray> {
  const context = contextOf(node.device!);
  const journal = journalOf(context);
  const values = downloadSoon(node, start, count);
  // a device that is lost refuses both: one of them is told
  values.catch(() => {});
  await journal.settle(context);
  const error = node.buffer === null ? journal.errors.get(node) : undefined;
  if (error !== undefined) throw error;
  return values;
}
