// The capture that is under way, where there is one: what a compiled
// function does while it is traced goes there.
// in:  closures over host state
// out: their values now; while capturing they are remembered in order
//
// Outside of a capture each of these is the plain call.

import type { Device } from '../../graph/device.js';
import type { DType, TypedArray } from '../../graph/dtype.js';
import type { Live } from '../../graph/live.js';
import type { Node, Shape } from '../../graph/node.js';
import type { Cell } from '../../engine/ownership/cell.js';
import { transactions } from '../../engine/flush/transaction.js';

/** What a Tensor shows of itself. */
export interface Viewer {
  readonly cell: Cell;
  readonly steps: readonly unknown[];
  readonly requiresGrad: boolean;
}

export type Fill = (out: TypedArray) => void;

/** What draws come from, and can be drawn again from: a generator. */
export interface Rewindable {
  /** Its state now, written into an earlier mark where one is given. */
  mark(into: object | null): object;
  rewind(mark: object): void;
}

export interface Recorder {
  /** Nodes from this id on were made inside. */
  readonly firstId: number;
  look(look: () => unknown, of?: unknown, source?: Rewindable): unknown;
  step(run: () => unknown, undo: () => void, of: unknown, source?: Rewindable): void;
  live(read: () => number, of: unknown): Live;
  draw(
    what: string,
    dtype: DType,
    shape: Shape,
    fill: Fill,
    source: Rewindable,
    device: Device,
  ): Node;
  /** A tensor is looked at. */
  view(tensor: Viewer): void;
  /** A view of a tensor is made, which may be handed out without anybody looking at either. */
  seeThrough(tensor: Viewer): void;
  /** A tensor was made. */
  bear(tensor: object): void;
  /** Whether a tensor was made inside. */
  isBorn(tensor: object): boolean;
  /** A cell was made. */
  make(cell: Cell): void;
  /** A cell is about to be written. */
  capture(cell: Cell): void;
  /** Values came from JavaScript. */
  bring(node: Node, values: TypedArray): void;
  /** Whether a node's values are known now and are the same in every replay. */
  isConstant(node: Node): boolean;
  /**
   * A leaf's gradient is looked at, or set; `isReached`: by
   * backward(), which knows the leaf from the graph.
   */
  gradient(owner: object, isRead: boolean, isReached: boolean): void;
  /** Whether an object is met for the first time. */
  isNew(object: object): boolean;
  /**
   * A tensor made inside that host state keeps: `set` is told of a
   * new one after each replay, of none before.
   */
  keep(tensor: object, set: (tensor: never) => void): void;
  /** Runs `body` when the function has run. */
  after(body: () => void): void;
  /**
   * Runs `body` when tensors get back what they had before:
   * what the function left is recorded then.
   */
  onRestore(body: () => void): void;
}

export const capturing: { now: Recorder | null } = { now: null };

/**
 * Counts what often comes with changes that nobody sees: a pass over a data set begins, a schedule
 * steps, a model goes from training to evaluation. Recordings are compared again then.
 */
export const signs = { count: 0 };

/** Beginnings of epochs and the like say so here. */
export function sign(): void {
  if (capturing.now === null) signs.count++;
}

/**
 * A value of the host that decides what is computed: another value is another program. `of`: the
 * object that is looked at, `source`: where the look draws, what it draws from.
 */
export function observed<T>(look: () => T, of: unknown = null, source?: Rewindable): T {
  const { now } = capturing;
  return now === null ? look() : (now.look(look, of, source) as T);
}

/**
 * A change of host state (a step count) that every call makes, replayed or not. `undo` takes the
 * last one back: a call that has to be traced after all begins anew, and so does an update that
 * came to nothing. `of`: what is stepped, or by how much; another one is another recording.
 */
export function hostStep(
  run: () => unknown,
  undo: () => void,
  of: unknown,
  source?: Rewindable,
): void {
  const { now } = capturing;
  if (now !== null) return now.step(run, undo, of, source);
  run();
  ifUndone(undo);
}

/**
 * How a change is taken back where the update that is under
 * way turns out never to have been come to.
 */
export function ifUndone(undo: () => void): void {
  transactions.now?.onUndo(undo);
}

/** What a step that is replayed has changed. */
const stepped = new WeakSet<object>();

/**
 * Throws where the function that is captured has changed an object by itself: a replay would not.
 */
export function demandUnchanged(object: object, before: object, what: string): void {
  if (stepped.has(object)) return;
  for (const [name, value] of Object.entries(object)) {
    if (Object.is((before as Record<string, unknown>)[name], value)) continue;
    throw new Error(
      `compile: the function sets ${name} of ${what}, which a replay would not do again: set it ` +
        'outside, or by a learning-rate schedule',
    );
  }
}

/** The same for changes of some fields of some objects, which are copied before. */
export function hostStepOf(
  of: unknown,
  objects: () => readonly object[],
  run: () => unknown,
): void {
  if (capturing.now === null && transactions.now === null) {
    run();
    return;
  }
  let before: (readonly [object, object])[] = [];
  hostStep(
    () => {
      before = objects().map((object) => [object, { ...object }]);
      for (const [object] of before) stepped.add(object);
      run();
    },
    () => {
      for (const [object, fields] of before) Object.assign(object, fields);
    },
    of,
  );
}

/**
 * A number computed from host state before each replay: a learning rate, a bias correction. `of` is
 * the object that it belongs to, where another one in its place would be another recording.
 */
export function live(read: () => number, of: unknown = null): number | Live {
  const { now } = capturing;
  return now === null ? read() : now.live(read, of);
}

/** Runs `body` as if before the captured call: what it makes is there when the call begins. */
export function beforehand<R>(body: () => R): R {
  const { now } = capturing;
  capturing.now = null;
  try {
    return body();
  } finally {
    capturing.now = now;
  }
}

/**
 * Throws where a captured function changes how a tensor from outside is seen: a replay would not.
 */
export function demandOwn(what: string, tensor: object): void {
  if (capturing.now === null || capturing.now.isBorn(tensor)) return;
  throw new Error(
    `${what}: the captured function changes the shape, or what requires gradients, of a tensor ` +
      'that was made outside of it, which compile() cannot replay: do that outside, or use the ' +
      'variant without underscore',
  );
}

/** The method that reads, where what it asks for is read by others. */
let reader: string | null = null;

/** While capturing: what `read` refuses to read is refused in this name. */
export function readingAs<T>(name: string, read: () => T): T {
  const before = reader;
  reader ??= name;
  try {
    return read();
  } finally {
    reader = before;
  }
}

/** Throws while a function is captured: no value exists then. */
export function demandValues(what: string): void {
  if (capturing.now === null) return;
  throw new Error(
    `${reader ?? what}: no value can be read while compile() captures the function, which is run ` +
      'once to be recorded and replayed from then on. Return the tensor and read it outside, or ' +
      'leave this part uncompiled.',
  );
}
