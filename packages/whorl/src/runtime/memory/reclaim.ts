// Takes back the memory of owners that were collected, inside synchronous loops where possible.
// in:  owners with their memory     out: memory given back, and when that is worth looking for

import type { Collect } from './collector.js';
import { findCollector } from './collector.js';
import { NeedsAwaitError } from '../errors.js';
import { nextTurn } from '../turn.js';

const MiB = 2 ** 20;

export interface ReclaimOptions<M> {
  /** Gives back what a collected owner held; the bytes won, 0 where it was given back before. */
  readonly giveBack: (memory: M) => number;
  /** Bytes in use on the device. */
  readonly used: () => number;
  /** How collected owners are made known: found by itself; null behaves as in a browser. */
  readonly collect?: Collect | null;
  /** Bytes in use below which nothing is looked for. */
  readonly quiet?: number;
  /** Bytes that may be made in one turn where only a macrotask can take memory back. */
  readonly budget?: number;
}

/** Fewer owners than this are not worth a look, however small their memory is. */
const fewOwners = 20_000;
/** Large buffers: a sweep costs milliseconds, as much as making some dozens of them. */
const worthOwners = 64;
/** ... and yet no more bytes than these many times `quiet`, or this part of what is in use. */
const [roomInQuiets, roomInUse] = [4, 1 / 4];
/** Making one piece of this part of `quiet` takes as long as a look. */
const largePiece = 1 / 4;
/** After so many turns without a collection, what is in use is taken to be live. */
const patience = 64;

/** Owners are polled: a FinalizationRegistry's callbacks never run inside a synchronous loop.
 *  Its one use here is to notice that the platform has collected by itself. */
export class Reclaimer<M> {
  /**
   * Side by side: an object for each pair would be one more to move with every minor collection.
   */
  private readonly owners: WeakRef<object>[] = [];
  private readonly memories: M[] = [];
  private readonly quiet: number;
  private readonly budget: number;
  /** Look for collected owners when this many bytes, or this many owners, are exceeded. */
  private bytesMark: number;
  /** Up to so many bytes only once there are enough new owners to be worth a look. */
  private roomMark: number;
  private worthMark = 0;
  private ownersMark = fewOwners;
  /** The wait that is under way, and the bytes handed to owners since its last turn. */
  private relief: Promise<void> | null = null;
  private madeThisTurn = 0;
  private collectionsSeen = 0;
  private readonly collections = new FinalizationRegistry<null>(() => this.noticeCollection());
  private isListening = false;

  constructor(private readonly options: ReclaimOptions<M>) {
    this.quiet = options.quiet ?? 64 * MiB;
    this.budget = options.budget ?? 1024 * MiB;
    this.bytesMark = this.quiet;
    this.roomMark = this.quiet;
  }

  /** `memory` goes back after `owner` was collected. */
  watch(owner: object, memory: M, bytes: number): void {
    this.owners.push(new WeakRef(owner));
    this.memories.push(memory);
    if (!this.isListening) this.listen();
    if (this.relief !== null) this.madeThisTurn += bytes;
  }

  /** Is it time to look for collected owners, before `more` bytes are taken? */
  isDue(more = 0): boolean {
    const used = this.options.used() + more;
    const { length } = this.owners;
    if (used <= this.bytesMark) return length > this.ownersMark;
    const isLarge = more >= this.quiet * largePiece;
    return isLarge || length >= this.worthMark || used > this.roomMark;
  }

  /** Should the next read wait for relieve()? Only where sweep() can do nothing by itself. */
  wantsRelief(): boolean {
    return this.isDue() && this.collector() === null;
  }

  /** Gives the platform turns, and reasons, to collect; resolves once it did, or seems not to. */
  relieve(): Promise<void> {
    this.relief ??= this.pressUntilCollected();
    return this.relief;
  }

  /** Finds collected owners now where that can be done, else in later turns. The bytes won. */
  sweep(): number {
    const collect = this.collector();
    if (collect === null) return this.sweepLater();
    collect();
    const won = this.poll();
    this.setMarks();
    return won;
  }

  /** Gives back what known-dead owners held. */
  poll(): number {
    const { owners, memories } = this;
    let won = 0;
    let kept = 0;
    for (let i = 0; i < owners.length; i++) {
      const [owner, memory] = [owners[i]!, memories[i]!];
      if (owner.deref() === undefined) {
        won += this.options.giveBack(memory);
        continue;
      }
      owners[kept] = owner;
      memories[kept++] = memory;
    }
    owners.length = kept;
    memories.length = kept;
    return won;
  }

  private collector(): Collect | null {
    const { collect } = this.options;
    return collect === undefined ? findCollector() : collect;
  }

  /**
   * Sweeps stay a small part of the work: where they cost turns of the event loop,
   * the next one is due when twice as much is in use; else when an eighth more is,
   * and enough was made since to be worth it.
   */
  private setMarks(): void {
    const used = this.options.used();
    const { length } = this.owners;
    const isDear = this.collector() === null;
    const more = isDear ? used : Math.min(used, Math.max(this.quiet / 2, used / 8));
    this.bytesMark = Math.max(this.quiet, used + more);
    this.roomMark = used + Math.max(this.quiet * roomInQuiets, used * roomInUse);
    this.worthMark = isDear ? 0 : length + Math.max(worthOwners, length / 8);
    this.ownersMark = Math.max(fewOwners, length * 2);
  }

  private sweepLater(): number {
    if (this.madeThisTurn > this.budget) throw new NeedsAwaitError(this.madeThisTurn, this.budget);
    void this.relieve();
    return 0;
  }

  /** No poll in here: reading a WeakRef would keep its owner alive through the rest of the turn. */
  private async pressUntilCollected(): Promise<void> {
    const seen = this.collectionsSeen;
    for (let turn = 0; turn < patience && this.collectionsSeen === seen; turn++) {
      pressHeap(this.quiet);
      await nextTurn();
      this.madeThisTurn = 0;
    }
    if (this.collectionsSeen === seen) this.setMarks();
    this.relief = null;
  }

  private listen(): void {
    this.isListening = true;
    this.collections.register({}, null);
  }

  private noticeCollection(): void {
    this.isListening = false;
    this.collectionsSeen++;
    this.poll();
    this.setMarks();
    if (this.owners.length > 0) this.listen();
  }
}

/** The heap does not see a device's memory: an ArrayBuffer dropped at once makes it feel it. */
function pressHeap(bytes: number): void {
  new ArrayBuffer(bytes);
}
