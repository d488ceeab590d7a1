// Dropout as a layer: acts while training, hands its input on in eval mode.

import type { Tensor } from '../tensor/tensor.js';
import type { Same } from '../tensor/types/index.js';
import { dropout } from './functional/dropout.js';
import { Layer } from './layer.js';

/** Source: torch.nn.Dropout. */
export class Dropout extends Layer<Same> {
  readonly p: number;
  readonly inplace: boolean;

  constructor(p: number | { p?: number; inplace?: boolean } = 0.5, options: { inplace?: boolean } = {}) {
    super();
    const given = typeof p === 'number' ? { p, ...options } : p;
    this.p = given.p ?? 0.5;
    this.inplace = given.inplace ?? false;
    if (!(this.p >= 0 && this.p <= 1)) {
      throw new RangeError(`Dropout: dropout probability has to be between 0 and 1, but got ${this.p}`);
    }
  }

  protected run(x: Tensor): Tensor {
    return dropout(x, this.p, this.training, { inplace: this.inplace });
  }

  override extraRepr(): string {
    return `p=${Number.isInteger(this.p) ? `${this.p}.0` : this.p}, inplace=${this.inplace ? 'True' : 'False'}`;
  }
}
