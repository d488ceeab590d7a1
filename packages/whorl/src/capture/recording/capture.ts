// One run of a function under capture: nothing is computed, everything it asks and writes is noted.
// in:  what Tensors, optimizers, modules and generators report
// out: cells, host events, constants
//
// A cell is captured when it was there before and is looked at;
// its value then is a leaf of the program.

import { arrayOf, type TypedArray } from '../../graph/dtype.js';
import { Live } from '../../graph/live.js';
import { Node, sizeOf, recording } from '../../graph/node.js';
import { ops } from '../../graph/op.js';
import { isOneCellsAlone } from '../../graph/ownership.js';
import {
  beforehand,
  capturing,
  type Recorder,
  type Rewindable,
  type Viewer,
} from '../looking/capturing.js';
import type { Cell } from '../../engine/ownership/cell.js';
import { contextOf } from '../../engine/devices/context.js';
import { copied, filled, upload } from '../../engine/devices/host.js';
import { realize } from '../../engine/flush/realize.js';
import {
  type Draw,
  type Happened,
  happen,
  type HostEvent,
  sourceOf,
  takeBack,
  takeOver,
} from './events.js';

/** A cell that was there before the function ran. */
export interface Captured {
  readonly cell: Cell;
  /** The cell in a later call: arguments and gradients are other ones each time. */
  readonly find: () => Cell;
  /**
   * Where it was found, equal for equal places; the cell
   * itself where it is the same one in every call.
   */
  readonly place: unknown;
  /** Its value when it was first looked at, and how often that was read then. */
  readonly initial: Node;
  readonly readers: number;
}

/** What the layer above notes of its own objects. */
export interface Above {
  gradient(capture: Capture, owner: object, isRead: boolean, isReached: boolean): void;
  /** Whether a tensor from outside is what the function was given as an argument. */
  isGiven(tensor: object): boolean;
}

interface Finder {
  readonly find: () => Cell;
  readonly place: unknown;
  /**
   * Whether another tensor than the one given may have the cell: the function closes over it, too.
   */
  readonly isArgument: boolean;
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
  private readonly finders = new Map<Cell, Finder>();
  private readonly initials = new Set<Node>();
  private readonly marks = new Map<Rewindable, object>();
  private readonly endings: (() => void)[] = [];
  private readonly restorings: (() => void)[] = [];
  private readonly gradMode = recording().enabled;
  /** Live numbers of the trace that an earlier recording has as its own. */
  private readonly lives = new Map<Live, Live>();
  /** Cells of tensors that the function closes over; arguments may be among them. */
  readonly closedOver = new Set<Cell>();

  constructor(private readonly above: Above) {
    this.firstId = new Node('IOTA', 'int32', [0], [], null).id;
  }

  begin(): void {
    capturing.now = this;
  }

  end(): void {
    capturing.now = null;
    recording().enabled = this.gradMode;
    for (const ending of this.endings) ending();
  }

  after(body: () => void): void {
    this.endings.push(body);
  }

  onRestore(body: () => void): void {
    this.restorings.push(body);
  }

  /** Whether a draw decided what was done. */
  get hasDrawn(): boolean {
    return this.events.some(({ event }) => event.kind === 'look' && event.source !== undefined);
  }

  /** What the function did on the host is taken back. */
  undo(): void {
    this.takeBack();
    for (const [source, mark] of this.marks) source.rewind(mark);
  }

  /** Its steps are taken back; what was drawn stays drawn. */
  takeBack(): void {
    takeBack(this.events.map(({ event }) => event));
  }

  /** The first events happened in an earlier trace, too: its recording and this one share them. */
  share(known: readonly HostEvent[]): void {
    const draws = new Map<Draw, Draw>();
    known.forEach((event, i) => {
      const { event: own, outcome } = this.events[i]!;
      takeOver(event, own);
      this.events[i] = { event, outcome };
      if (event.kind === 'live') this.lives.set((own as typeof event).live, event.live);
      if (event.kind === 'draw') draws.set(own as Draw, event);
    });
    for (const [node, draw] of this.draws) this.draws.set(node, draws.get(draw) ?? draw);
  }

  /** The live number that is asked for in replays. */
  sharedLive(live: Live): Live {
    return this.lives.get(live) ?? live;
  }

  // ---- the host

