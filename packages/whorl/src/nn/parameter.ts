// Parameters: tensors that a module owns and an optimizer updates.

import { shown } from '../tensor/arguments/show.js';
import { type Shape, Tensor } from '../tensor/tensor.js';
import type { DType } from '../graph/dtype.js';

/**
 * A leaf tensor that Module.parameters() finds. Takes over `data`'s value; requires grad unless
 * told not to.
 * Source: torch.nn.Parameter.
 */
export class Parameter<out S extends Shape = Shape, out D extends DType = DType> extends Tensor<
  S,
  D
> {
  constructor(data: Tensor<S, D>, requiresGrad = true) {
    if (!((data as unknown) instanceof Tensor)) {
      throw new TypeError(`Parameter: argument 'data' must be a Tensor, got ${shown(data)}`);
    }
    const own = (data as Tensor).detach().clone();
    super(own.cell, [], null);
    if (requiresGrad) this.requiresGrad_();
  }
}
