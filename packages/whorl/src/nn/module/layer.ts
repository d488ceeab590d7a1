// Layer: a module of one tensor in, one tensor out, whose rule on shapes the compiler follows.

import type { DType } from '../../graph/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Input, Output, Rule, rule } from '../../tensor/types/index.js';
import { demandNoMore } from '../../tensor/arguments/bound.js';
import { Module, typeName } from './module.js';

/** forward is declared once here, so that a list of different layers can be called in a loop. */
export abstract class Layer<R extends Rule> extends Module {
  declare readonly [rule]: R;

  /**
   * input: a shape that the layer's rule accepts; gives the shape that the rule says, of the same
   * dtype.
   */
  forward<S extends number[], D extends DType>(
    x: Input<R, S, Tensor<S, D>>,
  ): Tensor<Output<R, S>, D>;
  forward(x: unknown, ...surplus: unknown[]): never {
    if (surplus.length > 0) demandNoMore(`${typeName(this)}.forward`, surplus, 1);
    return this.run(x as Tensor) as never;
  }

  /** What the layer does, without the types. */
  protected abstract run(x: Tensor): Tensor;
}

/** A module that Sequential accepts whatever its shapes are. */
export interface TensorModule extends Module {
  forward(x: Tensor): Tensor;
}
