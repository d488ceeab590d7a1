// The gradients that a compiled function finds and leaves behind.
// in:  leaves whose .grad is looked at or set while capturing
// out: what .grad was, and what it is afterwards

import type { Capture } from './recording/capture.js';
import type { Tensor } from '../tensor/tensor.js';
import { isOfLeaf } from './arguments.js';
import type { Given } from './given.js';

export interface Owned {
  /** The leaf in a later call. */
  readonly find: () => Tensor;
  readonly first: Tensor | null;
  /** Whether the function looked at what was there. */
  readonly isRead: boolean;
}

export class Gradients {
  readonly owners = new Map<Tensor, Owned>();
  private readonly places = new Map<Tensor, string>();

  constructor(private readonly given: Given) {}

  note(capture: Capture, tensor: Tensor, isRead: boolean, isReached: boolean): void {
    const owner = this.given.original(tensor);
    if (capture.isBorn(owner)) return;
    // by what backward() reaches nobody can tell: it is the argument's
    // unless the function has the leaf otherwise
    const isClosedOver = !isReached && !this.given.isGiven(tensor);
    if (isClosedOver) capture.closedOver.add(owner.cell);
    if (this.owners.has(owner)) return;
    const find = isClosedOver ? () => owner : this.finderOf(owner);
    const first = owner.lentGrad;
    this.owners.set(owner, { find, first, isRead });
    if (!isRead) return;
    const place = this.places.get(owner) ?? owner;
    const number = this.owners.size;
    const kind = capture.look(() => this.kindOf(find(), number), place);
    if (kind !== 'usual') return;
    capture.findBy(first!.cell, () => find().lentGrad!.cell, place, false);
  }

  /** A leaf is an argument, or what an argument is a view of, or the same one in every call. */
  private finderOf(owner: Tensor): () => Tensor {
    const { given } = this;
    const at = given.tensors.findIndex((tensor) => tensor === owner || leafOf(tensor) === owner);
    if (at < 0) return () => owner;
    this.places.set(owner, `gradient of argument ${at}`);
    if (given.tensors[at] === owner) return () => given.tensors[at]!;
    return () => leafOf(given.tensors[at]!)!;
  }

  /**
   * A gradient like backward() makes them is one like any other;
   * something else counts as the object it is.
   */
  private kindOf(owner: Tensor, number: number): unknown {
    const gradient = owner.lentGrad;
    if (gradient === null) return 'none';
    const { steps, layout, dtype, shape, requiresGrad, cell } = gradient;
    const isUsual = steps.length === 0 && layout === null && dtype === owner.dtype && !requiresGrad;
    if (!isUsual || !shape.every((n, i) => n === owner.shape[i])) return gradient;
    // one that is an argument, too, or another leaf's
    const { tensors, gradients } = this.given;
    for (let i = 0; i < tensors.length; i++) if (tensors[i]!.cell === cell) return i;
    const first = gradients.get(cell);
    if (first !== undefined && first !== number) return -first;
    gradients.set(cell, number);
    return 'usual';
  }

  /** As it was before the function ran. */
  restore(): void {
    for (const [owner, { first }] of this.owners) owner.grad = first;
  }
}

/** The leaf that a tensor is a view of, if it hands gradients to it. */
function leafOf(tensor: Tensor): Tensor | null {
  const { leaf } = tensor.cell;
  return isOfLeaf(tensor) && leaf?.kind === 'leaf' ? (leaf.owner as Tensor) : null;
}
