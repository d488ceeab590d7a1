// Tensor: what a user holds. A cell (memory shared by views, replaced by writes)
// and the views of it. Methods live in the files of their families, which add
// them to this class; here is only what it is.

import { capturing, demandOwn, type Recorder } from '../capture/looking/capturing.js';
import { remember } from '../engine/ownership/cell.js';
import { type Cell, flush, hasWrites, makeCell, updates } from '../engine/flush/pending.js';
import { alias, sameShape } from '../graph/build.js';
import { cpu, type Device } from '../graph/device.js';
import type { DType } from '../graph/dtype.js';
import { isFloating } from '../graph/dtype.js';
import {
  contiguousStrides,
  facts,
  type History,
  type Node,
  sizeOf,
  recording,
} from '../graph/node.js';
import { isContiguous, unusualStrides } from './strides.js';
import type { Fixed, Shape } from './types/shape.js';
import {
  append,
  detached,
  type Geometry,
  type Mark,
  show,
  through,
  type ViewStep,
  withHistory,
} from './view.js';

export type { Shape };

/** What `new Tensor(2, 3)` finds. */
function refuseData(): never {
  throw new TypeError(
    'Tensor: tensors are made by functions: tensor(data), zeros(2, 3), empty(2, 3), ' +
      'FloatTensor(2, 3)',
  );
}

/**
 * An n-dimensional array of one dtype, lazy: operations describe values, reading computes them. `S`
 * and `D` are the shape and dtype that the compiler knows; plain `Tensor` where it knows nothing.
 * Source: torch.Tensor.
 */
export class Tensor<out S extends Shape = Shape, out D extends DType = DType> {
  /** The sizes, for the type checker only. */
  declare readonly sizes: S;
  declare readonly shape: Fixed<S>;
  readonly dtype: D;
  /** @internal memory shared with views */
  cell: Cell;
  /** @internal how this tensor sees the cell's value */
  steps: readonly ViewStep[];
  /** @internal PyTorch's strides; null where they are the usual ones, axes of size 1 included */
  layout: readonly number[] | null;
  /** @internal PyTorch's storage offset */
  offset: number;
  private seen: Node | null = null;
  private seenVersion = -1;
  private held: Tensor<S, D> | null = null;
  /** @internal a gradient that a compiled function may write over: nobody has looked at it */
  isLent = false;
  /** @internal whether the cell's row-major memory has the strides that offsets count in */
  plain = true;

  /** @internal use tensor(), zeros() and the like */
  constructor(cell: Cell, steps: readonly ViewStep[], geometry: Geometry | null) {
    this.cell = cell;
    this.steps = steps;
    const shape = geometry?.shape ?? cell?.node?.shape ?? refuseData();
    (this as { shape: readonly number[] }).shape = shape;
    this.dtype = cell.node.dtype as D;
    this.layout = geometry === null ? null : unusualStrides(shape, geometry.strides);
    this.offset = geometry?.offset ?? 0;
    if (capturing.now !== null) capturing.now.bear(this);
  }

  /** The gradient that backward() accumulated here, or null. */
  get grad(): Tensor<S, D> | null {
    const { held } = this;
    if (capturing.now !== null) capturing.now.gradient(this, true, false);
    else if (held !== null) held.isLent = false;
    return held;
  }

  set grad(gradient: Tensor<S, D> | null) {
    if (gradient !== null && gradient !== undefined) demandGradient(this, gradient);
    if (capturing.now !== null) capturing.now.gradient(this, false, false);
    this.held = gradient ?? null;
  }

  /** @internal the gradient, for backward(), which comes to the leaf through the graph */
  get reachedGrad(): Tensor | null {
    const { held } = this;
    if (capturing.now !== null) capturing.now.gradient(this, true, true);
    else if (held !== null) held.isLent = false;
    return held;
  }

  set reachedGrad(gradient: Tensor | null) {
    this.held = gradient as Tensor<S, D> | null;
  }

