// Hands out pieces of one growing range of addresses, in constant time; free neighbours merge.
// in:  sizes in bytes     out: 16-byte aligned pieces; the pool knows addresses, never the bytes

import type { Memory } from '../driver.js';

const unit = 16;
/** A size class is a sixteenth (column) of a power of two (row). */
const columnsPerRow = 16;
const rows = 26;
/** How many blocks of the fitting class are looked at before a larger class is taken. */
const glances = 8;

/** A stretch of addresses between two neighbours. All counts are in units of 16 bytes. */
export class Block {
  isFree = true;
  /** Of them the piece has so many. */
  bytes = 0;
  /** neighbours in memory */
  before: Block | null = null;
  after: Block | null = null;
  /** neighbours in the list of free blocks of one size class */
  previous: Block | null = null;
  next: Block | null = null;

  constructor(
    public start: number,
    public size: number,
  ) {}

  /** In bytes. */
  get address(): number {
    return this.start * unit;
  }

  get end(): number {
    return (this.start + this.size) * unit;
  }
}

export class Piece implements Memory {
  /** null once it was given back */
  block: Block | null;

  constructor(
    readonly bytes: number,
    readonly offset: number,
    block: Block,
  ) {
    this.block = block;
  }
}

/** 0 to 15 units have a class each; from there 16 classes per power of two, contiguous. */
function classOf(size: number): number {
  if (size < columnsPerRow) return size;
  const power = 31 - Math.clz32(size);
  return (power - 3) * columnsPerRow + ((size >>> (power - 4)) & (columnsPerRow - 1));
}

const lowestBit = (mask: number): number => 31 - Math.clz32(mask & -mask);
/** The bits of `mask` at `from` and above. */
const bitsFrom = (mask: number, from: number): number => (from > 31 ? 0 : mask & (-1 << from));

export class Pool {
  used = 0;
  peak = 0;
  buffers = 0;
  private end: number;
  private last: Block | null = null;
  private readonly heads: (Block | null)[] = new Array(rows * columnsPerRow).fill(null);
  private rowMask = 0;
  private readonly columnMasks = new Int32Array(rows);

  private readonly margin: number;

  /** Addresses below `start` are never handed out, nor are `margin` bytes behind each piece. */
  constructor(start: number, margin = 0) {
    this.end = Math.ceil(start / unit);
    this.margin = Math.ceil(margin / unit);
  }

  /** Addresses up to `end` (bytes) may be handed out from now on. */
  extend(end: number): void {
    const size = Math.floor(end / unit) - this.end;
    if (size <= 0) return;
    const block = new Block(this.end, size);
    this.end += size;
    block.before = this.last;
    if (this.last !== null) this.last.after = block;
    this.last = block;
    this.insert(this.merge(block));
  }

  /** How many bytes extend() must add so that take(bytes) is sure to succeed. */
  missing(bytes: number): number {
    const tail = this.last !== null && this.last.isFree ? this.last.size : 0;
    return (unitsOf(bytes) + this.margin - tail) * unit;
  }

  /** A piece, or null where nothing fits. `thorough` looks at every block of the fitting class. */
  take(bytes: number, thorough = false): Piece | null {
    const size = unitsOf(bytes) + this.margin;
    const block = this.find(size, thorough ? Infinity : glances);
    if (block === null) return null;
    this.remove(block);
    this.split(block, size);
    block.isFree = false;
    block.bytes = bytes;
    this.used += size * unit;
    this.peak = Math.max(this.peak, this.used);
    this.buffers++;
    return new Piece(bytes, block.start * unit, block);
  }

  give(piece: Piece): void {
    const block = piece.block;
    if (block === null) throw new Error(`memory at ${piece.offset} was given back twice`);
    piece.block = null;
    this.used -= block.size * unit;
    this.buffers--;
    block.isFree = true;
    this.insert(this.merge(block));
  }

  /** What is handed out now. */
  *taken(): Iterable<Block> {
    for (let block = this.last; block !== null; block = block.before)
      if (!block.isFree) yield block;
  }

  private find(size: number, limit: number): Block | null {
    const own = classOf(size);
    let block: Block | null = this.heads[own]!;
    for (let seen = 0; block !== null && seen < limit; seen++, block = block.next) {
      if (block.size >= size) return block;
    }
    return this.firstFrom(own + 1);
  }

  /** The first free block of class `from` or above: every one of them is large enough. */
  private firstFrom(from: number): Block | null {
    let row = Math.floor(from / columnsPerRow);
    if (row >= rows) return null;
    let columns = bitsFrom(this.columnMasks[row]!, from % columnsPerRow);
    if (columns === 0) {
      const above = bitsFrom(this.rowMask, row + 1);
      if (above === 0) return null;
      row = lowestBit(above);
      columns = this.columnMasks[row]!;
    }
    return this.heads[row * columnsPerRow + lowestBit(columns)]!;
  }

  /** Cuts `block` to `size`; the rest becomes a free block behind it. */
  private split(block: Block, size: number): void {
    if (block.size === size) return;
    const rest = new Block(block.start + size, block.size - size);
    block.size = size;
    rest.before = block;
    rest.after = block.after;
    if (rest.after !== null) rest.after.before = rest;
    else this.last = rest;
    block.after = rest;
    this.insert(rest);
  }

  /** Joins `block`, which is in no list, with its free neighbours. */
  private merge(block: Block): Block {
    const { before, after } = block;
    if (after !== null && after.isFree) {
      this.remove(after);
      this.swallowNext(block);
    }
    if (before === null || !before.isFree) return block;
    this.remove(before);
    this.swallowNext(before);
    return before;
  }

  private swallowNext(block: Block): void {
    const gone = block.after!;
    block.size += gone.size;
    block.after = gone.after;
    if (block.after !== null) block.after.before = block;
    else this.last = block;
  }

  private insert(block: Block): void {
    const at = classOf(block.size);
    const head = this.heads[at]!;
    block.previous = null;
    block.next = head;
    if (head !== null) head.previous = block;
    this.heads[at] = block;
    const row = Math.floor(at / columnsPerRow);
    this.columnMasks[row]! |= 1 << (at % columnsPerRow);
    this.rowMask |= 1 << row;
  }

  private remove(block: Block): void {
    if (block.next !== null) block.next.previous = block.previous;
    if (block.previous !== null) block.previous.next = block.next;
    else this.replaceHead(classOf(block.size), block.next);
    block.previous = null;
    block.next = null;
  }

  private replaceHead(at: number, head: Block | null): void {
    this.heads[at] = head;
    if (head !== null) return;
    const row = Math.floor(at / columnsPerRow);
    this.columnMasks[row]! &= ~(1 << (at % columnsPerRow));
    if (this.columnMasks[row] === 0) this.rowMask &= ~(1 << row);
  }
}

/** An empty tensor has a piece of its own too. */
const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / unit));
