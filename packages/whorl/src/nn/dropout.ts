// Dropout as layers: they act while training, and hand their input on in eval mode.

import { bound } from '../tensor/arguments/bound.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Same } from '../tensor/types/index.js';
import { dropout, dropout1d, dropout2d, dropout3d } from '../operators/nn/dropout.js';
import { Layer } from './module/layer.js';
import { pythonBool, pythonFloat } from './module/python-text.js';
import { typeName } from './module/module.js';

export interface DropoutOptions {
  /** the probability of a zero, default 0.5 */
  p?: number;
  /** writes into the input, default false */
  inplace?: boolean;
}

const dropoutArguments = bound<[number?, DropoutOptions?]>()('Dropout', 'p:number? | inplace') as (
  given: readonly unknown[],
) => [number | undefined, DropoutOptions];

abstract class Dropping extends Layer<Same> {
  readonly p: number;
  readonly inplace: boolean;

  constructor(p?: number | DropoutOptions, options?: { inplace?: boolean } | boolean);
  constructor(...given: unknown[]) {
    super();
    const [p = 0.5, { inplace = false }] = dropoutArguments(given);
    this.p = p;
    this.inplace = inplace;
    if (!(this.p >= 0 && this.p <= 1)) {
      throw new RangeError(
        `${typeName(this)}: dropout probability has to be between 0 and 1, but got ${this.p}`,
      );
    }
  }

  override extraRepr(): string {
    return `p=${pythonFloat(this.p)}, inplace=${pythonBool(this.inplace)}`;
  }
}

/** Zeroes elements with probability p. Hinton et al. 2012. Source: torch.nn.Dropout. */
export class Dropout extends Dropping {
  protected run(x: Tensor): Tensor {
    return dropout(x, this.p, this.training, { inplace: this.inplace });
  }
}

/** Zeroes channels of [N, C, L] or [C, L]. Source: torch.nn.Dropout1d. */
export class Dropout1d extends Dropping {
  protected run(x: Tensor): Tensor {
    return dropout1d(x, this.p, this.training, { inplace: this.inplace });
  }
}

/** Zeroes channels of [N, C, H, W]. Source: torch.nn.Dropout2d. */
export class Dropout2d extends Dropping {
  protected run(x: Tensor): Tensor {
    return dropout2d(x, this.p, this.training, { inplace: this.inplace });
  }
}

/** Zeroes channels of [N, C, D, H, W] or [C, D, H, W]. Source: torch.nn.Dropout3d. */
export class Dropout3d extends Dropping {
  protected run(x: Tensor): Tensor {
    return dropout3d(x, this.p, this.training, { inplace: this.inplace });
  }
}
