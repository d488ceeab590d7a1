// What a compiled function gives back, keeps and leaves in .grad: how to make it again after each replay.
// in:  the values of a trace     out: recipes over the cells that the program fills
//
// A tensor made inside is made anew after every call, around memory of its own.

import type { Capture } from '../../engine/compile/capture.js';
import { divergence } from '../../engine/compile/events.js';
import type { Cell } from '../../engine/pending.js';
import { Tensor } from '../tensor.js';
import type { Geometry, ViewStep } from '../view.js';
import { isPlainObject } from './arguments.js';
import type { Gradients } from './gradients.js';

/** What there is after a run. */
export interface Filled {
  /** The cell for each cell that was to be delivered. */
  cell(i: number): Cell;
  argument(i: number): Tensor;
}

export type Recipe = (filled: Filled) => unknown;

export interface GradientRecipe {
  readonly find: () => Tensor;
  /** The delivered cell that is the gradient, unless it is another tensor, or none. */
  readonly delivered: number;
  readonly other: Recipe;
  /** Whether the gradient that is there may be written over. */
  readonly mayReuse: boolean;
}

export class Delivery {
  /** Cells made inside that are wanted, in order. */
  readonly cells: Cell[] = [];
  readonly result: Recipe;
  readonly gradients: readonly GradientRecipe[];
  readonly kept: readonly { readonly recipe: Recipe; readonly set: (tensor: never) => void }[];
  /** What each recipe makes, for comparing: plain values, tensors that were there, how views show their cells. */
  readonly outline: unknown[] = [];

  constructor(
    result: unknown,
    private readonly capture: Capture,
    private readonly owned: Gradients,
    private readonly argument: (tensor: Tensor) => number,
  ) {
    this.gradients = [...owned.owners].flatMap(([owner, { find, first, isRead }]) => {
      const last = owner.lentGrad;
      return last === first ? [] : [this.gradient(find, first, last, isRead)];
    });
    this.kept = capture.kept.map(({ tensor, set }) => ({ recipe: this.recipe(tensor), set }));
    this.result = this.recipe(result);
  }

  private gradient(
    find: () => Tensor,
    first: Tensor | null,
    last: Tensor | null,
    isRead: boolean,
  ): GradientRecipe {
    const isOwn = last !== null && last.steps.length === 0 && this.capture.made.has(last.cell);
    const delivered = isOwn && last.layout === null ? this.place(last.cell) : -1;
    const mayReuse =
      delivered >= 0 && !(isRead && first !== null && this.capture.cells.has(first.cell));
    return { find, delivered, other: this.recipe(last), mayReuse };
  }

  private place(cell: Cell): number {
    const at = this.cells.indexOf(cell);
    return at >= 0 ? at : this.cells.push(cell) - 1;
  }

  private recipe(value: unknown): Recipe {
    if (value instanceof Tensor) return this.tensor(value);
    if (Array.isArray(value)) {
      const parts = value.map((part) => this.recipe(part));
      return (filled) => parts.map((part) => part(filled));
    }
    if (value instanceof Map) {
      const parts = [...value].map(([name, part]) => [name, this.recipe(part)] as const);
      return (filled) => new Map(parts.map(([name, part]) => [name, part(filled)]));
    }
    if (typeof value === 'object' && value !== null && isPlainObject(value)) {
      return this.object(value);
    }
    return this.same(value);
  }

  /** Some results can be taken apart like a list, too: [sign, logabsdet]. */
  private object(value: Record<string | symbol, unknown>): Recipe {
    const parts = Object.entries(value).map(([name, part]) => [name, this.recipe(part)] as const);
    const isList = Symbol.iterator in value;
    const list = isList ? this.recipe([...(value as unknown as Iterable<unknown>)]) : null;
    return (filled) => {
      const result = Object.fromEntries(parts.map(([name, part]) => [name, part(filled)]));
      if (list === null) return result;
      const items = list(filled) as unknown[];
      return { ...result, [Symbol.iterator]: () => items.values() };
    };
  }

  private same(value: unknown): Recipe {
    this.outline.push(value);
    return () => value;
  }

  /** Throws where another trace would deliver something else. */
  compare({ outline }: Delivery): void {
    const isSame =
      outline.length === this.outline.length &&
      outline.every((part, i) => Object.is(part, this.outline[i]));
    if (!isSame) throw divergence(' What it returned is not the same.');
  }

  private tensor(tensor: Tensor): Recipe {
    const argument = this.argument(tensor);
    if (argument >= 0) {
      this.outline.push(`argument ${argument}`);
      return (filled) => filled.argument(argument);
    }
    if (!this.capture.isBorn(tensor)) return this.same(tensor);
    for (const [owner, { find }] of this.owned.owners) {
      if (owner.lentGrad === tensor) return () => find().grad;
    }
    const { steps, geometry, plain, cell } = tensor;
    this.outline.push(JSON.stringify(steps, (key, part) => (isIdentity(key) ? undefined : part)));
    // a leaf made inside has its gradient with it
    const gradient = tensor.lentGrad === null ? null : this.recipe(tensor.lentGrad);
    const find = this.finderOf(cell);
    const isLeaf = this.capture.made.has(cell) && cell.leaf !== null;
    return (filled) => {
      const own = find(filled);
      const result = viewed(own, steps, geometry, plain);
      if (isLeaf) own.leaf ??= { kind: 'leaf', owner: result };
      if (gradient !== null) result.grad = gradient(filled) as Tensor;
      return result;
    };
  }

  private finderOf(cell: Cell): (filled: Filled) => Cell {
    if (this.capture.made.has(cell)) {
      const at = this.place(cell);
      return (filled) => filled.cell(at);
    }
    const { find } = this.capture.cells.get(cell) ?? { find: () => cell };
    return () => find();
  }
}

/** What views of one kind have of their own: whom their gradients go to. */
const isIdentity = (key: string): boolean => key === 'history' || key === 'mark';

function viewed(
  cell: Cell,
  steps: readonly ViewStep[],
  geometry: Geometry,
  plain: boolean,
): Tensor {
  const tensor = new Tensor(cell, steps, geometry);
  tensor.steps = steps.map((step) => stepFor(tensor, step));
  tensor.plain = plain;
  return tensor;
}

/** Gradients that ended at the tensor of the trace end at this one. */
function stepFor(owner: Tensor, step: ViewStep): ViewStep {
  const leaf = { kind: 'leaf', owner } as const;
  if (step.op === 'LEAF') return { op: 'LEAF', history: leaf };
  if (step.op !== 'DETACH') return step;
  const { mark } = step;
  return { op: 'DETACH', mark: { leaf: mark.leaf && leaf, isApart: mark.isApart } };
}
