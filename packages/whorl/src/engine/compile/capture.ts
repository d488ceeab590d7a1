// One run of a function under capture: nothing is computed, everything it asks and writes is noted.
// in:  what Tensors, optimizers, modules and generators report     out: cells, host events, constants
//
// A cell is captured when it was there before and is looked at; its value then is a leaf of the program.

import { arrayOf, type DType } from '../../graph/dtype.js';
import { Live } from '../../graph/live.js';
import { Node, type Shape, sizeOf, recording } from '../../graph/node.js';
import { beforehand, capturing, type Fill, type Recorder, type Viewer } from '../capturing.js';
import type { Cell } from '../cell.js';
import { filled, upload } from '../host.js';
import { realize } from '../realize.js';
import { divergence, type Draw, type Happened, happen, type HostEvent } from './events.js';

/** A cell that was there before the function ran. */
export interface Captured {
  readonly cell: Cell;
  /** The cell in a later call: arguments and gradients are other ones each time. */
  readonly find: () => Cell;
  readonly isOther: boolean;
  /** Its value when it was first looked at, and how often that was read then. */
  readonly initial: Node;
  readonly readers: number;
}

/** What the layer above notes of its own objects. */
export interface Above {
  gradient(capture: Capture, owner: object, isRead: boolean): void;
}

export class Capture implements Recorder {
  readonly events: Happened[] = [];
  readonly cells = new Map<Cell, Captured>();
  /** Cells made inside. */
  readonly made = new Set<Cell>();
  readonly draws = new Map<Node, Draw>();
  /** Values that were brought from JavaScript inside. */
  readonly constants = new Set<Node>();
  readonly kept: { readonly tensor: object; readonly set: (tensor: never) => void }[] = [];
  readonly firstId: number;
  private readonly born = new WeakSet<object>();
  private readonly met = new WeakSet<object>();
  private readonly seen = new WeakSet<object>();
  private readonly finders = new Map<Cell, () => Cell>();
  private readonly gradMode = recording().enabled;

  /** `past`: what happened on the host in this call already, before a trace turned out to be needed. */
  constructor(
    private readonly past: readonly Happened[],
    private readonly above: Above,
  ) {
    this.firstId = new Node('IOTA', 'int32', [0], [], null).id;
  }

  begin(): void {
    capturing.now = this;
  }

  end(): void {
    capturing.now = null;
    recording().enabled = this.gradMode;
  }

  // ---- the host

  private note(event: HostEvent): Happened {
    const before = this.past[this.events.length];
    if (before !== undefined && before.event.kind !== event.kind) throw divergence();
    const happened = before ?? { event, outcome: beforehand(() => happen(event)) };
    this.events.push(happened);
    return happened;
  }

  /** Whether all of the past happened again. */
  get isAligned(): boolean {
    return this.events.length >= this.past.length;
  }

  look(look: () => unknown): unknown {
    return this.note({ kind: 'look', look, refusal: null }).outcome;
  }

  expect(look: () => unknown, refusal: string): void {
    this.note({ kind: 'look', look, refusal });
  }

  step(run: () => unknown): void {
    this.note({ kind: 'step', run });
  }

  live(read: () => number): Live {
    const { event } = this.note({ kind: 'live', live: new Live(read, 0) });
    return (event as Extract<HostEvent, { kind: 'live' }>).live;
  }

  draw(what: string, dtype: DType, shape: Shape, fill: Fill): Node {
    const out = new arrayOf[dtype](sizeOf(shape));
    const event = this.note({ kind: 'draw', what, out, fill }).event as Draw;
    const node = upload(event.out, dtype, shape);
    this.constants.delete(node);
    this.draws.set(node, event);
    return node;
  }

  bring(node: Node): void {
    this.constants.add(node);
  }

  isConstant(node: Node): boolean {
    return this.constants.has(node);
  }

  // ---- what the layer above has

  gradient(owner: object, isRead: boolean): void {
    this.above.gradient(this, owner, isRead);
  }

  isNew(object: object): boolean {
    if (this.met.has(object)) return false;
    this.met.add(object);
    return true;
  }

  keep(tensor: object, set: (tensor: never) => void): void {
    this.kept.push({ tensor, set });
  }

  // ---- tensors and cells

  bear(tensor: object): void {
    this.born.add(tensor);
  }

  isBorn(tensor: object): boolean {
    return this.born.has(tensor);
  }

  make(cell: Cell): void {
    this.made.add(cell);
  }

  /** Says where a cell that was there before will be found in later calls. */
  findBy(cell: Cell, find: () => Cell): void {
    if (!this.made.has(cell) && !this.finders.has(cell)) this.finders.set(cell, find);
  }

  view(tensor: Viewer): void {
    if (!this.seen.has(tensor)) {
      this.seen.add(tensor);
      const isOther = this.made.has(tensor.cell) || this.finders.has(tensor.cell);
      if (!isOther && !this.born.has(tensor)) this.expectSame(tensor);
    }
    this.capture(tensor.cell);
  }

  private expectSame(tensor: Viewer): void {
    this.look(() => tensor.cell);
    this.look(() => tensor.steps);
    this.look(() => tensor.requiresGrad);
  }

  capture(cell: Cell): void {
    if (this.made.has(cell) || this.cells.has(cell)) return;
    beforehand(() => store(cell));
    const finder = this.finders.get(cell);
    const [find, isOther] = [finder ?? (() => cell), finder !== undefined];
    const initial = cell.node;
    this.cells.set(cell, { cell, find, isOther, initial, readers: initial.readers });
  }

  /** Captured cells that the function wrote. */
  written(): Captured[] {
    return [...this.cells.values()].filter(({ cell, initial }) => cell.node !== initial);
  }

  /** Captured cells have the values again that they had before the function ran. */
  restore(): void {
    for (const { cell, initial, readers } of this.cells.values()) {
      if (cell.node !== initial) {
        cell.node.cells--;
        initial.cells++;
        cell.node = initial;
      }
      initial.readers = readers;
      cell.version++;
    }
  }
}

/** Gives a cell memory. A constant's node says what its value is: what a program may write over needs another. */
function store(cell: Cell): void {
  const { node } = cell;
  const { op, dtype, shape } = node;
  if (sizeOf(shape) === 0) return;
  if (op !== 'CONST') {
    if (node.buffer === null) realize([node]);
    return;
  }
  const own = filled(node.scalars[0]!, dtype, shape);
  // where nobody else has it, the next flush has not to make it
  if (node.cells === 1 && node.readers === 0) node.wasRead = true;
  node.cells--;
  own.cells++;
  own.history = node.history;
  cell.node = own;
}