  private note(event: HostEvent): Happened {
    const source = sourceOf(event);
    if (source !== undefined && !this.marks.has(source)) this.marks.set(source, source.mark(null));
    const happened = { event, outcome: beforehand(() => happen(event)) };
    this.events.push(happened);
    return happened;
  }

  look(look: () => unknown, of: unknown = null, source?: Rewindable): unknown {
    return this.note({ kind: 'look', look, of, ...(source && { source }) }).outcome;
  }

  step(run: () => unknown, undo: () => void, of: unknown, source?: Rewindable): void {
    this.note({ kind: 'step', run, undo, of, ...(source && { source }) });
  }

  live(read: () => number, of: unknown): Live {
    const live = new Live(read, 0);
    this.note({ kind: 'live', live, of });
    return live;
  }

  draw(...[what, dtype, shape, fill, source, device]: Parameters<Recorder['draw']>): Node {
    const out = new arrayOf[dtype](sizeOf(shape));
    const draw: Draw = { kind: 'draw', what, out, fill, source };
    this.note(draw);
    const node = upload(out, dtype, shape, device);
    this.constants.delete(node);
    this.draws.set(node, draw);
    return node;
  }

  bring(node: Node, values: TypedArray): void {
    this.constants.add(node);
    if (contextOf(node.device!).driver.now === null) broughtBy.set(node, values.slice());
  }

  isConstant(node: Node): boolean {
    return this.constants.has(node);
  }

  // ---- what the layer above has

  gradient(owner: object, isRead: boolean, isReached: boolean): void {
    this.above.gradient(this, owner, isRead, isReached);
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
  findBy(cell: Cell, find: () => Cell, place: unknown, isArgument: boolean): void {
    if (this.made.has(cell) || this.finders.has(cell)) return;
    this.finders.set(cell, { find, place, isArgument });
  }

  finderOf(cell: Cell): (() => Cell) | undefined {
    return this.finders.get(cell)?.find;
  }

  view(tensor: Viewer): void {
    this.seeThrough(tensor);
    this.capture(tensor.cell);
  }

  seeThrough(tensor: Viewer): void {
    if (this.seen.has(tensor)) return;
    this.seen.add(tensor);
    if (!this.born.has(tensor) && !this.above.isGiven(tensor)) this.meet(tensor);
  }

  /** A tensor from outside that is none of the arguments, although it may share memory with one. */
  private meet(tensor: Viewer): void {
    if (this.made.has(tensor.cell)) return;
    const finder = this.finders.get(tensor.cell);
    if (finder?.isArgument !== false) this.closedOver.add(tensor.cell);
    if (finder !== undefined) return;
    this.look(() => tensor.steps, tensor);
    this.look(() => tensor.requiresGrad, tensor);
    this.look(() => tensor.cell.node.device, tensor);
  }

  capture(cell: Cell): void {
    if (this.made.has(cell) || this.cells.has(cell)) return;
    beforehand(() => store(cell, this.initials));
    const { find, place } = this.finders.get(cell) ?? { find: () => cell, place: cell };
    const initial = cell.node;
    this.initials.add(initial);
    this.cells.set(cell, { cell, find, place, initial, readers: initial.readers });
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
    for (const { set } of this.kept) set(null as never);
    for (const restoring of this.restorings.reverse()) restoring();
  }
}

/**
 * What came from JavaScript to a device that cannot be looked at: for
 * comparing a recording with a later trace.
 */
export const broughtBy = new WeakMap<Node, TypedArray>();

/**
 * Gives a cell memory, and a node that is no other captured cell's: what two cells share since one
 * was copied from the other they need not share in a later call. A constant's node says what its
 * value is: what a program may write over needs another, too.
 */
function store(cell: Cell, taken: ReadonlySet<Node>): void {
  const { node } = cell;
  const { op, dtype, shape } = node;
  if (sizeOf(shape) === 0) return;
  if (ops[op].says === 'number') {
    return give(cell, filled(node.scalars[0]!, dtype, shape, node.device!));
  }
  if (node.buffer === null) realize([node]);
  if (taken.has(node)) give(cell, copied(node));
}

/** The cell has the same value in a node of its own. */
function give(cell: Cell, own: Node): void {
  const { node } = cell;
  // where nobody else has it, the next flush has not to make it
  if (isOneCellsAlone(node)) node.wasRead = true;
  node.cells--;
  own.cells++;
  own.history = node.history;
  cell.node = own;
}
