// The capture that is under way, where there is one: what a compiled function does while it is traced goes there.
// in:  closures over host state     out: their values now; while capturing they are remembered in order
//
// Outside of a capture each of these is the plain call.

import type { DType, TypedArray } from '../graph/dtype.js';
import type { Live } from '../graph/live.js';
import type { Node, Shape } from '../graph/node.js';
import type { Cell } from './cell.js';

/** What a Tensor shows of itself. */
export interface Viewer {
  readonly cell: Cell;
  readonly steps: readonly unknown[];
  readonly requiresGrad: boolean;
}

export type Fill = (out: TypedArray) => void;

export interface Recorder {
  /** Nodes from this id on were made inside. */
  readonly firstId: number;
  look(look: () => unknown): unknown;
  step(run: () => unknown): void;
  live(read: () => number): Live;
  draw(what: string, dtype: DType, shape: Shape, fill: Fill): Node;
  /** A tensor is looked at. */
  view(tensor: Viewer): void;
  /** A tensor was made. */
  bear(tensor: object): void;
  /** Whether a tensor was made inside. */
  isBorn(tensor: object): boolean;
  /** A cell was made. */
  make(cell: Cell): void;
  /** A cell is about to be written. */
  capture(cell: Cell): void;
  /** Values came from JavaScript. */
  bring(node: Node): void;
  /** Whether a node's values are known now and are the same in every replay. */
  isConstant(node: Node): boolean;
  /** A leaf's gradient is looked at, or set. */
  gradient(owner: object, isRead: boolean): void;
  /** Whether an object is met for the first time. */
  isNew(object: object): boolean;
  /** What must not change from now on: `refusal` is the error where it did. */
  expect(look: () => unknown, refusal: string): void;
  /** A tensor made inside that host state keeps: `set` is told of a new one after each replay. */
  keep(tensor: object, set: (tensor: never) => void): void;
}

export const capturing: { now: Recorder | null } = { now: null };

/** A value of the host that decides what is computed: another value is another program. */
export function observed<T>(look: () => T): T {
  const { now } = capturing;
  return now === null ? look() : (now.look(look) as T);
}

/** A change of host state (a step count) that every call makes, replayed or not. */
export function hostStep(run: () => unknown): void {
  const { now } = capturing;
  if (now === null) run();
  else now.step(run);
}

/** A number computed from host state before each replay: a learning rate, a bias correction. */
export function live(read: () => number): number | Live {
  const { now } = capturing;
  return now === null ? read() : now.live(read);
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

/** Throws where a captured function changes how a tensor from outside is seen: a replay would not. */
export function demandOwn(what: string, tensor: object): void {
  if (capturing.now === null || capturing.now.isBorn(tensor)) return;
  throw new Error(
    `${what}: the captured function changes the shape, or what requires gradients, of a tensor that was made ` +
      'outside of it, which compile() cannot replay: do that outside, or use the variant without underscore',
  );
}

/** Throws while a function is captured: no value exists then. */
export function demandValues(what: string): void {
  if (capturing.now === null) return;
  throw new Error(
    `${what}: no value can be read while compile() captures the function, which is run once to be ` +
      'recorded and replayed from then on. Return the tensor and read it outside, or leave this part ' +
      'uncompiled.',
  );
}
