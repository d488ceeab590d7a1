// What a compiled function gives back, keeps and leaves in
// .grad: how to make it again after each replay.
// in:  the values of a trace     out: recipes over the cells that the program fills
//
// A tensor made inside is made anew after every call, around memory of its own.

import type { Capture } from './recording/capture.js';
import { ended } from './recording/ended.js';
import { divergence } from './recording/events.js';
import type { Cell } from '../engine/flush/pending.js';
import { isOpaque } from './looking/host-state.js';
import { Tensor, viewThrough } from '../tensor/tensor.js';
import { detached, type Geometry, type ViewStep } from '../tensor/view.js';
import { isPlainObject } from './arguments.js';
import type { Given } from './given.js';
import type { Gradients, Owned } from './gradients.js';

/** What there is after a run. */
export interface Filled {
  /** The cell for each cell that was to be delivered. */
  cell(i: number): Cell;
  argument(i: number): Tensor;
  /** What `before[i]` gave before the run. */
  found(i: number): unknown;
  /** What was made for this call, where the function returned it several times. */
  readonly made: Map<object, unknown>;
}

export type Recipe = (filled: Filled) => unknown;

export interface GradientRecipe {
  readonly find: () => Tensor;
  /** The delivered cell that is the gradient, unless it is another tensor, or none. */
  readonly delivered: number;
  readonly other: Recipe;
  /** Whether the gradient that is there may be written over. */
  readonly mayReuse: boolean;
  /** Whether a later call may write over it: nothing else that is handed out has its memory. */
  readonly mayLend: boolean;
}

interface Known {
  readonly recipe: Recipe;
  isShared: boolean;
}

export class Delivery {
  /** Cells made inside that are wanted, in order. */
  readonly cells: Cell[] = [];
  readonly result: Recipe;
  readonly gradients: readonly GradientRecipe[];
  readonly kept: readonly { readonly recipe: Recipe; readonly set: (tensor: never) => void }[];
  /**
   * What is found before a run, for afterwards something else
   * may be there: gradients, cells of views.
   */
  readonly before: (() => unknown)[] = [];
  /**
   * What each recipe makes, for comparing: plain values, tensors
   * that were there, how views show their cells.
   */
  readonly outline: unknown[] = [];
  private readonly recipes = new Map<object, Known>();
  /** Of the wanted cells those that several tensors show. */
  private readonly shared = new Set<Cell>();
  /** Cells that were there and are handed on: they are not written over. */
  private readonly lasting = new Set<Cell>();

  constructor(
    result: unknown,
    private capture: Capture,
    private owned: Gradients,
    private readonly given: Given,
  ) {
    this.result = this.recipe(result);
    this.kept = capture.kept.map(({ tensor, set }) => ({ recipe: this.recipe(tensor), set }));
    const gradients = [...owned.owners].flatMap(([owner, of]) => {
      // one that was cleared may be there in the next call
      const isLeft = owner.lentGrad === of.first && of.first !== null;
      return isLeft ? [] : [this.gradient(owner, of)];
    });
    this.gradients = gradients.map((gradient) => this.lending(gradient));
    this.letGo();
  }

  /** A recording lives long: what the trace was made of is not to live with it. */
  private letGo(): void {
    this.recipes.clear();
    this.shared.clear();
    this.lasting.clear();
    this.capture = null as never;
    this.owned = null as never;
  }

  private gradient(owner: Tensor, { find, first, isRead }: Owned): Omit<GradientRecipe, 'mayLend'> {
    const last = owner.lentGrad;
    const isHome = last !== null && this.capture.isBorn(last) && this.homeOf(last)?.owner === owner;
    const isOwn = isHome && last.steps.length === 0 && this.capture.made.has(last.cell);
    const delivered = isOwn && last.layout === null ? this.place(last.cell) : -1;
    const other = delivered >= 0 ? none : isHome ? this.anew(last) : this.recipe(last);
    const isUsed =
      first !== null &&
      ((isRead && this.capture.cells.has(first.cell)) || this.lasting.has(first.cell));
    return { find, delivered, other, mayReuse: delivered >= 0 && !isUsed };
  }

