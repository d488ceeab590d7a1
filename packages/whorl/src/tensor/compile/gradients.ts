// The gradients that a compiled function finds and leaves behind.
// in:  leaves whose .grad is looked at or set while capturing     out: what .grad was, and what it is afterwards

import type { Capture } from '../../engine/compile/capture.js';
import type { Tensor } from '../tensor.js';

export interface Owned {
  /** The leaf in a later call. */
  readonly find: () => Tensor;
  readonly first: Tensor | null;
  /** Whether the function looked at what was there. */
  readonly isRead: boolean;
}

/** A gradient like backward() makes them is one like any other; something else counts as the object it is. */
function kindOf(gradient: Tensor | null, owner: Tensor): unknown {
  if (gradient === null) return 'none';
  const { steps, layout, dtype, shape, requiresGrad } = gradient;
  const isUsual = steps.length === 0 && layout === null && dtype === owner.dtype && !requiresGrad;
  return isUsual && shape.every((n, i) => n === owner.shape[i]) ? 'usual' : gradient;
}

export class Gradients {
  readonly owners = new Map<Tensor, Owned>();

  /** `argument`: where a leaf stands among the arguments, -1 where it does not; and that argument later. */
  constructor(
    private readonly argument: (owner: Tensor) => number,
    private readonly current: (i: number) => Tensor,
  ) {}

  note(capture: Capture, owner: Tensor, isRead: boolean): void {
    if (this.owners.has(owner) || capture.isBorn(owner)) return;
    const at = this.argument(owner);
    const find = at < 0 ? () => owner : () => this.current(at);
    const first = owner.lentGrad;
    this.owners.set(owner, { find, first, isRead });
    if (!isRead) return;
    const kind = capture.look(() => {
      const now = find();
      return kindOf(now.lentGrad, now);
    });
    if (kind === 'usual') capture.findBy(first!.cell, () => find().lentGrad!.cell);
  }

  /** As it was before the function ran. */
  restore(): void {
    for (const [owner, { first }] of this.owners) owner.grad = first;
  }
}
