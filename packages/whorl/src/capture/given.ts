// What a compiled function is given in the call that is under way, and what it is shown of it.
// in:  the arguments     out: the signature; a cell and a stand-in for each tensor
//
// A view is given as a copy of what it shows, and what was written to that goes back: batches cut
// from a data set are one recording, wherever they begin. Where a view shares memory with another
// argument or with what the function closes over, and something of it is written, the function is
// shown the view itself, and where it begins is in the signature.

import type { Capture } from './recording/capture.js';
import { type Cell, makeCell } from '../engine/flush/pending.js';
import { assign } from '../tensor/assign.js';
import { Tensor } from '../tensor/tensor.js';
import type { ViewStep } from '../tensor/view.js';
import { isOfLeaf, readArguments, textOfView, withTensors } from './arguments.js';

const none: ReadonlySet<number> = new Set();

export class Given {
  key = '';
  tensors: readonly Tensor[] = [];
  numbers: ReadonlyMap<string, number> = new Map();
  /** The cell in which a program finds each tensor. */
  cells: readonly Cell[] = [];
  /** What the function gets in place of each tensor while it is traced. */
  standIns: readonly Tensor[] = [];
  /** The gradients that were looked at in this call, each with the number of its first leaf. */
  readonly gradients = new Map<Cell, number>();
  private originals = new Map<object, Tensor>();
  private args: readonly unknown[] = [];
  private base = '';
  private mode = '';
  /** Views that are shown themselves in this call, by number. */
  private whole: ReadonlySet<number> = none;
  private readonly wholeOf = new Map<string, ReadonlySet<number>>();
  /** Cells that some trace found outside of the arguments, numbered. */
  private readonly outside = new WeakMap<Cell, number>();
  private outsideCount = 0;

  /** `mode`: what else makes another recording. */
  take(args: readonly unknown[], mode: string): void {
    const { key, tensors, numbers } = readArguments(args);
    this.gradients.clear();
    this.args = args;
    this.mode = mode + key;
    this.tensors = tensors;
    this.numbers = numbers;
    this.settle();
  }

  /** Signature and cells, by what is known now about who shares memory. */
  private settle(): void {
    const { tensors } = this;
    this.base = this.mode + this.closedOver();
    this.whole = this.wholeOf.size === 0 ? none : (this.wholeOf.get(this.base) ?? none);
    this.key = this.base;
    for (const i of this.whole) this.key += `${i}:${textOfView(tensors[i]!)} `;
    this.cells = tensors.map((tensor, i) => (this.isCopy(i) ? makeCell(tensor.node) : tensor.cell));
  }

  /** Arguments that are what the function closes over, too: a recording for each such case. */
  private closedOver(): string {
    let key = '';
    this.tensors.forEach(({ cell }, i) => {
      const id = this.outside.get(cell);
      if (id !== undefined) key += `${i}@${id} `;
    });
    return key;
  }

  private isCopy(i: number): boolean {
    const tensor = this.tensors[i]!;
    return tensor.steps.length > 0 && !isOfLeaf(tensor) && !this.whole.has(i);
  }

  // ---- for a trace

  /** Tells a capture where it finds the arguments, and gives what the function is called with. */
  show(capture: Capture): unknown[] {
    this.gradients.clear();
    this.standIns = this.tensors.map((tensor, i) =>
      this.isCopy(i) ? copyOf(tensor, this.cells[i]!) : twinOf(tensor),
    );
    this.originals = new Map(this.standIns.map((standIn, i) => [standIn, this.tensors[i]!]));
    this.cells.forEach((cell, i) => {
      if (this.outside.has(cell)) return;
      capture.findBy(cell, () => this.cells[i]!, `argument ${i}`, true);
    });
    return withTensors(this.args, this.standIns);
  }

  isGiven(tensor: object): boolean {
    return this.originals.has(tensor);
  }

  /** The tensor behind a stand-in; another one is itself. */
  original(tensor: Tensor): Tensor {
    return this.originals.get(tensor) ?? tensor;
  }

  /** The argument whose copy has a cell, -1 where none has. */
  copiedIn(cell: Cell): number {
    const i = this.cells.indexOf(cell);
    return i >= 0 && this.isCopy(i) ? i : -1;
  }

  /** Copies that the function wrote. */
  writtenCopies(capture: Capture): number[] {
    const written = new Set(capture.written().map(({ cell }) => cell));
    return [...this.cells.keys()].filter((i) => this.isCopy(i) && written.has(this.cells[i]!));
  }

  /**
   * Whether a trace showed that memory is shared in a way that
   * needs another signature: it is `key` then.
   */
  learns(capture: Capture): boolean {
    this.noteClosedOver(capture);
    const isSharing = this.noteShared(capture);
    if (!isSharing && this.mode + this.closedOver() === this.base) return false;
    this.settle();
    return true;
  }

  private noteClosedOver({ cells, closedOver }: Capture): void {
    const note = (cell: Cell) => {
      if (!this.outside.has(cell)) this.outside.set(cell, ++this.outsideCount);
    };
    for (const cell of closedOver) note(cell);
    for (const { cell, place } of cells.values()) if (place === cell) note(cell);
  }

  /** Whether views have to be shown themselves that were not. */
  private noteShared(capture: Capture): boolean {
    const written = new Set(capture.written().map(({ cell }) => cell));
    const whole = new Set(this.whole);
    this.tensors.forEach(({ cell: base }, i) => {
      if (!this.isCopy(i)) return;
      const all = [...this.tensors.keys()].filter((j) => this.tensors[j]!.cell === base);
      const isShared = all.length > 1 || capture.cells.has(base);
      const isWritten = written.has(base) || all.some((j) => written.has(this.cells[j]!));
      if (isShared && isWritten) whole.add(i);
    });
    if (whole.size === this.whole.size) return false;
    this.wholeOf.set(this.mode + this.closedOver(), whole);
    return true;
  }

  // ---- after a replay

  /** What was written to copies of views goes where the views show. */
  writeBack(copies: readonly number[]): void {
    for (const i of copies) assign(this.tensors[i]!, this.cells[i]!.node);
  }
}

/** The same values in a cell of their own. */
function copyOf({ layout }: Tensor, cell: Cell): Tensor {
  const own = new Tensor(cell, [], null);
  own.layout = layout;
  own.plain = layout === null;
  return own;
}

/**
 * Where a step begins is a list of its own: views that share one are known to show the same place.
 */
const ownStep = (step: ViewStep): ViewStep =>
  'starts' in step ? { ...step, starts: [...step.starts] } : step;

/**
 * Another object for the same tensor, so that what the function was given can be told from
 * what it closes over. Both have one gradient.
 */
function twinOf(tensor: Tensor): Tensor {
  const twin = Object.create(Object.getPrototypeOf(tensor) as object) as Tensor;
  Object.assign(twin, tensor);
  twin.steps = tensor.steps.map(ownStep);
  Object.defineProperty(twin, 'held', {
    get: () => tensor.lentGrad,
    set: (gradient: Tensor | null) => {
      (tensor as unknown as { held: Tensor | null }).held = gradient;
    },
  });
  return twin;
}