  private lending(gradient: Omit<GradientRecipe, 'mayLend'>): GradientRecipe {
    const { delivered, mayReuse } = gradient;
    const mayLend = delivered >= 0 && !this.shared.has(this.cells[delivered]!);
    return { ...gradient, mayLend, mayReuse: mayReuse && mayLend };
  }

  /** The first of the leaves that have a tensor as their gradient: the others get it from there. */
  private homeOf(gradient: Tensor): { owner: Tensor; find: () => Tensor; number: number } | null {
    let number = 0;
    for (const [owner, { find }] of this.owned.owners) {
      number++;
      if (owner.lentGrad === gradient) return { owner, find, number };
    }
    return null;
  }

  private place(cell: Cell): number {
    const at = this.cells.indexOf(cell);
    if (at < 0) return this.cells.push(cell) - 1;
    this.shared.add(cell);
    return at;
  }

  private found(find: () => unknown): number {
    return this.before.push(find) - 1;
  }

  /** What is met twice is one object in every result, too. */
  private recipe(value: unknown): Recipe {
    if (typeof value !== 'object' || value === null) return this.same(value);
    const known = this.recipes.get(value);
    if (known !== undefined) {
      known.isShared = true;
      return known.recipe;
    }
    let make: Recipe = () => value;
    const own: Known = {
      isShared: false,
      recipe: (filled) => {
        if (!own.isShared) return make(filled);
        if (!filled.made.has(value)) filled.made.set(value, make(filled));
        return filled.made.get(value);
      },
    };
    this.recipes.set(value, own);
    make = value instanceof Tensor ? this.tensor(value) : this.container(value);
    return own.recipe;
  }

  private container(value: object): Recipe {
    if (Array.isArray(value)) {
      return this.list(value);
    }
    if (value instanceof Map) {
      const parts = [...value].map(
        ([name, part]) => [this.recipe(name), this.recipe(part)] as const,
      );
      return (filled) => new Map(parts.map(([name, part]) => [name(filled), part(filled)]));
    }
    if (value instanceof Set) {
      const parts = [...value].map((part) => this.recipe(part));
      return (filled) => new Set(parts.map((part) => part(filled)));
    }
    if (isPlainObject(value)) return this.object(value);
    return this.holdsMade(value, 3) ? this.instance(value) : this.same(value);
  }

  /** A list, which may name its elements, too: [values, indices]. */
  private list(value: readonly unknown[]): Recipe {
    const parts = value.map((part) => this.recipe(part));
    const names = Object.keys(value).slice(value.length);
    if (names.length === 0) return (filled) => parts.map((part) => part(filled));
    const fields = value as unknown as Record<string, unknown>;
    const named = names.map((name) => [name, this.recipe(fields[name])] as const);
    return (filled) =>
      Object.assign(
        parts.map((part) => part(filled)),
        Object.fromEntries(named.map(([name, part]) => [name, part(filled)])),
      );
  }

  private object(value: Record<string | symbol, unknown>): Recipe {
    const parts = this.fields(value);
    return (filled) => Object.fromEntries(parts.map(([name, part]) => [name, part(filled)]));
  }

  private fields(value: object): (readonly [string, Recipe])[] {
    return Object.entries(value).map(([name, part]) => {
      this.outline.push(name);
      return [name, this.recipe(part)] as const;
    });
  }

  /** An object of a class, made around tensors made inside: another one for each call. */
  private instance(value: object): Recipe {
    const parts = this.fields(value);
    return (filled) => {
      const own = Object.create(Object.getPrototypeOf(value) as object) as Record<string, unknown>;
      for (const [name, part] of parts) own[name] = part(filled);
      return own;
    };
  }

  private holdsMade(value: unknown, depth: number): boolean {
    if (value instanceof Tensor) return this.capture.isBorn(value) || this.given.isGiven(value);
    if (typeof value !== 'object' || value === null || depth < 0 || isOpaque(value)) return false;
    const parts =
      value instanceof Map || value instanceof Set ? value.values() : Object.values(value);
    for (const part of parts) if (this.holdsMade(part, depth - 1)) return true;
    return false;
  }

