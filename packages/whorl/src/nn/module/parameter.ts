// Parameters: tensors that a module owns and an optimizer updates.

import { bound } from '../../tensor/arguments/bound.js';
import { type Shape, Tensor } from '../../tensor/tensor.js';
import type { DType } from '../../graph/dtype.js';

const parameterArguments = bound<[Tensor, { requiresGrad?: boolean }]>()(
  'Parameter',
  'data:tensor | requires_grad',
);

/**
 * A leaf tensor that Module.parameters() finds. Takes over `data`'s value; requires grad unless
 * told not to.
 * Source: torch.nn.Parameter.
 */
export class Parameter<out S extends Shape = Shape, out D extends DType = DType> extends Tensor<
  S,
  D
> {
  constructor(data: Tensor<S, D>, requiresGrad?: boolean | { requiresGrad?: boolean });
  constructor(...given: unknown[]) {
    const [data, { requiresGrad = true }] = parameterArguments(given);
    const own = data.detach().clone();
    super(own.cell, [], null);
    if (requiresGrad) this.requiresGrad_();
  }
}
