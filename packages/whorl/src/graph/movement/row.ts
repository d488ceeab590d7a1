// What a movement op is: the other files of this folder fill in one row each, and every stage reads
// the same row.
// in:  nothing     out: what a row answers

import type { AxisAlgebra, Place } from '../axes.js';
import type { Node, Shape } from '../node.js';
import type { ArgOf, MovementOp, PartOp, ViewOp } from '../op.js';

/**
 * What of a node its rows look at: `owner` has the scalars; a shape `to` is shown of a shape
 * `from`.
 */
export interface Shown<O extends MovementOp> {
  readonly owner: Node;
  readonly arg: ArgOf<O>;
  readonly from: Shape;
  readonly to: Shape;
}

export interface MovementRow<O extends MovementOp> {
  /** Where in the source an element of the result lies. */
  source<A>(axes: AxisAlgebra<A>, shown: Shown<O>, index: readonly A[]): Place<A>;
  /**
   * The gradient of the source of `y`: what was shown goes back, zeros elsewhere, sums where it was
   * shown twice.
   */
  transpose(g: Node, y: Node): Node;
}

// ---- movements that show memory without copying it: PyTorch's views

/** What a view is a view of: the shape, strides and offset that PyTorch would report. */
export interface Geometry {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

interface Steps {
  /**
   * strides: where axes of one element come or go, what PyTorch reports; else the rule of
   * Tensor.view.
   */
  RESHAPE: { readonly shape: Shape; readonly strides?: readonly number[] };
  PERMUTE: { readonly order: readonly number[] };
  EXPAND: { readonly shape: Shape };
  SHRINK: {
    readonly starts: readonly number[];
    readonly steps: readonly number[];
    readonly shape: Shape;
  };
  DIAGONAL: {
    readonly a: number;
    readonly b: number;
    readonly starts: readonly number[];
    readonly length: number;
  };
  WINDOW: { readonly axis: number; readonly size: number; readonly step: number };
}

/** A view with all that it takes to show something. */
export type Step = { readonly [O in ViewOp]: { readonly op: O } & Steps[O] }[ViewOp];

export interface Viewing<S extends Step> {
  show(node: Node, step: S): Node;
  geometry(from: Geometry, step: S): Geometry;
  /** `base` with `value` in the place that `step` shows; no element is shown twice. */
  put(base: Node, step: S, value: Node): Node;
  /** Whether `step` shows elements of the shape `from` more than once. */
  repeats(from: Shape, step: S): boolean;
  /** Two steps, one after the other, as one. */
  merged?(first: S, second: S): S;
}

export interface ViewRow<O extends ViewOp>
  extends MovementRow<O>,
    Viewing<Extract<Step, { readonly op: O }>> {}

/** Views that show a part, into which a SPLICE puts a value. */
export interface PartRow<O extends PartOp> extends ViewRow<O> {
  /** Where in the part an element of the whole lies, if it does. */
  inverse<A>(axes: AxisAlgebra<A>, shown: Shown<O>, index: readonly A[]): Place<A>;
  stepOf(arg: ArgOf<O>, scalars: readonly number[], to: Shape): Extract<Step, { readonly op: O }>;
}