  private same(value: unknown): Recipe {
    this.outline.push(value);
    return () => value;
  }

  /** Throws where another trace would deliver something else. */
  compare(other: Delivery): void {
    const { outline, gradients, kept, cells } = other;
    const isSame =
      outline.length === this.outline.length &&
      outline.every((part, i) => Object.is(part, this.outline[i])) &&
      cells.length === this.cells.length &&
      kept.length === this.kept.length &&
      gradients.length === this.gradients.length &&
      gradients.every(({ delivered }, i) => delivered === this.gradients[i]!.delivered);
    if (!isSame) throw divergence(' What it returned is not the same.');
  }

  private tensor(tensor: Tensor): Recipe {
    const argument = this.given.standIns.indexOf(tensor);
    if (argument >= 0) {
      this.outline.push(`argument ${argument}`);
      return (filled) => filled.argument(argument);
    }
    if (!this.capture.isBorn(tensor)) return this.there(tensor);
    const home = this.homeOf(tensor);
    if (home === null) return this.anew(tensor);
    this.outline.push(`gradient ${home.number}`);
    return () => home.find().grad;
  }

  private anew(tensor: Tensor): Recipe {
    const { geometry, plain, cell } = tensor;
    const steps = tensor.steps.map(asLeft);
    this.outline.push(JSON.stringify(steps, (key, part) => (isIdentity(key) ? undefined : part)));
    const copied = this.given.copiedIn(cell);
    if (copied >= 0) {
      return (filled) => shown(viewThrough(filled.argument(copied), steps.map(apart)), plain);
    }
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

  /** A tensor that was there: a leaf's gradient, or one that the function closes over. */
  private there(tensor: Tensor): Recipe {
    let number = 0;
    for (const { find, first, isRead } of this.owned.owners.values()) {
      number++;
      if (first !== tensor || !isRead) continue;
      this.outline.push(`gradient ${number}`);
      this.lasting.add(tensor.cell);
      const at = this.found(() => find().lentGrad);
      return (filled) => {
        const gradient = filled.found(at) as Tensor | null;
        if (gradient !== null) gradient.isLent = false;
        return gradient;
      };
    }
    return this.same(tensor);
  }

  private finderOf(cell: Cell): (filled: Filled) => Cell {
    if (this.capture.made.has(cell)) {
      const at = this.place(cell);
      return (filled) => filled.cell(at);
    }
    this.lasting.add(cell);
    const at = this.found(this.gradientIn(cell) ?? this.capture.finderOf(cell) ?? (() => cell));
    return (filled) => filled.found(at) as Cell;
  }

  /** How the cell of a gradient is found that was there: who shows it has looked at it. */
  private gradientIn(cell: Cell): (() => Cell) | null {
    for (const { find, first, isRead } of this.owned.owners.values()) {
      if (isRead && first?.cell === cell) return () => find().grad!.cell;
    }
    return null;
  }
}

const none: Recipe = () => null;

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

function shown(tensor: Tensor, plain: boolean): Tensor {
  if (!plain) tensor.plain = false;
  return tensor;
}

/** As the function left it: what was written through detach() goes back when the trace ends. */
const asLeft = (step: ViewStep): ViewStep =>
  step.op === 'DETACH' && step.mark.history?.kind !== 'leaf'
    ? detached(ended(step.mark.history))
    : step;

/** The results of two calls have each their own history. */
const apart = (step: ViewStep): ViewStep =>
  step.op === 'DETACH' ? detached(step.mark.history) : step;

/** Gradients that ended at the tensor of the trace end at this one. */
function stepFor(owner: Tensor, step: ViewStep): ViewStep {
  const leaf = { kind: 'leaf', owner } as const;
  if (step.op === 'LEAF') return { op: 'LEAF', history: leaf };
  if (step.op !== 'DETACH') return step;
  const { history } = step.mark;
  return detached(history?.kind === 'leaf' ? leaf : history);
}