  /** @internal the gradient, without having looked at it */
  get lentGrad(): Tensor<S, D> | null {
    return this.held;
  }

  /** @internal the value now, as a node */
  get node(): Node {
    if (capturing.now !== null) this.record(capturing.now);
    const { leaf } = this.cell;
    if (this.steps.length === 0 && leaf === null) return this.cell.node;
    if (this.seen === null || this.seenVersion !== this.cell.version) {
      this.seen = show(
        leaf === null ? this.cell.node : withHistory(this.cell.node, leaf),
        this.steps,
      );
      this.seenVersion = this.cell.version;
      if (this.seen !== this.cell.node) {
        this.seen.facts |= facts.shown;
        if (capturing.now === null) remember(this.cell, this.seen);
      }
    }
    return this.seen;
  }

  /** While capturing: what was shown before the function ran is no part of it. */
  private record(recorder: Recorder): void {
    recorder.view(this);
    if (this.seen !== null && this.seen.id < recorder.firstId) this.seen = null;
  }

  /** Where it lies and is computed. Source: Tensor.device. */
  get device(): Device {
    // a cell's value belongs to a device, be it a number everywhere
    return this.cell.node.device!;
  }

  /** Whether it lies on the cpu. Source: Tensor.is_cpu. */
  get isCpu(): boolean {
    return this.device === cpu;
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. Source: Tensor.numel. */
  numel(): number {
    return sizeOf(this.shape);
  }

  /** @internal strides whether they are the contiguous ones or not */
  get strides(): readonly number[] {
    return this.layout ?? contiguousStrides(this.shape);
  }

  /** Whether operations on this tensor record how they were made. */
  get requiresGrad(): boolean {
    return this.history !== null;
  }

  set requiresGrad(wanted: boolean) {
    this.requiresGrad_(wanted);
  }

  private get history(): History | null {
    for (let i = this.steps.length - 1; i >= 0; i--) {
      const step = this.steps[i]!;
      if (step.op === 'DETACH') return step.mark.history;
      if (step.op === 'LEAF') return step.history;
    }
    return this.cell.leaf ?? this.cell.node.history;
  }

  /** @internal the history shared with what this tensor was detached with; null where it was not */
  get mark(): Mark | null {
    for (let i = this.steps.length - 1; i >= 0; i--) {
      const step = this.steps[i]!;
      if (step.op === 'DETACH') return step.mark;
    }
    return null;
  }

  /** Whether gradients stop here: true for what a user made. Source: Tensor.is_leaf. */
  get isLeaf(): boolean {
    if (!this.requiresGrad) return true;
    const last = this.steps[this.steps.length - 1];
    if (last === undefined) return this.cell.leaf !== null;
    return last.op === 'LEAF' || (last.op === 'DETACH' && last.mark.history?.kind === 'leaf');
  }

  /**
   * Makes this tensor a leaf that collects gradients (or no
   * longer does). Source: Tensor.requires_grad_.
   */
  requiresGrad_(wanted = true): this {
    if (typeof wanted !== 'boolean')
      throw new TypeError(`requiresGrad_: expected true or false, got ${typeof wanted}`);
    if (wanted && !isFloating(this.dtype)) {
      throw new Error(
        `requiresGrad_: only floating tensors can require gradients, this one is ${this.dtype}`,
      );
    }
    if (wanted === this.requiresGrad) return this;
    demandOwn('requiresGrad_', this);
    if (!wanted && !this.isLeaf) {
      throw new Error(
        'requiresGrad_: you can only change requiresGrad flags of leaf variables. ' +
          'If you want to use a computed variable in a subgraph that does not require ' +
          'differentiation use detach().',
      );
    }
    const history: History = { kind: 'leaf', owner: this };
    const last = this.steps[this.steps.length - 1];
    if (last === undefined) this.cell.leaf = wanted ? history : null;
    else if (last.op === 'DETACH') last.mark.history = wanted ? history : null;
    else if (wanted) this.restep([...this.steps, { op: 'LEAF', history }]);
    else this.restep(this.steps.filter((step) => step.op !== 'LEAF'));
    this.cell.version++;
    return this;
  }

  /** @internal another way to see the same cell: squeeze_, t_, requiresGrad_ */
  restep(steps: readonly ViewStep[], geometry?: Geometry): void {
    demandOwn('in-place view', this);
    this.steps = steps;
    this.seen = null;
    if (geometry === undefined) return;
    (this as { shape: readonly number[] }).shape = geometry.shape;
    this.layout = unusualStrides(geometry.shape, geometry.strides);
    this.offset = geometry.offset;
  }

  /**
   * @internal the same tensor with another's value, dtype and
   * memory; views of the old memory keep that
   */
  replaceBy(other: Tensor, requiresGrad: boolean): void {
    demandOwn('to', this);
    (this as { dtype: DType }).dtype = other.dtype;
    this.cell = other.cell;
    this.plain = other.plain;
    this.restep(other.steps, other.geometry);
    this.requiresGrad_(requiresGrad);
  }

  /** @internal shape, strides, offset */
  get geometry(): Geometry {
    return { shape: this.shape, strides: this.strides, offset: this.offset };
  }

  /** The same memory without history: writes show in both. Source: Tensor.detach. */
  detach<T extends Tensor>(this: T): Tensor<T['sizes'], T['dtype']> {
    return viewOf(this, detached()) as Tensor<T['sizes'], T['dtype']>;
  }
}

/** A gradient has the shape and dtype of its tensor. */
function demandGradient(x: Tensor, gradient: Tensor): void {
  if (!(gradient instanceof Tensor)) {
    throw new TypeError(
      `grad: assigned grad expected to be a Tensor or null but got grad of type ${typeof gradient}`,
    );
  }
  if (gradient === x) throw new Error("grad: can't assign a tensor as its own grad");
  if (gradient.dtype !== x.dtype) {
    throw new Error(
      `grad: attempting to assign a gradient with dtype ${gradient.dtype} to a tensor with dtype ` +
        `${x.dtype}; convert it with to()`,
    );
  }
  if (!sameShape(gradient.shape, x.shape)) {
    throw new Error(
      `grad: attempting to assign a gradient of size [${gradient.shape.join(', ')}] to a tensor ` +
        `of size [${x.shape.join(', ')}]: they must be of the same size`,
    );
  }
}

/**
 * @internal a tensor of its own around a computed value;
 * `layout` where PyTorch's strides are unusual
 */
export function fromNode(node: Node, layout: readonly number[] | null = null): Tensor {
  // an operation that changed nothing gives its operand back: inside noGrad without the history
  const own = recording().enabled || node.history === null ? node : alias(node);
  const result = new Tensor(makeCell(own), [], null);
  if (layout !== null) {
    result.layout = unusualStrides(node.shape, layout);
    result.plain = isContiguous(node.shape, layout);
  }
  return result;
}

/** @internal a tensor that shares `base`'s memory and shows it through one more step */
export const viewOf = (base: Tensor, step: ViewStep): Tensor => viewThrough(base, [step]);

/** @internal several steps at once */
export function viewThrough(base: Tensor, more: readonly ViewStep[]): Tensor {
  if (more.length === 0) return base;
  if (capturing.now !== null) capturing.now.seeThrough(base);
  let { steps, geometry }: { steps: readonly ViewStep[]; geometry: Geometry } = base;
  for (const step of more) {
    steps = append(steps, step);
    geometry = through(geometry, step);
  }
  // a view made inside noGrad does not hand gradients on
  if (!recording().enabled && more[0]!.op !== 'DETACH' && base.requiresGrad) {
    steps = [...steps, detached()];
  }
  const view = new Tensor(base.cell, steps, geometry);
  view.plain = base.plain;
  return view;
}

export { flush, hasWrites, updates };
